// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "functions/strftime.h"    // FormatMoment
#include "functions/time_zone.h"   // TimeZone
#include "functions/value_text.h"  // MakeValueWriter: the text of one value

// The texts of values, for rooms that may not include functions/.
