# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""What engines in Rust may add to a session. This engine takes none of it; the names are here for code that mentions them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

__all__ = [
    "PhysicalOptimizerRuleExportable",
    "QueryPlannerExportable",
    "SessionComponentsExportable",
    "SessionExtensionComponents",
    "SessionPlannerExportable",
]


class PhysicalOptimizerRuleExportable(Protocol):
    def __datafusion_physical_optimizer_rule__(self, session: Any) -> object: ...


class QueryPlannerExportable(Protocol):
    def __datafusion_query_planner__(self, session: Any) -> object: ...


@runtime_checkable
class SessionPlannerExportable(Protocol):
    def __datafusion_session_planner__(self, session: Any) -> object: ...


@runtime_checkable
class SessionComponentsExportable(Protocol):
    def __datafusion_session_components__(self, session: Any) -> object: ...


@dataclass(frozen=True, kw_only=True)
class SessionExtensionComponents:
    logical_extension_codecs: tuple[Any, ...] = ()
    physical_extension_codecs: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        for name in ("logical_extension_codecs", "physical_extension_codecs"):
            given = getattr(self, name)
            if isinstance(given, (str, bytes)) or not hasattr(given, "__iter__"):
                raise TypeError(
                    f"{name} must be an iterable of codec objects, not a single {type(given).__name__}: {name}=(codec,) is one of them"
                )
            object.__setattr__(self, name, tuple(given))
