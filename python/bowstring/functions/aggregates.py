# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Aggregate functions. Each may be given a filter, run ``.over(window)``, or be built further: ``sum(x).filter(p).build()``."""

from __future__ import annotations

import numbers
import operator
from typing import Any, Protocol, TypeVar

from bowstring._load import _core
from bowstring.common import NullTreatment
from bowstring.expr import Expr, SortExpr, sort_or_default
from bowstring.functions._call import aggregate, check_distinct, text
from bowstring.functions._call import column as _column
from bowstring.functions._call import optional as _optional


def count(expressions: Any = None, distinct: bool = False, filter: Expr | None = None) -> Expr:
    """The number of values that aren't NULL; without an argument the number of rows."""
    if expressions is None:
        arguments = [Expr.literal(1)]
    elif isinstance(expressions, Expr):
        arguments = [expressions]
    else:
        arguments = [_column(e) for e in expressions]
    return aggregate("count", *arguments, distinct=distinct, filter=filter)


def count_star(filter: Expr | None = None) -> Expr:
    """The number of rows."""
    return aggregate("count", Expr.literal(1), filter=filter)


class _Distinct(Protocol):
    def __call__(self, expression: Expr, distinct: bool = False, filter: Expr | None = None) -> Expr: ...


class _Plain(Protocol):
    def __call__(self, expression: Expr, filter: Expr | None = None) -> Expr: ...


class _Pair(Protocol):
    def __call__(self, value_y: Expr, value_x: Expr, filter: Expr | None = None) -> Expr: ...


class _Regression(Protocol):
    def __call__(self, y: Expr, x: Expr, filter: Expr | None = None) -> Expr: ...


_F = TypeVar("_F")


def _distinct_aggregate(name: str, engine: str, doc: str, check: bool = False) -> _Distinct:
    def function(expression: Expr, distinct: bool = False, filter: Expr | None = None) -> Expr:
        if check:
            check_distinct(name, distinct, "filter")
        return aggregate(engine, _column(expression), distinct=distinct, filter=filter)

    return _named(function, name, doc)


def _plain_aggregate(name: str, engine: str, doc: str) -> _Plain:
    def function(expression: Expr, filter: Expr | None = None) -> Expr:
        return aggregate(engine, _column(expression), filter=filter)

    return _named(function, name, doc)


def _pair_aggregate(name: str, engine: str, doc: str) -> _Pair:
    def function(value_y: Expr, value_x: Expr, filter: Expr | None = None) -> Expr:
        return aggregate(engine, _column(value_y), _column(value_x), filter=filter)

    return _named(function, name, doc)


def _regression(name: str, doc: str) -> _Regression:
    def function(y: Expr, x: Expr, filter: Expr | None = None) -> Expr:
        return aggregate(name, _column(y), _column(x), filter=filter)

    return _named(function, name, doc)


def _named(function: _F, name: str, doc: str) -> _F:
    made: Any = function
    made.__name__ = made.__qualname__ = name
    made.__doc__ = doc
    return function


sum = _distinct_aggregate("sum", "sum", "The sum; NULL where there is nothing to add.")
avg = _distinct_aggregate("avg", "avg", "The mean.")
mean = _distinct_aggregate("mean", "avg", "As :func:`avg`.", check=True)
median = _distinct_aggregate("median", "median", "The value in the middle, or the mean of the two.")
bit_and = _distinct_aggregate("bit_and", "bit_and", "All bits that all values have.", check=True)
bit_or = _distinct_aggregate("bit_or", "bit_or", "All bits that any value has.", check=True)
bit_xor = _distinct_aggregate("bit_xor", "bit_xor", "The bits that an odd number of values have.")
grouping = _distinct_aggregate("grouping", "grouping", "1 where a grouping column was aggregated away, else 0.")
min = _plain_aggregate("min", "min", "The smallest value.")
max = _plain_aggregate("max", "max", "The largest value.")
any_value = _plain_aggregate("any_value", "any_value", "Some value that isn't NULL.")
bool_and = _plain_aggregate("bool_and", "bool_and", "Whether all are true.")
bool_or = _plain_aggregate("bool_or", "bool_or", "Whether any is true.")
approx_distinct = _plain_aggregate("approx_distinct", "approx_distinct", "About how many different values there are.")
approx_median = _plain_aggregate("approx_median", "approx_median", "About the value in the middle.")
stddev = _plain_aggregate("stddev", "stddev", "The standard deviation of a sample.")
stddev_pop = _plain_aggregate("stddev_pop", "stddev_pop", "The standard deviation of a population.")
var = _plain_aggregate("var", "var", "The variance of a sample.")
var_samp = _plain_aggregate("var_samp", "var", "As :func:`var`.")
var_sample = _plain_aggregate("var_sample", "var", "As :func:`var`.")
var_pop = _plain_aggregate("var_pop", "var_pop", "The variance of a population.")
var_population = _plain_aggregate("var_population", "var_pop", "As :func:`var_pop`.")
corr = _pair_aggregate("corr", "corr", "The correlation of two columns.")
covar = _pair_aggregate("covar", "covar_samp", "As :func:`covar_samp`.")
covar_samp = _pair_aggregate("covar_samp", "covar_samp", "The covariance of a sample.")
covar_pop = _pair_aggregate("covar_pop", "covar_pop", "The covariance of a population.")
regr_avgx = _regression("regr_avgx", "The mean of x over the pairs.")
regr_avgy = _regression("regr_avgy", "The mean of y over the pairs.")
regr_count = _regression("regr_count", "The number of pairs without NULL.")
regr_intercept = _regression("regr_intercept", "Where the fitted line crosses x = 0.")
regr_r2 = _regression("regr_r2", "The square of the correlation.")
regr_slope = _regression("regr_slope", "The slope of the fitted line.")
regr_sxx = _regression("regr_sxx", "The sum of squares of x.")
regr_sxy = _regression("regr_sxy", "The sum of products of x and y.")
regr_syy = _regression("regr_syy", "The sum of squares of y.")


def stddev_samp(arg: Expr, filter: Expr | None = None) -> Expr:
    """As :func:`stddev`."""
    return aggregate("stddev", _column(arg), filter=filter)


def array_agg(expression: Expr, distinct: bool = False, filter: Expr | None = None, order_by: Any = None) -> Expr:
    """The list of the values, NULLs included."""
    return aggregate("array_agg", _column(expression), distinct=distinct, filter=filter, order_by=order_by)


def string_agg(
    expression: Expr, delimiter: str, distinct: bool = False, filter: Expr | None = None, order_by: Any = None
) -> Expr:
    """The texts with a delimiter between them."""
    check_distinct("string_agg", distinct, "filter and order_by")
    return aggregate(
        "string_agg", _column(expression), text(delimiter), distinct=distinct, filter=filter, order_by=order_by
    )


def first_value(
    expression: Expr,
    filter: Expr | None = None,
    order_by: Any = None,
    null_treatment: NullTreatment = NullTreatment.RESPECT_NULLS,
) -> Expr:
    """The first value, in an order or in that of the input."""
    return aggregate(
        "first_value", _column(expression), filter=filter, order_by=order_by, null_treatment=null_treatment
    )


def last_value(
    expression: Expr,
    filter: Expr | None = None,
    order_by: Any = None,
    null_treatment: NullTreatment = NullTreatment.RESPECT_NULLS,
) -> Expr:
    """The last value, in an order or in that of the input."""
    return aggregate("last_value", _column(expression), filter=filter, order_by=order_by, null_treatment=null_treatment)


def nth_value(
    expression: Expr,
    n: int,
    filter: Expr | None = None,
    order_by: Any = None,
    null_treatment: NullTreatment = NullTreatment.RESPECT_NULLS,
) -> Expr:
    """The n-th value, counted from 1."""
    return aggregate(
        "nth_value",
        _column(expression),
        Expr.literal(operator.index(n) + 0),
        filter=filter,
        order_by=order_by,
        null_treatment=null_treatment,
    )


def _share(value: Any) -> float:
    if not isinstance(value, numbers.Real):
        raise TypeError(f"must be real number, not {type(value).__name__}")
    return float(value)


def _percentile(
    name: str, sort_expression: Any, *arguments: Any, distinct: bool = False, filter: Expr | None = None
) -> Expr:
    key = sort_or_default(sort_expression)
    return aggregate(
        name,
        Expr(key.expr()),
        *_optional(*arguments),
        distinct=distinct,
        filter=filter,
        order_by=[SortExpr._of_core(_core.SortExpr(key.expr(), key.ascending(), key.nulls_first()))],
    )


def percentile_cont(
    sort_expression: Any, percentile: float, distinct: bool = False, filter: Expr | None = None
) -> Expr:
    """The value below which a share of the values lies, interpolated."""
    check_distinct("percentile_cont", distinct, "filter")
    return _percentile("percentile_cont", sort_expression, _share(percentile), distinct=distinct, filter=filter)


def quantile_cont(sort_expression: Any, percentile: float, distinct: bool = False, filter: Expr | None = None) -> Expr:
    """As :func:`percentile_cont`."""
    check_distinct("quantile_cont", distinct, "filter")
    return _percentile("percentile_cont", sort_expression, _share(percentile), distinct=distinct, filter=filter)


def approx_percentile_cont(
    sort_expression: Any, percentile: float, num_centroids: int | None = None, filter: Expr | None = None
) -> Expr:
    """About the value below which a share of the values lies."""
    return _percentile("approx_percentile_cont", sort_expression, _share(percentile), num_centroids, filter=filter)


def approx_percentile_cont_with_weight(
    sort_expression: Any, weight: Expr, percentile: float, num_centroids: int | None = None, filter: Expr | None = None
) -> Expr:
    """As :func:`approx_percentile_cont`, each value with a weight."""
    return _percentile(
        "approx_percentile_cont_with_weight", sort_expression, _column(weight), _share(percentile), num_centroids, filter=filter
    )
