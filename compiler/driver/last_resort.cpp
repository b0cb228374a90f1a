// SPDX-License-Identifier: Apache-2.0
// Handlers use async-signal-safe calls only, on a stack of their own: an overflown stack is the likeliest cause.
#include "compiler/driver/last_resort.h"

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>

#include "compiler/driver/command.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SBX_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SBX_SANITIZED 1
#endif
#endif

namespace sbx::driver {
namespace {

constexpr char Report[] =
    "signalbox: this is a bug in signalbox, not in your policy: the program crashed\n"
    "Please report it together with the command and its input.\n";

void say(const char* text) { [[maybe_unused]] ssize_t ignored = write(STDERR_FILENO, text, std::strlen(text)); }

[[maybe_unused]] void crashed(int) {
  say(Report);
  _exit(Bug);
}

void terminated() {
  say(Report);
  _exit(Bug);
}

}  // namespace

void install_last_resort() {
  std::signal(SIGPIPE, SIG_IGN);
  std::set_terminate(terminated);
#ifndef SBX_SANITIZED  // the sanitizers report crashes themselves, better
  static char stack[65536];
  stack_t alternative{};
  alternative.ss_sp = stack;
  alternative.ss_size = sizeof stack;
  sigaltstack(&alternative, nullptr);
  struct sigaction action {};
  action.sa_handler = crashed;
  action.sa_flags = SA_ONSTACK;
  for (int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) sigaction(signal, &action, nullptr);
#endif
}

void report_exception(const char* what) {
  std::fflush(stdout);
  std::fprintf(stderr,
               "signalbox: this is a bug in signalbox, not in your policy: an error escaped (%s)\n"
               "Please report it together with the command and its input.\n",
               what);
}

}  // namespace sbx::driver
