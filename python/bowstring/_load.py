# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Loads the extension module so that its Arrow library and any other in the process stay apart."""

import ctypes
import os
import sys

_ARROW_SYMBOL = "_ZN5arrow12GetBuildInfoEv"  # arrow::GetBuildInfo(), in every libarrow
_CPU_FEATURES = ("cx16", "lahf_lm", "pni", "popcnt", "sse4_1", "sse4_2", "ssse3")  # x86-64-v2, in Linux's names


def _missing_features(cpuinfo: str) -> list[str]:
    for line in cpuinfo.splitlines():
        if line.startswith("flags"):
            have = line.split()
            return [name for name in _CPU_FEATURES if name not in have]
    return []


def _check_cpu() -> None:
    # The library has its own check, which can only end the process: an ImportError is better.
    if os.uname().machine != "x86_64":
        return
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
            missing = _missing_features(file.read(8192))
    except OSError:
        return
    if missing:
        raise ImportError(f"bowstring needs a CPU of the x86-64-v2 level; this one lacks {', '.join(missing)}")


def _open_flags(program: object) -> int:
    # RTLD_LOCAL whatever the program has set: our Arrow must never serve another package's symbols.
    # All are bound now (a third of the time of loading): what is bound at its first call would meet an Arrow that has become global meanwhile.
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
    _check_cpu()
    before = sys.getdlopenflags()
    sys.setdlopenflags(_open_flags(ctypes.CDLL(None)))
    try:
        from bowstring import _core
    finally:
        sys.setdlopenflags(before)
    return _core


_core = _load()
