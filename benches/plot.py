# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""plot.py FILE: bars of {suite: {case: {engine: ms}}} (JSON on standard input), one panel a suite, on a logarithmic scale."""

import json
import sys

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402

suites = json.load(sys.stdin)
matplotlib.rcParams["svg.hashsalt"] = "bowstring"
figure, panels = plt.subplots(max(len(suites), 1), 1, figsize=(11, 3.2 * max(len(suites), 1)), squeeze=False)
for panel, (suite, cases) in zip(panels[:, 0], suites.items()):
    engines = list(dict.fromkeys(e for by in cases.values() for e in by))
    for i, engine in enumerate(engines):
        at = [n + (i - len(engines) / 2) * 0.8 / len(engines) for n in range(len(cases))]
        panel.bar(at, [by.get(engine, 0) for by in cases.values()], 0.8 / len(engines), label=engine, align="edge")
    panel.set_xticks(range(len(cases)), list(cases), rotation=45 if len(cases) > 10 else 0, fontsize=8)
    panel.set_yscale("log")
    panel.set_ylabel("ms")
    panel.set_title(suite, loc="left")
    panel.legend(ncols=5, fontsize=8, frameon=False)
figure.tight_layout()
figure.savefig(sys.argv[1], metadata={"Date": None})
