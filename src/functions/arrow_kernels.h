// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

namespace bowstring {

/// Arrow registers most of its kernels only when told to. Any thread, any number of times.
void EnsureArrowKernels();

}  // namespace bowstring
