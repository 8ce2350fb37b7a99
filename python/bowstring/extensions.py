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
