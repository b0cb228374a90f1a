// SPDX-License-Identifier: Apache-2.0
// tests: R0762
#include <zlib.h>
#include <zstd.h>

#include "doctest/doctest.h"
#include "runtime/http/encoding.h"

using namespace sbx::http;

namespace {

std::string gzip(std::string_view text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

}  // namespace

TEST_CASE("compressed bodies are what they were") {
  const std::string text(300'000, 'x');
  CHECK(*decode_body("gzip", gzip(text), 1 << 20).body == text);
  CHECK(*decode_body("zstd", zstd(text), 1 << 20).body == text);
  CHECK(*decode_body("identity", text, 1 << 20).body == text);
  CHECK(*decode_body("gzip", gzip(""), 16).body == "");
}

TEST_CASE("a small body that grows too large is too large") {
  const std::string text(1 << 20, 'x');
  for (const auto& [encoding, bytes] : {std::pair{"gzip", gzip(text)}, std::pair{"zstd", zstd(text)}}) {
    CAPTURE(encoding);
    const Decoded decoded = decode_body(encoding, bytes, (1 << 20) - 1);
    CHECK_FALSE(decoded.body.ok());
    CHECK(decoded.too_large);
  }
}

TEST_CASE("bytes that are not what the head says") {
  for (const char* encoding : {"gzip", "deflate", "zstd", "br", "gzip, zstd"}) {
    CAPTURE(encoding);
    CHECK(decode_body(encoding, "no such thing", 100).body.error().code == "R0762");
  }
  const std::string whole = gzip("hello hello hello"), frame = zstd("hello hello hello");
  CHECK_FALSE(decode_body("gzip", std::string_view(whole).substr(0, whole.size() - 3), 100).body.ok());
  CHECK_FALSE(decode_body("gzip", whole + "tail", 100).body.ok());
  CHECK_FALSE(decode_body("zstd", std::string_view(frame).substr(0, frame.size() - 1), 100).body.ok());
}
