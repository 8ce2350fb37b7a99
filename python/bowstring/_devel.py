# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Where an installed package keeps what C++ users need."""

import os

from bowstring._load import _core


def _folder(*parts: str) -> str:
    # From the extension module, because in an editable install the Python files lie elsewhere.
    folder = os.path.join(os.path.dirname(_core.__file__), *parts)
    if not os.path.isdir(folder):
        raise FileNotFoundError(f"this build of bowstring is not installed, it has no {'/'.join(parts)} folder")
    return folder


def get_include() -> str:
    """Folder of the public headers, for `-I`."""
    return _folder("include")


def get_library_dirs() -> list[str]:
    """Folders of libbowstring, for `-L` and the run path."""
    return [_folder("lib")]


def get_cmake_dir() -> str:
    """Folder of BowstringConfig.cmake, for `cmake -DBowstring_DIR=...`."""
    return _folder("lib", "cmake", "Bowstring")
