// SPDX-License-Identifier: Apache-2.0
// What models say: each interface's documents and events, as its providers send them.
const chatId = "chatcmpl-0001", messageId = "msg_0001", responseId = "resp_0001";
const created = 1767225600;

/** What is answered: the words of `say`, or those of the last message turned around; `usage` counts them. */
const wordsOf = (request, say) => (say ?? `to ${lastText(request)}`).match(/\S+\s*|\s+/g) ?? [""];
export function lastText(request) {
  const last = (request.messages ?? (Array.isArray(request.input) ? request.input : [{ content: request.input ?? "" }])).at(-1)?.content ?? "";
  return typeof last === "string" ? last : last.map((part) => part.text ?? "").join("");
}
const wantsTool = (request) => request.tools?.length > 0 && lastText(request).includes("weather");

const event = (data, name) => (name ? `event: ${name}\n` : "") + `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;

const chatUsage = (words) => ({ prompt_tokens: 9, completion_tokens: words.length, total_tokens: 9 + words.length, prompt_tokens_details: { cached_tokens: 0 } });

function chat(request, say) {
  const words = wordsOf(request, say);
  const head = { id: chatId, object: "chat.completion", created, model: request.model, system_fingerprint: "fp_1" };
  const call = { id: "call_1", type: "function", function: { name: request.tools?.[0]?.function?.name, arguments: '{"city": "Oslo", "unit": "°C"}' } };
  const message = wantsTool(request) ? { role: "assistant", content: null, tool_calls: [call] } : { role: "assistant", content: words.join(""), refusal: null };
  return { ...head, choices: [{ index: 0, message, logprobs: null, finish_reason: wantsTool(request) ? "tool_calls" : "stop" }], usage: chatUsage(words) };
}

function chatEvents(request, say) {
  const words = wordsOf(request, say);
  const chunk = (delta, finish_reason = null) => event({ id: chatId, object: "chat.completion.chunk", created, model: request.model, choices: [{ index: 0, delta, finish_reason }] });
  const events = [chunk({ role: "assistant", content: "" })];
  if (wantsTool(request)) {
    events.push(chunk({ tool_calls: [{ index: 0, id: "call_1", type: "function", function: { name: request.tools[0].function.name, arguments: "" } }] }));
    for (const part of ['{"city"', ': "Os', 'lo", "unit": "°C"}']) events.push(chunk({ tool_calls: [{ index: 0, function: { arguments: part } }] }));
    events.push(chunk({}, "tool_calls"));
  } else {
    events.push(": a comment keeps the connection alive\n\n");
    for (const word of words) events.push(chunk({ content: word }));
    events.push(chunk({}, "stop"));
  }
  if (request.stream_options?.include_usage) events.push(event({ id: chatId, object: "chat.completion.chunk", created, model: request.model, choices: [], usage: chatUsage(words) }));
  return [...events, event("[DONE]")];
}

function responseDocument(request, words, status = "completed") {
  const item = { id: messageId, type: "message", status, role: "assistant", content: [{ type: "output_text", text: words.join(""), annotations: [], logprobs: [] }] };
  return {
    id: responseId, object: "response", created_at: created, status, model: request.model, output: status === "completed" ? [item] : [], error: null, incomplete_details: null,
    instructions: null, metadata: request.metadata ?? {}, parallel_tool_calls: true, temperature: 1, tool_choice: "auto", tools: [], top_p: 1, previous_response_id: request.previous_response_id ?? null,
    usage: status === "completed" ? { input_tokens: 9, input_tokens_details: { cached_tokens: 0 }, output_tokens: words.length, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: 9 + words.length } : null,
  };
}

function responseEvents(request, say) {
  const words = wordsOf(request, say), events = [];
  const tell = (type, data) => events.push(event({ type, sequence_number: events.length, ...data }, type));
  const place = { item_id: messageId, output_index: 0, content_index: 0 };
  const done = responseDocument(request, words);
  tell("response.created", { response: responseDocument(request, words, "in_progress") });
  tell("response.in_progress", { response: responseDocument(request, words, "in_progress") });
  tell("response.output_item.added", { output_index: 0, item: { ...done.output[0], status: "in_progress", content: [] } });
  tell("response.content_part.added", { ...place, part: { type: "output_text", text: "", annotations: [] } });
  for (const word of words) tell("response.output_text.delta", { ...place, delta: word, logprobs: [] });
  tell("response.output_text.done", { ...place, text: words.join(""), logprobs: [] });
  tell("response.content_part.done", { ...place, part: done.output[0].content[0] });
  tell("response.output_item.done", { output_index: 0, item: done.output[0] });
  tell("response.completed", { response: done });
  return events;
}

const anthropicUsage = (words) => ({ input_tokens: 9, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: words.length });

function messages(request, say) {
  const words = wordsOf(request, say);
  const content = wantsTool(request)
    ? [{ type: "tool_use", id: "toolu_1", name: request.tools[0].name, input: { city: "Oslo" } }]
    : [{ type: "text", text: words.join("") }];
  return { id: messageId, type: "message", role: "assistant", model: request.model, content, stop_reason: wantsTool(request) ? "tool_use" : "end_turn", stop_sequence: null, usage: anthropicUsage(words) };
}

function messageEvents(request, say) {
  const words = wordsOf(request, say), events = [];
  const tell = (type, data = {}) => events.push(event({ type, ...data }, type));
  tell("message_start", { message: { ...messages(request, say), content: [], stop_reason: null, usage: { ...anthropicUsage(words), output_tokens: 1 } } });
  tell("ping");
  if (wantsTool(request)) {
    tell("content_block_start", { index: 0, content_block: { type: "tool_use", id: "toolu_1", name: request.tools[0].name, input: {} } });
    for (const part of ['{"ci', 'ty": "Oslo"}']) tell("content_block_delta", { index: 0, delta: { type: "input_json_delta", partial_json: part } });
  } else {
    tell("content_block_start", { index: 0, content_block: { type: "text", text: "" } });
    for (const word of words) tell("content_block_delta", { index: 0, delta: { type: "text_delta", text: word } });
  }
  tell("content_block_stop", { index: 0 });
  tell("message_delta", { delta: { stop_reason: wantsTool(request) ? "tool_use" : "end_turn", stop_sequence: null }, usage: anthropicUsage(words) });
  tell("message_stop");
  return events;
}

/** A vector of base64 floats or of numbers, as the client asks (the openai client asks for base64). */
function embeddings(request) {
  const inputs = [request.input].flat();
  const vector = [0.25, -0.5, 0.125, 1];
  const embedding = request.encoding_format === "base64" ? Buffer.from(new Float32Array(vector).buffer).toString("base64") : vector;
  return { object: "list", data: inputs.map((_, index) => ({ object: "embedding", index, embedding })), model: request.model, usage: { prompt_tokens: 3, total_tokens: 3 } };
}

const model = (id) => ({ id, object: "model", created, owned_by: "signalbox-tests" });

/** What a path answers: `{status, json}` or `{status, events}`. */
export function answer(method, target, request, { say, models = ["auto", "small", "large"] } = {}) {
  const path = target.split("?")[0];
  const is = (end) => path.endsWith(end);
  if (method === "GET" && is("/models")) return { status: 200, json: { object: "list", data: models.map(model) } };
  if (method === "GET" && path.includes("/models/")) {
    const id = decodeURIComponent(path.slice(path.lastIndexOf("/") + 1));
    return models.includes(id) ? { status: 200, json: model(id) } : failure("openai", 404, `The model '${id}' does not exist`);
  }
  if (method === "GET" && (is("/health") || is("/healthz"))) return { status: 200, json: { status: "ok" } };
  if (method !== "POST") return failure("openai", 404, `Unknown request URL: ${method} ${path}`);
  if (is("/chat/completions")) return request.stream ? { status: 200, events: chatEvents(request, say) } : { status: 200, json: chat(request, say) };
  if (is("/responses")) return request.stream ? { status: 200, events: responseEvents(request, say) } : { status: 200, json: responseDocument(request, wordsOf(request, say)) };
  if (is("/embeddings")) return { status: 200, json: embeddings(request) };
  if (is("/messages/count_tokens")) return { status: 200, json: { input_tokens: 9 } };
  if (is("/messages")) return request.stream ? { status: 200, events: messageEvents(request, say) } : { status: 200, json: messages(request, say) };
  return failure("openai", 404, `Unknown request URL: POST ${path}`);
}

/** An error as a provider of that family says it. */
export function failure(family, status, text) {
  const type = { 400: "invalid_request_error", 401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error", 529: "overloaded_error" }[status];
  if (family === "anthropic") return { status, json: { type: "error", error: { type: type ?? "api_error", message: text }, request_id: "req_0001" } };
  return { status, json: { error: { message: text, type: type ?? "server_error", param: null, code: null } } };
}
export const familyOf = (target) => (/\/messages(\/count_tokens)?(\?|$)/.test(target) ? "anthropic" : "openai");
