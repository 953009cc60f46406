"""What stands at the top of a flow file, before its nodes (flow-language.md section 4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from ivr.flow.fields import (
    Exit,
    Flag,
    Key,
    ListenFields,
    Prompt,
    Seconds,
    ShapeError,
    Strict,
    Whole,
)
from ivr.flow.load.findings import Findings, as_map, find
from ivr.flow.load.listening import listening_of
from ivr.flow.load.names import RESERVED_EXITS, check_name
from ivr.flow.load.shapes import shape
from ivr.flow.model import AlwaysKey, Listening, Promises, Rescue, Resume
from ivr.flow.reader_tree import Map, locate

SCHEMA_VERSION = 1
"""The version of the flow language that this server knows; part of every flow's hash."""
KINDS = ("hours", "queues", "sources", "flows", "places", "surveys", "payments")
"""What `uses` may name."""
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def is_language(text: str) -> bool:
    """Whether it is written like a language: `tr`, `en`, `az-Latn`."""
    return _LANGUAGE.fullmatch(text) is not None


def _version(value: object) -> int:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,9}", value):
        raise ShapeError("F103", f'version is "{value}"; write {SCHEMA_VERSION}')
    number = int(value)
    if number > SCHEMA_VERSION:
        known = f"is newer than this server knows ({SCHEMA_VERSION})"
        raise ShapeError("F112", f"schema version {number} {known}")
    if number < 1:
        raise ShapeError("F112", f"schema version {number} never was; write {SCHEMA_VERSION}")
    return number


def _language(value: object) -> str:
    if not isinstance(value, str) or not is_language(value):
        raise ShapeError("F103", f'"{value}" is not a language; write it as tr or en')
    return value


def _languages(value: object) -> object:
    if isinstance(value, list):
        if not value:
            raise ShapeError("F103", "a flow has one language at least")
        for number, language in enumerate(value):
            if language in value[:number]:
                raise ShapeError("F103", f'language "{language}" is here twice')
    return value


Language = Annotated[
    str,
    BeforeValidator(_language),
    WithJsonSchema({"type": "string", "pattern": f"^{_LANGUAGE.pattern}$"}),
]
Words = Mapping[Language, tuple[str, ...]]
_SCALAR = WithJsonSchema({"type": ["string", "number", "boolean"]})
Declared = Mapping[str, Annotated[str, _SCALAR]]
"""Name -> type, or type = value."""


class PromiseFields(Strict):
    """What the checker is asked to prove."""

    human_within: Seconds | None = None
    stuck_within: Seconds | None = None
    agent_key_within: Seconds | None = None
    menu_depth: Whole | None = None
    keys_are_spoken: Flag | None = None
    never_leaves: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


class UsesFields(Strict):
    """Everything from outside, by kind."""

    hours: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    surveys: tuple[str, ...] = ()
    payments: tuple[str, ...] = ()


class AlwaysFields(Strict):
    """A key that works in every menu: `go` to a node, or `do` something."""

    go: Exit | None = None
    do: Literal["repeat", "language", "back"] | None = None
    words: Words = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_of_both(self) -> AlwaysFields:
        if (self.go is None) is (self.do is None):
            raise ShapeError("F103", "an always-key either leads to a node (go) or acts (do)")
        return self


class RescueFields(Strict):
    """Where faults lead."""

    error: Exit | None = None
    hangup: Exit | None = None
    emergency: Exit | None = None


class ResumeFields(Strict):
    """The offer to go on after a lost call."""

    within: Seconds
    say: Prompt


class HeadFields(Strict):
    """A whole flow file; nodes are read step by step elsewhere."""

    flow: str
    version: Annotated[int, BeforeValidator(_version), WithJsonSchema({"const": SCHEMA_VERSION})]
    languages: Annotated[tuple[Language, ...], BeforeValidator(_languages)]
    start: Exit
    promises: PromiseFields = PromiseFields()
    uses: UsesFields = UsesFields()
    vars: Declared = Field(default_factory=dict)
    inputs: Declared = Field(default_factory=dict)
    outputs: Declared = Field(default_factory=dict)
    exits: tuple[str, ...] = ()
    listen: ListenFields = ListenFields()
    always: Mapping[Key, AlwaysFields] | None = None
    rescue: RescueFields = RescueFields()
    resume: ResumeFields | None = None
    nodes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """The top of a flow file, read."""

    raw: Map
    name: str
    fields: HeadFields

    @property
    def listen(self) -> Listening:
        """The flow's defaults for every menu and ask."""
        return listening_of(self.fields.listen, Listening())


def read_head(raw: Map, stem: str, findings: Findings) -> Head | None:
    """Read the top of a flow file called `stem`.yaml; mistakes in it are noted."""
    spare = {"flow": stem, "version": "1", "languages": ["tr"], "start": stem, "nodes": {}}
    shaped = shape(HeadFields, raw, "a flow", findings, stand_ins=spare)
    if shaped.fields is None:
        return None
    named = raw.get("flow")
    name = shaped.fields.flow
    if named is not None and check_name(name, named.at, findings) and name != stem:
        findings.error("F113", named.at, f'flow is "{name}" but the file is {stem}.yaml')
    _check_exits(raw, findings)
    return Head(raw, stem, shaped.fields)


def _check_exits(raw: Map, findings: Findings) -> None:
    exits = raw.get("exits")
    for item in getattr(exits, "items", ()):
        name = getattr(item, "value", None)
        if isinstance(name, str):
            check_name(name, item.at, findings, RESERVED_EXITS)


def promises_of(fields: HeadFields) -> Promises:
    """What was promised."""
    written = fields.promises
    return Promises(**{name: getattr(written, name) for name in PromiseFields.model_fields})


def uses_of(fields: HeadFields) -> Mapping[str, tuple[str, ...]]:
    """Kind -> names, kinds without a name left out."""
    found = {kind: getattr(fields.uses, kind) for kind in KINDS}
    return {kind: names for kind, names in found.items() if names}


def always_of(head: Head) -> Mapping[str, AlwaysKey] | None:
    """The always-keys; None when the flow has none of its own."""
    if head.fields.always is None:
        return None
    raw = as_map(head.raw.get("always"))
    return {
        key: AlwaysKey(
            key,
            go=one.go or "",
            do=one.do or "",
            words=one.words,
            at=locate(raw, (key,), key=True) if raw else None,
        )
        for key, one in head.fields.always.items()
    }


def rescue_of(fields: HeadFields) -> Rescue:
    """Where faults lead."""
    written = fields.rescue
    return Rescue(written.error or "", written.hangup or "", written.emergency or "")


def resume_of(head: Head, findings: Findings) -> Resume | None:
    """The offer to go on; not carried out yet (F121)."""
    if head.fields.resume is None:
        return None
    at = find(head.raw, ("resume",)).at
    message = "resume is not built yet: a caller who was lost starts from the beginning"
    findings.warning("F121", at, message)
    return Resume(head.fields.resume.within, head.fields.resume.say)
