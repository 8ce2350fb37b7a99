# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Each function says what it gives, and its example runs."""

import doctest

import pytest
from bowstring import _internal, functions

pytest.importorskip("pyarrow")


def test_every_function_has_a_text():
    without = [name for name in functions.__all__ if not (getattr(functions, name).__doc__ or "").strip()]
    assert without == []


@pytest.mark.parametrize(("module", "least"), [(functions, 450), (_internal, 2)])
def test_examples_run(module, least):
    result = doctest.testmod(module)
    assert result.failed == 0
    assert result.attempted >= least
