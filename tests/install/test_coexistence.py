# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""The wheel beside other packages that bring an Arrow library: both orders of import, global or private symbols.

One pyarrow in a plain run, all in a full one.
"""

import os

import pytest

PYARROWS = ["26.0.1", "17.0.0", "21.0.0", "24.0.0"]
CHOSEN = PYARROWS if os.environ.get("BOWSTRING_FULL") else PYARROWS[1:2]

# Work on both sides after both are loaded: kernels, pools, regular expressions, Parquet, a group-by; then streams.
USE = """
import io
import pyarrow as pa, pyarrow.compute as pc, pyarrow.parquet as pq

def use_pyarrow():
    t = pa.table({"a": list(range(10_000)), "s": [f"row {i}" for i in range(10_000)]})
    assert pc.sum(t["a"]).as_py() == 49_995_000
    assert pc.sum(pc.match_substring_regex(t["s"], "7$")).as_py() == 1000
    assert t.group_by("a").aggregate([("s", "count")]).num_rows == 10_000
    out = io.BytesIO()
    pq.write_table(t, out, compression="zstd")
    assert pq.read_table(io.BytesIO(out.getvalue()), use_threads=True).equals(t)
    return t

def use_bowstring():
    assert "running on Arrow 26." in bowstring.build_info()
    ctx = bowstring.SessionContext()
    t = use_pyarrow()
    df = ctx.from_arrow(t)
    assert pa.table(df).num_rows == 10_000
    assert pa.RecordBatchReader.from_stream(df).read_all().column("a").to_pylist() == list(range(10_000))

for _ in range(3):
    use_pyarrow()
    use_bowstring()
import os
pid = os.fork()
if pid == 0:
    use_pyarrow(); use_bowstring(); os._exit(0)
assert os.waitpid(pid, 0)[1] == 0
print("ok")
"""


@pytest.fixture(scope="module", params=CHOSEN)
def beside(request, make_environment):
    return make_environment(f"pyarrow=={request.param}", "numpy")


@pytest.mark.parametrize("symbols", ["private", "global"])
@pytest.mark.parametrize("order", ["pyarrow first", "bowstring first"])
def test_beside_pyarrow(beside, order, symbols, run_code):
    first = "import os, sys\n"
    if symbols == "global":
        first += "sys.setdlopenflags(os.RTLD_NOW | os.RTLD_GLOBAL)\n"
    imports = ["import pyarrow, pyarrow.compute, pyarrow.parquet\n", "import bowstring\n"]
    if order == "bowstring first":
        imports.reverse()
    assert run_code(beside, first + "".join(imports) + USE).endswith("ok\n")
