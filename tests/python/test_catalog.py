# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Catalogs, and providers written in Python."""

import pytest
from bowstring import Catalog, SessionConfig, SessionContext, Table
from bowstring.catalog import CatalogProvider, Schema, SchemaProvider


def test_names(ctx):
    ctx.from_pydict({"a": [1]}, name="t")
    assert ctx.catalog_names() >= {"datafusion"}
    assert repr(ctx.catalog().schema()) == "Schema(table_names=[t])"
    assert ctx.catalog().schema().names() == {"t"}
    assert repr(ctx.catalog().schema().table("t")) == "Table(kind=physical)"
    with pytest.raises(Exception, match="Table not found: zz"):
        ctx.catalog().schema().table("zz")
    with pytest.raises(KeyError, match="Schema with name zz"):
        ctx.catalog().schema("zz")
    with pytest.raises(KeyError, match="Catalog with name zz"):
        ctx.catalog("zz")


def test_other_default_names():
    ctx = SessionContext(SessionConfig().with_default_catalog_and_schema("c", "s"))
    ctx.from_pydict({"a": [1]}, name="t")
    assert ctx.catalog("c").schema("s").names() == {"t"}
    assert ctx.sql("SELECT a FROM c.s.t").to_pydict() == {"a": [1]}
    with pytest.raises(KeyError):
        ctx.catalog()


def test_memory_schema(ctx):
    schema = Schema.memory_schema()
    schema.register_table("m", ctx.from_pydict({"a": [1, 2]}).into_view())
    ctx.catalog().register_schema("mine", schema)
    assert ctx.sql("SELECT sum(a) AS s FROM mine.m").to_pydict() == {"s": [3]}
    schema.deregister_table("m")
    assert not schema.table_exist("m")
    assert Catalog.memory_catalog().schema_names() == set()


class Numbers(SchemaProvider):
    def __init__(self, ctx):
        self.ctx = ctx
        self.asked = []

    def table_names(self):
        return {"ten", "view"}

    def table(self, name):
        self.asked.append(name)
        if name == "broken":
            raise LookupError("no such number")
        if name == "ten":
            return Table(self.ctx.from_pydict({"n": [10]}))
        return self.ctx.from_pydict({"n": [1]}) if name == "view" else None

    def table_exist(self, name):
        return name in self.table_names()


def test_schema_in_python(ctx):
    provider = Numbers(ctx)
    ctx.catalog().register_schema("numbers", provider)
    assert ctx.sql("SELECT n FROM numbers.Ten").to_pydict() == {"n": [10]}
    assert ctx.sql("SELECT n FROM numbers.view").to_pydict() == {"n": [1]}
    assert "ten" in provider.asked
    assert ctx.catalog().schema("numbers") is provider
    with pytest.raises(ValueError, match="not found"):
        ctx.sql("SELECT * FROM numbers.eleven")
    with pytest.raises(LookupError, match="^no such number$"):
        ctx.sql("SELECT * FROM numbers.broken")


def test_catalog_in_python(ctx):
    class Own(CatalogProvider):
        def schema_names(self):
            return {"numbers"}

        def schema(self, name):
            return Numbers(ctx) if name == "numbers" else None

    own = Own()
    ctx.register_catalog_provider("own", own)
    assert ctx.sql("SELECT n FROM own.numbers.ten").to_pydict() == {"n": [10]}
    assert ctx.catalog("own").names() == {"numbers"}
    assert isinstance(ctx.catalog("own").schema("numbers"), Numbers)
    with pytest.raises(TypeError):
        SchemaProvider()


def test_table_of_an_inner_frame(ctx):
    table = Table(ctx.from_pydict({"a": [1, 2]}).df)
    assert table.kind == "view"
    ctx.register_table("inner", table)
    assert ctx.table("inner").to_pydict() == {"a": [1, 2]}
