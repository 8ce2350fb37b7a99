// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <algorithm>

#include <arrow/api.h>
#include <arrow/c/bridge.h>

#include <bowstring/error.h>
#include <bowstring/session.h>

// Statements and frames, run. Rows are written as text, one a line: "1|x"; NULL is "-".

namespace bowstring {
namespace {

/// The error without the lines that show its place in the text.
std::string WithoutPlace(const std::string& text) { return text.substr(0, text.find("\nLine: ")); }

std::string Cell(const arrow::Scalar& value) { return value.is_valid ? value.ToString() : "-"; }

std::string RowsOf(const arrow::Result<DataFrame>& frame, bool sorted = false) {
  if (!frame.ok()) return "ERROR " + WithoutPlace(ErrorText(frame.status()));
  const auto batches = frame->Collect();
  if (!batches.ok()) return "ERROR " + ErrorText(batches.status());
  std::vector<std::string> rows;
  for (const auto& batch : *batches) {
    for (int64_t i = 0; i < batch->num_rows(); ++i) {
      std::string row;
      for (int c = 0; c < batch->num_columns(); ++c) row += (c ? "|" : "") + Cell(**batch->column(c)->GetScalar(i));
      rows.push_back(std::move(row));
    }
  }
  if (sorted) std::sort(rows.begin(), rows.end());
  std::string text;
  for (const std::string& row : rows) text += (text.empty() ? "" : "\n") + row;
  return text;
}

class SqlRunTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Run("create table t (a bigint, b bigint, s varchar) as values (1, 10, 'x'), (2, 20, 'y'), (3, null, null), (4, 40, 'x')");
    Run("create table u (a bigint, c bigint) as values (1, 100), (1, 101), (3, 300), (5, 500), (null, 1)");
  }
  std::string Run(const std::string& sql) { return RowsOf(context_.Sql(sql)); }
  std::string RunSorted(const std::string& sql) { return RowsOf(context_.Sql(sql), true); }

  SessionContext context_;
};

TEST_F(SqlRunTest, SelectFilterProject) {
  EXPECT_EQ(Run("select a + 1, s from t where b > 10"), "3|y\n5|x");
  EXPECT_EQ(Run("select a from t where s is null or a = 1"), "1\n3");
  EXPECT_EQ(Run("select * from t limit 2 offset 1"), "2|20|y\n3|-|-");
  EXPECT_EQ(Run("select 1, 'x', null, 1.5, true"), "1|x|-|1.5|true");
  EXPECT_EQ(Run("select case when a > 2 then 'big' else 'small' end from t"), "small\nsmall\nbig\nbig");
  EXPECT_EQ(Run("select a from t where a between 2 and 3 and a in (1, 2, 3)"), "2\n3");
  EXPECT_EQ(Run("select value from range(0, 10, 4)"), "0\n4\n8");
  EXPECT_EQ(Run("select * from (values (1, 'a'), (2.5, 'b')) v(x, y) where x > 1"), "2.5|b");
}

TEST_F(SqlRunTest, OrderAndDistinct) {
  EXPECT_EQ(Run("select a from t order by b desc"), "3\n4\n2\n1");
  EXPECT_EQ(Run("select a from t order by b desc nulls last, a limit 2"), "4\n2");
  EXPECT_EQ(RunSorted("select distinct s from t"), "-\nx\ny");
  EXPECT_EQ(Run("select distinct s from t order by s"), "x\ny\n-");
}

TEST_F(SqlRunTest, Groups) {
  EXPECT_EQ(Run("select count(*), sum(b), min(a), max(a), avg(a) from t"), "4|70|1|4|2.5");
  EXPECT_EQ(Run("select s, sum(a) from t group by s order by s"), "x|5\ny|2\n-|3");
  EXPECT_EQ(Run("select s, count(*) c from t group by s having count(*) > 1"), "x|2");
  EXPECT_EQ(Run("select sum(a) from t where a > 100"), "-");
}

TEST_F(SqlRunTest, Joins) {
  EXPECT_EQ(Run("select t.a, c from t join u on t.a = u.a order by c"), "1|100\n1|101\n3|300");
  EXPECT_EQ(Run("select a, c from t left join u using (a) order by a, c"), "1|100\n1|101\n2|-\n3|300\n4|-");
  EXPECT_EQ(Run("select a, c from t full join u using (a) order by c, a"), "-|1\n1|100\n1|101\n3|300\n5|500\n2|-\n4|-");
  EXPECT_EQ(Run("select t.a from t where exists (select 1 from u where u.a = t.a) order by 1"), "1\n3");
  EXPECT_EQ(Run("select a from t where a in (select a from u) order by a"), "1\n3");
  EXPECT_EQ(Run("select a from t where a not in (select a from u where a is not null) order by a"), "2\n4");
}

TEST_F(SqlRunTest, SetOperations) {
  EXPECT_EQ(Run("select a from t union all select a from u where a = 5"), "1\n2\n3\n4\n5");
  EXPECT_EQ(RunSorted("select a from t union select a from u"), "-\n1\n2\n3\n4\n5");
  EXPECT_EQ(RunSorted("select a from t intersect select a from u"), "1\n3");
  EXPECT_EQ(RunSorted("select a from t except select a from u"), "2\n4");
  EXPECT_EQ(Run("select a, b from t where a = 2 union all select 9, 9"), "2|20\n9|9");
  EXPECT_EQ(Run("with w as (select a from t where a > 2) select w.a + v.a from w, w v order by 1"), "6\n7\n7\n8");
}

TEST_F(SqlRunTest, Subqueries) {
  EXPECT_EQ(Run("select a from t where a = (select max(a) from u where a < 5)"), "3");
  EXPECT_EQ(Run("select a, (select sum(c) from u where u.a = t.a) from t order by a"), "1|201\n2|-\n3|300\n4|-");
}

TEST_F(SqlRunTest, DistinctOn) {
  EXPECT_EQ(Run("select distinct on (s) s, a from t order by s, a desc"), "x|4\ny|2\n-|3");
}

TEST_F(SqlRunTest, OrderByASubquery) {
  EXPECT_EQ(Run("select a, (select max(c) from u where u.a = t.a) m from t order by m, a"), "1|101\n3|300\n2|-\n4|-");
}

TEST_F(SqlRunTest, BatchesHaveTheFramesSchema) {
  for (const char* sql : {"select null or true, 1 = 1 and null", "select a from t", "select coalesce(a, 1) from u", "select count(*) from t"}) {
    const auto frame = *context_.Sql(sql);
    const auto batches = *frame.Collect();
    ASSERT_FALSE(batches.empty()) << sql;
    EXPECT_TRUE(batches[0]->schema()->Equals(*frame.schema())) << sql;
  }
}

TEST_F(SqlRunTest, Statements) {
  EXPECT_EQ(Run("insert into t values (5, 50, 'z')"), "1");
  EXPECT_EQ(Run("insert into t (a) select 6"), "1");
  EXPECT_EQ(Run("select a, b from t where a > 4"), "5|50\n6|-");
  EXPECT_EQ(Run("create view v as select a * 2 as d from t"), "");
  EXPECT_EQ(Run("select d from v limit 1"), "2");
  EXPECT_EQ(Run("drop view v"), "");
  EXPECT_EQ(Run("select * from v"), "ERROR Error during planning: table 'datafusion.public.v' not found");
  EXPECT_EQ(Run("describe u"), "a|Int64|YES\nc|Int64|YES");
  EXPECT_EQ(Run("set datafusion.execution.batch_size = 100"), "");
  EXPECT_EQ(Run("show datafusion.execution.batch_size"), "datafusion.execution.batch_size|100");
  EXPECT_EQ(Run("select table_name from information_schema.tables where table_schema = 'public' order by 1"), "t\nu");
  EXPECT_NE(Run("explain select a from t where a > 1").find("logical_plan|Filter: t.a > Int64(1)"), std::string::npos);
  EXPECT_EQ(context_.Sql("select 1; select 2").status().message(), "The context currently only supports a single SQL statement");
  EXPECT_EQ(ErrorText(context_.Sql("create table x as select 1", SQLOptions{.allow_ddl = false}).status()),
            "Error during planning: DDL not supported: CreateMemoryTable");
}

TEST_F(SqlRunTest, Parameters) {
  const SessionContext::Parameters parameters{{"v", std::make_shared<arrow::Int64Scalar>(3)}};
  EXPECT_EQ(RowsOf(context_.Sql("select a from t where a > $v", {}, parameters)), "4");
  EXPECT_EQ(WithoutPlace(ErrorText(context_.Sql("select $x", {}, parameters).status())),
            "Error during planning: No value found for placeholder with name $x");
}

TEST_F(SqlRunTest, Frames) {
  const DataFrame t = *context_.table("t");
  EXPECT_EQ(RowsOf((*t.Filter(Binary(BinaryOp::kGt, Col("a"), Literal(int64_t{2})))).Select({Col("a"), Col("s")})), "3|-\n4|x");
  EXPECT_EQ(RowsOf((*t.Filter("a > 2 and b is not null")).SelectExprs({"a * 10 as x"})), "40");
  EXPECT_EQ(RowsOf((*t.WithColumn("b", Binary(BinaryOp::kPlus, Col("b"), Literal(int64_t{1})))).Drop({"s", "nothing"})),
            "1|11\n2|21\n3|-\n4|41");
  EXPECT_EQ(*t.Count(), 4);
  EXPECT_EQ(RowsOf((*t.Tail(2)).Select({"a"})), "3\n4");
  EXPECT_EQ(RowsOf((*t.Cache()).Select({"t.a"})), "1\n2\n3\n4");
  const DataFrame u = *context_.table("u");
  EXPECT_EQ(RowsOf((*t.Join(u, {"a"}, {"a"})).Sort({SortKey{Col("c")}})), "1|10|x|100\n1|10|x|101\n3|-|-|300");
  EXPECT_EQ(RowsOf((*t.Join(u, {"a"}, {"a"}, "full")).Sort({SortKey{Col("c")}})->Select({"a"})), "-\n1\n1\n3\n5\n2\n4");
  EXPECT_EQ(RowsOf((*t.Select({"a"})).UnionByName(*u.Select({"c"}))), "1|-\n2|-\n3|-\n4|-\n-|100\n-|101\n-|300\n-|500\n-|1");
  EXPECT_EQ(RowsOf((*context_.Range(0, 100)).Filter("value % 30 = 7")), "7\n37\n67\n97");
  EXPECT_EQ(RowsOf(t.FillNull(std::make_shared<arrow::Int64Scalar>(0))), "1|10|x\n2|20|y\n3|0|0\n4|40|x");
  EXPECT_FALSE((*t.FillNull(std::make_shared<arrow::Int64Scalar>(0))).schema()->field(1)->nullable());
}

TEST_F(SqlRunTest, Describe) {
  EXPECT_EQ(RowsOf((*context_.table("t")).Describe()),
            "count|4|3|3\nnull_count|0|1|1\nmean|2.5|23.333333333333332|null\nstd|1.2909944487358056|15.275252316519467|null\n"
            "min|1|10|x\nmax|4|40|y\nmedian|2.5|20|null");
}

TEST_F(SqlRunTest, RequestedSchema) {
  const DataFrame t = *context_.table("t");
  ExecuteOptions options;
  options.requested_schema = arrow::schema({arrow::field("s", arrow::large_utf8()), arrow::field("a", arrow::int32())});
  const auto batches = *t.Collect(options);
  ASSERT_EQ(batches.size(), 1u);
  EXPECT_TRUE(batches[0]->schema()->Equals(*options.requested_schema)) << batches[0]->schema()->ToString();
  EXPECT_EQ(batches[0]->column(1)->ToString(), arrow::Int32Array(4, arrow::Buffer::FromVector(std::vector<int32_t>{1, 2, 3, 4})).ToString());
  options.requested_schema = arrow::schema({arrow::field("zz", arrow::int32())});
  EXPECT_NE(t.Collect(options).status().message().find("'zz'"), std::string::npos);
  options.requested_schema = arrow::schema({arrow::field("a", arrow::utf8())});
  EXPECT_NE(t.Collect(options).status().message().find("Fail to merge schema"), std::string::npos);
  options.requested_schema = arrow::schema({arrow::field("b", arrow::int64(), false)});
  EXPECT_FALSE(t.Collect(options).ok());
}

TEST_F(SqlRunTest, PartitionsKeepTheirOrder) {
  const DataFrame frame = *(*context_.Range(0, 1'000'000)).Filter("value % 1000 = 1");
  const auto lanes = *frame.CollectPartitioned();
  int64_t next = 1;
  for (const auto& lane : lanes) {
    for (const auto& batch : lane) {
      for (int64_t i = 0; i < batch->num_rows(); ++i, next += 1000) {
        ASSERT_EQ(batch->column_data(0)->GetValues<int64_t>(1)[i], next);
      }
    }
  }
  EXPECT_EQ(next, 1'000'001);
}

TEST_F(SqlRunTest, StreamsAsTables) {
  const auto batch = *(*context_.Range(0, 1000)).Collect();
  const auto reader = *arrow::RecordBatchReader::Make(batch, batch[0]->schema());
  ArrowArrayStream stream;
  ASSERT_TRUE(arrow::ExportRecordBatchReader(reader, &stream).ok());
  const auto source = *context_.StreamTable(&stream, {});
  ASSERT_TRUE(context_.RegisterTable("streamed", source).ok());
  for (int i = 0; i < 2; ++i) EXPECT_EQ(Run("select sum(value), count(*) from streamed"), "499500|1000");
}

}  // namespace
}  // namespace bowstring
