// SPDX-License-Identifier: Apache-2.0
// Any bytes as settings: they are masked without anything moving, and read or refused with places inside of the text.
#include "runtime/base/check.h"
#include "runtime/diag/render.h"
#include "runtime/gateway/secrets.h"
#include "runtime/gateway/yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sbx;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::string masked = gateway::mask_secrets(text);
  SBX_CHECK(masked.size() == text.size(), "masking moves nothing");
  SBX_CHECK(gateway::mask_secrets(masked).size() == masked.size(), "masking twice moves nothing");
  SourceSet sources;
  Diagnostics diags;
  const FileId file = sources.add("settings.yaml", masked);
  const auto document = gateway::parse_yaml(file, text, diags);
  SBX_CHECK(document || diags.has_errors(), "what is not read is refused");
  for (const Diagnostic& one : diags.all()) {
    SBX_CHECK(one.span.begin <= one.span.end && one.span.end <= size, "a place is in the text");
    static_cast<void>(render(one, sources));
  }
  return 0;
}
