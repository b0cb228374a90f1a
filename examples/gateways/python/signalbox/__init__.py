# SPDX-License-Identifier: Apache-2.0
"""Routing policies for LLM gateways, decided in this process by libsignalbox-runtime (or libsignalbox).

    router = signalbox.Router("policy.so")
    decision = router.decide(body, path="/v1/chat/completions", user={"tier": "pro"})
    for candidate in decision.candidates: ...

A Router may be used by any number of threads; `load` swaps the policy under them. Needs only the standard library.
"""

from __future__ import annotations

import ctypes
import json
import os
from ctypes import POINTER, Structure, byref, c_char_p, c_int32, c_int64, c_uint32, c_uint64, c_void_p, sizeof
from dataclasses import dataclass, field
from typing import Any, Mapping, Optional

__all__ = ["Candidate", "Decision", "Head", "PolicyError", "Pending", "RequestError", "Router", "SignalboxError", "inspect"]

_VERSION = 1
_NEEDS_BODY, _REJECTED, _UNREADABLE, _BAD_REQUEST, _NOT_SUPPORTED = 1, -2, -3, -4, -5
_OUTCOMES = ("route", "otherwise", "deny", "respond", "escalate", None)
_PARAMETER, _HEADER, _EFFECT = 0, 1, 2
_EXPLAIN, _BODY_WITHHELD, _HAS_IDLE, _HAS_TIME, _HAS_DEADLINE = 1, 2, 4, 8, 16
_END = 2**64 - 1


class _Text(Structure):
    _fields_ = [("data", c_char_p), ("size", c_uint64)]


class _Pair(Structure):
    _fields_ = [("name", _Text), ("value", _Text)]


class _LoadOptions(Structure):
    _fields_ = [("version", c_uint32), ("size", c_uint32)]
    _fields_ += [(name, _Text) for name in ("path", "source", "object", "name", "policy", "stdlib", "public_key", "signature", "revision")]
    _fields_ += [("require_signature", c_uint32), ("dry_run", c_uint32)]


class _Head(Structure):
    _fields_ = [
        ("version", c_uint32), ("size", c_uint32), ("flags", c_uint32), ("reserved", c_uint32),
        ("id", _Text), ("path", _Text), ("dialect", _Text), ("model", _Text),
        ("headers", POINTER(_Pair)), ("header_count", c_uint64),
        ("metadata", POINTER(_Pair)), ("metadata_count", c_uint64),
        ("user_id", _Text), ("user_tier", _Text), ("user_region", _Text), ("user_team", _Text),
        ("user_roles", POINTER(_Text)), ("user_role_count", c_uint64),
        ("user_groups", POINTER(_Text)), ("user_group_count", c_uint64),
        ("session_id", _Text), ("previous_model", _Text), ("idle_ms", c_int64),
        ("events", POINTER(_Pair)), ("event_count", c_uint64),
        ("readings", POINTER(_Pair)), ("reading_count", c_uint64),
        ("time_us", c_int64), ("seed", c_uint64), ("deadline_us", c_int64),
    ]  # fmt: skip


class _Ending(Structure):
    _fields_ = [("kind", c_uint32), ("status", c_uint32), ("message", _Text), ("target", _Text)]


class _Decision(Structure):
    _fields_ = [
        ("version", c_uint32), ("size", c_uint32), ("outcome", c_uint32), ("used_body", c_uint32),
        ("candidate_count", c_uint64), ("mutation_count", c_uint64), ("generation", c_uint64),
        ("policy", _Text), ("revision", _Text), ("route", _Text), ("end", _Ending), ("after", _Ending),
        ("unserved", c_uint32), ("reserved", c_uint32), ("decide_ns", c_int64), ("signals_us", c_int64),
    ]  # fmt: skip


class _Mutation(Structure):
    _fields_ = [("version", c_uint32), ("size", c_uint32), ("kind", c_uint32), ("is_default", c_uint32), ("name", _Text), ("value", _Text)]


class _Candidate(Structure):
    _fields_ = [
        ("version", c_uint32), ("size", c_uint32), ("model", _Text), ("provider", _Text), ("served_name", _Text),
        ("on", POINTER(_Text)), ("on_count", c_uint64), ("mutation_count", c_uint64),
    ]  # fmt: skip


def _load_library() -> ctypes.CDLL:
    names = [os.environ["SIGNALBOX_LIBRARY"]] if os.environ.get("SIGNALBOX_LIBRARY") else ["libsignalbox-runtime.so.1", "libsignalbox.so.1"]
    errors = []
    for name in names:
        try:
            return ctypes.CDLL(name)
        except OSError as error:
            errors.append(str(error))
    raise ImportError("no signalbox library; set SIGNALBOX_LIBRARY to its path (" + "; ".join(errors) + ")")


_lib = _load_library()
for _name, _result, _arguments in (
    ("sbx_version", c_uint32, []),
    ("sbx_has_compiler", c_int32, []),
    ("sbx_router_new", c_void_p, []),
    ("sbx_router_free", None, [c_void_p]),
    ("sbx_router_load", c_int32, [c_void_p, POINTER(_LoadOptions), POINTER(c_void_p)]),
    ("sbx_router_status", c_int32, [c_void_p, POINTER(c_void_p)]),
    ("sbx_inspect", c_int32, [POINTER(_LoadOptions), POINTER(c_void_p)]),
    ("sbx_report_text", _Text, [c_void_p]),
    ("sbx_report_json", _Text, [c_void_p]),
    ("sbx_report_free", None, [c_void_p]),
    ("sbx_begin", c_int32, [c_void_p, POINTER(_Head), POINTER(c_void_p)]),
    ("sbx_body", c_int32, [c_void_p, _Text]),
    ("sbx_decide", c_int32, [c_void_p, POINTER(_Head), _Text, POINTER(c_void_p)]),
    ("sbx_request_free", None, [c_void_p]),
    ("sbx_get_decision", c_int32, [c_void_p, POINTER(_Decision)]),
    ("sbx_get_candidate", c_int32, [c_void_p, c_uint64, POINTER(_Candidate)]),
    ("sbx_get_mutation", c_int32, [c_void_p, c_uint64, c_uint64, POINTER(_Mutation)]),
    ("sbx_explain", _Text, [c_void_p]),
    ("sbx_feedback", c_int32, [c_void_p, _Text]),
):
    _function = getattr(_lib, _name)
    _function.restype, _function.argtypes = _result, _arguments
if _lib.sbx_version() != _VERSION:
    raise ImportError(f"the library speaks version {_lib.sbx_version()} of signalbox.h, this package version {_VERSION}")

has_compiler: bool = bool(_lib.sbx_has_compiler())
"""Whether this library compiles policies from text."""


class SignalboxError(Exception):
    """A call that failed; `status` is that of signalbox.h."""

    def __init__(self, message: str, status: int):
        super().__init__(message)
        self.status = status


class PolicyError(SignalboxError):
    """A policy that was not loaded. `report` is the document, its `error` has code and message; the policy in force is untouched."""

    def __init__(self, message: str, status: int, report: dict):
        super().__init__(message, status)
        self.report = report
        self.code = (report.get("error") or {}).get("code")


class RequestError(SignalboxError):
    """A request that makes no sense; `code` is that of the finding."""

    def __init__(self, message: str, status: int, code: Optional[str]):
        super().__init__(message, status)
        self.code = code


def _view(value: Any) -> _Text:
    if value is None:
        return _Text(None, 0)
    data = value if isinstance(value, bytes) else str(value).encode()
    return _Text(data, len(data))


def _string(text: _Text) -> Optional[str]:
    return None if text.data is None else text.data.decode()


def _new(kind):
    made = kind()
    made.version, made.size = _VERSION, sizeof(kind)
    return made


def _pairs(items) -> Any:
    items = list(items)
    return (_Pair * len(items))(*[_Pair(_view(name), _view(value)) for name, value in items]), len(items)


@dataclass
class Head:
    """What precedes a request's body. `user` and `session` have the keys of an envelope (docs/cli.md); `readings` are JSON values."""

    id: Optional[str] = None
    path: Optional[str] = None
    dialect: Optional[str] = None
    model: Optional[str] = None
    headers: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    user: Mapping[str, Any] = field(default_factory=dict)
    session: Mapping[str, Any] = field(default_factory=dict)
    readings: Mapping[str, Any] = field(default_factory=dict)
    events: tuple = ()
    time_us: Optional[int] = None
    seed: int = 0
    deadline_us: Optional[int] = None
    explain: bool = False
    body_withheld: bool = False

    def _pack(self) -> _Head:
        head = _new(_Head)
        head.flags = (_EXPLAIN if self.explain else 0) | (_BODY_WITHHELD if self.body_withheld else 0)
        head.id, head.path, head.dialect, head.model = (_view(value) for value in (self.id, self.path, self.dialect, self.model))
        head.headers, head.header_count = _pairs(self.headers.items())
        head.metadata, head.metadata_count = _pairs(self.metadata.items())
        head.readings, head.reading_count = _pairs((name, json.dumps(value)) for name, value in self.readings.items())
        head.events, head.event_count = _pairs((event["type"], event.get("severity", "")) for event in self.events)
        head.user_id, head.user_tier = _view(self.user.get("id")), _view(self.user.get("tier"))
        head.user_region, head.user_team = _view(self.user.get("region")), _view(self.user.get("team"))
        for name, items, count in (("roles", "user_roles", "user_role_count"), ("groups", "user_groups", "user_group_count")):
            if self.user.get(name) is not None:
                views = [_view(value) for value in self.user[name]]
                setattr(head, items, (_Text * max(1, len(views)))(*views))  # a list without members is not an absent one
                setattr(head, count, len(views))
        head.session_id, head.previous_model = _view(self.session.get("id")), _view(self.session.get("previous_model"))
        for flag, name, value in (
            (_HAS_IDLE, "idle_ms", self.session.get("idle_ms")),
            (_HAS_TIME, "time_us", self.time_us),
            (_HAS_DEADLINE, "deadline_us", self.deadline_us),
        ):
            if value is not None:
                head.flags |= flag
                setattr(head, name, value)
        head.seed = self.seed
        return head


@dataclass(frozen=True)
class Candidate:
    """A model to ask. `parameters` are the slots that are not at their default, `defaults` those that are."""

    model: str
    provider: str
    served_name: str
    on: tuple
    parameters: dict
    defaults: dict
    headers: dict
    effects: dict


@dataclass(frozen=True)
class Decision:
    """What was decided; everything is a copy. `end` and `after` are (outcome, status, message, target) or None."""

    outcome: str
    route: Optional[str]
    policy: str
    revision: str
    generation: int
    used_body: bool
    unserved: bool
    candidates: tuple
    end: Optional[tuple]
    after: Optional[tuple]
    decide_ns: int
    signals_us: int


def _ending(end: _Ending) -> Optional[tuple]:
    outcome = _OUTCOMES[end.kind]
    return None if outcome is None else (outcome, end.status, _string(end.message), _string(end.target))


class Pending:
    """A request on its way. It keeps the policy that it began with until it is closed, or forgotten. One thread at a time."""

    def __init__(self, handle: int, status: int):
        self._handle: Optional[int] = handle
        self._take(status)

    def _take(self, status: int) -> None:
        self.needs_body = status == _NEEDS_BODY
        if status == _BAD_REQUEST:
            error = self.explain()["error"]
            self.close()
            raise RequestError(f"{error['code']}: {error['message']}", status, error["code"])
        if status < 0:
            self.close()
            raise SignalboxError("the request cannot be decided", status)

    def body(self, body: Any) -> "Decision":
        """Decides by the body: bytes, text, or what json.dumps takes."""
        if not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        self._take(_lib.sbx_body(self._handle, _view(body)))
        return self.decision

    @property
    def decision(self) -> Decision:
        found = _new(_Decision)
        if _lib.sbx_get_decision(self._handle, byref(found)) != 0:
            raise SignalboxError("there is no decision yet", -1)
        return Decision(
            outcome=_OUTCOMES[found.outcome],
            route=_string(found.route),
            policy=_string(found.policy),
            revision=_string(found.revision),
            generation=found.generation,
            used_body=bool(found.used_body),
            unserved=bool(found.unserved),
            candidates=tuple(self._candidate(index) for index in range(found.candidate_count)),
            end=_ending(found.end),
            after=_ending(found.after),
            decide_ns=found.decide_ns,
            signals_us=found.signals_us,
        )

    def _candidate(self, index: int) -> Candidate:
        found = _new(_Candidate)
        _lib.sbx_get_candidate(self._handle, index, byref(found))
        kinds: dict = {_PARAMETER: {}, _HEADER: {}, _EFFECT: {}}
        defaults = {}
        for position in range(found.mutation_count):
            mutation = _new(_Mutation)
            _lib.sbx_get_mutation(self._handle, index, position, byref(mutation))
            name, value = _string(mutation.name), _string(mutation.value)
            into = defaults if mutation.is_default else kinds[mutation.kind]
            into[name] = value if mutation.kind == _HEADER else json.loads(value)
        return Candidate(
            model=_string(found.model),
            provider=_string(found.provider),
            served_name=_string(found.served_name),
            on=tuple(_string(found.on[i]) for i in range(found.on_count)),
            parameters=kinds[_PARAMETER],
            defaults=defaults,
            headers=kinds[_HEADER],
            effects=kinds[_EFFECT],
        )

    def explain(self) -> dict:
        """The document of `signalbox decide`."""
        text = _lib.sbx_explain(self._handle)
        return json.loads(text.data) if text.size else {}

    def close(self) -> None:
        handle, self._handle = getattr(self, "_handle", None), None
        if handle:
            _lib.sbx_request_free(handle)

    def __enter__(self) -> "Pending":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    __del__ = close


def _options(path, source, object, **others) -> _LoadOptions:  # noqa: A002
    options = _new(_LoadOptions)
    options.path = _view(os.fspath(path) if path is not None else None)
    options.source, options.object = _view(source), _view(object)
    for name, value in others.items():
        setattr(options, name, int(value) if isinstance(value, bool) else _view(value))
    return options


def _report(handle: c_void_p) -> tuple:
    try:
        return _lib.sbx_report_text(handle).data.decode(), json.loads(_lib.sbx_report_json(handle).data)
    finally:
        _lib.sbx_report_free(handle)


class Router:
    """Decides by the policy that was loaded last."""

    def __init__(self, path=None, **options: Any):
        self._handle = _lib.sbx_router_new()
        if not self._handle:
            raise MemoryError
        if path is not None or options:
            self.load(path, **options)

    def load(self, path=None, *, source=None, object=None, name=None, policy=None, stdlib=None, public_key=None, signature=None,
             revision=None, require_signature: bool = False, dry_run: bool = False) -> dict:  # fmt: skip  # noqa: A002
        """Puts a policy in force: a path, a text (`source`) or the bytes of an object. Returns the report; raises PolicyError."""
        options = _options(path, source, object, name=name, policy=policy, stdlib=stdlib, public_key=public_key, signature=signature,
                           revision=revision, require_signature=require_signature, dry_run=dry_run)  # fmt: skip
        handle = c_void_p()
        status = _lib.sbx_router_load(self._handle, byref(options), byref(handle))
        if not handle:
            raise SignalboxError("the options of the load contradict each other", status)
        text, report = _report(handle)
        if status != 0:
            raise PolicyError(text.strip(), status, report)
        return report

    def begin(self, head: Optional[Head] = None, **members: Any) -> Pending:
        """Begins a request by what precedes its body; `needs_body` says whether the body is to follow."""
        handle = c_void_p()
        packed = (head or Head(**members))._pack()
        status = _lib.sbx_begin(self._handle, byref(packed), byref(handle))
        if not handle:
            raise SignalboxError("nothing is loaded" if status == -6 else "the head is not as it must be", status)
        return Pending(handle.value, status)

    def decide(self, body: Any, head: Optional[Head] = None, **members: Any) -> Decision:
        """Decides a request whose body is there: bytes, text, or what json.dumps takes."""
        with self.begin(head, **members) as pending:
            return pending.body(body)

    @property
    def status(self) -> dict:
        handle = c_void_p()
        _lib.sbx_router_status(self._handle, byref(handle))
        return _report(handle)[1]

    def close(self) -> None:
        handle, self._handle = getattr(self, "_handle", None), None
        if handle:
            _lib.sbx_router_free(handle)

    __del__ = close


def inspect(path=None, *, object=None, public_key=None, signature=None) -> dict:  # noqa: A002
    """What an object is, read without running it."""
    options, handle = _options(path, None, object, public_key=public_key, signature=signature), c_void_p()
    status = _lib.sbx_inspect(byref(options), byref(handle))
    if not handle:
        raise SignalboxError("one object is to be named", status)
    text, report = _report(handle)
    if status != 0:
        raise PolicyError(text.strip(), status, report)
    return report
