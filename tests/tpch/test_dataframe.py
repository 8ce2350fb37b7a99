# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""The 22 TPC-H queries as DataFrame programs equal the SQL texts' answers."""

import datetime
import decimal
import json
import math
import os
from pathlib import Path

import pyarrow
import pytest

import bowstring
from bowstring import WindowFrame, col, lit, udf
from bowstring import functions as f
from bowstring.expr import Window

FOLDER = Path(os.environ["BOWSTRING_TPCH_ANSWERS"])
TEXTS = json.loads((FOLDER / "tpch.json").read_text())["queries"]
TABLES = ("lineitem", "orders", "customer", "part", "partsupp", "supplier", "nation", "region")


@pytest.fixture(scope="module")
def context():
    context = bowstring.SessionContext()
    for table in TABLES:
        context.register_parquet(table, f"{FOLDER}/sf0.1/{table}.parquet")
    return context


def day(text):
    return lit(datetime.date.fromisoformat(text))


def months(n, days=0):
    return lit(pyarrow.scalar((n, days, 0), type=pyarrow.month_day_nano_interval()))


def revenue():
    return col("l_extendedprice") * (lit(1) - col("l_discount"))


def q1(t):
    line = t("lineitem").filter(col("l_shipdate") <= day("1998-12-01") - months(0, 90))
    price = revenue()
    return line.aggregate(
        [col("l_returnflag"), col("l_linestatus")],
        [
            f.sum(col("l_quantity")).alias("sum_qty"),
            f.sum(col("l_extendedprice")).alias("sum_base_price"),
            f.sum(price).alias("sum_disc_price"),
            f.sum(price * (lit(1) + col("l_tax"))).alias("sum_charge"),
            f.avg(col("l_quantity")).alias("avg_qty"),
            f.avg(col("l_extendedprice")).alias("avg_price"),
            f.avg(col("l_discount")).alias("avg_disc"),
            f.count(lit(1)).alias("count_order"),
        ],
    ).sort(col("l_returnflag").sort(), col("l_linestatus").sort())


def q2(t):
    parts = t("part").filter(
        (col("p_size") == lit(15)) & (f.strpos(col("p_type"), lit("BRASS")) == f.length(col("p_type")) - lit(4))
    )
    europe = (
        t("supplier")
        .join(t("nation"), left_on=["s_nationkey"], right_on=["n_nationkey"], how="inner")
        .join(
            t("region").filter(col("r_name") == lit("EUROPE")),
            left_on=["n_regionkey"],
            right_on=["r_regionkey"],
            how="inner",
        )
    )
    frame = WindowFrame("rows", None, None)
    offers = (
        t("partsupp")
        .join(europe, left_on=["ps_suppkey"], right_on=["s_suppkey"], how="inner")
        .join(parts, left_on=["ps_partkey"], right_on=["p_partkey"], how="inner")
        .with_column(
            "lowest", f.min(col("ps_supplycost")).over(Window(partition_by=[col("ps_partkey")], window_frame=frame))
        )
        .filter(col("lowest") == col("ps_supplycost"))
    )
    return (
        offers.select(
            "s_acctbal",
            "s_name",
            "n_name",
            col("ps_partkey").alias("p_partkey"),
            "p_mfgr",
            "s_address",
            "s_phone",
            "s_comment",
        )
        .sort(
            col("s_acctbal").sort(ascending=False), col("n_name").sort(), col("s_name").sort(), col("p_partkey").sort()
        )
        .limit(100)
    )


def q3(t):
    return (
        t("customer")
        .filter(col("c_mktsegment") == lit("BUILDING"))
        .join(
            t("orders").filter(col("o_orderdate") < day("1995-03-15")),
            left_on=["c_custkey"],
            right_on=["o_custkey"],
            how="inner",
        )
        .join(
            t("lineitem").filter(col("l_shipdate") > day("1995-03-15")),
            left_on=["o_orderkey"],
            right_on=["l_orderkey"],
            how="inner",
        )
        .aggregate([col("l_orderkey"), col("o_orderdate"), col("o_shippriority")], [f.sum(revenue()).alias("revenue")])
        .select("l_orderkey", "revenue", "o_orderdate", "o_shippriority")
        .sort(col("revenue").sort(ascending=False), col("o_orderdate").sort())
        .limit(10)
    )


def q4(t):
    late = t("lineitem").filter(col("l_commitdate") < col("l_receiptdate")).select(col("l_orderkey")).distinct()
    orders = t("orders").filter(
        col("o_orderdate") >= day("1993-07-01"), col("o_orderdate") < day("1993-07-01") + months(3)
    )
    return (
        orders.join(late, left_on=["o_orderkey"], right_on=["l_orderkey"], how="inner")
        .aggregate([col("o_orderpriority")], [f.count(col("o_orderkey")).alias("order_count")])
        .sort("o_orderpriority")
    )


def q5(t):
    return (
        t("customer")
        .join(
            t("orders").filter(col("o_orderdate") >= day("1994-01-01")).filter(col("o_orderdate") < day("1995-01-01")),
            left_on=["c_custkey"],
            right_on=["o_custkey"],
        )
        .join(t("lineitem"), left_on=["o_orderkey"], right_on=["l_orderkey"])
        .join(t("supplier"), left_on=["l_suppkey", "c_nationkey"], right_on=["s_suppkey", "s_nationkey"])
        .join(t("nation"), left_on=["c_nationkey"], right_on=["n_nationkey"])
        .join(t("region").filter(col("r_name") == lit("ASIA")), left_on=["n_regionkey"], right_on=["r_regionkey"])
        .aggregate([col("n_name")], [f.sum(revenue()).alias("revenue")])
        .sort(col("revenue").sort(ascending=False))
    )


def q6(t):
    line = (
        t("lineitem")
        .filter(col("l_shipdate") >= day("1994-01-01"))
        .filter(col("l_shipdate") < day("1994-01-01") + months(12))
        .filter(col("l_discount").between(lit(decimal.Decimal("0.05")), lit(decimal.Decimal("0.07"))))
        .filter(col("l_quantity") < lit(24))
    )
    return line.aggregate([], [f.sum(col("l_extendedprice") * col("l_discount")).alias("revenue")])


def q7(t):
    names = [lit("FRANCE"), lit("GERMANY")]
    supplier = (
        t("supplier")
        .join(t("nation").filter(f.in_list(col("n_name"), names)), left_on=["s_nationkey"], right_on=["n_nationkey"])
        .select(col("s_suppkey"), col("n_name").alias("supp_nation"))
    )
    customer = (
        t("customer")
        .join(t("nation").filter(f.in_list(col("n_name"), names)), left_on=["c_nationkey"], right_on=["n_nationkey"])
        .select(col("c_custkey"), col("n_name").alias("cust_nation"))
    )
    return (
        t("lineitem")
        .filter(col("l_shipdate").between(day("1995-01-01"), day("1996-12-31")))
        .join(t("orders"), left_on=["l_orderkey"], right_on=["o_orderkey"])
        .join(customer, left_on=["o_custkey"], right_on=["c_custkey"])
        .join(supplier, left_on=["l_suppkey"], right_on=["s_suppkey"])
        .filter(col("supp_nation") != col("cust_nation"))
        .with_columns(f.datepart("year", col("l_shipdate")).alias("l_year"), volume=revenue())
        .aggregate(["supp_nation", "cust_nation", "l_year"], [f.sum(col("volume")).alias("revenue")])
        .sort("supp_nation", "cust_nation", "l_year")
    )


def q8(t):
    market = (
        t("customer")
        .join(t("nation"), left_on=["c_nationkey"], right_on=["n_nationkey"])
        .join(t("region").filter(col("r_name") == lit("AMERICA")), left_on=["n_regionkey"], right_on=["r_regionkey"])
        .select("c_custkey")
    )
    national = t("nation").select(col("n_nationkey").alias("supp_nationkey"), col("n_name").alias("nation"))
    sales = (
        t("part")
        .filter(col("p_type") == lit("ECONOMY ANODIZED STEEL"))
        .join(t("lineitem"), left_on=["p_partkey"], right_on=["l_partkey"])
        .join(
            t("orders").filter(col("o_orderdate").between(day("1995-01-01"), day("1996-12-31"))),
            left_on=["l_orderkey"],
            right_on=["o_orderkey"],
        )
        .join(market, left_on=["o_custkey"], right_on=["c_custkey"], how="semi")
        .join(t("supplier"), left_on=["l_suppkey"], right_on=["s_suppkey"])
        .join(national, left_on=["s_nationkey"], right_on=["supp_nationkey"])
        .with_column("o_year", f.extract("year", col("o_orderdate")))
        .with_column("volume", revenue())
        .with_column(
            "brazil",
            f.case(col("nation")).when(lit("BRAZIL"), col("volume")).otherwise(lit(0).cast(pyarrow.decimal128(38, 4))),
        )
    )
    return (
        sales.aggregate([col("o_year")], [f.sum(col("brazil")).alias("national"), f.sum(col("volume")).alias("all")])
        .select(
            col("o_year"),
            (col("national").cast(pyarrow.float64()) / col("all").cast(pyarrow.float64())).alias("mkt_share"),
        )
        .sort(col("o_year").sort())
    )


def q9(t):
    return (
        t("part")
        .filter(f.strpos(col("p_name"), lit("green")) > lit(0))
        .join(t("lineitem"), left_on=["p_partkey"], right_on=["l_partkey"])
        .join(t("supplier"), left_on=["l_suppkey"], right_on=["s_suppkey"])
        .join(t("partsupp"), left_on=["l_suppkey", "p_partkey"], right_on=["ps_suppkey", "ps_partkey"])
        .join(t("orders"), left_on=["l_orderkey"], right_on=["o_orderkey"])
        .join(t("nation"), left_on=["s_nationkey"], right_on=["n_nationkey"])
        .select(
            col("n_name").alias("nation"),
            f.date_part("year", col("o_orderdate")).alias("o_year"),
            (revenue() - col("ps_supplycost") * col("l_quantity")).alias("amount"),
        )
        .aggregate([col("nation"), col("o_year")], [f.sum(col("amount")).alias("sum_profit")])
        .sort(col("nation").sort(), col("o_year").sort(ascending=False))
    )


def q10(t):
    orders = (
        t("orders")
        .filter(col("o_orderdate") >= day("1993-10-01"))
        .filter(col("o_orderdate") < day("1993-10-01") + months(3))
    )
    sums = (
        t("lineitem")
        .filter(col("l_returnflag") == lit("R"))
        .join(orders, left_on=["l_orderkey"], right_on=["o_orderkey"])
        .aggregate(["o_custkey"], [f.sum(revenue()).alias("revenue")])
    )
    return (
        sums.join(t("customer"), left_on=["o_custkey"], right_on=["c_custkey"])
        .join(t("nation"), left_on=["c_nationkey"], right_on=["n_nationkey"])
        .select(
            col("o_custkey").alias("c_custkey"),
            "c_name",
            "revenue",
            "c_acctbal",
            "n_name",
            "c_address",
            "c_phone",
            "c_comment",
        )
        .sort(col("revenue").sort(ascending=False))
        .limit(20)
    )


def q11(t):
    value = col("ps_supplycost") * col("ps_availqty")
    stock = (
        t("partsupp")
        .join(t("supplier"), left_on=["ps_suppkey"], right_on=["s_suppkey"])
        .join(t("nation").filter(col("n_name") == lit("GERMANY")), left_on=["s_nationkey"], right_on=["n_nationkey"])
        .with_column("value", value)
    )
    parts = stock.aggregate([col("ps_partkey")], [f.sum(col("value")).alias("value")])
    whole = WindowFrame("rows", None, None)
    return (
        parts.with_column("total", f.sum(col("value")).over(Window(window_frame=whole)))
        .filter(col("value").cast(pyarrow.float64()) > col("total").cast(pyarrow.float64()) * lit(0.0001))
        .select("ps_partkey", "value")
        .sort(col("value").sort(ascending=False))
    )


def q12(t):
    line = (
        t("lineitem")
        .filter(f.in_list(col("l_shipmode"), [lit("MAIL"), lit("SHIP")]))
        .filter(col("l_receiptdate") >= day("1994-01-01"), col("l_receiptdate") < day("1995-01-01"))
        .filter((col("l_shipdate") < col("l_commitdate")) & (col("l_commitdate") < col("l_receiptdate")))
    )
    high = f.in_list(col("o_orderpriority"), [lit("1-URGENT"), lit("2-HIGH")])
    return (
        line.join(t("orders"), left_on=["l_orderkey"], right_on=["o_orderkey"])
        .aggregate(
            [col("l_shipmode")],
            [
                f.sum(f.when(high, lit(1)).otherwise(lit(0))).alias("high_line_count"),
                f.sum(f.when(high, lit(0)).otherwise(lit(1))).alias("low_line_count"),
            ],
        )
        .sort(col("l_shipmode").sort())
    )


def q13(t):
    orders = t("orders").filter(f.regexp_match(col("o_comment"), lit("special.*requests")).is_null())
    return (
        t("customer")
        .join(orders, left_on=["c_custkey"], right_on=["o_custkey"], how="left")
        .aggregate([col("c_custkey")], [f.count(col("o_orderkey")).alias("c_count")])
        .aggregate([col("c_count")], [f.count(col("c_custkey")).alias("custdist")])
        .sort(col("custdist").sort(ascending=False), col("c_count").sort(ascending=False))
    )


def q14(t):
    line = (
        t("lineitem")
        .filter(col("l_shipdate") >= day("1995-09-01"))
        .filter(col("l_shipdate") < day("1995-09-01") + months(1))
    )
    promo = f.coalesce(f.nullif(f.substring(col("p_type"), lit(1), lit(5)), lit("PROMO")), lit("yes")) == lit("yes")
    return (
        line.join(t("part"), left_on=["l_partkey"], right_on=["p_partkey"])
        .with_column("revenue", revenue().cast(pyarrow.float64()))
        .aggregate([], [f.sum(col("revenue"), filter=promo).alias("promo"), f.sum(col("revenue")).alias("all")])
        .select((lit(100.0) * col("promo") / col("all")).alias("promo_revenue"))
    )


def q15(t):
    sums = (
        t("lineitem")
        .filter(col("l_shipdate") >= day("1996-01-01"))
        .filter(col("l_shipdate") < day("1996-01-01") + months(3))
        .aggregate([col("l_suppkey")], [f.sum(revenue()).alias("total_revenue")])
    )
    most = sums.aggregate([], [f.max(col("total_revenue")).alias("most")])
    return (
        sums.join_on(most, col("total_revenue") == col("most"))
        .join(t("supplier"), left_on=["l_suppkey"], right_on=["s_suppkey"])
        .select(col("l_suppkey").alias("s_suppkey"), "s_name", "s_address", "s_phone", "total_revenue")
        .sort(col("s_suppkey").sort())
    )


def q16(t):
    complaints = t("supplier").filter(~f.regexp_like(col("s_comment"), lit("Customer.*Complaints")))
    parts = t("part").filter(
        col("p_brand") != lit("Brand#45"),
        f.substring(col("p_type"), lit(1), lit(15)) != lit("MEDIUM POLISHED"),
        f.in_list(col("p_size"), [lit(n) for n in (49, 14, 23, 45, 19, 3, 36, 9)]),
    )
    return (
        t("partsupp")
        .join(parts, left_on=["ps_partkey"], right_on=["p_partkey"])
        .join(complaints, left_on=["ps_suppkey"], right_on=["s_suppkey"])
        .aggregate(
            [col("p_brand"), col("p_type"), col("p_size")],
            [f.count(col("ps_suppkey"), distinct=True).alias("supplier_cnt")],
        )
        .sort(col("supplier_cnt").sort(ascending=False), "p_brand", "p_type", "p_size")
    )


def q17(t):
    parts = t("part").filter((col("p_brand") == lit("Brand#23")) & (col("p_container") == lit("MED BOX")))
    lines = parts.join(t("lineitem"), left_on=["p_partkey"], right_on=["l_partkey"])
    frame = WindowFrame("rows", None, None)
    return (
        lines.with_column(
            "mean", f.avg(col("l_quantity")).over(Window(partition_by=[col("p_partkey")], window_frame=frame))
        )
        .filter(col("l_quantity") < lit(0.2) * col("mean"))
        .aggregate([], [f.sum(col("l_extendedprice")).alias("total")])
        .select((col("total") / lit(7.0)).alias("avg_yearly"))
    )


def q18(t):
    large = (
        t("lineitem")
        .aggregate([col("l_orderkey")], [f.sum(col("l_quantity")).alias("sum_qty")])
        .filter(col("sum_qty") > lit(300))
    )
    return (
        large.join(t("orders"), left_on=["l_orderkey"], right_on=["o_orderkey"])
        .join(t("customer"), left_on=["o_custkey"], right_on=["c_custkey"])
        .select(
            "c_name",
            col("o_custkey").alias("c_custkey"),
            col("l_orderkey").alias("o_orderkey"),
            "o_orderdate",
            "o_totalprice",
            "sum_qty",
        )
        .sort(col("o_totalprice").sort(ascending=False), col("o_orderdate").sort())
        .limit(100)
    )


def q19(t):
    wanted = {
        "Brand#12": (("SM CASE", "SM BOX", "SM PACK", "SM PKG"), 1, 5),
        "Brand#23": (("MED BAG", "MED BOX", "MED PKG", "MED PACK"), 10, 10),
        "Brand#34": (("LG CASE", "LG BOX", "LG PACK", "LG PKG"), 20, 15),
    }

    def is_wanted(brand, container, quantity, size):
        answers = []
        for b, c, q, s in zip(brand, container, quantity, size):
            containers, least, largest = wanted.get(b.as_py(), ((), 0, 0))
            answers.append(c.as_py() in containers and least <= q.as_py() <= least + 10 and 1 <= s.as_py() <= largest)
        return pyarrow.array(answers)

    inputs = [pyarrow.string_view(), pyarrow.string_view(), pyarrow.decimal128(15, 2), pyarrow.int32()]
    chosen = udf(is_wanted, inputs, pyarrow.bool_(), "stable")
    return (
        t("lineitem")
        .filter(col("l_shipinstruct") == lit("DELIVER IN PERSON"))
        .filter(f.in_list(col("l_shipmode"), [lit("AIR"), lit("AIR REG")]))
        .join(t("part"), left_on=["l_partkey"], right_on=["p_partkey"])
        .filter(chosen(col("p_brand"), col("p_container"), col("l_quantity"), col("p_size").cast(pyarrow.int32())))
        .aggregate([], [f.sum(revenue()).alias("revenue")])
    )


def q20(t):
    forest = t("part").filter(f.starts_with(col("p_name"), lit("forest")))
    shipped = (
        t("lineitem")
        .filter(col("l_shipdate") >= day("1994-01-01"))
        .filter(col("l_shipdate") < day("1995-01-01"))
        .aggregate([col("l_partkey"), col("l_suppkey")], [f.sum(col("l_quantity")).alias("quantity")])
    )
    offers = (
        t("partsupp")
        .join(forest, left_on=["ps_partkey"], right_on=["p_partkey"], how="semi")
        .join(shipped, left_on=["ps_partkey", "ps_suppkey"], right_on=["l_partkey", "l_suppkey"])
        .filter(col("ps_availqty").cast(pyarrow.float64()) > lit(0.5) * col("quantity").cast(pyarrow.float64()))
        .select("ps_suppkey")
        .distinct()
    )
    return (
        t("supplier")
        .join(t("nation").filter(col("n_name") == lit("CANADA")), left_on=["s_nationkey"], right_on=["n_nationkey"])
        .join(offers, left_on=["s_suppkey"], right_on=["ps_suppkey"])
        .select("s_name", "s_address")
        .sort("s_name")
    )


def q21(t):
    line = t("lineitem")
    failed = f.when(col("l_receiptdate") > col("l_commitdate"), col("l_suppkey")).end()
    suppliers = line.with_column("failed", failed).aggregate(
        [col("l_orderkey")],
        [
            f.count(col("l_suppkey"), distinct=True).alias("all_suppliers"),
            f.count(col("failed"), distinct=True).alias("failed_suppliers"),
        ],
    )
    blamed = suppliers.filter((col("all_suppliers") > lit(1)) & (col("failed_suppliers") == lit(1))).select(
        col("l_orderkey").alias("blamed_order")
    )
    return (
        line.filter(col("l_receiptdate") > col("l_commitdate"))
        .join(blamed, left_on=["l_orderkey"], right_on=["blamed_order"])
        .join(t("orders").filter(col("o_orderstatus") == lit("F")), left_on=["l_orderkey"], right_on=["o_orderkey"])
        .join(t("supplier"), left_on=["l_suppkey"], right_on=["s_suppkey"])
        .join(
            t("nation").filter(col("n_name") == lit("SAUDI ARABIA")), left_on=["s_nationkey"], right_on=["n_nationkey"]
        )
        .aggregate([col("s_name")], [f.count(lit(1)).alias("numwait")])
        .sort(col("numwait").sort(ascending=False), col("s_name").sort())
        .limit(100)
    )


def q22(t):
    codes = [lit(code) for code in ("13", "31", "23", "29", "30", "18", "17")]
    customers = (
        t("customer")
        .with_column("cntrycode", f.substring(col("c_phone"), lit(0), lit(3)))
        .filter(f.in_list(col("cntrycode"), codes))
    )
    mean = customers.filter(col("c_acctbal") > lit(decimal.Decimal("0.00"))).aggregate(
        [], [f.avg(col("c_acctbal")).alias("mean")]
    )
    return (
        customers.join_on(mean)
        .filter(col("c_acctbal") > col("mean"))
        .join(t("orders"), left_on=["c_custkey"], right_on=["o_custkey"], how="anti")
        .aggregate([col("cntrycode")], [f.count(lit(1)).alias("numcust"), f.sum(col("c_acctbal")).alias("totacctbal")])
        .sort(col("cntrycode").sort())
    )


PROGRAMS = [q1, q2, q3, q4, q5, q6, q7, q8, q9, q10, q11, q12, q13, q14, q15, q16, q17, q18, q19, q20, q21, q22]


def same(a, b) -> bool:
    if isinstance(a, (float, decimal.Decimal)) or isinstance(b, (float, decimal.Decimal)):
        return a is not None and b is not None and math.isclose(a, b, rel_tol=1e-4)
    return a == b


@pytest.mark.parametrize("number", range(1, 23))
def test_program(context, number):
    rows = PROGRAMS[number - 1](context.table).to_pylist()
    expected = context.sql(TEXTS[str(number)].strip().rstrip(";")).to_pylist()
    assert len(rows) == len(expected)
    for row, wanted in zip(rows, expected):
        assert len(row) == len(wanted)
        assert all(map(same, row.values(), wanted.values())), (row, wanted)
