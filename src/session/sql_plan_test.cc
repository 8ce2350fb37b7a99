// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <arrow/array/builder_primitive.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <bowstring/error.h>
#include <bowstring/session.h>

// Plans of SQL statements, and the words of planning errors. Expected texts are datafusion 55's for the same tables, but for what it
// prints about types that it has coerced.

namespace bowstring {
namespace {

/// The error without the lines that show its place in the text.
std::string WithoutPlace(const std::string& text) { return text.substr(0, text.find("\nLine: ")); }

std::shared_ptr<arrow::RecordBatch> EmptyBatch(arrow::FieldVector fields) {
  return *arrow::RecordBatch::MakeEmpty(arrow::schema(std::move(fields)));
}

class SqlPlanTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto t = EmptyBatch({arrow::field("a", arrow::int64()), arrow::field("b", arrow::int64()), arrow::field("s", arrow::utf8()),
                               arrow::field("f", arrow::float64()), arrow::field("l", arrow::list(arrow::int64()))});
    const auto u = EmptyBatch({arrow::field("a", arrow::int64()), arrow::field("c", arrow::int64())});
    ASSERT_TRUE(context_.RegisterRecordBatches("t", {{t}}).ok());
    ASSERT_TRUE(context_.RegisterRecordBatches("u", {{u}}).ok());
  }

  std::string Plan(const std::string& sql) {
    const auto frame = context_.Sql(sql);
    return frame.ok() ? frame->logical_plan().DisplayIndent() : "ERROR " + ErrorText(frame.status());
  }
  std::string Optimized(const std::string& sql) {
    const auto frame = context_.Sql(sql);
    if (!frame.ok()) return "ERROR " + WithoutPlace(ErrorText(frame.status()));
    const auto plan = frame->OptimizedLogicalPlan();
    return plan.ok() ? plan->DisplayIndent() : "ERROR " + ErrorText(plan.status());
  }
  std::string Schema(const std::string& sql) {
    const auto frame = context_.Sql(sql);
    if (!frame.ok()) return "ERROR " + WithoutPlace(ErrorText(frame.status()));
    const std::string text = frame->logical_plan().DisplayIndentSchema();
    const std::string line = text.substr(0, text.find('\n'));
    return line.substr(line.rfind('['));
  }
  std::string Problem(const std::string& sql) {
    const auto frame = context_.Sql(sql);
    return frame.ok() ? "no error" : WithoutPlace(ErrorText(frame.status()));
  }

  SessionContext context_;
};

TEST_F(SqlPlanTest, SelectFilterLimit) {
  const char* sql = "select a+1 x, b from t where a>1 and b<3 limit 3 offset 2";
  EXPECT_EQ(Plan(sql),
            "Limit: skip=2, fetch=3\n"
            "  Projection: t.a + Int64(1) AS x, t.b\n"
            "    Filter: t.a > Int64(1) AND t.b < Int64(3)\n"
            "      TableScan: t");
  EXPECT_EQ(Optimized(sql),
            "Projection: t.a + Int64(1) AS x, t.b\n"
            "  Limit: skip=2, fetch=3\n"
            "    Filter: t.a > Int64(1) AND t.b < Int64(3)\n"
            "      TableScan: t projection=[a, b]");
}

TEST_F(SqlPlanTest, OrderBy) {
  EXPECT_EQ(Optimized("select * from t order by a desc, b limit 5"),
            "Sort: t.a DESC NULLS FIRST, t.b ASC NULLS LAST, fetch=5\n"
            "  TableScan: t projection=[a, b, s, f, l]");
  EXPECT_EQ(Optimized("select * from t order by b limit 2 offset 1"),
            "Limit: skip=1, fetch=2\n"
            "  Sort: t.b ASC NULLS LAST, fetch=3\n"
            "    TableScan: t projection=[a, b, s, f, l]");
  EXPECT_EQ(Plan("select a from t order by b"),
            "Projection: t.a\n"
            "  Sort: t.b ASC NULLS LAST\n"
            "    Projection: t.a, t.b\n"
            "      TableScan: t");
  EXPECT_EQ(Plan("select a as x from t order by a+b"),
            "Projection: x\n"
            "  Sort: x + t.b ASC NULLS LAST\n"
            "    Projection: t.a AS x, t.b\n"
            "      TableScan: t");
  EXPECT_EQ(Plan("select a b, b a from t order by a"),
            "Sort: a ASC NULLS LAST\n"
            "  Projection: t.a AS b, t.b AS a\n"
            "    TableScan: t");
}

TEST_F(SqlPlanTest, GroupBy) {
  const char* sql = "select sum(a) s, b from t group by b having sum(a)>1";
  EXPECT_EQ(Plan(sql),
            "Projection: sum(t.a) AS s, t.b\n"
            "  Filter: sum(t.a) > Int64(1)\n"
            "    Aggregate: groupBy=[[t.b]], aggr=[[sum(t.a)]]\n"
            "      TableScan: t");
  EXPECT_EQ(Plan("select b, sum(a) from t group by 1"), Plan("select b, sum(a) from t group by all"));
  EXPECT_EQ(Plan("select b, a as q from t group by q, b"),
            "Projection: t.b, t.a AS q\n"
            "  Aggregate: groupBy=[[t.a, t.b]], aggr=[[]]\n"
            "    TableScan: t");
  EXPECT_EQ(Plan("select count(*), count(distinct a) from t"),
            "Projection: count(Int64(1)) AS count(*), count(DISTINCT t.a)\n"
            "  Aggregate: groupBy=[[]], aggr=[[count(Int64(1)), count(DISTINCT t.a)]]\n"
            "    TableScan: t");
  EXPECT_EQ(Plan("select a+1, sum(b) from t group by a+1 order by sum(b)"),
            "Sort: sum(t.b) ASC NULLS LAST\n"
            "  Projection: t.a + Int64(1), sum(t.b)\n"
            "    Aggregate: groupBy=[[t.a + Int64(1)]], aggr=[[sum(t.b)]]\n"
            "      TableScan: t");
  EXPECT_EQ(Optimized("select count(*) from t, u"),
            "Projection: count(Int64(1)) AS count(*)\n"
            "  Aggregate: groupBy=[[]], aggr=[[count(Int64(1))]]\n"
            "    Cross Join:\n"
            "      TableScan: t projection=[]\n"
            "      TableScan: u projection=[]");
}

TEST_F(SqlPlanTest, Joins) {
  EXPECT_EQ(Optimized("select * from t join u on t.a=u.a and t.b<u.c"),
            "Inner Join: t.a = u.a Filter: t.b < u.c\n"
            "  TableScan: t projection=[a, b, s, f, l]\n"
            "  TableScan: u projection=[a, c]");
  EXPECT_EQ(Plan("select * from t left join u using(a)"),
            "Projection: t.a, t.b, t.s, t.f, t.l, u.c\n"
            "  Left Join: Using t.a = u.a\n"
            "    TableScan: t\n"
            "    TableScan: u");
  EXPECT_EQ(Optimized("select * from t, u where t.a=u.a"),
            "Inner Join: t.a = u.a\n"
            "  TableScan: t projection=[a, b, s, f, l]\n"
            "  TableScan: u projection=[a, c]");
  EXPECT_EQ(Optimized("select * from t left semi join u on t.a=u.a"),
            "LeftSemi Join: t.a = u.a\n"
            "  TableScan: t projection=[a, b, s, f, l]\n"
            "  TableScan: u projection=[a]");
}

TEST_F(SqlPlanTest, FiltersGoThroughJoins) {
  EXPECT_EQ(Optimized("select t.a from t left join u on t.a=u.a and u.c>1 where t.b=2"),
            "Projection: t.a\n"
            "  Left Join: t.a = u.a\n"
            "    Projection: t.a\n"
            "      Filter: t.b = Int64(2)\n"
            "        TableScan: t projection=[a, b]\n"
            "    Projection: u.a\n"
            "      Filter: u.c > Int64(1)\n"
            "        TableScan: u projection=[a, c]");
}

TEST_F(SqlPlanTest, SetOperations) {
  EXPECT_EQ(Optimized("select a from t union all select a from u"),
            "Union\n"
            "  TableScan: t projection=[a]\n"
            "  TableScan: u projection=[a]");
  EXPECT_EQ(Plan("select a from t intersect select a from u"),
            "LeftSemi Join: t.a = u.a\n"
            "  Distinct:\n"
            "    Projection: t.a\n"
            "      TableScan: t\n"
            "  Projection: u.a\n"
            "    TableScan: u");
}

TEST_F(SqlPlanTest, Subqueries) {
  EXPECT_EQ(Optimized("select a from t where a in (select a from u)"),
            "LeftSemi Join: t.a = __correlated_sq_1.a\n"
            "  TableScan: t projection=[a]\n"
            "  SubqueryAlias: __correlated_sq_1\n"
            "    TableScan: u projection=[a]");
  EXPECT_EQ(Optimized("select a from t where exists (select 1 from u where u.a=t.a)"),
            "LeftSemi Join: t.a = __correlated_sq_1.a\n"
            "  TableScan: t projection=[a]\n"
            "  SubqueryAlias: __correlated_sq_1\n"
            "    TableScan: u projection=[a]");
  EXPECT_EQ(Optimized("select a from t where a not in (select a from u)"),
            "LeftAnti Join: t.a = __correlated_sq_1.a null_aware\n"
            "  TableScan: t projection=[a]\n"
            "  SubqueryAlias: __correlated_sq_1\n"
            "    TableScan: u projection=[a]");
}

TEST_F(SqlPlanTest, CommonTableExpressionsAndViews) {
  EXPECT_EQ(Optimized("with c as (select a from t) select * from c, c d"),
            "Cross Join:\n"
            "  SubqueryAlias: c\n"
            "    TableScan: t projection=[a]\n"
            "  SubqueryAlias: d\n"
            "    SubqueryAlias: c\n"
            "      TableScan: t projection=[a]");
  EXPECT_EQ(Plan("create view vv as select a from t"), "EmptyRelation: rows=0");
  EXPECT_EQ(Optimized("select * from vv"),
            "SubqueryAlias: vv\n"
            "  TableScan: t projection=[a]");
  EXPECT_EQ(Plan("drop view vv"), "EmptyRelation: rows=0");
}

TEST_F(SqlPlanTest, Values) {
  EXPECT_EQ(Plan("select * from (values (1,'x'),(2,'y')) v"),
            "Projection: v.column1, v.column2\n"
            "  SubqueryAlias: v\n"
            "    Values: (Int64(1), Utf8(\"x\")), (Int64(2), Utf8(\"y\"))");
  EXPECT_EQ(Plan("values (1,'a'),(2.5,'b')"),
            "Values: (CAST(Int64(1) AS Float64), Utf8(\"a\")), (Float64(2.5), Utf8(\"b\"))");
  EXPECT_EQ(Schema("values (1,'a'),(2.5,'b')"), "[column1:Float64, column2:Utf8]");
}

TEST_F(SqlPlanTest, Trivial) {
  EXPECT_EQ(Optimized("select a from t where true"), "TableScan: t projection=[a]");
  EXPECT_EQ(Optimized("select a from t where 1 = 2"), "EmptyRelation: rows=0");
  EXPECT_EQ(Optimized("select * from t limit 0"), "EmptyRelation: rows=0");
  EXPECT_EQ(Optimized("select 1"), "Projection: Int64(1)\n  EmptyRelation: rows=1");
  EXPECT_EQ(Optimized("select * from range(1,10)"), "TableScan: range() projection=[value]");
}

TEST_F(SqlPlanTest, Wildcards) {
  EXPECT_EQ(Plan("select * exclude (a) from t"), "Projection: t.b, t.s, t.f, t.l\n  TableScan: t");
  EXPECT_EQ(Plan("select * replace (a+1 as a) from t"), "Projection: t.a + Int64(1) AS a, t.b, t.s, t.f, t.l\n  TableScan: t");
}

TEST_F(SqlPlanTest, Errors) {
  EXPECT_EQ(Problem("select zz from t"), "Schema error: No field named zz.\nValid fields are t.a, t.b, t.s, t.f, t.l.");
  EXPECT_EQ(Problem("select * from nope"), "Error during planning: table 'datafusion.public.nope' not found");
  EXPECT_EQ(Problem("select a, a from t"),
            "Error during planning: Projections require unique expression names but the expression \"t.a\" at position 0 and \"t.a\" at "
            "position 1 have the same name. Consider aliasing (\"AS\") one of them.");
  EXPECT_EQ(Problem("select a, a as b, b from t"),
            "Schema error: Schema contains qualified field name t.b and unqualified field name b which would be ambiguous");
  EXPECT_EQ(Problem("select a from t, u"), "Schema error: Ambiguous reference to unqualified field a");
  EXPECT_EQ(Problem("select a from t where s"),
            "Error during planning: Cannot create filter with non-boolean predicate 't.s' returning Utf8");
  EXPECT_EQ(Problem("select a from t where sum(b)>1"),
            "Error during planning: Aggregate functions are not allowed in the WHERE clause. Consider using HAVING instead");
  EXPECT_EQ(Problem("select a, sum(b) from t"),
            "Error during planning: Column in SELECT must be in GROUP BY or an aggregate function: While expanding wildcard, column "
            "\"t.a\" must appear in the GROUP BY clause or must be part of an aggregate function, currently only \"sum(t.b)\" appears "
            "in the SELECT clause satisfies this requirement");
  EXPECT_EQ(Problem("select b, sum(a) from t group by 3"),
            "Error during planning: Cannot find column with position 3 in SELECT clause. Valid columns: 1 to 2");
  EXPECT_EQ(Problem("select b from t order by 3"), "Error during planning: Order by column out of bounds, specified: 3, max: 1");
  EXPECT_EQ(Problem("values (1,2),(3)"),
            "Error during planning: Inconsistent data length across values list: got 1 values in row 1 but expected 2");
  EXPECT_EQ(Problem("select zz.* from t"), "Error during planning: Invalid qualifier zz");
  EXPECT_EQ(Problem("select * from t limit 'x'"),
            "Error during planning: Expected LIMIT to be an integer or null, but got Utf8");
  EXPECT_EQ(Problem("select * from t limit -1"), "Error during planning: LIMIT must be >= 0, '-1' was provided");
}

}  // namespace
}  // namespace bowstring
