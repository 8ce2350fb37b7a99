# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Loads the extension module so that its Arrow library and any other in the process stay apart."""

import ctypes
import os
import sys

_ARROW_SYMBOL = "_ZN5arrow12GetBuildInfoEv"  # arrow::GetBuildInfo(), in every libarrow


def _open_flags(program: "ctypes.CDLL") -> int:
    # RTLD_LOCAL whatever the program has set: our Arrow must never serve another package's symbols.
    flags = os.RTLD_NOW | os.RTLD_LOCAL
    if hasattr(program, _ARROW_SYMBOL):
        # Somebody's Arrow is global already, and would serve ours. Only then, because DEEPBIND also bypasses
        # a preloaded malloc or sanitizer.
        flags |= os.RTLD_DEEPBIND
    return flags


def _load():
    if sys.platform != "linux":  # macOS keeps libraries apart by two-level names, Windows by module
        from bowstring import _core

        return _core
    before = sys.getdlopenflags()
    sys.setdlopenflags(_open_flags(ctypes.CDLL(None)))
    try:
        from bowstring import _core
    finally:
        sys.setdlopenflags(before)
    return _core


_core = _load()
