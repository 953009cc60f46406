"""Every key of config.yaml with its meaning, for help pages and to test that none is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args, get_origin

from pydantic import BaseModel

from ivr.config.model import Config

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo


@dataclass(frozen=True, slots=True)
class Key:
    """One key. path: `trunks.NAME.auth_token`; `NAME` stands for a name of one's own choice."""

    path: str
    meaning: str
    needed: bool


def every_key(model: type[BaseModel] = Config, above: str = "") -> Iterator[Key]:
    """The keys in the order of the models; one that several kinds of entry share comes twice."""
    for name, info in model.model_fields.items():
        path = f"{above}{info.alias or name}"
        yield Key(path, info.description or "", info.is_required())
        for inner in _models(info.annotation):
            yield from every_key(inner, f"{path}.{'NAME.' if _is_map(info) else ''}")


def _is_map(info: FieldInfo) -> bool:
    return get_origin(info.annotation) is Mapping


def _models(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models(part)]
