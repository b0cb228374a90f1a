// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/loader_server.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <new>

#include "compiler/driver/fields.h"

namespace sbx::driver {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kNoMemory = 77;  // exit status of a look
constexpr size_t kLargestAnswer = size_t{1} << 30;

constexpr const char* kWarmingPolicy = R"(
policy warm serves "auto"
model m { provider: p  context: 8k  output: 1k  price: { in: $1/M, out: $1/M } }
input user.tier: {free, pro} or else free
signal word = keywords(any: ["a word"])
signal number = pattern("\\d+\\s\\w")
route r when word and number and user.tier == pro and tokens > 100 { model = m }
otherwise { deny 404 "none" }
test "t" { given { text: "a word" } expect { outcome: deny } }
)";

// ------------------------------------------------------------------------------------------------ what travels

std::string pack_candidate(const TextCandidate& candidate) {
  Fields fields{candidate.path, candidate.text ? "text" : "file", candidate.text.value_or(""), candidate.policy, candidate.running};
  fields.insert(fields.end(), candidate.known.begin(), candidate.known.end());
  return packed(fields);
}

TextCandidate candidate_in(Fields fields) {
  TextCandidate candidate{.path = std::move(fields.at(0)), .policy = std::move(fields.at(3)), .running = std::move(fields.at(4))};
  if (fields.at(1) == "text") candidate.text = std::move(fields.at(2));
  candidate.known.assign(fields.begin() + 5, fields.end());
  return candidate;
}

std::string pack_looked(const LookedAt& looked) {
  Fields fields{std::to_string(looked.status), looked.document, looked.reason, looked.source, looked.digest, looked.code};
  fields.insert(fields.end(), looked.files.begin(), looked.files.end());
  return packed(fields);
}

LookedAt looked_in(Fields fields) {
  return {.status = std::stoi(fields.at(0)),
          .document = std::move(fields.at(1)),
          .reason = std::move(fields.at(2)),
          .source = std::move(fields.at(3)),
          .files = {fields.begin() + 6, fields.end()},
          .digest = std::move(fields.at(4)),
          .code = std::move(fields.at(5))};
}

// ------------------------------------------------------------------------------------------------ one look

/// In the copy made for one candidate; never returns.
[[noreturn]] void look_and_leave(const TextCandidate& candidate, const std::string& stdlib, uint64_t memory_bytes, int answer) {
  setpgid(0, 0);  // a linker that it starts is of its group, and ends with it
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (kLimitsMemory && memory_bytes > 0) {
    const rlimit limit{memory_bytes, memory_bytes};
    setrlimit(RLIMIT_AS, &limit);
  }
  int status = 0;
  try {
    bool is_heard = true;
    const DiffSummary diff = look_at(candidate, stdlib, [&](const LookedAt& looked) { is_heard = send_all(answer, pack_looked(looked)); });
    if (!is_heard || !send_all(answer, packed({diff.summary, diff.document}))) status = 1;
  } catch (const std::bad_alloc&) {
    status = kNoMemory;
  } catch (...) {
    status = 1;
  }
  _exit(status);
}

Error fault_of(int state, bool is_late, const LoaderLimits& limits) {
  if (is_late) {
    return {"R0771",
            fmt::format("the policy was not done within {} s, and is not loaded", static_cast<double>(limits.time.count()) / 1000)};
  }
  std::string how = WIFSIGNALED(state) ? "signal " + std::to_string(WTERMSIG(state)) : "status " + std::to_string(WEXITSTATUS(state));
  if (WIFEXITED(state) && WEXITSTATUS(state) == kNoMemory) how = "out of memory";
  return {"R0772", "loading broke down (" + how + "), and the policy is not loaded"};
}

int milliseconds_to(Clock::time_point end) {
  return static_cast<int>(std::max<int64_t>(0, std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count() + 1));
}

enum class Wait : uint8_t { Ended, Late, Abandoned };

/// Everything that the look says until it ends. `socket` has something to read only when whoever asked is gone.
Wait collect(int answer, int socket, Clock::time_point end, std::string& bytes) {
  std::array<char, 65536> buffer;
  while (Clock::now() < end) {
    std::array<pollfd, 2> fds{{{answer, POLLIN, 0}, {socket, POLLIN, 0}}};
    if (poll(fds.data(), fds.size(), milliseconds_to(end)) < 0 && errno != EINTR) return Wait::Ended;
    if (fds[1].revents != 0) return Wait::Abandoned;
    if (fds[0].revents == 0) continue;
    const ssize_t got = read(answer, buffer.data(), buffer.size());
    if (got == 0 || bytes.size() > kLargestAnswer) return Wait::Ended;
    if (got > 0) bytes.append(buffer.data(), static_cast<size_t>(got));
  }
  return Wait::Late;
}

/// False: whoever asked is gone.
bool serve_one(Fields fields, const std::string& stdlib, const LoaderLimits& limits, int socket) {
  int ends[2];
  const auto refuse = [&](const Error& error) { return send_all(socket, packed({error.code, error.message})); };
  if (pipe2(ends, O_CLOEXEC) != 0) return refuse({"R0772", "cannot make a pipe: " + std::string(std::strerror(errno))});
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    look_and_leave(candidate_in(std::move(fields)), stdlib, limits.memory_bytes, ends[1]);
  }
  close(ends[1]);
  if (child < 0) {
    close(ends[0]);
    return refuse({"R0772", "cannot start a process: " + std::string(std::strerror(errno))});
  }
  setpgid(child, child);
  std::string bytes;
  const Wait wait = collect(ends[0], socket, Clock::now() + limits.time, bytes);
  close(ends[0]);
  if (wait != Wait::Ended) kill(-child, SIGKILL);
  int state = 0;
  while (waitpid(child, &state, 0) < 0 && errno == EINTR) {
  }
  if (wait == Wait::Abandoned) return false;
  const Error fault = fault_of(state, wait == Wait::Late, limits);
  return send_all(socket, packed({fault.code, fault.message, bytes}));
}

void warm_up(const std::string& stdlib) {
  std::string first, text = kWarmingPolicy;
  look_at({.path = "warm.sbx", .text = text}, stdlib, [&](const LookedAt& looked) { first = looked.source; });
  text.replace(text.find("100"), 3, "200");
  look_at({.path = "warm.sbx", .text = text, .running = first}, stdlib, [](const LookedAt&) {});
}

/// The process between the gateway and the looks; never returns.
[[noreturn]] void serve(const std::string& stdlib, const LoaderLimits& limits, int socket) {
  prctl(PR_SET_NAME, "signalbox-load");
  // It ends when the gateway does, which may go on for a while after these.
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) std::signal(signal, SIG_IGN);
  const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  dup2(nothing, STDIN_FILENO);
  dup2(nothing, STDOUT_FILENO);
  try {
    warm_up(stdlib);
    for (;;) {
      std::optional<Fields> fields = receive_fields(socket);
      if (!fields || fields->size() < 5 || !serve_one(std::move(*fields), stdlib, limits, socket)) _exit(0);
    }
  } catch (...) {
    _exit(1);
  }
}

}  // namespace

Result<std::unique_ptr<LoaderServer>> LoaderServer::start(const std::string& stdlib, const LoaderLimits& limits) {
  const auto failed = [](const char* what) { return Error{"R0772", std::string(what) + ": " + std::strerror(errno)}; };
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return failed("cannot make a socket");
  const pid_t process = fork();
  if (process == 0) {
    close(ends[0]);
    serve(stdlib, limits, ends[1]);
  }
  close(ends[1]);
  if (process < 0) {
    close(ends[0]);
    return failed("cannot start a process");
  }
  return std::unique_ptr<LoaderServer>(new LoaderServer(ends[0], process));
}

LoaderServer::~LoaderServer() {
  close(socket_);
  while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void LoaderServer::stop() { shutdown(socket_, SHUT_RDWR); }

LoaderServer::Answer LoaderServer::look_at(const TextCandidate& candidate) {
  std::optional<Fields> fields;
  if (send_all(socket_, pack_candidate(candidate))) fields = receive_fields(socket_);
  if (!fields || fields->size() < 2)
    return {refused({"R0772", "the process that looks at policies has ended; texts are loaded after a restart"}), {}};
  std::string_view bytes = fields->size() > 2 ? std::string_view(fields->at(2)) : std::string_view();
  std::optional<Fields> looked = unpack(bytes);
  if (!looked || looked->size() < 6) return {refused({fields->at(0), fields->at(1)}), {}};
  Answer answer{looked_in(std::move(*looked)), {}};
  if (std::optional<Fields> diff = unpack(bytes); diff && diff->size() == 2) answer.diff = {std::move(diff->at(0)), std::move(diff->at(1))};
  return answer;
}

}  // namespace sbx::driver
