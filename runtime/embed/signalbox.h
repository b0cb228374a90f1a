/* SPDX-License-Identifier: Apache-2.0 */
/* Signalbox in other people's gateways: load a policy, decide requests with it, load the next one while requests are on their way.
 *
 * libsignalbox-runtime.so loads policies that `signalbox build` made; libsignalbox.so also compiles them from text (it brings LLVM).
 * Both have all that is declared here; docs/guides/embedding.md shows it in use.
 *
 * Manners. C11, no exceptions, no thread-locals, no callbacks, nothing printed. Views go in and are copied where they are kept. Views come
 * out; each lives as long as the object it came from, and its bytes are followed by a NUL. Texts are UTF-8. A view whose `data` is NULL is
 * absent, which is not the same as empty. A struct that is passed by pointer begins with `version` (SBX_EMBED_VERSION) and `size` (its sizeof
 * where it is compiled); all other members may be zero. A struct from a newer header is taken if what this library does not know of it is zero.
 * A router may be used by any number of threads at once; a request and a report belong to one thread at a time. */
#ifndef SIGNALBOX_H
#define SIGNALBOX_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SBX_EMBED_VERSION 1u

typedef struct sbx_text {
  const char* data;
  uint64_t size; /* bytes */
} sbx_text;

typedef struct sbx_pair {
  sbx_text name;
  sbx_text value;
} sbx_pair;

/* What a call came to. Negative: it failed, and nothing has changed but what sbx_explain() says of SBX_BAD_REQUEST. */
typedef int32_t sbx_status;
enum {
  SBX_OK = 0,
  SBX_NEEDS_BODY = 1,      /* the decision depends on the body: sbx_body() is next */
  SBX_INVALID = -1,        /* an argument that the contract does not allow */
  SBX_REJECTED = -2,       /* the policy is wrong, or the object is refused; the report says why */
  SBX_UNREADABLE = -3,     /* a file cannot be read; the report says which */
  SBX_BAD_REQUEST = -4,    /* the body or a reading makes no sense; sbx_explain() says why */
  SBX_NOT_SUPPORTED = -5,  /* this library cannot do that (policy text without a compiler, feedback that nothing reads) */
  SBX_NO_POLICY = -6,      /* nothing is loaded yet */
  SBX_NO_MEMORY = -7,
  SBX_BUG = -8             /* a bug of ours */
};

/* Decides by the policy that was loaded last. */
typedef struct sbx_router sbx_router;
/* What loading or looking at a policy came to. */
typedef struct sbx_report sbx_report;
/* One request, from its head to its decision. It keeps the policy that it began with, whatever is loaded meanwhile. */
typedef struct sbx_request sbx_request;

/* SBX_EMBED_VERSION of the library in use. */
uint32_t sbx_version(void);
/* Whether this library compiles policies from text. */
int32_t sbx_has_compiler(void);

/* ---- policies ---- */

/* One of `path`, `source` and `object` says what to load. A path is a .sbx file or an object, told apart by the first bytes. */
typedef struct sbx_load_options {
  uint32_t version;
  uint32_t size;
  sbx_text path;
  sbx_text source;      /* the text of a policy */
  sbx_text object;      /* the bytes of an object */
  sbx_text name;        /* what messages call `source` or `object` */
  sbx_text policy;      /* which policy of a text with several */
  sbx_text stdlib;      /* folder of the standard library; absent: $SIGNALBOX_HOME/stdlib, or beside the library. Only for texts */
  sbx_text public_key;  /* Ed25519 in PEM: an object must be signed by its owner. Its code is not run before that is known */
  sbx_text signature;   /* 64 bytes; absent: the file `path`.sig */
  sbx_text revision;    /* `sha256:…`: only this revision is loaded */
  uint32_t require_signature; /* 1: refuse what is not signed; needs `public_key`. A text is never signed */
  uint32_t dry_run;           /* 1: do all of it, but leave the policy in force */
} sbx_load_options;

/* NULL if there is no memory. */
sbx_router* sbx_router_new(void);
/* Requests on their way keep what they need; no other call may be using the router. NULL is allowed. */
void sbx_router_free(sbx_router* router);

/* Loads a policy and puts it in force for requests that begin from now on; the one before is freed when its last request is. A failure
 * leaves the one in force alone. `report` may be NULL; else it is set (to NULL for SBX_INVALID, SBX_NO_MEMORY and SBX_BUG) and is to be
 * freed. Blocks for as long as compiling takes; concurrent loads come one after the other.
 * SBX_OK, SBX_INVALID, SBX_REJECTED, SBX_UNREADABLE, SBX_NOT_SUPPORTED, SBX_NO_MEMORY, SBX_BUG. */
sbx_status sbx_router_load(sbx_router* router, const sbx_load_options* options, sbx_report** report);

/* What is in force: a report whose JSON is
 * {"schema":"signalbox.status/1","generation":2,"policy":{…}|null,"needs_body":true|null,"compiler":false,"alive":2}. `alive` counts the
 * policies in memory: the one in force, and those that requests keep. */
sbx_status sbx_router_status(sbx_router* router, sbx_report** report);

/* What an object is, read without running any of it: the document of `signalbox inspect`. Of `options` only `path`, `object`, `public_key`
 * and `signature` count. SBX_OK also for a signature that does not fit: the document says so. */
sbx_status sbx_inspect(const sbx_load_options* options, sbx_report** report);

/* For people: findings with the lines they are about. Empty if there is nothing to say. */
sbx_text sbx_report_text(const sbx_report* report);
/* For programs. Of a load: {"schema":"signalbox.load/1","loaded":true,"generation":1|null,"policy":{"name","revision","file"}|null,
 * "error":{"code","message"}|null,"check":{…}|null}; `check` is the document of `signalbox check` where a text was given. */
sbx_text sbx_report_json(const sbx_report* report);
/* NULL is allowed. */
void sbx_report_free(sbx_report* report);

/* ---- requests ---- */

enum {
  SBX_EXPLAIN = 1,        /* the explanation has also what did not hold, and the nearest route that did not win */
  SBX_BODY_WITHHELD = 2,  /* there will be no body: decide now. What only the body tells is unknown, and models are taken to fit it */
  SBX_HAS_IDLE = 4,       /* `idle_ms` is given */
  SBX_HAS_TIME = 8,       /* `time_us` is given; else it is now */
  SBX_HAS_DEADLINE = 16   /* `deadline_us` is given */
};

/* What precedes a request's body. docs/cli.md#2-requests-and-readings has the meaning of each. */
typedef struct sbx_head {
  uint32_t version;
  uint32_t size;
  uint32_t flags;
  uint32_t reserved;
  sbx_text id;
  sbx_text path;
  sbx_text dialect;         /* chat, responses, messages, embeddings; absent: the path or the body tells */
  sbx_text model;           /* the model asked for, where it is known before the body, which is then taken to ask for the same */
  const sbx_pair* headers;  /* names in any case */
  uint64_t header_count;
  const sbx_pair* metadata; /* wins over the body's */
  uint64_t metadata_count;
  sbx_text user_id;
  sbx_text user_tier;
  sbx_text user_region;
  sbx_text user_team;
  const sbx_text* user_roles;  /* NULL: not known; a count of 0: none */
  uint64_t user_role_count;
  const sbx_text* user_groups;
  uint64_t user_group_count;
  sbx_text session_id;
  sbx_text previous_model;
  int64_t idle_ms;
  const sbx_pair* events;   /* type and severity */
  uint64_t event_count;
  const sbx_pair* readings; /* signal and READING in JSON: never computed again */
  uint64_t reading_count;
  int64_t time_us;          /* since 1970 in UTC */
  uint64_t seed;
  int64_t deadline_us;      /* for all signals of the decision; what is pending then has failed */
} sbx_head;

/* Begins a request, and decides it if no body can make the decision another one: signals, rules, and whether models fit. `request` is set
 * unless the status is SBX_INVALID, SBX_NO_POLICY, SBX_NO_MEMORY or SBX_BUG, also for SBX_BAD_REQUEST, and is to be freed.
 * SBX_OK (decided), SBX_NEEDS_BODY, and those. */
sbx_status sbx_begin(sbx_router* router, const sbx_head* head, sbx_request** request);
/* Decides by the whole body, once; the bytes are not kept. A decided request may be decided again, by its body, and one that failed by
 * another.
 * SBX_OK, SBX_BAD_REQUEST, SBX_INVALID, SBX_NO_MEMORY, SBX_BUG. */
sbx_status sbx_body(sbx_request* request, sbx_text body);
/* Both at once, for a host that has the body already: always by the body. */
sbx_status sbx_decide(sbx_router* router, const sbx_head* head, sbx_text body, sbx_request** request);
/* NULL is allowed. The last request of a policy that is no longer in force frees it. */
void sbx_request_free(sbx_request* request);

/* ---- decisions ---- */

enum { SBX_ROUTE = 0, SBX_OTHERWISE = 1, SBX_DENY = 2, SBX_RESPOND = 3, SBX_ESCALATE = 4, SBX_NOTHING = 5 };

/* An end without a model: `status` of SBX_DENY (HTTP), `message` of all, `target` of SBX_ESCALATE. SBX_NOTHING: there is none. */
typedef struct sbx_end {
  uint32_t kind;
  uint32_t status;
  sbx_text message;
  sbx_text target;
} sbx_end;

typedef struct sbx_decision {
  uint32_t version;
  uint32_t size;
  uint32_t outcome;         /* SBX_ROUTE and SBX_OTHERWISE have candidates; the others an `end` */
  uint32_t used_body;       /* 1: by the body; 0: by the head alone */
  uint64_t candidate_count; /* to be tried in order */
  uint64_t mutation_count;  /* what is in force although no model is asked: effects */
  uint64_t generation;      /* counts the loads of the router, from 1 */
  sbx_text policy;
  sbx_text revision;
  sbx_text route;           /* absent: `otherwise` */
  sbx_end end;
  sbx_end after;            /* what the request gets once all candidates have failed, if the policy says */
  uint32_t unserved;        /* 1: no candidate was left */
  uint32_t reserved;
  int64_t decide_ns;        /* in compiled code */
  int64_t signals_us;       /* reading signals */
} sbx_decision;

enum {
  SBX_PARAMETER = 0, /* a slot: `value` is JSON ("low", 2000, ["search"]) */
  SBX_HEADER = 1,    /* of the request to the model: `name` is the header's, `value` its text */
  SBX_EFFECT = 2     /* any other effect: `value` is JSON */
};

typedef struct sbx_mutation {
  uint32_t version;
  uint32_t size;
  uint32_t kind;
  uint32_t is_default; /* 1: nothing in force sets the slot to another value than its default */
  sbx_text name;
  sbx_text value;
} sbx_mutation;

typedef struct sbx_candidate {
  uint32_t version;
  uint32_t size;
  sbx_text model;       /* its name in the policy */
  sbx_text provider;
  sbx_text served_name; /* what the provider calls it */
  const sbx_text* on;   /* classes of errors of the attempt before that lead here; none: timeout, unavailable, 5xx, 429 */
  uint64_t on_count;
  uint64_t mutation_count;
} sbx_candidate;

/* Fill `out` up to its `size`. SBX_INVALID if the request is not decided, or there is no candidate or mutation of that index. */
sbx_status sbx_get_decision(const sbx_request* request, sbx_decision* out);
sbx_status sbx_get_candidate(const sbx_request* request, uint64_t index, sbx_candidate* out);
/* `candidate` UINT64_MAX: those of the end. */
sbx_status sbx_get_mutation(const sbx_request* request, uint64_t candidate, uint64_t index, sbx_mutation* out);

/* The decision as `signalbox decide` prints it, or {"id","error":{"code","message"}} where the last call found that the request makes no
 * sense. Lives until the request is decided again or freed. Empty before there is a decision. */
sbx_text sbx_explain(sbx_request* request);

/* How a call went: {"decision":ID,"quality":0..1,"outcome":"ok|malformed|refused|timeout|error","cost_usd","latency_ms"}. Nothing reads it
 * in this version: SBX_NOT_SUPPORTED for a document that is right, SBX_INVALID for one that is not. */
sbx_status sbx_feedback(sbx_router* router, sbx_text json);

#ifdef __cplusplus
}
#endif
#endif
