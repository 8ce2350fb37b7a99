// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <unistd.h>
#include <utility>

#include <nanobind/nanobind.h>

#if defined(__GLIBCXX__)
#include <cxxabi.h>
#endif

namespace bowstring::python {

namespace nb = nanobind;

/// True once the interpreter is on its way out: from then on nobody may take the GIL. Any thread.
bool Finalizing() noexcept;

/// Where a thread that asks for the GIL too late is kept until the process is gone.
[[noreturn]] inline void StayForGood() {
  for (;;) ::pause();
}

/// Runs what may ask for the GIL. Python ends threads that do so while it finalises, by unwinding their stacks: our
/// frames below would then touch Python objects without the GIL, or meet a function that must not throw. Such a thread
/// stays here instead.
template <typename Call>
void StayAtEnd(Call call) {
#if defined(__GLIBCXX__)
  try {
    call();
  } catch (abi::__forced_unwind&) {
    StayForGood();
  }
#else
  call();
#endif
}

// Threads between Enter and Leave are inside of Python, or on their way into it: the end of the interpreter waits for
// them for a while, because a thread that asks for the GIL later than that is ended in the middle of our frames.
// EnterPython answers false when it is too late.
bool EnterPython() noexcept;
void LeavePython() noexcept;

/// Holds the GIL for a scope on any thread, one that Python has never seen too. False where the interpreter is ending:
/// then nothing of Python may be touched.
class GilScope {
 public:
  GilScope() noexcept : held_(EnterPython()) {
    if (held_) {
      StayAtEnd([this] { state_ = PyGILState_Ensure(); });
    }
  }
  ~GilScope() {
    if (!held_) return;
    PyGILState_Release(state_);
    LeavePython();
  }
  GilScope(const GilScope&) = delete;
  GilScope& operator=(const GilScope&) = delete;
  explicit operator bool() const noexcept { return held_; }

 private:
  const bool held_;
  PyGILState_STATE state_{};
};

/// A reference to a Python object that engine objects may keep and drop on any thread, without the GIL. After the
/// interpreter's end it is leaked. Immutable.
class HeldObject {
 public:
  /// With the GIL held.
  explicit HeldObject(nb::object object) : object_(object.release().ptr()) {}
  ~HeldObject() {
    GilScope gil;
    if (gil) Py_DECREF(object_);
  }
  HeldObject(const HeldObject&) = delete;
  HeldObject& operator=(const HeldObject&) = delete;
  /// Only to be used with the GIL held.
  nb::handle get() const { return object_; }

 private:
  PyObject* object_;
};

/// Calls a function of the user's, with the GIL held. At the interpreter's end it gets an exception, and a thread that
/// stays in it longer is left behind.
nb::object CallForeign(nb::handle function, nb::handle arguments);

}  // namespace bowstring::python
