# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Every public name of datafusion-python that a program may mention is here: public_names.txt lists them, `module:name` or `module:class.member`."""

import importlib
from pathlib import Path

import pytest

NAMES = [line.split(":") for line in (Path(__file__).parent / "public_names.txt").read_text().split()]


@pytest.mark.parametrize("module", sorted({module for module, _ in NAMES}))
def test_names_are_there(module):
    loaded = importlib.import_module(module)
    missing = []
    for name in (name for of, name in NAMES if of == module):
        thing = loaded
        for part in name.split("."):
            if not hasattr(thing, part):
                missing.append(name)
                break
            thing = getattr(thing, part)
    assert not missing


def test_alias_package():
    import bowstring
    import bowstring.datafusion as datafusion
    from bowstring.datafusion import SessionContext, col
    from bowstring.datafusion.functions import sum as total

    assert SessionContext is bowstring.SessionContext
    assert datafusion.functions.sum is total
    assert str(total(col("a"))) == "Expr(sum(a))"


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("SessionContext", "context"),
        ("DataFrame", "dataframe"),
        ("Expr", "expr"),
        ("RecordBatchStream", "record_batch"),
        ("ScalarUDF", "user_defined"),
    ],
)
def test_classes_say_where_they_live(name, module):
    import bowstring

    assert getattr(bowstring, name).__module__ == f"bowstring.{module}"


def test_unknown_function_is_an_ordinary_import_error():
    with pytest.raises(ImportError):
        from bowstring.functions import no_such_function  # noqa: F401


def test_all_names_can_be_imported():
    import bowstring

    names = {}
    exec("from bowstring.datafusion import *", names)
    assert [name for name in bowstring.__all__ if name not in names] == []
    assert {"extensions", "functions", "SessionContext"} <= set(bowstring.__all__)
