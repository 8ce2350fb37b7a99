# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""``import bowstring.datafusion as datafusion``: the package under the name that old code knows."""

import importlib
import sys

import bowstring
from bowstring import *  # noqa: F403

_SUBMODULES = (
    "_internal catalog col common context dataframe dataframe_formatter expr extensions functions functions.spark input input.base input.location io ipc "
    "object_store options plan record_batch substrait unparser user_defined"
).split()
for _name in _SUBMODULES:
    _module = importlib.import_module(f"bowstring.{_name}")
    sys.modules[f"{__name__}.{_name}"] = _module
    if "." not in _name and _name != "col":
        globals()[_name] = _module
del _name, _module

__version__ = bowstring.__version__
__all__ = bowstring.__all__
