# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""The end of the interpreter: queries are cancelled, threads of the engine leave Python, and nobody takes the GIL again."""

import atexit

from bowstring._load import _core


def _leave() -> None:
    _core._cancel_all()
    _core._leave_python(1.0)


atexit.register(_leave)
