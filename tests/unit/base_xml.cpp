// SPDX-License-Identifier: Apache-2.0
// What stands in an XML document is read as what was written.
#include <doctest/doctest.h>

#include "runtime/base/xml.h"

using sbx::escaped_xml;

TEST_CASE("marks of XML, and white space that an attribute would lose") {
  CHECK(escaped_xml("a < b && c > \"d\"") == "a &lt; b &amp;&amp; c &gt; &quot;d&quot;");
  CHECK(escaped_xml("a\tb\r\nc") == "a&#9;b&#13;&#10;c");
  CHECK(escaped_xml("срочно — 'é' \U0001F600") == "срочно — 'é' \U0001F600");
  CHECK(escaped_xml("").empty());
}

TEST_CASE("what XML cannot hold is told by a replacement") {
  using namespace std::string_view_literals;
  CHECK(escaped_xml("a\0b\x1B\x7F"sv) == "a\uFFFDb\uFFFD\uFFFD");
  CHECK(escaped_xml("\uFFFE\uFFFF\uFFFD") == "\uFFFD\uFFFD\uFFFD");
  CHECK(escaped_xml("\xFF<") == "\xFF&lt;");
}
