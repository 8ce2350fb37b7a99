# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""The extension module's surface, as reviewed: the stub that the build made against the golden one."""

import difflib
from pathlib import Path

import bowstring

GOLDEN = Path(__file__).parents[1] / "golden" / "_core.pyi"


def test_surface_is_the_reviewed_one():
    made = Path(bowstring._core.__file__).with_name("_core.pyi")
    differences = difflib.unified_diff(
        GOLDEN.read_text().splitlines(), made.read_text().splitlines(), str(GOLDEN), str(made), lineterm=""
    )
    text = "\n".join(differences)
    assert not text, f"{text}\nIf this is wanted: cp {made} {GOLDEN}"
