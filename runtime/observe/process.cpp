// SPDX-License-Identifier: Apache-2.0
#include "runtime/observe/process.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace sbx::observe {
namespace {

double boot_time() {
  std::ifstream stat("/proc/stat");
  for (std::string word; stat >> word;) {
    double seconds = 0;
    if (word == "btime" && stat >> seconds) return seconds;
  }
  return 0;
}

}  // namespace

ProcessFacts process_facts() {
  ProcessFacts facts;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  constexpr double kMicros = 1e6;
  facts.cpu_seconds = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                      static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / kMicros;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) facts.max_open_files = limit.rlim_cur;
  std::error_code none;
  for (std::filesystem::directory_iterator files("/proc/self/fd", none), end; !none && files != end; files.increment(none))
    ++facts.open_files;

  std::ifstream file("/proc/self/stat");
  std::string line;
  std::getline(file, line);
  const size_t name_end = line.rfind(')');  // a name may hold anything
  if (name_end == std::string::npos) return facts;
  std::istringstream fields(line.substr(name_end + 1));
  // Fields 3 to 24 of proc(5).
  constexpr int kFirst = 3, kThreads = 20, kStart = 22, kVirtual = 23, kResident = 24;
  std::string word;
  for (int field = kFirst; field <= kResident && fields >> word; ++field) {
    if (field == kThreads) facts.threads = std::stoull(word);
    if (field == kStart) facts.start_time_seconds = boot_time() + std::stod(word) / static_cast<double>(sysconf(_SC_CLK_TCK));
    if (field == kVirtual) facts.virtual_bytes = std::stoull(word);
    if (field == kResident) facts.resident_bytes = std::stoull(word) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  }
  return facts;
}

}  // namespace sbx::observe
