# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""What goes wrong, by kind.

Mistakes of the caller (``SqlError``, ``PlanError``, ``SchemaError``, ``ConfigError``) read differently from limits of the engine
(``UnsupportedError``), from data that an operation can't take (``ExecutionError``), and from defects of ours (``InternalError``).
Ctrl-C is Python's own ``KeyboardInterrupt``.
"""


__all__ = [
    "BowstringError",
    "BudgetExceeded",
    "Cancelled",
    "ConfigError",
    "ExecutionError",
    "InternalError",
    "Interrupted",
    "IoError",
    "PlanError",
    "QueryTimeout",
    "SchemaError",
    "SqlError",
    "StreamError",
    "UnsupportedError",
]


class BowstringError(Exception):
    """Base of all errors of the engine."""


class SqlError(BowstringError, ValueError):
    """SQL text that does not parse; the message has line, column and a caret."""


class PlanError(BowstringError, ValueError):
    """A statement or call that makes no sense: types, counts, unknown tables or functions."""


class SchemaError(BowstringError, ValueError):
    """A column that is missing or ambiguous."""


class UnsupportedError(BowstringError, ValueError):
    """Well-formed, but not supported by this version; the message names it."""


class ConfigError(BowstringError, ValueError):
    """An option, or its value, that does not exist."""


class ExecutionError(BowstringError, ValueError):
    """Data that an operation can't take: a bad cast, an overflow, a division by zero, a damaged file."""


class IoError(BowstringError, OSError, ValueError):
    """The operating system's answer to a read or a write."""


class BudgetExceeded(BowstringError, MemoryError):
    """Memory: the message has the budget, who asked, what is held and by whom."""


class Cancelled(BowstringError):
    """The query was cancelled."""


class Interrupted(Cancelled):
    """A signal, or an exception sent to the reading thread, ended the wait."""


class QueryTimeout(BowstringError, TimeoutError):
    """The query's timeout ran out."""


class StreamError(BowstringError, ValueError):
    """Misuse of a stream or a batch: closed, used after a fork, a requested schema that does not fit."""


class InternalError(BowstringError, RuntimeError):
    """A defect of the engine."""


for _name in __all__:
    globals()[_name].__module__ = "bowstring.errors"
del _name


def _describe(exception: BaseException) -> str:
    """Type, message and traceback of an exception that passes through the engine as text."""
    import traceback  # not at the package's import: it takes 2 ms

    return "".join(traceback.format_exception(type(exception), exception, exception.__traceback__)).rstrip()


def _function_error(exception: BaseException, where: str, story: str) -> BaseException:
    """The error of a user's function: one of ours, and of the function's own exception's type, with its text and traceback."""
    if not isinstance(exception, Exception):  # KeyboardInterrupt, SystemExit
        return exception
    text = f"DataFusion error: Execution error: {where} failed: {story}"
    kind = type(exception)
    try:
        both = type(
            kind.__name__,
            (ExecutionError, kind),
            {"__str__": lambda self: self.args[0], "__init__": lambda self, *args: None, "__module__": kind.__module__},
        )
        error = both(text)
    except TypeError:  # types that can't be joined
        error = ExecutionError(text)
    error.__cause__ = exception
    return error


def _as_frame_error(error: BaseException) -> BaseException:
    """The error of a DataFrame's method, with the prefix that its users know."""
    text = error.args[0] if error.args else ""
    if isinstance(text, str) and not isinstance(error, BudgetExceeded) and not text.startswith("DataFusion error: "):
        error.args = ("DataFusion error: " + text, *error.args[1:])
    return error
