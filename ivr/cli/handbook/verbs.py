"""The verbs of the flow language with their fields and exits, read from the verbs themselves."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import NoneType
from typing import TYPE_CHECKING, Annotated, get_args, get_origin

from pydantic import BaseModel

from ivr.cli.handbook.entry import Entry, sentence, table, written
from ivr.cli.handbook.flow_files import listening, listening_default
from ivr.engine.verbs import SPECS
from ivr.flow import fields as kinds
from ivr.flow.model import NEXT

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from ivr.flow.spec import VerbSpec

KIND, FIELDS = "Verbs", "Fields of verbs"
COMMON: Mapping[str, str] = {
    "only": "Condition; the step is skipped when it is false. Every step may have it.",
    "unbroken": "Whether a caller in this step of `wait.flow` keeps his place without being put "
    "through; at most 30 s.",
}
"""Fields that every verb has."""
_SHOWN: Mapping[str, object] = {
    "duration": kinds.Seconds,
    "true or false": kinds.Flag,
    "whole number": kinds.Whole,
    "1 to 5": kinds.Tries,
    "N or N-M": kinds.DigitRange,
    "prompts": kinds.Prompts,
    "list of prompts": kinds.Rungs,
    "node": kinds.Exit,
    "variable": kinds.Variable,
    "condition": kinds.Test,
    "# or *": kinds.EndKey,
    "key": kinds.Key,
    "prompt": kinds.Prompt,
}


@dataclass(frozen=True, slots=True)
class Row:
    """A field of a verb. note: kind and default in brackets."""

    name: str
    note: str
    meaning: str


def entries() -> Iterator[Entry]:
    """Every verb, and each of its fields under `verb.field`."""
    for spec in SPECS.values():
        rows = list(_rows(spec.fields))
        shown = [(f"{row.name} {row.note}".rstrip(), row.meaning) for row in rows]
        yield Entry(KIND, spec.name, purpose(spec), (*table(shown), *_exits(spec)))
        for row in rows:
            note = (f"  {row.note}",) if row.note else ()
            yield Entry(FIELDS, f"{spec.name}.{row.name}", row.meaning, note)


def purpose(spec: VerbSpec) -> str:
    """What the verb does: the sentence its module begins with, without the verb's own name."""
    said = sentence(sys.modules[spec.fields.__module__].__doc__)
    return said.removeprefix(f"`{spec.name}`: ")


def exits(spec: VerbSpec) -> str:
    """How the verb is left, in the words of the code that works it out."""
    return sentence(spec.exits.__doc__)


def _exits(spec: VerbSpec) -> tuple[str, ...]:
    lines = [f"  Leads on by: {exits(spec)}"]
    if not spec.built:
        instead = "the call goes on" if spec.instead == NEXT else f'the exit "{spec.instead}"'
        lines.append(f"  Not built yet: checked like any other, then {instead} is taken (F121).")
    if spec.final:
        lines.append("  May run after the caller has hung up.")
    return tuple(lines)


def _rows(model: type[BaseModel], above: str = "") -> Iterator[Row]:
    """First the verb's own fields, then how it listens, then those of every verb."""
    listens = kinds.ListenFields.model_fields if issubclass(model, kinds.ListenFields) else {}
    own = {n: i for n, i in model.model_fields.items() if n not in listens and n not in COMMON}
    for name, info in own.items():
        path = f"{above}{info.alias or name}"
        yield Row(path, _note(info, info.default), info.description or "")
        for inner in inside(info.annotation):
            yield from _rows(inner, f"{path}.")
    for name, info in listens.items():
        yield Row(name, _note(info, listening_default(name)), listening(name))
    for name, meaning in COMMON.items():
        if name in model.model_fields:
            info = model.model_fields[name]
            yield Row(name, _note(info, info.default), meaning)


def inside(annotation: object) -> list[type[BaseModel]]:
    """The maps of settings inside a field, as in `Mapping[Key, KeyChoice]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in inside(part)]


def _note(info: FieldInfo, default: object) -> str:
    """Kind and default in brackets, as `(duration, 2s)`; empty if there is nothing to say."""
    said = [_kind(info), "needed" if info.is_required() else written(default)]
    shown = ", ".join(part for part in said if part)
    return f"({shown})" if shown else ""


def _kind(info: FieldInfo) -> str:
    plain = info.annotation
    parts = [Annotated[plain, *info.metadata] if info.metadata else plain]
    if NoneType in get_args(plain):
        parts += get_args(plain)
    for name, kind in _SHOWN.items():
        if any(part == kind for part in parts):
            return name
    return "map" if get_origin(plain) is Mapping else ""
