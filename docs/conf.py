# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Sphinx: `sphinx-build -W docs build/docs`. The function reference is written from the registry before each build."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import function_reference

project = "Bowstring"
author = "The Bowstring Authors"
project_copyright = "2026 The Bowstring Authors"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "tested.md"]
myst_heading_anchors = 3
# Grammars in SQL blocks are no SQL.
suppress_warnings = ["misc.highlighting_failure"]
html_theme = "alabaster"
html_theme_options = {"description": "Queries that stream", "page_width": "1100px", "sidebar_width": "240px"}


def setup(app):
    app.connect("builder-inited", lambda app: function_reference.write(Path(app.srcdir) / "functions.md"))
