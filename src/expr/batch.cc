// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/buffer.h>
#include <arrow/record_batch.h>

#include <bowstring/table_source.h>

namespace bowstring {

const int32_t* Selection::data() const { return reinterpret_cast<const int32_t*>(indices->data()); }

int64_t Batch::num_rows() const { return rows ? rows->length : data ? data->num_rows() : 0; }

}  // namespace bowstring
