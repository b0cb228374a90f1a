// SPDX-License-Identifier: Apache-2.0
#include "compiler/load_vectors.h"

#include "compiler/sema/scope.h"
#include "compiler/sha256.h"
#include "runtime/signals/arguments.h"
#include "runtime/source/read_file.h"

namespace sbx {
namespace {

// An author knows the file by the name in the policy.
std::string named_as_written(std::string message, const std::string& path, const std::string& file) {
  const size_t at = message.find(path);
  return at == std::string::npos ? message : message.replace(at, path.size(), file);
}

}  // namespace

std::vector<analysis::SimilarSignal> load_vectors(sema::Policy& policy, const SourceSet& sources, Diagnostics& diags) {
  std::vector<analysis::SimilarSignal> signals;
  for (sema::Symbol& symbol : policy.symbols) {
    if (symbol.value || symbol.kind != "similar") continue;
    const std::string file = signals::text_argument(symbol.arguments, "vectors");
    const bool has_examples = !signals::list_argument(symbol.arguments, "examples").empty();
    if (has_examples != file.empty()) {
      diags
          .report(Kind::BadArgument, symbol.span,
                  file.empty() ? "`similar` needs examples or vectors" : "`similar` takes examples or vectors, not both")
          .help("write `similar([\"…\"])` or `similar(vectors: \"file.npy\")`")
          .about(policy.name);
      continue;
    }
    if (has_examples) continue;
    const std::string path = symbol.span.valid() ? sema::path_beside(sources[symbol.span.file].path, file) : file;
    const Result<std::string> bytes = read_file(path);
    if (!bytes) {
      diags.report(Kind::BadVectors, symbol.span, named_as_written(bytes.error().message, path, file))
          .help("the path is relative to the file that declares the signal")
          .about(policy.name);
      continue;
    }
    Result<geometry::Prototypes> prototypes = geometry::parse_prototypes(*bytes);
    if (!prototypes) {
      diags.report(Kind::BadVectors, symbol.span, "`" + file + "` " + prototypes.error().message).about(policy.name);
      continue;
    }
    symbol.arguments.emplace_back("vectors_sha256", Constant{sha256(*bytes)});
    signals.push_back({symbol.name, std::move(*prototypes)});
  }
  return signals;
}

}  // namespace sbx
