# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Files as tables."""

from __future__ import annotations

import glob
import os
from typing import Any

from bowstring.common import DataTypeMap, SqlTable
from bowstring.input.base import BaseInputSource


class LocationInputPlugin(BaseInputSource):
    """Describes Parquet files by their path."""

    def is_correct_input(self, input_item: Any, table_name: str, **kwargs: Any) -> bool:
        return isinstance(input_item, (str, os.PathLike))

    def build_table(self, input_item: Any, table_name: str, **kwargs: Any) -> SqlTable:
        from bowstring.context import SessionContext

        path = os.fspath(input_item)
        extension = os.path.splitext(path)[1].lower()
        if extension not in ("", ".parquet"):
            raise RuntimeError(f"Input of format: `{extension}` is currently not supported. Only Parquet and CSV.")
        frame = SessionContext().read_parquet(path)
        columns = [(field.name, DataTypeMap._of_core(field.type)) for field in frame.df.schema()]
        files = sorted(glob.glob(path)) if glob.has_magic(path) else [path]
        return SqlTable(table_name, columns, float(frame.count()), files)
