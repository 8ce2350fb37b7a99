// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include <bowstring/batch_stream.h>

namespace bowstring::python {

/// A stream in Python's hands. The engine's object isn't owned by Python: it may be dropped on threads that have no
/// GIL.
struct PyBatchStream {
  std::shared_ptr<BatchStream> stream;
};

/// Notes a stream that was given to Python, so that the end of the interpreter can cancel it; answers it. With the GIL
/// held.
std::shared_ptr<BatchStream> Track(std::shared_ptr<BatchStream> stream);

}  // namespace bowstring::python
