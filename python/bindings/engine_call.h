// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

namespace bowstring::python {

/// A call into the engine that may take long, made by one of our own methods: the GIL is out for its scope, and an
/// interrupt is kept, so that Raise raises it as it is. Nothing of Python may be touched inside. BatchStream::Next
/// needs none: it gives the GIL up itself, only where it waits.
class EngineCall {
 public:
  EngineCall();
  ~EngineCall();
  EngineCall(const EngineCall&) = delete;
  EngineCall& operator=(const EngineCall&) = delete;

 private:
  void* state_;
};

/// What `call` answers, run without the GIL.
template <typename Call>
auto Engine(Call call) {
  EngineCall scope;
  return call();
}

}  // namespace bowstring::python
