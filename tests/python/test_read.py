# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Files read by bowstring beside datafusion 55: the same columns, types and rows, or errors of the same words."""

from __future__ import annotations

import bz2
import gzip
import lzma
import math
import os
import subprocess
import sys

import bowstring
import pytest

pa = pytest.importorskip("pyarrow")
datafusion = pytest.importorskip("datafusion")

BOTH = (bowstring, datafusion)


def _rows(table):
    def plain(value):
        if isinstance(value, float) and math.isnan(value):
            return "nan"
        return value

    rows = [{key: plain(value) for key, value in row.items()} for row in table.to_pylist()]
    return sorted(rows, key=repr)


def _read(module, call):
    frame = call(module, module.SessionContext())
    table = frame.to_arrow_table()
    return [(field.name, str(field.type), field.nullable) for field in table.schema], _rows(table)


def same(call):
    ours, theirs = (_read(module, call) for module in BOTH)
    assert ours == theirs


def both_fail(call, *words):
    """Both fail, ours with these words, which the peer's text has too."""
    texts = []
    for module in BOTH:
        with pytest.raises(Exception) as caught:
            call(module, module.SessionContext()).to_arrow_table()
        texts.append(str(caught.value))
    for text in texts:
        for word in words:
            assert word in text, text


def csv(tmp_path, text, name="x.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


SAME_CSV = {
    "plain": "a,b\n1,2\n3,4\n",
    "blank lines": "a\n1\n\n\n2\n",
    "quotes": 'a,b\n"x,y","q""z"\nab"c,"d"e\n',
    "quoted line ends": 'a,b\n"x\ny",1\n"p\r\nq",2\n',
    "crlf": "a,b\r\n1,2\r\n3,4\r\n",
    "cr": "a,b\r1,2\r3,4\r",
    "no last line end": "a,b\n1,2\n3,4",
    "empty last field": "a,b\n1,\n2,",
    "empty fields": "a,b,c\n,,\n1,x,2.5\n",
    "quoted empty": 'a,b\n"",1\nx,2\n',
    "int": "a\n1\n-2\n9223372036854775807\n",
    "big int": "a\n99999999999999999999\n1\n",
    "double": "a\n1.5\n-2e3\n.5\n5.\n1E-2\n",
    "int and double": "a\n1\n2.5\n",
    "bool": "a\ntrue\nFALSE\nTrue\n",
    "int and bool": "a\n1\ntrue\n",
    "date": "a\n2020-01-01\n1969-12-31\n",
    "timestamp s": "a\n2020-01-01T00:00:00\n2020-01-01 10:11:12\n",
    "timestamp ms": "a\n2020-01-01T00:00:00.1\n2020-01-01T00:00:00.123\n",
    "timestamp us": "a\n2020-01-01T00:00:00.123456\n2020-01-01T00:00:00\n",
    "timestamp ns": "a\n2020-01-01T00:00:00.123456789\n2020-01-01T00:00:00.5\n",
    "timestamp zone": "a\n2020-01-01T00:00:00+02:00\n2020-01-01T00:00:00Z\n",
    "date and timestamp": "a\n2020-01-01\n2020-01-01T10:00:00\n",
    "nan": "a\nNaN\n1.5\ninf\n-inf\nnan\n",
    "plus": "a\n+1\n2\n",
    "blanks": "a, b\n 1, 2\n",
    "quoted number": 'a\n"1"\n"2"\n',
    "all empty": "a,b\n,1\n,2\n",
    "header only": "a,b\n",
    "header without line end": "a,b",
    "empty": "",
    "byte order mark": b"\xef\xbb\xbfa,b\n1,2\n",
    "umlauts": "ä,ß\nö,é😀\n",
    "leading zeros": "a\n007\n08\n",
    "minus alone": "a\n-\n1\n",
    "exponent alone": "a\n1e\n1\n",
    "one column of quotes": 'a\n"x"\n"y"\n',
    "quote in the middle": 'a,b\n5" pipe,1\n6" tube,2\n',
}


@pytest.mark.parametrize("name", SAME_CSV)
def test_csv(tmp_path, name):
    path = csv(tmp_path, SAME_CSV[name])
    same(lambda module, ctx: ctx.read_csv(path))


@pytest.mark.parametrize(
    "name",
    ["plain", "quotes", "crlf", "int and double", "empty", "byte order mark"],
)
def test_csv_without_header(tmp_path, name):
    path = csv(tmp_path, SAME_CSV[name])
    same(lambda module, ctx: ctx.read_csv(path, has_header=False))


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("a,b,c\n1,2,3\n4,5\n6\n", {"truncated_rows": True}),
        ("#hi\na,b\n#x\n1,2\n#y\n", {"comment": "#"}),
        ('a,b\n"x\\"y",2\n', {"escape": "\\"}),
        ("a,b\n'x,y',2\n", {"quote": "'"}),
        ("a;b\n1;2\n", {"delimiter": ";"}),
        ("a\tb\n1\t2\n", {"delimiter": "\t"}),
        ("a|b\n1|2\n", {"delimiter": "|", "has_header": False}),
        ("a,b\n1,2\n3,x\n", {"schema_infer_max_records": 0}),
        ('a,b\n"1\n2",3\n', {"newlines_in_values": True}),
    ],
)
def test_csv_options(tmp_path, text, options):
    path = csv(tmp_path, text)
    same(lambda module, ctx: ctx.read_csv(path, options=module.CsvReadOptions(**options)))


def test_csv_terminator(tmp_path):
    path = csv(tmp_path, "a,b;1,x\n;3,4;")
    options = bowstring.CsvReadOptions(terminator=";")
    assert bowstring.SessionContext().read_csv(path, options=options).to_pydict() == {"a": [1, 3], "b": ["x\n", "4"]}


def test_csv_null_regex(tmp_path):
    path = csv(tmp_path, "a,b\n1,x\nNA,NA\n2,\n")
    schema = pa.schema([("a", pa.int64()), ("b", pa.string())])
    options = bowstring.CsvReadOptions(null_regex="^NA$", schema=schema)
    frame = bowstring.SessionContext().read_csv(path, options=options)
    assert frame.to_pydict() == {"a": [1, None, 2], "b": ["x", None, None]}


SCHEMAS = {
    "other names": (pa.schema([("x", pa.int64()), ("y", pa.string())]), "a,b\n1,2\n"),
    "numbers": (
        pa.schema([("a", pa.int8()), ("b", pa.uint16()), ("c", pa.float32()), ("d", pa.int32())]),
        "a,b,c,d\n1,2,3,4\n-5,65535,.25,\n",
    ),
    "decimal": (pa.schema([("a", pa.decimal128(10, 2))]), "a\n2.55\n3\n-1.5\n"),
    "times": (
        pa.schema([("a", pa.timestamp("us")), ("b", pa.date32()), ("c", pa.time64("ns"))]),
        "a,b,c\n2020-01-01 01:02:03,2020-01-01,10:00:00\n",
    ),
    "dictionary": (pa.schema([("a", pa.dictionary(pa.int32(), pa.string()))]), "a\nx\ny\nx\n"),
    "view": (pa.schema([("a", pa.string_view())]), "a\nx\n\nlonger than twelve bytes\n"),
    "not null": (pa.schema([pa.field("a", pa.int64(), False)]), "a\n1\n2\n"),
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_csv_schema(tmp_path, name):
    schema, text = SCHEMAS[name]
    path = csv(tmp_path, text)
    same(lambda module, ctx: ctx.read_csv(path, schema=schema))


BAD_CSV = {
    "short row": ("a,b,c\n1,2,3\n4,5\n", {}, ("unequal lengths", "Expected 3 records, found 2 records at line 3")),
    "long row": ("a,b\n1,2\n4,5,6\n", {}, ("unequal lengths", "Expected 2 records, found 3 records at line 3")),
    "short row later": ("a,b,c\n1,2,3\n4,5\n", {"schema_infer_max_records": 1}, ("incorrect number of fields for line 3, expected 3 got 2",)),
    "long row later": ("a,b\n1,2\n4,5,6\n", {"schema_infer_max_records": 1}, ("incorrect number of fields for line 3, expected 2 got 3",)),
    "int": ("a,b\n1,2\nx,5\n", {"schema_infer_max_records": 1}, ("Error while parsing value 'x' as type 'Int64' for column 0 at line 2", "Row data: '[x,5]'")),
    "int behind blank lines": ("a,b\n1,2\n\n\n2,3\n3,x\n", {"schema_infer_max_records": 1}, ("Error while parsing value 'x' as type 'Int64' for column 1 at line 3",)),
    "bool": ("a,b\n1,true\n2,x\n", {"schema_infer_max_records": 1}, ("Error while parsing value 'x' as type 'Boolean'",)),
    "date": ("a,b\n1,2020-01-01\n2,x\n", {"schema_infer_max_records": 1}, ("Error while parsing value 'x' as type 'Date32'",)),
    "double": ("a,b\n1,2.5\n2,x\n", {"schema_infer_max_records": 1}, ("Error while parsing value 'x' as type 'Float64'",)),
    "int8": ("a\n1\n300\n", {"schema": pa.schema([("a", pa.int8())])}, ("Error while parsing value '300' as type 'Int8'",)),
    "utf-8": (b"a,b\n1,\xff\n", {}, ("UTF-8", "line 2")),
    "utf-8 later": (b"a,b\n1,a\n2,\xff\n", {"schema_infer_max_records": 1}, ("invalid UTF-8 data for line 3",)),
    "schema too short": ("a,b,c\n1,2,3\n", {"schema": pa.schema([("b", pa.int64())])}, ("incorrect number of fields for line",)),
    "schema too long": ("a,b\n1,2\n", {"schema": pa.schema([("a", pa.int64()), ("b", pa.int64()), ("c", pa.int64())])}, ("incorrect number of fields for line",)),
    "not null": ("a,b\n1,2\n,3\n", {"schema": pa.schema([pa.field("a", pa.int64(), False), ("b", pa.string())])}, ("Column 'a' is declared as non-nullable but contains null values",)),
    "delimiter": ("a\n", {"delimiter": ",,"}, ("delimiter must be a single character",)),
    "compression": ("a\n", {"file_compression_type": "foo"}, ("file_compression_type must be one of: gzip, bz2, xz, zstd",)),
    "not gzip": ("a\n1\n", {"file_compression_type": "gzip"}, ()),
}


@pytest.mark.parametrize("name", BAD_CSV)
def test_csv_errors(tmp_path, name):
    text, arguments, words = BAD_CSV[name]
    path = csv(tmp_path, text)
    both_fail(lambda module, ctx: ctx.read_csv(path, **arguments), *words)


def test_error_names_file_and_line(tmp_path):
    path = csv(tmp_path, "a,b\n1,2\n\n2,3\n3,x\n")
    with pytest.raises(bowstring.errors.ExecutionError, match="line 5 of the file") as caught:
        bowstring.SessionContext().read_csv(path, schema_infer_max_records=1).collect()
    assert path in str(caught.value) and "'b'" in str(caught.value)


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "d"
    (root / "sub").mkdir(parents=True)
    for name, value in [("a.csv", 1), ("_u.csv", 2), ("b.CSV", 5), ("sub/s.csv", 4), ("c.txt", 6)]:
        (root / name).write_text(f"a\n{value}\n")
    return root


@pytest.mark.parametrize("what", ["", "/", "/*.csv", "/a.csv", "/?.csv", "/[a-b].csv"])
def test_paths(folder, what):
    same(lambda module, ctx: ctx.read_csv(str(folder) + what))


def test_path_objects_lists_and_urls(folder):
    same(lambda module, ctx: ctx.read_csv(folder / "a.csv"))
    same(lambda module, ctx: ctx.read_csv([str(folder / "a.csv"), str(folder / "_u.csv")]))
    same(lambda module, ctx: ctx.read_csv([folder / "a.csv", folder / "_u.csv"]))
    same(lambda module, ctx: ctx.read_csv(f"file://{folder}/a.csv"))


def test_list_of_parquet_is_refused(tmp_path):
    for module in BOTH:
        with pytest.raises(TypeError):
            module.SessionContext().read_parquet(["x.parquet"])


@pytest.mark.parametrize(("kind", "extension"), [("csv", ".csv"), ("json", ".json"), ("parquet", ".parquet"), ("avro", ".avro")])
def test_extension_and_missing(tmp_path, kind, extension):
    wrong = tmp_path / "x.txt"
    wrong.write_text("a\n1\n")
    both_fail(lambda module, ctx: getattr(ctx, f"read_{kind}")(str(wrong)), "does not match the expected extension", extension)
    missing = tmp_path / f"none{extension}"
    both_fail(lambda module, ctx: getattr(ctx, f"read_{kind}")(str(missing)), "No files found at", "Cannot infer schema from an empty location")
    empty = tmp_path / "empty"
    empty.mkdir()
    both_fail(lambda module, ctx: getattr(ctx, f"read_{kind}")(str(empty)), "No files found at")


@pytest.mark.parametrize("extension", [".txt", "txt", ""])
def test_other_extension(folder, extension):
    same(lambda module, ctx: ctx.read_csv(str(folder / "c.txt"), file_extension=extension))


def test_schemas_of_a_folder(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    (tmp_path / "b.csv").write_text("a,b\n1.5,x\n")
    both_fail(lambda module, ctx: ctx.read_csv(str(tmp_path)), "Fail to merge schema field")


def test_columns_of_files_by_header(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    (tmp_path / "b.csv").write_text("b,c\n3,x\n")
    frame = bowstring.SessionContext().read_csv(tmp_path)
    assert frame.sort("b").to_pydict() == {"a": [1, None], "b": [2, 3], "c": [None, "x"]}


@pytest.mark.parametrize(
    ("kind", "compress"),
    [("gzip", gzip.compress), ("gz", gzip.compress), ("bz2", bz2.compress), ("zstd", lambda data: pa.compress(data, "zstd", asbytes=True)), ("xz", lzma.compress)],
)
@pytest.mark.parametrize("parts", [1, 2])
def test_compressed(tmp_path, kind, compress, parts):
    rows = [f"{i},{'x' * (i % 50)}\n".encode() for i in range(200_000)]
    data = b"a,b\n" + b"".join(rows)
    cut = len(data) // parts
    packed = b"".join(compress(data[i * cut : (i + 1) * cut if i + 1 < parts else None]) for i in range(parts))
    path = csv(tmp_path, packed)
    table = bowstring.SessionContext().read_csv(path, file_compression_type=kind).to_arrow_table()
    assert table.num_rows == 200_000
    assert table["a"].to_pylist() == list(range(200_000))
    with open(path, "wb") as file:
        file.write(packed[: len(packed) - 20])
    with pytest.raises(Exception, match="can't be decompressed"):
        bowstring.SessionContext().read_csv(path, file_compression_type=kind).collect()


def test_xz_padding_and_damage(tmp_path):
    first, second = lzma.compress(b"a\n1\n"), lzma.compress(b"2\n", check=lzma.CHECK_CRC32, preset=0)
    ctx = bowstring.SessionContext()
    assert ctx.read_csv(csv(tmp_path, first + bytes(8) + second + bytes(4)), file_compression_type="xz").to_pydict() == {"a": [1, 2]}
    for damaged in (first + bytes(3) + second, first + bytes(3), b"a\n1\n", first[:-20] + b"x" + first[-19:], first + b"x"):
        path = csv(tmp_path, damaged)
        with pytest.raises(Exception, match=f"{path}' can't be decompressed"):
            ctx.read_csv(path, file_compression_type="xz").collect()


def test_xz_decoder_is_in_the_budget(tmp_path):
    """A decoder of the strongest preset takes 65 MB: more than there is, but the next one fits."""
    rows = b"a\n" + b"".join(b"%d\n" % i for i in range(1000))
    path = csv(tmp_path, lzma.compress(rows, preset=9))
    schema = pa.schema([("a", pa.int64())])

    def run(limit):
        ctx = bowstring.SessionContext(bowstring.SessionConfig().set("bowstring.memory_limit", limit))
        return ctx.read_csv(path, schema=schema, file_compression_type="xz").to_arrow_table().num_rows

    assert run("128M") == 1000
    with pytest.raises(bowstring.errors.BudgetExceeded):
        run("32M")


def test_xz_without_the_library(tmp_path):
    code = (
        "import ctypes, os, bowstring\n"
        "try:\n    bowstring.SessionContext().read_csv(os.environ['FILE'], file_compression_type='xz')\n"
        "except bowstring.errors.UnsupportedError as e:\n    print(e)\n"
    )
    # Shadows the system's: a file that is no library.
    (tmp_path / "liblzma.so.5").write_text("no library")
    path = csv(tmp_path, lzma.compress(b"a\n1\n"))
    env = {**os.environ, "FILE": str(path), "LD_LIBRARY_PATH": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    out = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert "liblzma" in out.stdout, out
    assert "xz-libs" in out.stdout, out


def test_large_csv(tmp_path):
    """Many chunks, quoted line ends across their borders, rows in order; only wanted columns."""
    path = tmp_path / "big.csv"
    with open(path, "w") as file:
        file.write("i,s,f\n")
        for i in range(300_000):
            text = f'"line {i}\nand, ""more"""' if i % 7 == 0 else f"s{i}"
            file.write(f"{i},{text},{i / 4}\n")
    ctx = bowstring.SessionContext()
    table = ctx.read_csv(path).to_arrow_table()
    assert table["i"].to_pylist() == list(range(300_000))
    assert table["s"][7].as_py() == 'line 7\nand, "more"'
    assert table["f"].to_pylist() == [i / 4 for i in range(300_000)]
    ctx.register_csv("t", path)
    assert ctx.sql("select count(*) c, sum(i) s from t where i % 2 = 0").to_pydict() == {"c": [150_000], "s": [sum(range(0, 300_000, 2))]}
    assert ctx.sql("select f from t limit 3").to_pydict() == {"f": [0.0, 0.25, 0.5]}


SAME_JSON = {
    "all types": '{"a":1,"B":2.5,"c":true,"d":"x","e":[1,2],"f":{"g":1}}\n{"a":2,"h":null}\n',
    "empty list": '{"b":[]}\n{"b":[1]}\n',
    "empty lists": '{"b":[]}\n{"b":[]}\n',
    "null only": '{"b":null}\n',
    "null first": '{"b":null}\n{"b":3}\n',
    "list of objects": '{"b":[{"x":1},{"y":"s"}]}\n',
    "list of lists": '{"b":[[1],[2,3]]}\n',
    "list with null": '{"b":[1,null]}\n',
    "big int": '{"b":99999999999999999999}\n',
    "uint64": '{"b":9223372036854775808}\n',
    "int and double": '{"b":1}\n{"b":2.5}\n',
    "date": '{"b":"2020-01-01"}\n',
    "absent": '{"a":1}\n{"b":2}\n',
    "key twice": '{"a":1,"a":2}\n',
    "escapes": '{"a":"x\\n\\u00e9\\ud83d\\ude00\\/\\"\\\\"}\n',
    "blank lines": '{"a":1}\n\n  \n{"a":2}\n\n',
    "crlf": '{"a":1}\r\n{"a":2}\r\n',
    "case": '{"A":1,"a":2}\n',
    "numbers": '{"a":-0,"b":-0.0,"c":1E5,"d":0.1}\n',
    "no last line end": '{"a":1}\n{"a":2}',
    "empty": "",
    "objects within": '{"a":{"b":{"c":[{"d":null},{"d":1.5}]}}}\n{"a":{"b":{"e":true}}}\n',
    "blanks": ' { "a" : 1 , "b" : [ 1 , 2 ] }  \n',
    "bool": '{"a":true}\n{"a":false}\n{"a":null}\n',
}


@pytest.mark.parametrize("name", SAME_JSON)
def test_json(tmp_path, name):
    path = csv(tmp_path, SAME_JSON[name], "x.json")
    same(lambda module, ctx: ctx.read_json(path))


JSON_SCHEMAS = {
    "by name": (pa.schema([("b", pa.string()), ("z", pa.int32()), ("a", pa.float32())]), '{"a":1,"b":"x"}\n{"a":2}\n'),
    "times": (
        pa.schema([("a", pa.timestamp("us")), ("d", pa.date32()), ("t", pa.time64("us")), ("n", pa.timestamp("ms"))]),
        '{"a":"2020-01-01T00:00:00","d":"2020-01-01","t":"10:00:00","n":5}\n',
    ),
    "decimals": (pa.schema([("x", pa.decimal128(5, 2)), ("y", pa.decimal128(5, 2))]), '{"x":"1.25","y":1.25}\n'),
    "map": (pa.schema([("a", pa.map_(pa.string(), pa.int64()))]), '{"a":{"x":1,"y":2}}\n'),
    "large": (
        pa.schema([("a", pa.string_view()), ("b", pa.large_list(pa.int8())), ("c", pa.large_string())]),
        '{"a":"x","b":[1],"c":"q"}\n',
    ),
    "binary": (pa.schema([("b", pa.binary())]), '{"b":"616263"}\n'),
    "text of numbers": (pa.schema([("a", pa.int64())]), '{"a":1}\n{"a":"25"}\n'),
}


@pytest.mark.parametrize("name", JSON_SCHEMAS)
def test_json_schema(tmp_path, name):
    schema, text = JSON_SCHEMAS[name]
    path = csv(tmp_path, text, "x.json")
    same(lambda module, ctx: ctx.read_json(path, schema=schema))


BAD_JSON = {
    "array": ('[{"a":1},{"a":2}]\n', {}, ("Expected JSON record to be an object, found Array",)),
    "number": ("1\n", {}, ("Expected JSON record to be an object, found Number",)),
    "syntax": ('{"a":1}\n{"a":}\n', {}, ("Not valid JSON", "column 6")),
    "syntax later": ('{"a":1}\n{"a":}\n', {"schema_infer_max_records": 1}, ("Encountered unexpected '}' whilst parsing value",)),
    "cut short": ('{"a":1}\n{"a":2', {"schema_infer_max_records": 1}, ("Json error",)),
    "text for int": ('{"a":1}\n{"a":"x"}\n', {"schema_infer_max_records": 1}, ("whilst decoding field 'a': failed to parse \"x\" as Int64",)),
    "list for int": ('{"a":1}\n{"a":[1]}\n', {"schema_infer_max_records": 1}, ("whilst decoding field 'a': expected primitive got [1]",)),
    "text for bool": ('{"a":"true"}\n', {"schema": pa.schema([("a", pa.bool_())])}, ("whilst decoding field 'a': expected boolean got \"true\"",)),
    "int8": ('{"a":300}\n', {"schema": pa.schema([("a", pa.int8())])}, ("failed to parse 300 as Int8",)),
    "utf-8": (b'{"a":"\xff"}\n', {}, ("UTF-8",)),
    "two on a line": ('{"a":1} {"a":2}\n', {}, ("Not valid JSON: trailing characters",)),
    "not null": ('{"a":1}\n{}\n', {"schema": pa.schema([pa.field("a", pa.int64(), False)])}, ("non-nullable",)),
    "compression": ("{}", {"file_compression_type": "foo"}, ("file_compression_type must be one of: gzip, bz2, xz, zstd",)),
}


@pytest.mark.parametrize("name", BAD_JSON)
def test_json_errors(tmp_path, name):
    text, arguments, words = BAD_JSON[name]
    path = csv(tmp_path, text, "x.json")
    both_fail(lambda module, ctx: ctx.read_json(path, **arguments), *words)


def test_json_mixes_are_text(tmp_path):
    path = csv(tmp_path, '{"a":1,"b":{"x":1},"c":true}\n{"a":"x","b":[1, 2],"c":2.50}\n', "x.json")
    frame = bowstring.SessionContext().read_json(path)
    assert frame.to_pydict() == {"a": ["1", "x"], "b": ['{"x":1}', "[1, 2]"], "c": ["true", "2.50"]}


def test_json_fraction_is_no_integer(tmp_path):
    path = csv(tmp_path, '{"a":1}\n{"a":2.0}\n{"a":1.5}\n', "x.json")
    with pytest.raises(Exception, match="failed to parse 1.5 as Int64.*line 3"):
        bowstring.SessionContext().read_json(path, schema_infer_max_records=1).collect()


def test_large_json(tmp_path):
    path = tmp_path / "big.json"
    with open(path, "w") as file:
        for i in range(200_000):
            file.write(f'{{"i": {i}, "s": "text {i}", "l": [{i}, {i + 1}], "o": {{"k": {i}}}}}\n')
    ctx = bowstring.SessionContext()
    table = ctx.read_json(path).to_arrow_table()
    assert table["i"].to_pylist() == list(range(200_000))
    assert table["l"][1999].as_py() == [1999, 2000]
    ctx.register_json("t", path)
    assert ctx.sql("select sum(o['k']) s, count(*) c from t").to_pydict() == {"s": [sum(range(200_000))], "c": [200_000]}


def test_json_arrays(tmp_path):
    path = csv(tmp_path, '[{"a":1}, {"a":[2]},\n {"a":"],"}\n]\n', "x.json")
    ctx = bowstring.SessionContext()
    ctx.sql(f"create external table t stored as json location '{path}' options ('format.newline_delimited' 'false')")
    assert ctx.table("t").to_pydict() == {"a": ["1", "[2]", "],"]}
