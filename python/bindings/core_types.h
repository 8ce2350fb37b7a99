// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include <arrow/type_fwd.h>

namespace bowstring::python {

// Arrow's values as Python objects of ours, for those who have no pyarrow. All immutable and thread-safe.

struct PyDataType {
  std::shared_ptr<arrow::DataType> type;
};
struct PyField {
  std::shared_ptr<arrow::Field> field;
};
struct PySchema {
  std::shared_ptr<arrow::Schema> schema;
};
struct PyArray {
  std::shared_ptr<arrow::Array> array;
};
struct PyRecordBatch {
  std::shared_ptr<arrow::RecordBatch> batch;
};

}  // namespace bowstring::python
