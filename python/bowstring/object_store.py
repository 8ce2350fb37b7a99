# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Places where files lie."""

from __future__ import annotations

from typing import Any

__all__ = ["AmazonS3", "GoogleCloud", "Http", "LocalFileSystem", "MicrosoftAzure"]


class _Store:
    """The facts of a place; which of them are needed depends on it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.args = args
        self.options = options

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self.args))})"


class AmazonS3(_Store): ...


class GoogleCloud(_Store): ...


class Http(_Store): ...


class LocalFileSystem(_Store): ...


class MicrosoftAzure(_Store): ...
