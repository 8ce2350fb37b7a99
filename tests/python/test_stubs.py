# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""What type checkers see: the extension module's surface as reviewed, and the package's names, which none may be made while it runs alone."""

import ast
import difflib
import importlib
from pathlib import Path

import bowstring

GOLDEN = Path(__file__).parents[1] / "golden" / "_core.pyi"


def test_surface_is_the_reviewed_one():
    made = Path(bowstring._core.__file__).with_name("_core.pyi")
    differences = difflib.unified_diff(
        GOLDEN.read_text().splitlines(), made.read_text().splitlines(), str(GOLDEN), str(made), lineterm=""
    )
    text = "\n".join(differences)
    assert not text, f"{text}\nIf this is wanted: cp {made} {GOLDEN}"


def static_names(body, folder):
    """The names that a reader of the source knows: what a type checker sees, which runs nothing."""
    names = set()
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {leaf.id for target in targets for leaf in ast.walk(target) if isinstance(leaf, ast.Name)}
        elif isinstance(node, ast.If):
            names |= static_names(node.body + node.orelse, folder)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.name == "*":
                    file = folder.joinpath(*node.module.split(".")[1:]).with_suffix(".py")
                    names |= static_names(ast.parse(file.read_text()).body, folder)
                names.add(alias.asname or alias.name)
    return names


def test_public_names_are_static():
    folder = Path(bowstring.__file__).parent
    missing = []
    for name in ("", ".functions", ".functions.spark", ".expr", ".dataframe", ".context", ".catalog", ".user_defined", ".plan", ".options", ".common"):
        module = importlib.import_module("bowstring" + name)
        tree = ast.parse(Path(module.__file__).read_text())
        known = static_names(tree.body, folder)
        missing += [f"{module.__name__}.{public}" for public in module.__all__ if public not in known]
    assert not missing
    tree = ast.parse((folder / "expr.py").read_text())
    expr = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Expr")
    assert {name for name in vars(bowstring.Expr) if name not in vars(object)} - static_names(expr.body, folder) <= {"__module__", "__weakref__", "expr"}
