// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include <bowstring/table_source.h>

namespace bowstring::exec {

/// The lanes of a source, one after the other, as one.
std::shared_ptr<Source> MakeSingleLane(std::shared_ptr<Source> source);

}  // namespace bowstring::exec
