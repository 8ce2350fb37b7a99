// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

namespace bowstring {

/// A plan's text (a line an operator, "Name: details", two blanks a level) as boxes, inputs below what reads them.
std::string RenderTree(std::string_view plan);

}  // namespace bowstring
