// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

// All kinds of logical nodes, for those who walk plans.

#include "logical/aggregate.h"
#include "logical/distinct.h"
#include "logical/dml.h"
#include "logical/empty.h"
#include "logical/explain.h"
#include "logical/filter.h"
#include "logical/join.h"
#include "logical/limit.h"
#include "logical/plan.h"
#include "logical/projection.h"
#include "logical/recursive.h"
#include "logical/repartition.h"
#include "logical/scan.h"
#include "logical/sort.h"
#include "logical/statement.h"
#include "logical/subquery_alias.h"
#include "logical/union.h"
#include "logical/unnest.h"
#include "logical/values.h"
#include "logical/window.h"
