# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""The classes that ``LogicalPlan.to_variant()`` answers: one node of a plan, with what it is made of."""

from __future__ import annotations

from typing import Any

__all__ = [
    "Aggregate",
    "Analyze",
    "CopyTo",
    "CreateCatalog",
    "CreateCatalogSchema",
    "CreateExternalTable",
    "CreateFunction",
    "CreateFunctionBody",
    "CreateIndex",
    "CreateMemoryTable",
    "CreateView",
    "Deallocate",
    "DescribeTable",
    "Distinct",
    "DmlStatement",
    "DropCatalogSchema",
    "DropFunction",
    "DropTable",
    "DropView",
    "EmptyRelation",
    "Execute",
    "Explain",
    "Extension",
    "FileType",
    "Filter",
    "Join",
    "JoinConstraint",
    "JoinType",
    "Limit",
    "OperateFunctionArg",
    "Partitioning",
    "Prepare",
    "Projection",
    "RecursiveQuery",
    "Repartition",
    "SetVariable",
    "Sort",
    "Subquery",
    "SubqueryAlias",
    "TableScan",
    "TransactionAccessMode",
    "TransactionConclusion",
    "TransactionEnd",
    "TransactionIsolationLevel",
    "TransactionStart",
    "Union",
    "Unnest",
    "Values",
]


def _schema_of(plan: Any) -> Any:
    from bowstring.common import DFSchema

    return DFSchema(plan.columns(), plan.schema())


def _exprs(exprs: Any) -> list[Any]:
    from bowstring.expr import Expr

    return [Expr(expr) for expr in exprs]


def _number(value: int | None) -> Any:
    from bowstring.expr import Expr

    return None if value is None else Expr.literal(value)


class _Node:
    def __init__(self, plan: Any) -> None:
        self._plan = plan

    def input(self) -> list[Any]:
        from bowstring.plan import LogicalPlan

        return [LogicalPlan(plan) for plan in self._plan.inputs()]

    def schema(self) -> Any:
        return _schema_of(self._plan)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._plan.display()})"


class Projection(_Node):
    def projections(self) -> list[Any]:
        return _exprs(self._plan.expressions())


class Filter(_Node):
    def predicate(self) -> Any:
        return _exprs(self._plan.expressions())[0]


class Aggregate(_Node):
    def group_by_exprs(self) -> list[Any]:
        return _exprs(self._plan.group_exprs())

    def aggregate_exprs(self) -> list[Any]:
        return _exprs(self._plan.aggregate_exprs())

    agg_expressions = aggregate_exprs

    def agg_func_name(self, expr: Any) -> str:
        return _unaliased(expr).facts()["name"]

    def aggregation_arguments(self, expr: Any) -> list[Any]:
        return _exprs(_unaliased(expr).children())


def _unaliased(expr: Any) -> Any:
    inner = expr.expr
    while inner.variant_name() == "Alias":
        inner = inner.children()[0]
    if inner.variant_name() != "AggregateFunction":
        raise TypeError(f"not an aggregate function: {expr.canonical_name()}")
    return inner


class Sort(_Node):
    def sort_exprs(self) -> list[Any]:
        from bowstring.expr import SortExpr

        return [SortExpr._of_core(key) for key in self._plan.sort_keys()]

    def get_fetch_val(self) -> int | None:
        return self._plan.fetch()


class Limit(_Node):
    def skip(self) -> Any:
        return _number(self._plan.skip() or None)

    def fetch(self) -> Any:
        return _number(self._plan.fetch())

    def __repr__(self) -> str:
        skip, fetch = self.skip(), self.fetch()
        return f"Limit(\n    Skip: {skip}\n    Fetch: {fetch}\n    Input: {self._plan.inputs()[0].display()}\n)"


class Join(_Node):
    def left(self) -> Any:
        return self.input()[0]

    def right(self) -> Any:
        return self.input()[1]

    def on(self) -> list[tuple[Any, Any]]:
        return [tuple(_exprs(pair)) for pair in self._plan.join_on()]  # type: ignore[misc]

    def filter(self) -> Any:
        found = self._plan.join_filter()
        return None if found is None else _exprs([found])[0]

    def join_type(self) -> JoinType:
        return JoinType(self._plan.join_type())

    def join_constraint(self) -> JoinConstraint:
        return JoinConstraint(self._plan.join_constraint())

    def null_equals_null(self) -> bool:
        return False


class JoinType:
    def __init__(self, name: str) -> None:
        self._name = name

    def is_outer(self) -> bool:
        return self._name in ("Left", "Right", "Full")

    def __repr__(self) -> str:
        return self._name


class JoinConstraint:
    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


class TableScan(_Node):
    def table_name(self) -> str:
        return self._plan.name().rsplit(".", 1)[-1]

    def fqn(self) -> tuple[str | None, str | None, str]:
        parts = self._plan.name().split(".")
        return tuple([None] * (3 - len(parts)) + parts)  # type: ignore[return-value]

    def projection(self) -> list[tuple[int, str]]:
        """Index and name of the columns that are read; none where all are."""
        return self._plan.scan_columns() if " projection=[" in self._plan.display() else []

    def filters(self) -> list[Any]:
        return _exprs(self._plan.expressions())

    def fetch(self) -> int | None:
        return self._plan.fetch()


class SubqueryAlias(_Node):
    def alias(self) -> str:
        return self._plan.name()


class Subquery(_Node): ...


class Union(_Node): ...


class Distinct(_Node): ...


class Unnest(_Node): ...


class Window(_Node): ...


class Values(_Node):
    def values(self) -> list[list[Any]]:
        width = max(1, len(self._plan.columns()))
        flat = _exprs(self._plan.expressions())
        return [flat[i : i + width] for i in range(0, len(flat), width)]


class EmptyRelation(_Node):
    def produce_one_row(self) -> bool:
        return "rows=1" in self._plan.display()


class Repartition(_Node):
    def partitioning_scheme(self) -> Any:
        return self._plan.display()

    def distribute_list(self) -> list[Any]:
        return _exprs(self._plan.expressions())

    def distribute_columns(self) -> str:
        return ", ".join(expr.schema_name() for expr in self.distribute_list())


class RecursiveQuery(_Node):
    def name(self) -> str:
        return self._plan.name()

    def static_term(self) -> Any:
        return self.input()[0]

    def recursive_term(self) -> Any:
        return self.input()[1]

    def is_distinct(self) -> bool:
        return "is_distinct=true" in self._plan.display()


class Explain(_Node):
    def explain_string(self) -> list[str]:
        return self._plan.display_indent().splitlines()

    def plan(self) -> Any:
        return self.input()[0]

    def verbose(self) -> bool:
        return self._plan.facts()["verbose"] == "true"

    def logical_optimization_succceeded(self) -> bool:
        return False


class Analyze(_Node):
    def verbose(self) -> bool:
        return self._plan.facts()["verbose"] == "true"


class DescribeTable(_Node):
    def output_schema(self) -> Any:
        return _schema_of(self._plan)


class DmlStatement(_Node):
    def input(self) -> Any:
        return super().input()[0]

    def table_name(self) -> str:
        return self._plan.name().rsplit(".", 1)[-1]

    def target(self) -> str:
        return self._plan.name()

    def op(self) -> Any:
        """What is done to the table's rows."""
        words = self._plan.display().split("op=[")[-1].split("]")[0].split()
        last = words[-1] if words else ""
        name = {"Into": "Append", "Overwrite": "Overwrite"}.get(last, last)
        return WriteOp[name if name in WriteOp.__members__ else "Append"]

    def output_schema(self) -> Any:
        return _schema_of(self._plan)


class CopyTo(_Node):
    def input(self) -> Any:
        return super().input()[0]

    def output_url(self) -> str:
        return self._plan.name()

    def file_type(self) -> FileType:
        return FileType(self._plan.display())

    def partition_by(self) -> list[str]:
        return []

    def options(self) -> dict[str, str]:
        return {}


class FileType:
    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


class Extension(_Node):
    def name(self) -> str:
        return self._plan.variant()


class Partitioning:
    """How rows are spread over partitions."""


class _Statement:
    """A statement's facts: what a table factory or a plan's reader is told about it."""

    _DEFAULTS: dict[str, Any] = {}

    def __init__(self, *values: Any, **facts: Any) -> None:
        names = list(self._DEFAULTS)
        if len(values) > len(names):
            raise TypeError(f"{type(self).__name__} takes {len(names)} arguments, but {len(values)} were given")
        given = dict(zip(names, values, strict=False))
        for name in facts:
            if name in given or name not in self._DEFAULTS:
                raise TypeError(f"{type(self).__name__} got an unexpected argument '{name}'")
        self._facts = {**self._DEFAULTS, **given, **facts}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in self._facts.items())})"


def _statement(name: str, /, **defaults: Any) -> Any:
    """A class of facts, which its maker takes by place, in this order, or by name."""

    def getter(key: str) -> Any:
        def get(self: Any) -> Any:
            return self._facts[key]

        get.__name__ = key
        get.__qualname__ = f"{name}.{key}"
        return get

    members: dict[str, Any] = {key: getter(key) for key in defaults}
    members["_DEFAULTS"] = defaults
    members["__doc__"] = f"The facts of a {name} statement."
    return type(name, (_Statement,), members)


CreateCatalog = _statement("CreateCatalog", catalog_name="", if_not_exists=False, schema=None)
CreateCatalogSchema = _statement("CreateCatalogSchema", schema_name="", if_not_exists=False, schema=None)
CreateFunction = _statement(
    "CreateFunction", or_replace=False, temporary=False, name="", params=None, schema=None, return_type=None, args=None
)
CreateFunctionBody = _statement("CreateFunctionBody", language=None, behavior=None, function_body=None)
CreateIndex = _statement(
    "CreateIndex", table="", columns=(), unique=False, if_not_exists=False, schema=None, name=None, using=None
)
CreateMemoryTable = _statement("CreateMemoryTable", name="", if_not_exists=False, or_replace=False, input=())
CreateView = _statement("CreateView", name="", or_replace=False, definition=None, input=())
Deallocate = _statement("Deallocate", name="")
DropCatalogSchema = _statement("DropCatalogSchema", name="", schema=None, if_exists=False, cascade=False)
DropFunction = _statement("DropFunction", name="", schema=None, if_exists=False)
DropTable = _statement("DropTable", name="", if_exists=False, input=())
DropView = _statement("DropView", name="", schema=None, if_exists=False)
Execute = _statement("Execute", name="", parameters=())
OperateFunctionArg = _statement("OperateFunctionArg")
Prepare = _statement("Prepare", name="", fields=(), input=())
SetVariable = _statement("SetVariable", variable="", value="")
TransactionEnd = _statement("TransactionEnd", conclusion=None, chain=False)
TransactionStart = _statement("TransactionStart", access_mode=None, isolation_level=None)


class CreateExternalTable(
    _statement(  # type: ignore[misc]
        "CreateExternalTable",
        schema=None,
        name="",
        locations=(),
        file_type="",
        table_partition_cols=(),
        if_not_exists=False,
        or_replace=False,
        temporary=False,
        order_exprs=(),
        unbounded=False,
        options=None,
        constraints=None,
        column_defaults=None,
        definition=None,
    )
):
    """The facts of a CREATE EXTERNAL TABLE statement."""

    def __init__(self, *values: Any, **facts: Any) -> None:
        if "location" in facts:
            facts["locations"] = facts.pop("location")
        super().__init__(*values, **facts)
        if isinstance(self._facts["locations"], str):
            self._facts["locations"] = [self._facts["locations"]]

    def location(self) -> str:
        import warnings

        warnings.warn(
            "CreateExternalTable.location() is deprecated; use locations() instead.", DeprecationWarning, stacklevel=2
        )
        return self._facts["locations"][0]


def _enumeration(name: str, *members: str) -> Any:
    from bowstring.common import _Ordered

    make: Any = _Ordered
    out = make(name, list(members))
    out.__module__ = "bowstring.expr"
    return out


WriteOp = _enumeration("WriteOp", "Append", "Overwrite", "Replace", "Update", "Delete", "Ctas", "Truncate")
TransactionAccessMode = _enumeration("TransactionAccessMode", "ReadOnly", "ReadWrite")
TransactionConclusion = _enumeration("TransactionConclusion", "Commit", "Rollback")
TransactionIsolationLevel = _enumeration(
    "TransactionIsolationLevel", "ReadUncommitted", "ReadCommitted", "RepeatableRead", "Serializable", "Snapshot"
)

_CLASSES = {
    name: value for name, value in list(globals().items()) if isinstance(value, type) and issubclass(value, _Node)
}
for _name in __all__:
    globals()[_name].__module__ = "bowstring.expr"


def _transaction_start(plan: Any) -> Any:
    facts = plan.facts()
    return TransactionStart(
        TransactionAccessMode[facts["access_mode"]], TransactionIsolationLevel[facts["isolation_level"]]
    )


def _transaction_end(plan: Any) -> Any:
    facts = plan.facts()
    return TransactionEnd(TransactionConclusion[facts["conclusion"]], facts["chain"] == "true")


def _create_index(plan: Any) -> Any:
    from bowstring.expr import SortExpr

    facts = plan.facts()
    return CreateIndex(
        facts["table"],
        [SortExpr._of_core(key) for key in plan.sort_keys()],
        facts["unique"] == "true",
        facts["if_not_exists"] == "true",
        _schema_of(plan),
        facts.get("name"),
        facts.get("using"),
    )


_STATEMENTS = {
    "TransactionStart": _transaction_start,
    "TransactionEnd": _transaction_end,
    "CreateIndex": _create_index,
}


def variant_of(plan: Any) -> Any:
    """The class of a core plan's outermost node."""
    kind = plan.variant()
    if kind == "Window":
        from bowstring.expr_nodes import WindowExpr

        return WindowExpr(plan)
    if kind in _STATEMENTS:
        return _STATEMENTS[kind](plan)
    if kind not in _CLASSES:
        raise ValueError(f"a plan's node of kind {kind} has no Python class")
    return _CLASSES[kind](plan)
