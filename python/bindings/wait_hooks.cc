// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// What the engine does to Python while a thread waits in it: the GIL out, signals and exceptions looked for, the GIL
// in. And the end of the interpreter, after which nobody takes the GIL.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <pthread.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <nanobind/nanobind.h>

#include <bowstring/batch_stream.h>

#include "bind.h"
#include "engine_call.h"
#include "held_object.h"
#include "interrupt_signal.h"
#include "status.h"

namespace bowstring::python {
namespace {

std::atomic<bool> g_closed{false};
std::atomic<int> g_inside{0};   // threads that are in Python on our account, or will ask for the GIL
PyObject* g_nothing = nullptr;  // a Python function that does nothing; lives as long as the process
thread_local int t_engine_calls = 0;
std::vector<unsigned long>* g_foreign =
    new std::vector<unsigned long>();  // threads in functions of the user's; guarded by g_foreign_mutex
std::mutex* g_foreign_mutex = new std::mutex();

// The GIL may be held by whoever called, or not: a consumer such as pyarrow has given it up.
void* Leave() {
  if (Finalizing() || PyGILState_Check() == 0) return nullptr;
  DropInterrupt();
  g_inside.fetch_add(1);
  return PyEval_SaveThread();
}

void Restore(void* state) {
  // Too late: the interpreter would end this thread in the middle of our frames. It is stopped here instead, until the
  // process is gone.
  if (Finalizing()) StayForGood();
  StayAtEnd([state] { PyEval_RestoreThread(static_cast<PyThreadState*>(state)); });
}

void Enter(void* state) {
  if (state == nullptr) return;
  Restore(state);
  g_inside.fetch_sub(1);
}

bool Poll() {
  if (PyErr_CheckSignals() == 0) {
    // Exceptions that PyThreadState_SetAsyncExc has sent to this thread show themselves only while Python code runs.
    PyObject* answer = PyObject_CallNoArgs(g_nothing);
    if (answer != nullptr) {
      Py_DECREF(answer);
      return false;
    }
  }
#if PY_VERSION_HEX >= 0x030c0000
  KeepInterrupt(PyErr_GetRaisedException());
#else
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  if (traceback != nullptr) PyException_SetTraceback(value, traceback);
  Py_XDECREF(type);
  Py_XDECREF(traceback);
  KeepInterrupt(value);
#endif
  return true;
}

bool Interrupted(void* state, bool signalled) {
  if (Finalizing()) return false;
  if (state != nullptr) {  // we hold this thread's Python state: back in and out again
    Restore(state);
    const bool interrupted = Poll();
    PyEval_SaveThread();
    return interrupted;
  }
  // The GIL was given up before the engine was called. A thread that Python has never seen gets no signals and no
  // exceptions; it works for the main thread (duckdb), which may have answered the signal and now waits for this one.
  if (PyGILState_GetThisThreadState() == nullptr) return signalled;
  GilScope gil;
  if (!gil) return false;
  const bool interrupted = Poll();
  // In a foreign consumer nobody could raise it: it goes on as the text of the stream's error.
  if (interrupted && t_engine_calls == 0) DropInterrupt();
  return interrupted;
}

}  // namespace

bool Finalizing() noexcept {
  if (g_closed.load(std::memory_order_acquire)) return true;
#if PY_VERSION_HEX >= 0x030d0000
  return !Py_IsInitialized() || Py_IsFinalizing();
#else
  return !Py_IsInitialized() || _Py_IsFinalizing();
#endif
}

bool EnterPython() noexcept {
  g_inside.fetch_add(1);
  if (!Finalizing()) return true;
  g_inside.fetch_sub(1);
  return false;
}

void LeavePython() noexcept { g_inside.fetch_sub(1); }

nb::object CallForeign(nb::handle function, nb::handle arguments) {
  const unsigned long thread = PyThread_get_thread_ident();
  {
    std::lock_guard lock(*g_foreign_mutex);
    g_foreign->push_back(thread);
  }
  PyObject* answer = nullptr;
  StayAtEnd([&] { answer = PyObject_Call(function.ptr(), arguments.ptr(), nullptr); });
  {
    std::lock_guard lock(*g_foreign_mutex);
    auto found = std::find(g_foreign->begin(), g_foreign->end(), thread);
    if (found != g_foreign->end()) g_foreign->erase(found);
  }
  if (answer == nullptr) throw nb::python_error();
  return nb::steal(answer);
}

EngineCall::EngineCall() {
  DropInterrupt();
  ++t_engine_calls;
  g_inside.fetch_add(1);
  state_ = PyEval_SaveThread();
}

EngineCall::~EngineCall() {
  Restore(state_);
  g_inside.fetch_sub(1);
  --t_engine_calls;
}

void bind_wait_hooks(nb::module_& m) {
  nb::object nothing = nb::module_::import_("builtins").attr("eval")("lambda: None");
  g_nothing = nothing.release().ptr();
  ::pthread_atfork(nullptr, nullptr, [] {  // the other threads stayed behind
    g_inside.store(0);
    g_foreign = new std::vector<unsigned long>();
    g_foreign_mutex = new std::mutex();
  });
  SetWaitHooks(WaitHooks{Leave, Interrupted, Enter, Signalled});
  m.def(
      "_leave_python",
      [](double seconds) {
        {
          nb::object stop = nb::module_::import_("bowstring.errors").attr("Cancelled");
          std::lock_guard lock(*g_foreign_mutex);
          for (unsigned long thread : *g_foreign) PyThreadState_SetAsyncExc(thread, stop.ptr());
        }
        const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
        nb::gil_scoped_release release;
        Shutdown();
        while (g_inside.load() > 0 && std::chrono::steady_clock::now() < until)
          std::this_thread::sleep_for(std::chrono::milliseconds(1));
        g_closed.store(true, std::memory_order_release);
      },
      nb::arg("seconds"),
      "Waits so long for threads of the engine to leave Python; then none takes the GIL again. Called once, at the "
      "interpreter's end.");
}

}  // namespace bowstring::python
