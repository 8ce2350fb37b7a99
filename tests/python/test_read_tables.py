# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Tables over files and datasets: partitioned folders, CREATE EXTERNAL TABLE, paths in FROM, Avro, pyarrow datasets, factories."""

from __future__ import annotations

import datetime
import uuid
import warnings

import bowstring
import pytest
from avro_writer import container

pa = pytest.importorskip("pyarrow")
ds = pytest.importorskip("pyarrow.dataset")
pq = pytest.importorskip("pyarrow.parquet")
datafusion = pytest.importorskip("datafusion")

BOTH = (bowstring, datafusion)


def _read(module, call):
    table = call(module, module.SessionContext()).to_arrow_table()
    return [(field.name, str(field.type), field.nullable) for field in table.schema], sorted(
        table.to_pylist(), key=repr
    )


def same(call):
    ours, theirs = (_read(module, call) for module in BOTH)
    assert ours == theirs


def both_fail(call, *words):
    for module in BOTH:
        with pytest.raises(Exception) as caught:
            call(module, module.SessionContext()).to_arrow_table()
        for word in words:
            assert word in str(caught.value), str(caught.value)


@pytest.fixture(params=["csv", "json", "parquet"])
def hive(request, tmp_path):
    """A tree g=1/k=x, g=2/k=y z, and a read function of its format."""
    kind = request.param
    root = tmp_path / "hive"
    for g, k, value in [(1, "x", 10), (2, "y%20z", 20), (2, "x", 30)]:
        folder = root / f"g={g}" / f"k={k}"
        folder.mkdir(parents=True)
        path = folder / f"a.{kind}"
        if kind == "csv":
            path.write_text(f"a\n{value}\n")
        elif kind == "json":
            path.write_text(f'{{"a":{value}}}\n')
        else:
            pq.write_table(pa.table({"a": [value]}), path)
    return kind, root


def _reader(kind, root, **arguments):
    return lambda module, ctx: getattr(ctx, f"read_{kind}")(str(root), **arguments)


@pytest.mark.parametrize(
    "columns",
    [
        [("g", pa.int32()), ("k", pa.string())],
        [("g", pa.string()), ("k", pa.string())],
        [("g", pa.int64())],
        [],
    ],
)
def test_partition_columns(hive, columns):
    kind, root = hive
    same(_reader(kind, root, table_partition_cols=columns))


def test_partition_value_of_another_type(hive):
    kind, root = hive
    call = _reader(kind, root, table_partition_cols=[("g", pa.int32()), ("k", pa.int32())])
    both_fail(call, "Cannot cast string", "to value of Int32 type")


@pytest.mark.parametrize("where", ["g = 2", "k = 'x'", "g > 1 and k <> 'x'", "g = 3", "a > 10 and g = 2", "g + 1 = 2"])
def test_filters_on_partition_columns(hive, where):
    kind, root = hive
    columns = [("g", pa.int32()), ("k", pa.string())]

    def call(module, ctx):
        if kind == "csv":
            ctx.register_csv("t", str(root), options=module.CsvReadOptions(table_partition_cols=columns))
        else:
            getattr(ctx, f"register_{kind}")("t", str(root), table_partition_cols=columns)
        return ctx.sql(f"select * from t where {where}")

    same(call)


def test_excluded_folders_are_not_opened(hive):
    kind, root = hive
    ctx = bowstring.SessionContext()
    schema = pa.schema([("a", pa.int64())])
    options = {"schema": schema, "table_partition_cols": [("g", pa.int32()), ("k", pa.string())]}
    frame = getattr(ctx, f"read_{kind}")(str(root), **options)
    for path in root.glob("g=2/*/*"):
        path.unlink()
    assert frame.filter("g = 1").to_pydict() == {"a": [10], "g": [1], "k": ["x"]}
    with pytest.raises(Exception, match="a\\." + kind):
        frame.collect()


def test_files_of_excluded_folders_may_be_anything(tmp_path):
    """With a schema no Parquet footer is read before a query needs it; filters that mix columns are right nevertheless."""
    pq = pytest.importorskip("pyarrow.parquet")
    for g in range(20):
        (tmp_path / f"g={g}").mkdir()
        pq.write_table(pa.table({"a": [g, g + 1]}), tmp_path / f"g={g}" / "f.parquet")
    for g in range(10, 20):
        (tmp_path / f"g={g}" / "f.parquet").write_bytes(b"not a Parquet file")
    ctx = bowstring.SessionContext()
    ctx.register_parquet(
        "t", str(tmp_path), table_partition_cols=[("g", pa.int32())], schema=pa.schema([("a", pa.int64())])
    )
    assert list(
        ctx.sql("select count(*), sum(a), max(g) from t where g < 10").collect()[0].to_pylist()[0].values()
    ) == [20, 100, 9]
    assert ctx.sql("select a from t where g < 10 and a = g").count() == 10
    assert ctx.sql("select a from t where g < 10 and (a = 3 or g = 4)").count() == 4
    assert ctx.sql("select a from t where g in (1, 2) limit 3").count() == 3
    assert ctx.sql("select a from t where g > 100").count() == 0
    ctx.sql("explain select * from t join t u on t.g = u.g where t.g < 3").collect()
    with pytest.raises(Exception, match="Invalid Parquet file"):
        ctx.sql("select count(*) from t").collect()


def test_old_style_partition_types(hive):
    kind, root = hive
    with pytest.warns(DeprecationWarning):
        frame = getattr(bowstring.SessionContext(), f"read_{kind}")(
            str(root), table_partition_cols=[("g", "int"), ("k", "string")]
        )
    assert sorted(frame.to_pydict()["g"]) == [1, 2, 2]
    with pytest.raises(ValueError, match="Unsupported literal data type"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        getattr(bowstring.SessionContext(), f"read_{kind}")(str(root), table_partition_cols=[("g", "float")])


@pytest.mark.parametrize(
    "definition",
    [
        "t stored as {kind}",
        "t stored as {kind} partitioned by (g, k)",
        "t (a int, g int, k varchar) stored as {kind} partitioned by (g, k)",
        "t (a int) stored as {kind} partitioned by (g int, k varchar)",
    ],
)
def test_external_tables_over_folders(hive, definition):
    kind, root = hive

    def call(module, ctx):
        ctx.sql(f"create external table {definition.format(kind=kind)} location '{root}/'")
        return ctx.sql("select * from t")

    same(call)


def test_folders_in_from(hive):
    kind, root = hive

    def call(module, ctx):
        return ctx.enable_url_table().sql(f"select * from '{root}' where g = '2'")

    same(call)


def _table(text, definition):
    def run(module, ctx, path):
        ctx.sql(f"create external table t {definition} location '{path}'")
        return ctx.sql("select * from t")

    return text, run


@pytest.mark.parametrize(
    ("definition", "options"),
    [
        ("stored as csv", ""),
        ("(x int, y int) stored as csv", "options ('has_header' 'true')"),
        ("(x varchar, y varchar) stored as csv", "options ('format.has_header' 'false')"),
        ("stored as csv", "options ('format.has_header' 'false', 'format.delimiter' ';')"),
        ("stored as csv", "options (format.has_header false)"),
        ("(a int, b int) stored as csv with order (a desc)", "options ('format.has_header' 'true')"),
        ("stored as csv", "options ('format.schema_infer_max_rec' '0')"),
    ],
)
def test_external_csv(tmp_path, definition, options):
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n3,4\n")

    def call(module, ctx):
        ctx.sql(f"create external table t {definition} location '{path}' {options}")
        return ctx.sql("select * from t")

    same(call)


def test_external_errors(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n")
    cases = [
        (
            f"create external table t stored as csv location '{path}' options ('foo' 'false')",
            'Config value "foo" not found on CsvOptions',
        ),
        (f"create external table t stored as foo location '{path}'", "Unable to find factory for FOO"),
        (f"create external table t stored as csv location '{tmp_path}/none/'", "No files found at"),
    ]
    for text, words in cases:
        for module in BOTH:
            with pytest.raises(ValueError) as caught:
                module.SessionContext().sql(text)
            assert words in str(caught.value)


def test_external_replace_and_exists(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a\n1\n")
    other = tmp_path / "y.txt"
    other.write_text("a\n2\n")
    ctx = bowstring.SessionContext()
    ctx.sql(f"create external table t stored as csv location '{path}'")
    with pytest.raises(ValueError, match="already exists"):
        ctx.sql(f"create external table t stored as csv location '{other}'")
    ctx.sql(f"create external table if not exists t stored as csv location '{other}'")
    assert ctx.table("t").to_pydict() == {"a": [1]}
    ctx.sql(f"create or replace external table t stored as csv location '{other}'")
    assert ctx.table("t").to_pydict() == {"a": [2]}
    ctx.sql("drop table t")
    assert not ctx.table_exist("t")


def test_declared_table_over_an_empty_folder(tmp_path):
    same(
        lambda module, ctx: (
            ctx.sql(f"create external table t (a int) stored as csv location '{tmp_path}/'"),
            ctx.table("t"),
        )[1]
    )


def test_registering_twice(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a\n1\n")
    for module in BOTH:
        ctx = module.SessionContext()
        ctx.register_csv("t", str(path))
        with pytest.raises(Exception, match="The table t already exists"):
            ctx.register_csv("t", str(path))


@pytest.mark.parametrize("name", ["x.csv", "x.json", "x.parquet"])
def test_paths_in_from(tmp_path, name):
    path = tmp_path / name
    if name == "x.csv":
        path.write_text("a,b\n1,x\n")
    elif name == "x.json":
        path.write_text('{"a":1,"b":"x"}\n')
    else:
        pq.write_table(pa.table({"a": [1], "b": ["x"]}), path)
    same(lambda module, ctx: ctx.enable_url_table().sql(f"select * from '{path}'"))
    same(lambda module, ctx: ctx.enable_url_table().table(str(path)))
    for module in BOTH:
        with pytest.raises(ValueError, match="not found"):
            module.SessionContext().sql(f"select * from '{path}'")
        with pytest.raises(ValueError, match="not found"):
            module.SessionContext().enable_url_table().sql(f"select * from '{tmp_path}/none.csv'")


def test_module_functions(tmp_path):
    (tmp_path / "x.csv").write_text("a\n1\n")
    (tmp_path / "x.json").write_text('{"a":1}\n')
    pq.write_table(pa.table({"a": [1]}), tmp_path / "x.parquet")
    (tmp_path / "x.avro").write_bytes(container([("a", "long")], [{"a": 1}]))
    for kind in ("csv", "json", "parquet", "avro"):
        same(lambda module, ctx, kind=kind: getattr(module, f"read_{kind}")(str(tmp_path / f"x.{kind}")))


def test_parquet_schema_and_union(tmp_path):
    pq.write_table(pa.table({"a": [1], "b": ["x"]}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"b": ["y"], "c": [1.5]}), tmp_path / "b.parquet")
    same(lambda module, ctx: ctx.read_parquet(str(tmp_path)))
    schema = pa.schema([("b", pa.string()), ("z", pa.int32()), ("a", pa.int32())])
    same(lambda module, ctx: ctx.read_parquet(str(tmp_path), schema=schema))
    pq.write_table(pa.table({"a": ["text"]}), tmp_path / "c.parquet")
    both_fail(lambda module, ctx: ctx.read_parquet(str(tmp_path)), "Fail to merge schema field 'a'")


def test_listing_table(tmp_path):
    for g in (1, 2):
        (tmp_path / f"g={g}").mkdir()
        pq.write_table(pa.table({"a": [g]}), tmp_path / f"g={g}" / "x.parquet")

    def call(module, ctx):
        ctx.register_listing_table(
            "t", str(tmp_path), table_partition_cols=[("g", pa.int32())], file_sort_order=[["a"]]
        )
        return ctx.table("t")

    same(call)


def _logical(type_, word, **more):
    return {"type": type_, "logicalType": word, **more}


AVRO = {
    "primitives": (
        [
            ("a", "boolean"),
            ("b", "int"),
            ("c", "long"),
            ("d", "float"),
            ("e", "double"),
            ("f", "bytes"),
            ("g", "string"),
        ],
        [dict(a=1, b=-5, c=1 << 40, d=1.5, e=2.5, f=b"xy", g="hi")],
    ),
    "nulls": ([("a", ["null", "int"]), ("b", ["string", "null"])], [dict(a=None, b="x"), dict(a=1, b=None)]),
    "times": (
        [
            ("a", _logical("int", "date")),
            ("b", _logical("int", "time-millis")),
            ("c", _logical("long", "time-micros")),
            ("d", _logical("long", "timestamp-millis")),
            ("e", _logical("long", "timestamp-micros")),
            ("f", _logical("long", "local-timestamp-millis")),
            ("g", _logical("long", "local-timestamp-micros")),
            ("n", _logical("long", "timestamp-nanos")),
        ],
        [dict(a=10, b=1000, c=5, d=1, e=2, f=3, g=4, n=5000)],
    ),
    "decimals": (
        [
            ("a", _logical("bytes", "decimal", precision=10, scale=2)),
            ("b", {"type": "fixed", "name": "d", "size": 3, "logicalType": "decimal", "precision": 5, "scale": 2}),
        ],
        [dict(a=b"\x04\xd2", b=b"\0\4\xd2"), dict(a=b"\xfb\x2e", b=b"\xff\xff\xff")],
    ),
    "uuid": ([("a", _logical("string", "uuid"))], [dict(a=str(uuid.UUID(int=5)))]),
    "fixed": ([("a", {"type": "fixed", "name": "f", "size": 3})], [dict(a=b"abc")]),
    "duration": (
        [("a", {"type": "fixed", "name": "d", "size": 12, "logicalType": "duration"})],
        [dict(a=b"\1\0\0\0\2\0\0\0\3\0\0\0")],
    ),
    "enum": ([("a", {"type": "enum", "name": "e", "symbols": ["X", "Y"]})], [dict(a="Y"), dict(a="X")]),
    "array": ([("a", {"type": "array", "items": "int"})], [dict(a=[1, 2]), dict(a=[])]),
    "array of nulls": ([("a", {"type": "array", "items": ["null", "int"]})], [dict(a=[1, None])]),
    "map": ([("a", {"type": "map", "values": "int"})], [dict(a={"x": 1})]),
    "record": (
        [
            (
                "a",
                {
                    "type": "record",
                    "name": "q",
                    "fields": [{"name": "x", "type": "int"}, {"name": "y", "type": ["null", "string"]}],
                },
            )
        ],
        [dict(a=dict(x=1, y=None)), dict(a=dict(x=2, y="z"))],
    ),
    "no rows": ([("a", "int")], []),
}


@pytest.mark.parametrize("name", AVRO)
def test_avro(tmp_path, name):
    path = tmp_path / "x.avro"
    path.write_bytes(container(*AVRO[name]))
    same(lambda module, ctx: ctx.read_avro(str(path)))


@pytest.mark.parametrize("codec", ["null", "deflate", "snappy", "zstandard", "bzip2"])
def test_avro_codecs(tmp_path, codec):
    path = tmp_path / "x.avro"
    rows = [{"i": i, "s": f"text {i}" * (i % 5)} for i in range(50_000)]
    path.write_bytes(container([("i", "long"), ("s", "string")], rows, codec, 777))
    ctx = bowstring.SessionContext()
    assert ctx.read_avro(path).to_pylist() == rows
    ctx.register_avro("t", path)
    assert ctx.sql("select count(*) c, sum(i) s from t").to_pydict() == {"c": [50_000], "s": [sum(range(50_000))]}


@pytest.mark.parametrize(
    "schema",
    [
        pa.schema([("b", pa.string())]),
        pa.schema([("b", pa.string()), ("a", pa.int64())]),
        pa.schema([("z", pa.string()), ("a", pa.int32())]),
    ],
)
def test_avro_schema(tmp_path, schema):
    path = tmp_path / "x.avro"
    path.write_bytes(container([("a", "int"), ("b", "string")], [dict(a=1, b="x")]))
    same(lambda module, ctx: ctx.read_avro(str(path), schema=schema))


# ---- pyarrow datasets


@pytest.fixture
def dataset(tmp_path):
    for i in range(3):
        pq.write_table(
            pa.table({"a": [i * 10, i * 10 + 1], "s": ["x", None], "o": [{"k": i}, {"k": i}]}),
            tmp_path / f"{i}.parquet",
        )
    return ds.dataset(tmp_path, format="parquet")


@pytest.mark.parametrize(
    "where",
    [
        "a > 1",
        "a > 1 and a <> 11",
        "s is null",
        "s is not null and a < 20",
        "s = 'x'",
        "o['k'] = 1",
        "a in (1, 20)",
        "a between 1 and 11",
        "not a = 1",
        "a + 1 = 2",
    ],
)
def test_dataset_filters(dataset, where):
    def call(module, ctx):
        ctx.register_dataset("t", dataset)
        return ctx.sql(f"select a, s from t where {where}")

    same(call)


def test_dataset_plan_and_projection(dataset):
    ctx = bowstring.SessionContext()
    ctx.register_dataset("t", dataset)
    plan = ctx.sql("select s from t where a > 1 and a <> 3").execution_plan().display_indent()
    assert "filter_expr=((a > 1) and (a != 3))" in plan
    assert ctx.sql("select count(*) c from t").to_pydict() == {"c": [6]}
    assert ctx.sql("select sum(a) s from t").to_pydict() == {"s": [63]}
    assert ctx.read_table(dataset).count() == 6
    with pytest.warns(DeprecationWarning, match="Use Table"):
        assert bowstring.catalog.Table.from_dataset(dataset).kind == "physical"
    assert bowstring.catalog.Table(dataset).schema == dataset.schema


def test_excluded_fragments_are_not_opened(tmp_path):
    for g in (1, 2):
        (tmp_path / f"g={g}").mkdir()
        pq.write_table(pa.table({"a": [g]}), tmp_path / f"g={g}" / "x.parquet")
    dataset = ds.dataset(tmp_path, format="parquet", partitioning="hive")
    (tmp_path / "g=2" / "x.parquet").unlink()
    ctx = bowstring.SessionContext()
    ctx.register_table("t", dataset)
    assert ctx.sql("select * from t where g = 1").to_pydict() == {"a": [1], "g": [1]}
    with pytest.raises(Exception, match=r"x\.parquet"):
        ctx.sql("select * from t").collect()


def test_table_class_of_the_users():
    asked = []

    class Numbers:
        schema = pa.schema([("i", pa.int64()), ("s", pa.string())])

        def can_filter(self, expr):
            return expr.variant_name() == "BinaryExpr"

        def scan(self, columns, filters, limit):
            asked.append((columns, [str(one) for one in filters], limit))
            table = pa.table({"i": list(range(100)), "s": [str(i) for i in range(100)]})
            if filters:
                table = table.filter(pa.compute.field("i") > 97)
            return table.select(columns)

    ctx = bowstring.SessionContext()
    ctx.register_table("n", Numbers())
    assert ctx.sql("select s from n where i > 97").to_pydict() == {"s": ["98", "99"]}
    columns, filters, limit = asked[-1]
    assert "s" in columns and len(filters) == 1 and limit is None
    assert ctx.sql("select i from n limit 2").to_pydict() == {"i": [0, 1]}
    assert asked[-1][0] == ["i"] and asked[-1][2] == 2
    assert ctx.sql("select count(*) c from n").to_pydict() == {"c": [100]}


def test_errors_of_a_table_class():
    class Broken:
        schema = pa.schema([("i", pa.int64())])

        def scan(self, columns, filters, limit):
            raise RuntimeError("the shelf is empty")

    ctx = bowstring.SessionContext()
    ctx.register_table("n", Broken())
    with pytest.raises(Exception, match="the shelf is empty"):
        ctx.table("n").collect()


def test_table_factory():
    seen = []

    class Factory(bowstring.catalog.TableProviderFactory):
        def create(self, cmd):
            seen.append(cmd)
            return bowstring.catalog.Table(ds.dataset(pa.table({"a": [1, 2]})))

    ctx = bowstring.SessionContext()
    ctx.register_table_factory("SHELF", Factory())
    ctx.sql("create external table t (a bigint) stored as shelf location 'row/three' options ('Key' 'value')")
    assert ctx.table("t").to_pydict() == {"a": [1, 2]}
    (cmd,) = seen
    assert cmd.name() == "t"
    assert cmd.locations() == ["row/three"]
    assert cmd.schema() == pa.schema([("a", pa.int64())])
    assert cmd.options() == {"format.Key": "value"}
    with pytest.warns(DeprecationWarning):
        assert cmd.location() == "row/three"


def test_errors_of_a_factory():
    class Factory(bowstring.catalog.TableProviderFactory):
        def create(self, cmd):
            raise LookupError("no such shelf")

    ctx = bowstring.SessionContext()
    ctx.register_table_factory("SHELF", Factory())
    with pytest.raises(Exception, match="no such shelf"):
        ctx.sql("create external table t stored as shelf location 'x'")


def test_files_written_anew_are_read_anew(tmp_path):
    """A table keeps its columns; what its files hold is looked at by each query."""
    pq = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"a": [1, 2], "b": ["x", "y"]}), path)
    ctx = bowstring.SessionContext()
    ctx.register_parquet("t", path)
    assert ctx.sql("select sum(a) s from t").to_pydict() == {"s": [3]}
    pq.write_table(pa.table({"b": ["z", "z", None], "a": pa.array([10, 20, 30], pa.int32())}), path)
    assert ctx.sql("select a, b from t where a >= 20 order by a").to_pydict() == {"a": [20, 30], "b": ["z", None]}
    pq.write_table(pa.table({"c": [1]}), path)
    assert ctx.sql("select a, b from t").to_pydict() == {"a": [None], "b": [None]}
    path.unlink()
    with pytest.raises(OSError, match="x.parquet"):
        ctx.sql("select * from t").collect()


def test_seconds_that_are_stored_as_numbers(tmp_path):
    """As the peer writes what Parquet has no unit for: plain integers, and the type in the stored schema."""
    import base64

    pq = pytest.importorskip("pyarrow.parquet")
    types = pa.schema(
        [("t", pa.timestamp("s")), ("d", pa.date64()), ("c", pa.time32("s")), ("l", pa.list_(pa.timestamp("s")))]
    )
    plain = pa.table(
        {
            "t": pa.array([1, None], pa.int64()),
            "d": pa.array([86400000, None], pa.int64()),
            "c": pa.array([5, None], pa.int32()),
            "l": pa.array([[7, None], None], pa.list_(pa.int64())),
        }
    )
    stored = {"ARROW:schema": base64.b64encode(types.serialize().to_pybytes())}
    writer = pq.ParquetWriter(tmp_path / "x.parquet", plain.schema, store_schema=False)
    writer.write_table(plain)
    writer.add_key_value_metadata(stored)
    writer.close()
    table = pa.Table.from_batches(bowstring.SessionContext().read_parquet(tmp_path / "x.parquet").collect())
    assert [str(t) for t in table.schema.types] == [
        "timestamp[s]",
        "date64[ms]",
        "time32[s]",
        "list<element: timestamp[s]>",
    ]
    assert table["t"].cast(pa.int64()).to_pylist() == [1, None]
    assert table["c"].cast(pa.int32()).to_pylist() == [5, None]
    assert table["l"].to_pylist()[0][0].second == 7
    ctx = bowstring.SessionContext()
    ctx.register_parquet("x", tmp_path / "x.parquet")
    assert ctx.sql("select t from x where t >= timestamp '1970-01-01T00:00:01' and d = date '1970-01-02'").count() == 1


@pytest.mark.parametrize(
    "text, kind, value",
    [(" 7", pa.int64(), 7), ("7 ", pa.int8(), 7), ("\t-7 ", pa.int32(), -7), (" 2.5 ", pa.float64(), 2.5), (" 7", pa.uint16(), 7),
     ("1.559", pa.decimal128(10, 2), "1.55"), ("-1.559", pa.decimal128(10, 2), "-1.55"), ("1.5", pa.decimal128(10, 2), "1.50")],
)  # fmt: skip
def test_numbers_of_csv(tmp_path, text, kind, value):
    """Blanks around numbers are none of them; decimals lose digits without rounding."""
    (tmp_path / "a.csv").write_text(f"a,b\n{text},x\n")
    frame = bowstring.SessionContext().read_csv(tmp_path / "a.csv", schema=pa.schema([("a", kind), ("b", pa.string())]))
    got = frame.to_pydict()["a"][0]
    assert (str(got) if isinstance(value, str) else got) == value


@pytest.mark.parametrize(
    "text, kind", [("7 7", pa.int64()), ("  ", pa.int64()), ("2 .5", pa.float64()), ("300", pa.int8())]
)
def test_no_numbers_of_csv(tmp_path, text, kind):
    (tmp_path / "a.csv").write_text(f"a,b\n{text},x\n")
    frame = bowstring.SessionContext().read_csv(tmp_path / "a.csv", schema=pa.schema([("a", kind), ("b", pa.string())]))
    with pytest.raises(Exception, match=f"Error while parsing value '{text}'"):
        frame.collect()


@pytest.mark.parametrize(
    "text, kind",
    [
        ('{"a": [null]}\n{"a": []}\n', "list<item: string>"),
        ('{"a": []}\n', "list<item: null>"),
        ('{"a": [null]}\n{"a": [1]}\n', "list<item: int64>"),
    ],
)
def test_lists_of_nulls_in_json(tmp_path, text, kind):
    (tmp_path / "a.json").write_text(text)
    same(lambda module, ctx: ctx.read_json(str(tmp_path / "a.json")))
    assert str(pa.schema(bowstring.SessionContext().read_json(tmp_path / "a.json").schema()).field("a").type) == kind


@pytest.mark.parametrize(
    "names, fails", [("g", False), ("g, k", False), ("k, g", True), ("k", True), ("g, k, z", True)]
)
def test_partition_columns_are_the_folders(hive, names, fails):
    """Columns of other names, or in another order, would leave all files out."""
    kind, root = hive
    ctx = bowstring.SessionContext()
    statement = f"create external table t stored as {kind} partitioned by ({names}) location '{root}/'"
    if fails:
        with pytest.raises(ValueError, match='Inferred partitions to be \\["g", "k"\\], but got \\["'):
            ctx.sql(statement)
    else:
        ctx.sql(statement)
        assert ctx.sql("select * from t").count() == 3


@pytest.mark.parametrize("zone", [None, "UTC", "America/New_York"])
def test_texts_beside_times_go_down_to_datasets(zone):
    times = [datetime.datetime(2000, 1, 1) + datetime.timedelta(hours=6 * i) for i in range(9)] + [None]
    data = pa.table({"t": pa.array(times, pa.timestamp("us", zone)), "i": range(10)})
    ctx = bowstring.SessionContext()
    ctx.register_dataset("pushed", ds.dataset(data))
    ctx.from_arrow(data, name="plain")
    for where in (
        "t < '2000-01-02'",
        "t = '2000-01-02T06:00:00'",
        "t BETWEEN '2000-01-02' AND '2000-01-03'",
        "t IN ('2000-01-02', '2000-01-01T12:00:00')",
    ):
        pushed, plain = (ctx.sql(f"SELECT i FROM {name} WHERE {where} ORDER BY i") for name in ("pushed", "plain"))
        assert pushed.to_pydict() == plain.to_pydict()
        assert "filter_expr" in pushed.execution_plan().display_indent()
    # what pyarrow doesn't read as SQL does stays with the engine
    late = ctx.sql("SELECT i FROM pushed WHERE t < '2000-01-02T06:00:00.1234567'")
    assert (
        "FilterExec" in late.execution_plan().display_indent()
        and late.count() == ctx.sql("SELECT i FROM plain WHERE t < '2000-01-02T06:00:00.1234567'").count()
    )
