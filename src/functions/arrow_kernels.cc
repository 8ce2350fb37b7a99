// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/arrow_kernels.h"

#include <arrow/compute/initialize.h>
#include <arrow/status.h>

namespace bowstring {

void EnsureArrowKernels() {
  static const bool ok = arrow::compute::Initialize().ok();
  (void)ok;  // a kernel that isn't there then says so by its name
}

}  // namespace bowstring
