// SPDX-License-Identifier: Apache-2.0
// Personal data that has a form, and where it has one a checksum: what no model need guess.
#pragma once

#include <string_view>
#include <vector>

#include "runtime/program/reading.h"

namespace sbx::models {

/// In order, without overlaps, in code points. Labels: EMAIL_ADDRESS, DOMAIN_NAME (also of a URL's host), IP_ADDRESS (of version 4),
/// CREDIT_CARD (12 to 19 digits, Luhn), IBAN_CODE (ISO 13616, modulo 97), US_SSN (000-00-0000 as issued), PHONE_NUMBER (7 to 15 digits
/// with `+`, brackets, or in two or more parts). Takes time linear in the text. `text` is UTF-8; other bytes count as one code point each.
[[nodiscard]] std::vector<TextSpan> find_personal_data(std::string_view text);

/// Whether the form leaves little doubt: all labels but PHONE_NUMBER and DOMAIN_NAME.
[[nodiscard]] bool is_certain(const TextSpan& span);

/// ISO/IEC 7812-1, annex B.
[[nodiscard]] bool has_luhn_checksum(std::string_view digits);
/// ISO 13616: letters as numbers, the first four characters last, modulo 97. Capital letters and digits only.
[[nodiscard]] bool has_iban_checksum(std::string_view code);

}  // namespace sbx::models
