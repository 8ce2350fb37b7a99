# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Bowstring: SQL and lazy DataFrames whose results stream as Arrow."""

from bowstring._devel import get_cmake_dir, get_include, get_library_dirs
from bowstring._load import _core

__version__ = _core.__version__
build_info = _core.build_info
