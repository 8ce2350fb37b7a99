# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""The package under the name that old code knows.

``import bowstring.datafusion as datafusion`` is enough for most programs; ``sys.modules["datafusion"] = bowstring.datafusion`` serves those that import
``datafusion.functions`` and the like: whatever name this module goes by, its submodules are the package's own.
"""

import importlib
import importlib.machinery
import sys
import types

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


class _Package(types.ModuleType):
    """`col` stays the function, though an import of the submodule of that name would put the module there."""

    def __setattr__(self, name: str, value: object) -> None:
        if name != "col" or not isinstance(value, types.ModuleType):
            super().__setattr__(name, value)


class _Finder:
    """Finds submodules of this package under another name, by the path that it is known by there."""

    @staticmethod
    def find_spec(name: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:  # noqa: ARG004
        if path is not globals()["__path__"]:
            return None
        module = name.rpartition(".")[2]
        return importlib.machinery.ModuleSpec(name, _Finder) if module in _SUBMODULES else None

    @staticmethod
    def create_module(spec: object) -> None:  # noqa: ARG004
        return None

    @staticmethod
    def exec_module(module: types.ModuleType) -> None:
        # all at once: the inner packages' own submodules are found in sys.modules then
        top = module.__name__.rpartition(".")[0]
        for name in _SUBMODULES:
            sys.modules[f"{top}.{name}"] = sys.modules[f"bowstring.{name}"]


sys.modules[__name__].__class__ = _Package
sys.meta_path.append(_Finder)
