/* SPDX-License-Identifier: Apache-2.0 */
/* signalbox.h for Lua 5.3, which has no FFI: `local signalbox = require "signalbox"`. One router serves the process, whatever the number of its
 * threads and of Lua's states; a request is a userdata and belongs to the state that began it. */
#include <lauxlib.h>
#include <lua.h>
#include <pthread.h>
#include <signalbox.h>
#include <string.h>

#define TYPE "signalbox.request"
#define MOST_HEADERS 100

static sbx_router* router;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static void make_router(void) { router = sbx_router_new(); }

typedef struct {
  sbx_request* request;
} holder;

static const char* const outcomes[] = {"route", "otherwise", "deny", "respond", "escalate"};

static void push(lua_State* L, sbx_text text) {
  if (text.data == NULL)
    lua_pushnil(L);
  else
    lua_pushlstring(L, text.data, text.size);
}

static void set_text(lua_State* L, const char* name, sbx_text text) {
  push(L, text);
  lua_setfield(L, -2, name);
}

/* The member `name` of the table at `index`; the string lives as long as the table has it. */
static sbx_text member(lua_State* L, int index, const char* name) {
  sbx_text text = {NULL, 0};
  size_t size = 0;
  if (lua_getfield(L, index, name) == LUA_TSTRING) text.data = lua_tolstring(L, -1, &size);
  text.size = size;
  lua_pop(L, 1);
  return text;
}

static int push_report(lua_State* L, sbx_report* report) {
  if (report == NULL) return 0;
  push(L, sbx_report_json(report));
  push(L, sbx_report_text(report));
  sbx_report_free(report);
  return 2;
}

/* load{path, public_key}: whether it is in force, the report's JSON and its text. */
static int load(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  sbx_load_options options = {.version = SBX_EMBED_VERSION, .size = sizeof options};
  options.path = member(L, 1, "path");
  options.public_key = member(L, 1, "public_key");
  options.require_signature = options.public_key.data != NULL;
  sbx_report* report = NULL;
  lua_pushboolean(L, sbx_router_load(router, &options, &report) == SBX_OK);
  return 1 + push_report(L, report);
}

static int status(lua_State* L) {
  sbx_report* report = NULL;
  sbx_router_status(router, &report);
  return push_report(L, report);
}

/* The request at the top of the stack; or nil and what is wrong with it; or nil, nil and what is wrong with us. */
static int answer(lua_State* L, sbx_request* request, sbx_status status) {
  if (status >= 0) return 1;
  lua_pushnil(L);
  if (status == SBX_BAD_REQUEST)
    push(L, sbx_explain(request));
  else
    lua_pushnil(L);
  if (status == SBX_BAD_REQUEST) return 2;
  lua_pushfstring(L, "signalbox: status %d", (int)status);
  return 3;
}

/* begin{id, path, headers, user_id, user_tier, user_region, user_team}: a request. `headers` is as HAProxy gives it: name → values from 0. */
static int begin(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  sbx_pair headers[MOST_HEADERS];
  sbx_head head = {.version = SBX_EMBED_VERSION, .size = sizeof head, .headers = headers};
  head.id = member(L, 1, "id");
  head.path = member(L, 1, "path");
  head.user_id = member(L, 1, "user_id");
  head.user_tier = member(L, 1, "user_tier");
  head.user_region = member(L, 1, "user_region");
  head.user_team = member(L, 1, "user_team");
  if (lua_getfield(L, 1, "headers") == LUA_TTABLE) {
    for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
      if (head.header_count == MOST_HEADERS || lua_type(L, -2) != LUA_TSTRING || !lua_istable(L, -1)) continue;
      sbx_pair* pair = &headers[head.header_count];
      size_t size = 0;
      pair->name.data = lua_tolstring(L, -2, &size);
      pair->name.size = size;
      if (lua_rawgeti(L, -1, 0) == LUA_TSTRING) {
        pair->value.data = lua_tolstring(L, -1, &size);
        pair->value.size = size;
        ++head.header_count;
      }
      lua_pop(L, 1);
    }
  }
  lua_settop(L, 1);
  holder* held = lua_newuserdata(L, sizeof *held);
  held->request = NULL;
  luaL_setmetatable(L, TYPE);
  const sbx_status status = sbx_begin(router, &head, &held->request);
  lua_pushboolean(L, status == SBX_NEEDS_BODY);
  lua_setuservalue(L, -2);
  return answer(L, held->request, status);
}

static sbx_request* request_of(lua_State* L) {
  holder* held = luaL_checkudata(L, 1, TYPE);
  luaL_argcheck(L, held->request != NULL, 1, "a request that is closed");
  return held->request;
}

static int needs_body(lua_State* L) {
  luaL_checkudata(L, 1, TYPE);
  lua_getuservalue(L, 1);
  return 1;
}

static int body(lua_State* L) {
  sbx_request* request = request_of(L);
  size_t size = 0;
  const char* bytes = luaL_checklstring(L, 2, &size);
  const sbx_status status = sbx_body(request, (sbx_text){bytes, size});
  lua_pushvalue(L, 1);
  return answer(L, request, status);
}

static void set_end(lua_State* L, const char* name, const sbx_end* end) {
  if (end->kind >= sizeof outcomes / sizeof *outcomes) return;
  lua_createtable(L, 0, 4);
  lua_pushstring(L, outcomes[end->kind]);
  lua_setfield(L, -2, "outcome");
  lua_pushinteger(L, end->status);
  lua_setfield(L, -2, "status");
  set_text(L, "message", end->message);
  set_text(L, "target", end->target);
  lua_setfield(L, -2, name);
}

static int get_decision(lua_State* L) {
  sbx_decision decision = {.version = SBX_EMBED_VERSION, .size = sizeof decision};
  if (sbx_get_decision(request_of(L), &decision) != SBX_OK) return 0;
  lua_createtable(L, 0, 8);
  lua_pushstring(L, outcomes[decision.outcome]);
  lua_setfield(L, -2, "outcome");
  lua_pushboolean(L, decision.used_body != 0);
  lua_setfield(L, -2, "used_body");
  set_text(L, "policy", decision.policy);
  set_text(L, "revision", decision.revision);
  set_text(L, "route", decision.route);
  if (decision.outcome >= SBX_DENY) set_end(L, "ending", &decision.end);
  return 1;
}

/* candidate(index from 0): model, provider, served_name, on (set of classes, or nil), parameters and headers that are not at their default. */
static int get_candidate(lua_State* L) {
  sbx_request* request = request_of(L);
  const uint64_t index = (uint64_t)luaL_checkinteger(L, 2);
  sbx_candidate candidate = {.version = SBX_EMBED_VERSION, .size = sizeof candidate};
  if (sbx_get_candidate(request, index, &candidate) != SBX_OK) return 0;
  lua_createtable(L, 0, 6);
  set_text(L, "model", candidate.model);
  set_text(L, "provider", candidate.provider);
  set_text(L, "served_name", candidate.served_name);
  if (candidate.on_count > 0) {
    lua_newtable(L);
    for (uint64_t i = 0; i < candidate.on_count; ++i) {
      push(L, candidate.on[i]);
      lua_pushboolean(L, 1);
      lua_settable(L, -3);
    }
    lua_setfield(L, -2, "on");
  }
  lua_newtable(L);
  lua_newtable(L);
  for (uint64_t i = 0; i < candidate.mutation_count; ++i) {
    sbx_mutation mutation = {.version = SBX_EMBED_VERSION, .size = sizeof mutation};
    if (sbx_get_mutation(request, index, i, &mutation) != SBX_OK || mutation.is_default || mutation.kind == SBX_EFFECT) continue;
    push(L, mutation.name);
    push(L, mutation.value);
    lua_settable(L, mutation.kind == SBX_HEADER ? -3 : -4);
  }
  lua_setfield(L, -3, "headers");
  lua_setfield(L, -2, "parameters");
  return 1;
}

static int close_request(lua_State* L) {
  holder* held = luaL_checkudata(L, 1, TYPE);
  sbx_request_free(held->request);
  held->request = NULL;
  return 0;
}

int luaopen_signalbox(lua_State* L) {
  static const luaL_Reg methods[] = {{"needs_body", needs_body}, {"body", body},         {"decision", get_decision}, {"candidate", get_candidate},
                                     {"close", close_request},   {"__gc", close_request}, {NULL, NULL}};
  static const luaL_Reg functions[] = {{"load", load}, {"status", status}, {"begin", begin}, {NULL, NULL}};
  pthread_once(&once, make_router);
  if (router == NULL) return luaL_error(L, "no memory for a router");
  if (sbx_version() != SBX_EMBED_VERSION) return luaL_error(L, "the library speaks another version of signalbox.h");
  luaL_newmetatable(L, TYPE);
  luaL_setfuncs(L, methods, 0);
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
  luaL_newlib(L, functions);
  return 1;
}
