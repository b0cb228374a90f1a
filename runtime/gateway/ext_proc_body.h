// SPDX-License-Identifier: Apache-2.0
// How the body of a request travels between a proxy and us: whole or in pieces, before or after its head is answered. What is said of it
// has to fit that.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "runtime/gateway/ext_proc_messages.h"
#include "runtime/gateway/settings.h"

namespace sbx::gateway {

class ProxyBody {
 public:
  using Reply = std::function<void(const envoy::ProcessingResponse&)>;

  /// By what the proxy says of its configuration, else by the settings.
  void read_modes(const envoy::ProcessingRequest& message, const ExtProcSettings& settings);
  /// How the answer's body comes; nothing: the proxy does not say.
  [[nodiscard]] std::optional<envoy::BodyMode> answer_mode() const { return answer_mode_; }
  /// Whether the body comes though the head has not been answered, so that both can be answered at its end.
  [[nodiscard]] bool is_head_held() const;

  /// Has the head go on so that a body comes which headers can still be changed after.
  void ask_for_it(envoy::ProcessingResponse& response) const;
  /// The body need not come here.
  void spare(envoy::ProcessingResponse& response) const;

  enum class Taken : uint8_t { Part, Whole, TooLarge };
  [[nodiscard]] Taken take(const envoy::HttpBody& piece, size_t most);
  void end_with_trailers() { ends_with_trailers_ = true; }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  /// Of a body that has come.
  [[nodiscard]] bool is_in_pieces() const { return pieces_ > 1; }
  void forget() { bytes_ = {}; }

  /// Takes a piece out: the whole body takes the place of the last one.
  [[nodiscard]] static envoy::ProcessingResponse without_piece();
  /// A piece that nothing is to be changed of.
  [[nodiscard]] envoy::ProcessingResponse as_it_came(const envoy::HttpBody& piece) const;
  /// After the head that was held: a body in the place of the pieces that came.
  void send(const std::string& body, const Reply& reply) const;

 private:
  void override_mode(envoy::ProcessingResponse& response, envoy::BodyMode mode) const;

  envoy::BodyMode mode_ = envoy::ProcessingMode::BUFFERED;
  std::optional<envoy::BodyMode> answer_mode_;
  bool holds_head_ = false, ends_with_trailers_ = false;
  std::string bytes_;  // as it came
  size_t pieces_ = 0;
};

}  // namespace sbx::gateway
