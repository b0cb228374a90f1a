// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "runtime/source/source.h"

using namespace sbx;

TEST_CASE("a position counts lines and code points from 1") {
  SourceSet sources;
  FileId file = sources.add("a.sbx", "one\r\nпри\xCC\x81вет\n\nlast");
  auto at = [&](uint32_t byte) {
    Position p = sources.position(file, byte);
    return std::pair(p.line, p.column);
  };
  CHECK(at(0) == std::pair(1u, 1u));
  CHECK(at(5) == std::pair(2u, 1u));
  CHECK(at(7) == std::pair(2u, 2u));
  CHECK(at(13) == std::pair(2u, 5u));
  CHECK(at(1000) == std::pair(4u, 5u));
  CHECK(sources.line(file, 2) == "one");
  CHECK(sources.line(file, 20) == "");
  CHECK(sources.line(file, 99) == "last");
  CHECK(sources.text({file, 0, 3}) == "one");
  CHECK(sources.text({file, 2, 999}).size() == sources[file].text.size() - 2);
  CHECK(sources.text({}) == "");
}

TEST_CASE("an empty file has one empty line") {
  SourceSet sources;
  FileId file = sources.add("e.sbx", "");
  CHECK(sources.position(file, 7).line == 1);
  CHECK(sources.line(file, 0) == "");
}
