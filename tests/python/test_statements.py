# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Statements that are plans to be read and never run, and the classes of statements' facts."""

import pytest
from bowstring import SessionContext, SQLOptions
from bowstring import expr as e


@pytest.mark.parametrize(
    ("text", "access", "level"),
    [
        ("START TRANSACTION", "ReadWrite", "Serializable"),
        ("start transaction read only", "ReadOnly", "Serializable"),
        ("START TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE", "ReadWrite", "ReadCommitted"),
        ("START TRANSACTION READ ONLY ISOLATION LEVEL REPEATABLE READ", "ReadOnly", "RepeatableRead"),
    ],
)
def test_transaction_start(ctx, text, access, level):
    frame = ctx.sql(text)
    start = frame.logical_plan().to_variant()
    assert isinstance(start, e.TransactionStart)
    assert start.access_mode() == e.TransactionAccessMode[access]
    assert start.isolation_level() == e.TransactionIsolationLevel[level]
    assert frame.logical_plan().display() == f"TransactionStart: {access} {level}"
    with pytest.raises(Exception, match=r"Unsupported logical plan: Statement\(TransactionStart\)"):
        frame.collect()


@pytest.mark.parametrize(
    ("text", "conclusion", "chain"),
    [
        ("COMMIT", "Commit", False),
        ("commit work and chain", "Commit", True),
        ("COMMIT AND NO CHAIN", "Commit", False),
        ("ROLLBACK", "Rollback", False),
        ("ROLLBACK TRANSACTION AND CHAIN", "Rollback", True),
    ],
)
def test_transaction_end(ctx, text, conclusion, chain):
    end = ctx.sql(text).logical_plan().to_variant()
    assert isinstance(end, e.TransactionEnd)
    assert (end.conclusion(), end.chain()) == (e.TransactionConclusion[conclusion], chain)


@pytest.mark.parametrize("text", ["BEGIN", "SAVEPOINT x", "ROLLBACK TO SAVEPOINT x", "START TRANSACTION READ NOTHING"])
def test_other_transactions_are_refused(ctx, text):
    with pytest.raises(ValueError, match="Unsupported SQL statement"):
        ctx.sql(text)


def test_create_index(ctx):
    ctx.sql("CREATE TABLE t (a INT, b INT)")
    plan = ctx.sql("CREATE UNIQUE INDEX IF NOT EXISTS i ON t USING btree (a DESC, b)").logical_plan()
    index = plan.to_variant()
    assert isinstance(index, e.CreateIndex)
    assert (index.name(), index.table(), index.using()) == ("i", "t", "btree")
    assert index.unique() and index.if_not_exists()
    assert [(str(c.expr()), c.ascending(), c.nulls_first()) for c in index.columns()] == [
        ("Expr(a)", False, True),
        ("Expr(b)", True, False),
    ]
    assert plan != ctx.sql("CREATE INDEX i ON t (a)").logical_plan()
    plain = ctx.sql("CREATE INDEX ON t (a)").logical_plan().to_variant()
    assert plain.name() is None and plain.using() is None and not plain.unique()
    with pytest.raises(ValueError, match="not found"):
        ctx.sql("CREATE INDEX i ON nope (a)")
    with pytest.raises(Exception, match="Unsupported logical plan: CreateIndex"):
        ctx.sql("CREATE INDEX i ON t (a)").collect()


def test_options_refuse_them(ctx):
    ctx.sql("CREATE TABLE t (a INT)")
    with pytest.raises(ValueError, match="Statement not supported: TransactionStart"):
        ctx.sql("START TRANSACTION", options=SQLOptions().with_allow_statements(False))
    with pytest.raises(ValueError, match="DDL not supported: CreateIndex"):
        ctx.sql("CREATE INDEX i ON t (a)", options=SQLOptions().with_allow_ddl(False))


def test_facts_by_place_and_by_name():
    assert e.Execute("q", [1]).parameters() == [1]
    assert e.DropView("v", None, True).if_exists() is True
    assert e.SetVariable(variable="a", value="b").value() == "b"
    with pytest.raises(TypeError, match="unexpected argument 'name'"):
        e.Deallocate("q", name="r")
    with pytest.raises(TypeError, match="2 were given"):
        e.Deallocate("q", "r")


def test_explain_says_whether_it_is_verbose():
    ctx = SessionContext()
    assert ctx.sql("EXPLAIN VERBOSE SELECT 1").logical_plan().to_variant().verbose()
    assert not ctx.sql("EXPLAIN SELECT 1").logical_plan().to_variant().verbose()
