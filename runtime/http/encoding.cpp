// SPDX-License-Identifier: Apache-2.0
#include "runtime/http/encoding.h"

#include <zlib.h>
#include <zstd.h>

#include <memory>

namespace sbx::http {

namespace {

constexpr size_t kPiece = 64 << 10;

Decoded wrong(std::string_view encoding) { return {Error{"R0762", "the body is not " + std::string(encoding) + ", as its head says"}}; }
Decoded too_large() { return {Error{"R0762", "the body is too large once it is decompressed"}, true}; }

Decoded inflate_body(std::string_view encoding, std::string_view bytes, size_t most) {
  z_stream stream{};
  constexpr int kGzipOrZlib = 15 + 32;
  if (inflateInit2(&stream, kGzipOrZlib) != Z_OK) return wrong(encoding);
  const std::unique_ptr<z_stream, decltype(&inflateEnd)> owner(&stream, inflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib reads it only
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string body;
  for (int status = Z_OK; status != Z_STREAM_END;) {
    const size_t begin = body.size();
    if (begin > most) return too_large();
    body.resize(begin + kPiece);
    stream.next_out = reinterpret_cast<Bytef*>(body.data() + begin);
    stream.avail_out = kPiece;
    status = inflate(&stream, Z_NO_FLUSH);
    body.resize(begin + kPiece - stream.avail_out);
    if (status != Z_OK && status != Z_STREAM_END) return wrong(encoding);
  }
  if (stream.avail_in != 0) return wrong(encoding);
  if (body.size() > most) return too_large();
  return {std::move(body)};
}

Decoded decompress_zstd(std::string_view bytes, size_t most) {
  const std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream(ZSTD_createDStream(), ZSTD_freeDStream);
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  std::string body;
  size_t left = 1;
  while (in.pos < in.size || left != 0) {
    const size_t begin = body.size();
    if (begin > most) return too_large();
    body.resize(begin + kPiece);
    ZSTD_outBuffer out{body.data() + begin, kPiece, 0};
    left = ZSTD_decompressStream(stream.get(), &out, &in);
    body.resize(begin + out.pos);
    if (ZSTD_isError(left) != 0 || (out.pos == 0 && in.pos == in.size && left != 0)) return wrong("zstd");
  }
  if (body.size() > most) return too_large();
  return {std::move(body)};
}

}  // namespace

Decoded decode_body(std::string_view encoding, std::string_view bytes, size_t most) {
  if (encoding.empty() || encoding == "identity") return {std::string(bytes)};
  if (encoding == "gzip" || encoding == "x-gzip" || encoding == "deflate") return inflate_body(encoding, bytes, most);
  if (encoding == "zstd") return decompress_zstd(bytes, most);
  return {Error{"R0762", "a body encoded as `" + std::string(encoding) + "` cannot be read; send it as gzip, deflate, zstd or as it is"}};
}

}  // namespace sbx::http
