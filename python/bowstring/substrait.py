# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Substrait plans, which this engine does not speak."""

from __future__ import annotations

from typing import Any

from bowstring.plan import LogicalPlan

__all__ = ["Consumer", "LogicalPlan", "Plan", "Producer", "Serde"]


def _no_substrait(*args: Any, **kwargs: Any) -> Any:
    raise NotImplementedError("Substrait plans need an engine in Rust")


class Plan:
    """A Substrait plan."""

    def __init__(self, plan: Any) -> None:
        self.plan_internal = plan

    encode = _no_substrait
    to_json = _no_substrait
    from_json = staticmethod(_no_substrait)


class Serde:
    """SQL as Substrait bytes and back."""

    serialize = staticmethod(_no_substrait)
    serialize_to_plan = staticmethod(_no_substrait)
    serialize_bytes = staticmethod(_no_substrait)
    deserialize = staticmethod(_no_substrait)
    deserialize_bytes = staticmethod(_no_substrait)


class Producer:
    to_substrait_plan = staticmethod(_no_substrait)


class Consumer:
    from_substrait_plan = staticmethod(_no_substrait)
