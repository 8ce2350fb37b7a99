// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Streams don't lie: an allocation that is refused, or a batch that fails, anywhere in a query gives either the right rows or an error, never
// fewer rows; and afterwards nothing is held and the next query is right. BOWSTRING_FULL=1: every allocation and every batch.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

#include <arrow/api.h>

#include <bowstring/error.h>
#include <bowstring/session.h>

#include "base/budget.h"
#include "exec/fault.h"

namespace bowstring {
namespace {

bool Full() {
  const char* full = std::getenv("BOWSTRING_FULL");
  return full != nullptr && std::string(full) == "1";
}

// Each operator, in memory; small, so that every allocation can be tried.
const char* const kQueries[] = {
    "select value, value * 2 from range(0, 40000) where value % 3 = 1",
    "select value % 100 as k, sum(value), count(*), min(value) from range(0, 40000) group by value % 100 order by k",
    "select count(distinct value % 977) from range(0, 40000)",
    "select distinct value % 500 as v from range(0, 40000) order by v",
    "select value from range(0, 40000) order by value % 97 desc, value",
    "select value from range(0, 40000) order by value % 97 desc, value limit 10",
    "select a.value, b.value from range(0, 30000) a join range(0, 20000) b on a.value = b.value * 2 order by 1",
    "select a.value, b.value from range(0, 3000) a left join range(0, 2000) b on a.value = b.value * 2 order by 1",
    "select a.value, b.value from range(0, 3000) a full join range(1000, 5000) b on a.value = b.value order by 1, 2",
    "select value from range(0, 30000) where value in (select value * 3 from range(0, 5000)) order by 1",
    "select value from range(0, 30000) where value not in (select value * 3 from range(0, 5000)) order by 1",
    "select count(*) from range(0, 300) a, range(0, 300) b where a.value < b.value",
    "select value, row_number() over (partition by value % 10 order by value desc) as r from range(0, 20000) order by 1",
    "select value from range(0, 40000) qualify row_number() over (partition by value % 10 order by value desc) <= 3 order by 1",
    "select value, sum(value) over (order by value rows between 3 preceding and current row) as s from range(0, 20000) order by 1",
    "select value from range(0, 20000) union all select value from range(0, 20000) order by 1",
    "select value from range(0, 20000) intersect select value * 2 from range(0, 20000) order by 1",
    "select value from range(0, 20000) except select value * 2 from range(0, 20000) order by 1",
    "select value from range(0, 100000) limit 1000 offset 20000",
    "select k, array_agg(value) as a from (select value % 50 as k, value from range(0, 20000)) t group by k order by k",
    "select cast(value as varchar) || 'x' as s, upper(cast(value as varchar)) as u from range(0, 20000) where cast(value as varchar) like '%7%'",
    "select (select max(value) from range(0, 1000)) as m, value from range(0, 20000) where value > 19000",
};

struct Outcome {
  arrow::Status status;
  std::string rows;
};

Outcome RunQuery(SessionContext& context, const std::string& sql) {
  Outcome outcome;
  auto frame = context.Sql(sql);
  if (!frame.ok()) return {frame.status(), ""};
  auto stream = frame->Execute();
  if (!stream.ok()) return {stream.status(), ""};
  while (true) {
    auto batch = (*stream)->Next();
    if (!batch.ok()) {
      outcome.status = batch.status();
      EXPECT_FALSE((*stream)->stats().complete) << sql;
      EXPECT_EQ((*stream)->Next().status().ToString(), outcome.status.ToString()) << sql;  // errors stay
      return outcome;
    }
    if (!*batch) break;
    outcome.rows += (*batch)->ToString();
  }
  EXPECT_TRUE((*stream)->stats().complete) << sql;
  return outcome;
}

// Batches' borders may differ where memory was short: rows alone are compared.
std::string Rows(SessionContext& context, const std::string& sql, arrow::Status* status) {
  auto frame = context.Sql(sql);
  if (!frame.ok()) {
    *status = frame.status();
    return "";
  }
  auto batches = frame->Collect();
  *status = batches.status();
  if (!batches.ok()) return "";
  auto table = arrow::Table::FromRecordBatches(*batches);
  if (!table.ok()) return "";
  auto combined = (*table)->CombineChunks();
  std::string text;
  for (const auto& column : (*combined)->columns()) {
    for (int64_t i = 0; i < column->length(); ++i) text += (*column->GetScalar(i))->ToString() + "\n";
  }
  return text;
}

// Workers give back what a query held a moment after its end.
int64_t HeldAfter() {
  for (int i = 0; i < 2000 && Budget::Process()->used() > 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return Budget::Process()->used();
}

TEST(Fault, RefusedAllocations) {
  SessionContext context;
  const int64_t held = HeldAfter();
  for (const char* sql : kQueries) {
    arrow::Status status;
    const std::string want = Rows(context, sql, &status);
    ASSERT_TRUE(status.ok()) << sql << ": " << status.ToString();
    for (const bool for_ever : {false, true}) {
      int64_t tried = 0;
      for (int64_t n = 1;; n += Full() ? 1 : 1 + n / 2) {
        FailAllocations(n, for_ever);
        const std::string have = Rows(context, sql, &status);
        const bool failed = AllocationFailed();
        FailAllocations(0, false);
        if (status.ok()) {
          ASSERT_EQ(have, want) << sql << " allocation " << n;
        } else {
          ASSERT_EQ(KindOf(status), ErrorKind::kBudgetExceeded) << sql << " allocation " << n << ": " << status.ToString();
        }
        if (!for_ever) {
          ASSERT_TRUE(status.ok()) << sql << " one refusal, allocation " << n << ": " << status.ToString();
        }
        ASSERT_LE(HeldAfter(), held) << sql << " allocation " << n;
        ++tried;
        if (!failed) break;
      }
      ASSERT_GT(tried, 2) << sql;
    }
  }
}

TEST(Fault, FailingBatches) {
  SessionContext context;
  const int64_t held = HeldAfter();
  for (const char* sql : kQueries) {
    exec::SetFault("", INT64_MAX);
    const Outcome whole = RunQuery(context, sql);
    const int64_t batches = exec::FaultBatches();
    exec::ClearFault();
    ASSERT_TRUE(whole.status.ok()) << sql << ": " << whole.status.ToString();
    for (int64_t k = 0; k < batches; k += Full() ? 1 : 1 + k / 2) {
      exec::SetFault("", k);
      const Outcome outcome = RunQuery(context, sql);
      const bool fired = exec::FaultFired();
      exec::ClearFault();
      if (fired && outcome.status.ok()) {
        // It may fire in work that nobody needed any more; then all rows are there.
        ASSERT_EQ(outcome.rows, whole.rows) << sql << " batch " << k;
        ASSERT_NE(std::string(sql).find("limit"), std::string::npos) << sql << " batch " << k;
      } else if (!outcome.status.ok()) {
        ASSERT_NE(outcome.status.ToString().find("injected failure"), std::string::npos) << outcome.status.ToString();
      }
    }
    ASSERT_LE(HeldAfter(), held) << sql;
  }
}

}  // namespace
}  // namespace bowstring
