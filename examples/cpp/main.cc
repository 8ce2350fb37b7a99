// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// example FILE: streams a filtered scan of a TPC-H lineitem file and counts what arrives.
#include <iostream>

#include <arrow/api.h>

#include <bowstring/session.h>

arrow::Status CountCheap(const std::string& file) {
  bowstring::SessionContext session;
  ARROW_RETURN_NOT_OK(session.RegisterParquet("lineitem", {file}, {}));
  ARROW_ASSIGN_OR_RAISE(auto cheap, session.Sql("SELECT l_orderkey FROM lineitem WHERE l_quantity < 24"));
  ARROW_ASSIGN_OR_RAISE(auto stream, cheap.Execute());
  int64_t rows = 0;
  for (;;) {  // each batch comes while the query runs
    ARROW_ASSIGN_OR_RAISE(auto batch, stream->Next());
    if (!batch) break;
    rows += batch->num_rows();
  }
  std::cout << rows << " rows\n";
  return arrow::Status::OK();
}

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: example LINEITEM.parquet\n";
    return 2;
  }
  const arrow::Status status = CountCheap(argv[1]);
  if (!status.ok()) std::cerr << status.ToString() << "\n";
  return status.ok() ? 0 : 1;
}
