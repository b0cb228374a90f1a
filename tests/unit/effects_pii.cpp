// SPDX-License-Identifier: Apache-2.0
// What is personal data by its form and sums, and what only looks like it.
#include <doctest/doctest.h>

#include <string>

#include "runtime/effects/pii.h"

namespace sbx::effects {
namespace {

// `a <email:b@c.de> d`.
std::string marked(const std::string& text) {
  std::string result;
  size_t from = 0;
  for (const PiiSpan& span : find_pii(text, {std::begin(kAllPii), std::end(kAllPii)})) {
    result += text.substr(from, span.begin - from) + "<" + std::string(to_string(span.kind)) + ":" +
              text.substr(span.begin, span.end - span.begin) + ">";
    from = span.end;
  }
  return result + text.substr(from);
}

void unmarked(const std::string& text) { CHECK(marked(text) == text); }

TEST_CASE("addresses of mail") {
  CHECK(marked("Write to jo.smith+x@mail.example.com.") == "Write to <email:jo.smith+x@mail.example.com>.");
  CHECK(marked("<a@b.de>,c@d.eu") == "<<email:a@b.de>>,<email:c@d.eu>");
  CHECK(marked("jörg@bücher.de") == "<email:jörg@bücher.de>");
  CHECK(marked("a@b.xn--p1ai") == "<email:a@b.xn--p1ai>");
  unmarked("@handle, a@b, a@b.1, a.@b.de, x @ y.de, @b.de");
  unmarked(std::string(65, 'a') + "@b.de");
}

TEST_CASE("cards with their sum") {
  CHECK(marked("4111 1111 1111 1111") == "<card:4111 1111 1111 1111>");
  CHECK(marked("card=5500-0055-5555-5559;") == "card=<card:5500-0055-5555-5559>;");
  CHECK(marked("378282246310005") == "<card:378282246310005>");
  unmarked("4111 1111 1111 1112");
  unmarked("4444444444444444");
  unmarked("x4111111111111111, 41111111111111111111111");
  unmarked("1111111111111117");
}

TEST_CASE("IBANs of their country's length, with their sum") {
  CHECK(marked("DE89 3704 0044 0532 0130 00 and") == "<iban:DE89 3704 0044 0532 0130 00> and");
  CHECK(marked("gb29nwbk60161331926819") == "<iban:gb29nwbk60161331926819>");
  CHECK(marked("NO9386011117947.") == "<iban:NO9386011117947>.");
  unmarked("DE88 3704 0044 0532 0130 00");
  unmarked("XX89 3704 0044 0532 0130 00");
  unmarked("DE89370400440532013000X");
}

TEST_CASE("addresses of networks") {
  CHECK(marked("from 192.168.0.1:8080, 10.0.0.255.") == "from <ip:192.168.0.1>:8080, <ip:10.0.0.255>.");
  CHECK(marked("fe80::1 2001:db8:0:0:0:0:0:1") == "<ip:fe80::1> <ip:2001:db8:0:0:0:0:0:1>");
  CHECK(marked("[::1]") == "[::1]");  // three characters that everybody has
  unmarked("1.2.3, 1.2.3.4.5, 256.1.1.1, 12:30:45, std::vector, a::b, dead::beef, v1.2.3.4");
}

TEST_CASE("social security numbers of the United States") {
  CHECK(marked("SSN 123-45-6789.") == "SSN <ssn:123-45-6789>.");
  unmarked("000-12-3456, 666-12-3456, 900-12-3456, 123-00-4567, 123-45-0000, 123-45-67890, 1123-45-6789, 123-45 6789");
}

TEST_CASE("telephone numbers") {
  CHECK(marked("+49 (0)171 123-4567!") == "<phone:+49 (0)171 123-4567>!");
  CHECK(marked("call +14155552671 or (212) 555-1234") == "call <phone:+14155552671> or <phone:(212) 555-1234>");
  CHECK(marked("212-555-1234, 212.555.1234") == "<phone:212-555-1234>, <phone:212.555.1234>");
  unmarked("2125551234, 112-555-1234, +1234, 1+2345678901, 2026-11-26 10:00, 3.14159265358979");
}

TEST_CASE("only what is asked for") {
  CHECK(find_pii("a@b.de 4111 1111 1111 1111", {PiiKind::Card}) == std::vector<PiiSpan>{{7, 26, PiiKind::Card}});
  CHECK(find_pii("a@b.de", {}).empty());
}

}  // namespace
}  // namespace sbx::effects
