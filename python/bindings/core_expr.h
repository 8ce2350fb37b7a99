// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <vector>

#include <nanobind/nanobind.h>

#include <bowstring/expr.h>

namespace bowstring::python {

namespace nb = nanobind;

/// The expressions of any Python iterable of core expressions.
std::vector<Expr> ToExprs(nb::handle iterable);
std::vector<SortKey> ToSortKeys(nb::handle iterable);
nb::list FromExprs(const std::vector<Expr>& exprs);

}  // namespace bowstring::python
