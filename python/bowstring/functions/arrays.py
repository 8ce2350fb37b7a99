# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Functions over lists and maps. Positions count from 1."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from bowstring._load import _core
from bowstring.expr import Expr, coerce_to_expr, coerce_to_expr_list
from bowstring.functions._call import call, text
from bowstring.functions._call import column as _column
from bowstring.functions._call import optional as _optional


def lambda_var(name: str) -> Expr:
    """The parameter of a lambda."""
    return Expr(_core.Expr.lambda_variable(name))


def lambda_(params: list[str], body: Any) -> Expr:
    """A function of elements, to be given to :func:`array_transform` and others."""
    params = [params] if isinstance(params, str) else list(params)
    return Expr(_core.Expr.lambda_(params, coerce_to_expr(body).expr))


def _lambda(function: Any) -> Expr:
    if isinstance(function, Expr):
        return function
    import inspect

    if not callable(function):
        raise TypeError(f"expected an Expr or callable, got {type(function).__name__}")
    names = [
        parameter.name
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
    ]
    if not names:
        raise ValueError("lambda callable must accept at least one parameter")
    return lambda_(names, function(*[lambda_var(name) for name in names]))


def array_transform(array: Expr, transform: Callable[..., Any] | Expr) -> Expr:
    """The list of what a function makes of each element."""
    return call("array_transform", _column(array), _lambda(transform))


def array_filter(array: Expr, predicate: Callable[..., Any] | Expr) -> Expr:
    """The elements for which a function is true."""
    return call("array_filter", _column(array), _lambda(predicate))


def array_any_match(array: Expr, predicate: Callable[..., Any] | Expr) -> Expr:
    """Whether a function is true for any element."""
    return call("array_any_match", _column(array), _lambda(predicate))


def any_match(array: Expr, predicate: Callable[..., Any] | Expr) -> Expr:
    """As :func:`array_any_match`."""
    return array_any_match(array, predicate)


def array_first(array: Expr, predicate: Callable[..., Any] | Expr) -> Expr:
    """The first element for which a function is true."""
    return call("array_first", _column(array), _lambda(predicate))


def array_sort(array: Expr, descending: bool = False, null_first: bool = False) -> Expr:
    """The elements in order."""
    return call(
        "array_sort",
        _column(array),
        text("DESC" if descending else "ASC"),
        text("NULLS FIRST" if null_first else "NULLS LAST"),
    )


def array_position(array: Expr, element: Any, index: Any = 1) -> Expr:
    """Where an element is first found, from a position on."""
    return call("array_position", _column(array), coerce_to_expr(element), Expr.literal(operator.index(index) + 0))


def array_indexof(array: Expr, element: Any, index: Any = 1) -> Expr:
    """As :func:`array_position`."""
    return array_position(array, element, index)


def array_slice(array: Expr, begin: Any, end: Any, stride: Any = None) -> Expr:
    """The elements from one position to another, both included."""
    return call("array_slice", _column(array), coerce_to_expr(begin), coerce_to_expr(end), *_optional(stride))


def array_to_string(expr: Expr, delimiter: Any, null_string: Any = None) -> Expr:
    """The elements as one text."""
    return call("array_to_string", _column(expr), coerce_to_expr(delimiter).cast(str), *_optional(null_string))


def array_join(expr: Expr, delimiter: Any, null_string: Any = None) -> Expr:
    """As :func:`array_to_string`."""
    return array_to_string(expr, delimiter, null_string)


def range(*args: Any, **kwargs: Any) -> Expr:
    """The list of numbers or times from a start to an end, the end excluded: ``range(end)``, ``range(start, end, step)``."""
    return call("range", *_series("range", args, kwargs))


def generate_series(*args: Any, **kwargs: Any) -> Expr:
    """As :func:`range`, the end included."""
    return call("generate_series", *_series("generate_series", args, kwargs))


def gen_series(*args: Any, **kwargs: Any) -> Expr:
    """As :func:`generate_series`."""
    return generate_series(*args, **kwargs)


def _series(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Expr]:
    names = ("start", "stop", "step")
    unknown = set(kwargs) - set(names)
    if unknown:
        raise TypeError(f"{name}() got an unexpected keyword argument {sorted(unknown)[0]!r}")
    if len(args) > 3 or (not args and "stop" not in kwargs):
        raise TypeError(
            f"{name}() missing a required argument: 'stop'"
            if len(args) < 4
            else f"{name}() too many positional arguments"
        )
    values: dict[str, Any] = dict(zip(names if len(args) != 1 or "stop" in kwargs else ("stop",), args, strict=False))
    values.update(kwargs)
    if values.get("stop") is None:
        raise TypeError(f"{name}() stop cannot be None")
    return [coerce_to_expr(values.get("start", 0)), coerce_to_expr(values["stop"]), *_optional(values.get("step"))]


def make_map(*args: Any) -> Expr:
    """A map: of a dict, of keys and values in turn, or of a list of keys and one of values."""
    if len(args) == 1 and isinstance(args[0], dict):
        keys, values = list(args[0]), list(args[0].values())
    elif len(args) == 2 and all(isinstance(arg, list) for arg in args):
        keys, values = args
        if len(keys) != len(values):
            raise ValueError("make_map requires key and value lists to be the same length")
    elif len(args) % 2 == 0 and args:
        keys, values = list(args[::2]), list(args[1::2])
    else:
        raise ValueError("make_map expects a dict, two lists, or an even number of key-value arguments")
    return call("map", make_array(*keys), make_array(*values))


def array(*args: Any) -> Expr:
    """A list of the arguments.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array(lit(1), lit(2)).alias("r")).to_pydict()["r"]
    [[1, 2]]
    """
    return call("make_array", *coerce_to_expr_list(args))


def array_add(array1: Expr, array2: Any) -> Expr:
    """The sums of elements at one place.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_add(lit([1.0, 2.0]), lit([3.0, 4.0])).alias("r")).to_pydict()["r"]
    [[4.0, 6.0]]
    """
    return call("array_add", _column(array1), coerce_to_expr(array2))


def array_any_value(array: Expr) -> Expr:
    """The first element that isn't NULL.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_any_value(f.make_array(lit(None), lit(2))).alias("r")).to_pydict()["r"]
    [2]
    """
    return call("array_any_value", _column(array))


def array_append(array: Expr, element: Any) -> Expr:
    """The list with a value at its end.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_append(lit([1, 2]), lit(3)).alias("r")).to_pydict()["r"]
    [[1, 2, 3]]
    """
    return call("array_append", _column(array), coerce_to_expr(element))


def array_avg(array: Expr) -> Expr:
    """The mean of the elements.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_avg(lit([1.0, 3.0])).alias("r")).to_pydict()["r"]
    [2.0]
    """
    return call("array_avg", _column(array))


def array_cat(*args: Any) -> Expr:
    """Lists one after the other.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_cat(lit([1]), lit([2, 3])).alias("r")).to_pydict()["r"]
    [[1, 2, 3]]
    """
    return call("array_concat", *coerce_to_expr_list(args))


def array_compact(array: Expr) -> Expr:
    """The elements that aren't NULL.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_compact(f.make_array(lit(1), lit(None))).alias("r")).to_pydict()["r"]
    [[1]]
    """
    return call("array_compact", _column(array))


def array_concat(*args: Any) -> Expr:
    """Lists one after the other.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_concat(lit([1]), lit([2, 3])).alias("r")).to_pydict()["r"]
    [[1, 2, 3]]
    """
    return call("array_concat", *coerce_to_expr_list(args))


def array_contains(array: Expr, element: Any) -> Expr:
    """Whether a list has a value.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_contains(lit([1, 2]), lit(2)).alias("r")).to_pydict()["r"]
    [True]
    """
    return call("array_has", _column(array), coerce_to_expr(element))


def array_dims(array: Expr) -> Expr:
    """The sizes of a list and of its first elements, from the outermost.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_dims(lit([1, 2, 3])).alias("r")).to_pydict()["r"]
    [[3]]
    """
    return call("array_dims", _column(array))


def array_distance(array1: Expr, array2: Any) -> Expr:
    """The Euclidean distance of two points.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_distance(lit([0.0, 0.0]), lit([3.0, 4.0])).alias("r")).to_pydict()["r"]
    [5.0]
    """
    return call("array_distance", _column(array1), coerce_to_expr(array2))


def array_distinct(array: Expr) -> Expr:
    """The elements without repetitions, in order.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_distinct(lit([1, 2, 1])).alias("r")).to_pydict()["r"]
    [[1, 2]]
    """
    return call("array_distinct", _column(array))


def array_element(array: Expr, n: Any) -> Expr:
    """The n-th element, from 1; negative n counts from the end; NULL where there is none.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_element(lit([1, 2, 3]), 2).alias("r")).to_pydict()["r"]
    [2]
    """
    return call("array_element", _column(array), coerce_to_expr(n))


def array_empty(array: Expr) -> Expr:
    """Whether a list has no elements.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_empty(lit([1])).alias("r")).to_pydict()["r"]
    [False]
    """
    return call("empty", _column(array))


def array_except(array1: Expr, array2: Any) -> Expr:
    """The elements of the first list that the second hasn't, without repetitions.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_except(lit([1, 2, 3]), lit([2])).alias("r")).to_pydict()["r"]
    [[1, 3]]
    """
    return call("array_except", _column(array1), coerce_to_expr(array2))


def array_extract(array: Expr, n: Any) -> Expr:
    """The n-th element, from 1; negative n counts from the end; NULL where there is none.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_extract(lit([1, 2, 3]), -1).alias("r")).to_pydict()["r"]
    [3]
    """
    return call("array_element", _column(array), coerce_to_expr(n))


def array_has(first_array: Expr, second_array: Any) -> Expr:
    """Whether a list has a value.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_has(lit([1, 2]), lit(2)).alias("r")).to_pydict()["r"]
    [True]
    """
    return call("array_has", _column(first_array), coerce_to_expr(second_array))


def array_has_all(first_array: Expr, second_array: Any) -> Expr:
    """Whether a list has all values of another.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_has_all(lit([1, 2, 3]), lit([1, 3])).alias("r")).to_pydict()["r"]
    [True]
    """
    return call("array_has_all", _column(first_array), coerce_to_expr(second_array))


def array_has_any(first_array: Expr, second_array: Any) -> Expr:
    """Whether a list has any value of another.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_has_any(lit([1, 2]), lit([2, 9])).alias("r")).to_pydict()["r"]
    [True]
    """
    return call("array_has_any", _column(first_array), coerce_to_expr(second_array))


def array_intersect(array1: Expr, array2: Any) -> Expr:
    """The elements that both lists have, without repetitions.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_intersect(lit([1, 2, 3]), lit([3, 2])).alias("r")).to_pydict()["r"]
    [[2, 3]]
    """
    return call("array_intersect", _column(array1), coerce_to_expr(array2))


def array_length(array: Expr) -> Expr:
    """The number of elements; with a dimension, of the first elements so deep.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_length(lit([1, 2, 3])).alias("r")).to_pydict()["r"]
    [3]
    """
    return call("array_length", _column(array))


def array_max(array: Expr) -> Expr:
    """The largest element.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_max(lit([1, 3, 2])).alias("r")).to_pydict()["r"]
    [3]
    """
    return call("array_max", _column(array))


def array_min(array: Expr) -> Expr:
    """The smallest element.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_min(lit([3, 1, 2])).alias("r")).to_pydict()["r"]
    [1]
    """
    return call("array_min", _column(array))


def array_ndims(array: Expr) -> Expr:
    """How deep lists are in a list.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_ndims(lit([[1], [2]])).alias("r")).to_pydict()["r"]
    [2]
    """
    return call("array_ndims", _column(array))


def array_normalize(array: Expr) -> Expr:
    """The vector of the same direction and length 1.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_normalize(lit([3.0, 4.0])).alias("r")).to_pydict()["r"]
    [[0.6, 0.8]]
    """
    return call("array_normalize", _column(array))


def array_pop_back(array: Expr) -> Expr:
    """The list without its last element.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_pop_back(lit([1, 2, 3])).alias("r")).to_pydict()["r"]
    [[1, 2]]
    """
    return call("array_pop_back", _column(array))


def array_pop_front(array: Expr) -> Expr:
    """The list without its first element.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_pop_front(lit([1, 2, 3])).alias("r")).to_pydict()["r"]
    [[2, 3]]
    """
    return call("array_pop_front", _column(array))


def array_positions(array: Expr, element: Any) -> Expr:
    """All places of a value in a list, from 1.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_positions(lit([1, 2, 1]), lit(1)).alias("r")).to_pydict()["r"]
    [[1, 3]]
    """
    return call("array_positions", _column(array), coerce_to_expr(element))


def array_prepend(element: Any, array: Any) -> Expr:
    """The list with a value at its beginning.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_prepend(lit(0), lit([1, 2])).alias("r")).to_pydict()["r"]
    [[0, 1, 2]]
    """
    return call("array_prepend", coerce_to_expr(element), coerce_to_expr(array))


def array_product(array: Expr) -> Expr:
    """The product of the elements.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_product(lit([2.0, 3.0])).alias("r")).to_pydict()["r"]
    [6.0]
    """
    return call("array_product", _column(array))


def array_push_back(array: Expr, element: Any) -> Expr:
    """The list with a value at its end.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_push_back(lit([1, 2]), lit(3)).alias("r")).to_pydict()["r"]
    [[1, 2, 3]]
    """
    return call("array_append", _column(array), coerce_to_expr(element))


def array_push_front(element: Any, array: Any) -> Expr:
    """The list with a value at its beginning.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_push_front(lit(0), lit([1, 2])).alias("r")).to_pydict()["r"]
    [[0, 1, 2]]
    """
    return call("array_prepend", coerce_to_expr(element), coerce_to_expr(array))


def array_remove(array: Expr, element: Any) -> Expr:
    """The list without the first element that is equal to a value.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_remove(lit([1, 2, 1]), lit(1)).alias("r")).to_pydict()["r"]
    [[2, 1]]
    """
    return call("array_remove", _column(array), coerce_to_expr(element))


def array_remove_all(array: Expr, element: Any) -> Expr:
    """The list without all elements that are equal to a value.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_remove_all(lit([1, 2, 1]), lit(1)).alias("r")).to_pydict()["r"]
    [[2]]
    """
    return call("array_remove_all", _column(array), coerce_to_expr(element))


def array_remove_n(array: Expr, element: Any, max: Any) -> Expr:
    """The list without the first n elements that are equal to a value.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_remove_n(lit([1, 1, 1]), lit(1), 2).alias("r")).to_pydict()["r"]
    [[1]]
    """
    return call("array_remove_n", _column(array), coerce_to_expr(element), coerce_to_expr(max))


def array_repeat(element: Any, count: Any) -> Expr:
    """A list of a value again and again.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_repeat(lit(1), 3).alias("r")).to_pydict()["r"]
    [[1, 1, 1]]
    """
    return call("array_repeat", coerce_to_expr(element), coerce_to_expr(count))


def array_replace(array: Expr, from_val: Any, to_val: Any) -> Expr:
    """The list with the first element that is equal to a value replaced.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_replace(lit([1, 2, 1]), lit(1), lit(9)).alias("r")).to_pydict()["r"]
    [[9, 2, 1]]
    """
    return call("array_replace", _column(array), coerce_to_expr(from_val), coerce_to_expr(to_val))


def array_replace_all(array: Expr, from_val: Any, to_val: Any) -> Expr:
    """The list with all elements that are equal to a value replaced.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_replace_all(lit([1, 2, 1]), lit(1), lit(9)).alias("r")).to_pydict()["r"]
    [[9, 2, 9]]
    """
    return call("array_replace_all", _column(array), coerce_to_expr(from_val), coerce_to_expr(to_val))


def array_replace_n(array: Expr, from_val: Any, to_val: Any, max: Any) -> Expr:
    """The list with the first n elements that are equal to a value replaced.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_replace_n(lit([1, 1, 1]), lit(1), lit(9), 2).alias("r")).to_pydict()["r"]
    [[9, 9, 1]]
    """
    return call(
        "array_replace_n", _column(array), coerce_to_expr(from_val), coerce_to_expr(to_val), coerce_to_expr(max)
    )


def array_resize(array: Expr, size: Any, value: Any) -> Expr:
    """The list cut, or filled up with a value, to a size.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_resize(lit([1]), 3, lit(0)).alias("r")).to_pydict()["r"]
    [[1, 0, 0]]
    """
    return call("array_resize", _column(array), coerce_to_expr(size), coerce_to_expr(value))


def array_reverse(array: Expr) -> Expr:
    """The elements in reverse.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_reverse(lit([1, 2, 3])).alias("r")).to_pydict()["r"]
    [[3, 2, 1]]
    """
    return call("array_reverse", _column(array))


def array_scale(array: Expr, scalar: Any) -> Expr:
    """The elements times a number.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_scale(lit([1.0, 2.0]), lit(3.0)).alias("r")).to_pydict()["r"]
    [[3.0, 6.0]]
    """
    return call("array_scale", _column(array), coerce_to_expr(scalar))


def array_subtract(array1: Expr, array2: Any) -> Expr:
    """The differences of elements at one place.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_subtract(lit([3.0, 4.0]), lit([1.0, 2.0])).alias("r")).to_pydict()["r"]
    [[2.0, 2.0]]
    """
    return call("array_subtract", _column(array1), coerce_to_expr(array2))


def array_sum(array: Expr) -> Expr:
    """The sum of the elements.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_sum(lit([1.0, 2.0])).alias("r")).to_pydict()["r"]
    [3.0]
    """
    return call("array_sum", _column(array))


def array_union(array1: Expr, array2: Any) -> Expr:
    """The elements of both lists without repetitions.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.array_union(lit([1, 2]), lit([2, 3])).alias("r")).to_pydict()["r"]
    [[1, 2, 3]]
    """
    return call("array_union", _column(array1), coerce_to_expr(array2))


def arrays_overlap(first_array: Expr, second_array: Any) -> Expr:
    """Whether a list has any value of another.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.arrays_overlap(lit([1, 2]), lit([2, 9])).alias("r")).to_pydict()["r"]
    [True]
    """
    return call("array_has_any", _column(first_array), coerce_to_expr(second_array))


def arrays_zip(*arrays: Any) -> Expr:
    """A list of structs of the lists' elements; shorter lists are filled up with NULLs.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.arrays_zip(lit([1]), lit(["a"])).alias("r")).to_pydict()["r"]
    [[{'1': 1, '2': 'a'}]]
    """
    return call("arrays_zip", *coerce_to_expr_list(arrays))


def cardinality(array: Expr) -> Expr:
    """The number of elements of a list, lists inside counted through, or of a map's entries.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.cardinality(lit([1, 2])).alias("r")).to_pydict()["r"]
    [2]
    """
    return call("cardinality", _column(array))


def cosine_distance(array1: Expr, array2: Any) -> Expr:
    """1 less the cosine of the angle between two vectors.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.cosine_distance(lit([1.0, 0.0]), lit([0.0, 1.0])).alias("r")).to_pydict()["r"]
    [1.0]
    """
    return call("cosine_distance", _column(array1), coerce_to_expr(array2))


def dot_product(array1: Expr, array2: Any) -> Expr:
    """The sum of the products of elements at one place.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.dot_product(lit([1.0, 2.0]), lit([3.0, 4.0])).alias("r")).to_pydict()["r"]
    [11.0]
    """
    return call("inner_product", _column(array1), coerce_to_expr(array2))


def element_at(map: Expr, key: Any) -> Expr:
    """A list of the value of a key; of NULL where the map hasn't it.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.element_at(f.make_map({"k": 1}), lit("k")).alias("r")).to_pydict()["r"]
    [[1]]
    """
    return call("map_extract", _column(map), coerce_to_expr(key))


def empty(array: Expr) -> Expr:
    """Whether a list has no elements.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.empty(lit([1])).alias("r")).to_pydict()["r"]
    [False]
    """
    return call("empty", _column(array))


def flatten(array: Expr) -> Expr:
    """A list of lists as one list, one level down.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.flatten(lit([[1], [2, 3]])).alias("r")).to_pydict()["r"]
    [[1, 2, 3]]
    """
    return call("flatten", _column(array))


def inner_product(array1: Expr, array2: Any) -> Expr:
    """The sum of the products of elements at one place.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.inner_product(lit([1.0, 2.0]), lit([3.0, 4.0])).alias("r")).to_pydict()["r"]
    [11.0]
    """
    return call("inner_product", _column(array1), coerce_to_expr(array2))


def make_array(*args: Any) -> Expr:
    """A list of the arguments.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.make_array(lit(1), lit(2)).alias("r")).to_pydict()["r"]
    [[1, 2]]
    """
    return call("make_array", *coerce_to_expr_list(args))


def make_list(*args: Any) -> Expr:
    """A list of the arguments.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.make_list(lit(1), lit(2)).alias("r")).to_pydict()["r"]
    [[1, 2]]
    """
    return call("make_array", *coerce_to_expr_list(args))


def map_entries(map: Expr) -> Expr:
    """The entries of a map as structs of key and value.

    >>> from bowstring import SessionContext
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.map_entries(f.make_map({"k": 1})).alias("r")).to_pydict()["r"]
    [[{'key': 'k', 'value': 1}]]
    """
    return call("map_entries", _column(map))


def map_extract(map: Expr, key: Any) -> Expr:
    """A list of the value of a key; of NULL where the map hasn't it.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.map_extract(f.make_map({"k": 1}), lit("k")).alias("r")).to_pydict()["r"]
    [[1]]
    """
    return call("map_extract", _column(map), coerce_to_expr(key))


def map_keys(map: Expr) -> Expr:
    """The keys of a map.

    >>> from bowstring import SessionContext
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.map_keys(f.make_map({"k": 1})).alias("r")).to_pydict()["r"]
    [['k']]
    """
    return call("map_keys", _column(map))


def map_values(map: Expr) -> Expr:
    """The values of a map.

    >>> from bowstring import SessionContext
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.map_values(f.make_map({"k": 1})).alias("r")).to_pydict()["r"]
    [[1]]
    """
    return call("map_values", _column(map))


def string_to_array(string: Expr, delimiter: Any, null_string: Any = None) -> Expr:
    """The parts of a text between delimiters; those that are `null_str` are NULL.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.string_to_array(lit("a,b"), ",").alias("r")).to_pydict()["r"]
    [['a', 'b']]
    """
    return call("string_to_array", _column(string), coerce_to_expr(delimiter), *_optional(null_string))


def string_to_list(string: Expr, delimiter: Any, null_string: Any = None) -> Expr:
    """The parts of a text between delimiters; those that are `null_str` are NULL.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.string_to_list(lit("a,b"), ",").alias("r")).to_pydict()["r"]
    [['a', 'b']]
    """
    return call("string_to_array", _column(string), coerce_to_expr(delimiter), *_optional(null_string))


list_add = array_add
list_any_match = array_any_match
list_any_value = array_any_value
list_append = array_append
list_avg = array_avg
list_cat = array_cat
list_compact = array_compact
list_concat = array_concat
list_contains = array_contains
list_dims = array_dims
list_distance = array_distance
list_distinct = array_distinct
list_element = array_element
list_empty = array_empty
list_except = array_except
list_extract = array_extract
list_filter = array_filter
list_first = array_first
list_has_all = array_has_all
list_has_any = array_has_any
list_indexof = array_indexof
list_intersect = array_intersect
list_join = array_join
list_length = array_length
list_max = array_max
list_min = array_min
list_ndims = array_ndims
list_normalize = array_normalize
list_pop_back = array_pop_back
list_pop_front = array_pop_front
list_position = array_position
list_positions = array_positions
list_prepend = array_prepend
list_product = array_product
list_push_back = array_push_back
list_push_front = array_push_front
list_remove = array_remove
list_remove_all = array_remove_all
list_remove_n = array_remove_n
list_repeat = array_repeat
list_replace = array_replace
list_replace_all = array_replace_all
list_replace_n = array_replace_n
list_resize = array_resize
list_reverse = array_reverse
list_scale = array_scale
list_slice = array_slice
list_sort = array_sort
list_subtract = array_subtract
list_sum = array_sum
list_to_string = array_to_string
list_transform = array_transform
list_union = array_union
list_overlap = arrays_overlap
list_zip = arrays_zip


def list_has(array: Expr, element: Any) -> Expr:
    """As :func:`array_has`."""
    return array_has(array, element)
