# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""The base class of input plugins."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from bowstring.common import SqlTable


class BaseInputSource(ABC):
    """Makes table descriptions of one kind of input."""

    @abstractmethod
    def is_correct_input(self, input_item: Any, table_name: str, **kwargs: Any) -> bool:
        """Whether the input is of this kind."""

    @abstractmethod
    def build_table(self, input_item: Any, table_name: str, **kwarg: Any) -> SqlTable:
        """The description of the input."""
