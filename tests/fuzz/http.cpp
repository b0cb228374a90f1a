// SPDX-License-Identifier: Apache-2.0
// Any bytes from a client end in answers and a closed connection; any bytes from a model end in an answer or a failure. Nothing waits for ever.
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <thread>

#include "runtime/http/client.h"
#include "runtime/http/server.h"

using namespace sbx;
using namespace sbx::http;

namespace {

Task<void> echo(Exchange& exchange) {
  Response response{200, {}, exchange.request().body};
  co_await exchange.answer(std::move(response));
}

/// A loop in a thread with a server, and another server that says whatever it is told to.
struct World {
  World() {
    char name[] = "/tmp/sbx-fuzz-http-XXXXXX";
    folder = ::mkdtemp(name);
    const auto refuse = [](int status, std::string_view why, const Request&) { return Response{status, {}, std::string(why)}; };
    const ServerOptions options{.body_bytes = 1 << 16, .header_bytes = 4096, .request_timeout = std::chrono::milliseconds(200), .idle_timeout = std::chrono::milliseconds(200)};
    server = std::move(*Server::listen("unix:" + folder + "/s", options, {}, echo, refuse));
    model = std::move(*Server::listen("unix:" + folder + "/m", options, {}, [this](Exchange& exchange) -> Task<void> {
      co_await exchange.socket().write(said);
      exchange.abort();
    }, refuse));
    server->serve_on(loop);
    model->serve_on(loop);
    thread = std::thread([this] { loop.run(); });
    thread.detach();  // ends with the process
  }
  std::string folder, said;
  Loop loop;
  std::unique_ptr<Server> server, model;
  std::thread thread;
};

Task<void> ask(World& world, std::promise<void>& done) {
  Pool pool(world.loop, *parse_url("unix:" + world.folder + "/m"), {});
  Call call(pool, {});
  const Request request;
  if (co_await call.send(request, nullptr) == CallEnd::Ok) {
    std::string body;
    co_await call.read_all(body, 1 << 20);
  }
  done.set_value();
}

Task<void> talk(World& world, std::string bytes, std::promise<void>& done) {
  auto [socket, connected] = co_await Socket::connect(world.loop, parse_url("unix:" + world.folder + "/s")->address, {}, std::chrono::seconds(1));
  if (socket && co_await socket->write(bytes) == Io::Ok) {
    socket->end();
    for (size_t size = 1; size > 0 && co_await socket->read_some(world.loop.scratch(), size) == Io::Ok;) {
    }
  }
  done.set_value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static World& world = *new World;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  std::promise<void> talked, asked;
  world.loop.spawn([&] { return talk(world, bytes, talked); });
  talked.get_future().get();
  world.said = bytes;  // the loop reads it only once it is asked
  world.loop.spawn([&] { return ask(world, asked); });
  asked.get_future().get();
  return 0;
}
