# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""The public names, called: scripts/oracle_calls has a plain call of each, and none but those that docs/compat.md lists may answer that it isn't implemented."""

import re
import sys
import warnings
from pathlib import Path

import pytest

pytest.importorskip("pyarrow")
ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import oracle_api  # noqa: E402

CALLS = oracle_api.read_calls([])
# What is refused on purpose, by both packages or as docs/compat.md says.
ON_PURPOSE = re.compile(
    "need an engine in Rust|(Overwrite|Replace Into) is not implemented for DataFrame|Encoding BIT_PACKED is not supported|have the encoding|Insert into not implemented for this table|TRUNCATE not supported|Groups|'nope'|only tables over files can travel|a single SQL statement|escapeChar|shuffle.seed|object stores|Unsupported SQL statement|Unsupported logical plan"
)
NAMES = sorted({line.split(":")[1] for line in (Path(__file__).parent / "public_names.txt").read_text().split()})


@pytest.fixture(scope="module")
def listed():
    """Calls and names of docs/compat.md."""
    return oracle_api.known()


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("calls")
    oracle_api.make_files(folder)
    return folder


@pytest.mark.parametrize("file", sorted({call[0] for call in CALLS}))
def test_nothing_is_missing(file, data, tmp_path, listed):
    from bowstring.errors import UnsupportedError

    names = oracle_api.namespace("bowstring", data, tmp_path)
    missing = []
    for _, _, call in (call for call in CALLS if call[0] == file):
        own = dict(names)
        oracle_api.session(own)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                *statements, last = oracle_api.split(call.removesuffix("!ordered").strip())
                for statement in statements:
                    exec(statement, own)
                oracle_api.plain(eval(last, own), True, "bowstring")
        except (UnsupportedError, NotImplementedError) as error:
            if oracle_api.one_line(call) not in listed and not ON_PURPOSE.search(str(error)):
                missing.append(f"{call}: {error}")
        except Exception:  # noqa: BLE001  what the peer says to it is the oracle's business
            pass
    assert not missing


def test_every_name_is_called(listed):
    text = "\n".join(call for _, _, call in CALLS)
    words = set(re.findall(r"\w+", text)) | {word for name in listed for word in re.findall(r"\w+", name)}
    forgotten = [
        name
        for name in NAMES
        if (part := name.split(".")[-1]) not in words
        and not part.startswith("_")
        and part[0].islower()  # classes and enumerations' members are looked at in test_public_names
        and not name.startswith(("Create", "Drop", "Transaction"))  # of statements that act while they are planned
    ]
    assert len(forgotten) < 40, forgotten
