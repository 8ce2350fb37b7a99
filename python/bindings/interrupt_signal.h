// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

namespace bowstring::python {

/// Counts SIGINTs from here on, in front of Python's own handler, where that is the one that raises KeyboardInterrupt;
/// where a program handles the signal itself (`signal.signal`, asyncio) nothing is touched. With the GIL held, on any
/// thread; to be called for each stream that goes to foreign readers, since a program may set its handler anew.
void CountInterrupts();

/// The wait hook (WaitHooks::signalled): each stream sees each SIGINT that was counted since it was opened, once.
/// A stream may be opened on a thread of duckdb's, so that this can't be kept to what the main thread opened.
bool Signalled(int64_t* seen);

}  // namespace bowstring::python
