"""Checks a map of a file against a pydantic model and tells the author what is wrong, in our words.

One mistake gives one message: what pydantic says is translated, and a map is looked at again
without its wrong entries, so that the rest of it can still be used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from ivr.domain.problem import Problem, Severity
from ivr.domain.scalars import nearest
from ivr.flow.fields import ShapeError
from ivr.flow.load.findings import Findings, find, inside, meant
from ivr.flow.reader_tree import Entry, Map, locate, plain

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

M = TypeVar("M", bound=BaseModel)
Path: TypeAlias = tuple[str | int, ...]
Complaint: TypeAlias = tuple[str, str, str]
"""Code, message and hint."""
Unknown: TypeAlias = Callable[[Entry], Complaint | None]
"""What to say of a key the model does not have; None = the usual F101."""

_WANTED: Mapping[str, str] = {
    "dict_type": "a map of name: value",
    "mapping_type": "a map of name: value",
    "model_type": "a map of name: value",
    "model_attributes_type": "a map of name: value",
    "tuple_type": "a list",
    "list_type": "a list",
    "string_type": "one value, not a list or a map",
}


@dataclass(frozen=True, slots=True)
class Shaped(Generic[M]):
    """What became of a map. fields: None if too much is wrong.

    excused: names that are left out because their entry is wrong or was mistyped; that they are
    not there is no second mistake.
    """

    fields: M | None
    excused: frozenset[str] = frozenset()


def shape(
    model: type[M],
    raw: Map,
    subject: str,
    findings: Findings,
    *,
    unknown: Unknown | None = None,
    stand_ins: Mapping[str, object] = MappingProxyType({}),
) -> Shaped[M]:
    """Read a map into a model; `subject` is what messages call it.

    stand_ins: values to go on with when a field that must be there is missing or wrong.
    """
    data = plain(raw)
    try:
        return Shaped(model.model_validate(data))
    except ValidationError as error:
        errors = error.errors(include_url=False)
    reader = _Reader(model, raw, subject, unknown)
    wrong = frozenset(str(one["loc"][0]) for one in errors if one["loc"])
    complaints = [reader.problem(one) for one in errors if one["type"] != "missing"]
    excused = wrong | reader.suggested
    complaints += [reader.problem(one) for one in errors if reader.is_missed(one, excused)]
    findings.add(*complaints)
    findings.excuse(raw.at, excused)
    return Shaped(_again(model, data, wrong, stand_ins), excused)


def _again(
    model: type[M],
    data: Any,  # noqa: ANN401 - a map
    wrong: frozenset[str],
    stand_ins: Mapping[str, object],
) -> M | None:
    rest = {name: value for name, value in data.items() if name not in wrong}
    try:
        return model.model_validate({**stand_ins, **rest})
    except ValidationError:
        return None


class _Reader:
    """Turns the errors of one map into problems."""

    def __init__(
        self, model: type[BaseModel], raw: Map, subject: str, unknown: Unknown | None
    ) -> None:
        self._model = model
        self._raw = raw
        self._subject = subject
        self._unknown = unknown
        self._suggested: list[str] = []

    @property
    def suggested(self) -> frozenset[str]:
        """Field names that were offered for a mistyped one."""
        return frozenset(self._suggested)

    def is_missed(self, error: Any, excused: frozenset[str]) -> bool:  # noqa: ANN401 - pydantic's
        """Whether it is a missing field that no other message explains."""
        loc = error["loc"]
        return error["type"] == "missing" and str(loc[-1]) not in (
            excused if len(loc) > 1 else self.suggested
        )

    def problem(self, error: Any) -> Problem:  # noqa: ANN401 - pydantic's dict
        """One error in our words, at its place."""
        path: Path = error["loc"]
        if error["type"] == "extra_forbidden" or self._is_mistyped(path):
            return self._extra(path)
        if error["type"] == "missing":
            return self._missing(path)
        cause = error.get("ctx", {}).get("error")
        if isinstance(cause, ShapeError):
            return self._refused(path, cause)
        at = locate(self._raw, path)
        return Problem("F103", Severity.ERROR, at, *self._wrong(path, error))

    def _is_mistyped(self, path: Path) -> bool:
        """Whether a model that takes any key took one that was meant to be a field."""
        return len(path) == 1 and _field(self._model, path[0]) is None and bool(self._near(path))

    def _extra(self, path: Path) -> Problem:
        at = locate(self._raw, path, key=True)
        entry = self._entry(path)
        is_top = entry is not None and len(path) == 1
        complaint = self._unknown(entry) if entry and is_top and self._unknown else None
        if complaint is not None:
            code, message, hint = complaint
            return Problem(code, Severity.ERROR, at, message, hint)
        near = self._near(path)
        if near:
            self._suggested.append(near)
        message = f'{self._owner(path)} has no field "{path[-1]}"'
        return Problem("F101", Severity.ERROR, at, message, meant(near))

    def _entry(self, path: Path) -> Entry | None:
        parent = find(self._raw, path[:-1])
        return parent.entry(str(path[-1])) if isinstance(parent, Map) else None

    def _near(self, path: Path) -> str | None:
        return nearest(str(path[-1]), names_of(_model_at(self._model, path[:-1])))

    def _missing(self, path: Path) -> Problem:
        at = locate(self._raw, path[:-1], key=True)
        message = f'{self._owner(path)} needs "{path[-1]}"'
        return Problem("F102", Severity.ERROR, at, message)

    def _owner(self, path: Path) -> str:
        names = [part for part in path[:-1] if isinstance(part, str)]
        if not names:
            return self._subject
        above = _model_at(self._model, path[:-2])
        is_field = _field(above, names[-1]) is not None
        return names[-1] if is_field else f'{" ".join(names[:-1])} "{names[-1]}"'

    def _refused(self, path: Path, cause: ShapeError) -> Problem:
        node = find(self._raw, path)
        is_key = path[-1:] == ("[key]",)
        at = locate(self._raw, path) if is_key else inside(node, cause.offset)
        return Problem(cause.code, Severity.ERROR, at, str(cause))

    def _wrong(self, path: Path, error: Any) -> tuple[str, str]:  # noqa: ANN401 - pydantic's dict
        name = next((part for part in reversed(path) if isinstance(part, str)), self._subject)
        if error["type"] == "literal_error":
            choices = error["ctx"]["expected"].replace("'", "")
            near = nearest(str(error["input"]), choices.replace(" or ", ", ").split(", "))
            return f'{name} is "{error["input"]}"; write {choices}', meant(near)
        wanted = _WANTED.get(error["type"])
        return f"{name} wants {wanted}" if wanted else f"{name} has a wrong value", ""


def names_of(model: type[BaseModel]) -> tuple[str, ...]:
    """The names of a model's fields as they are written in a file."""
    return tuple(info.alias or name for name, info in model.model_fields.items())


def _model_at(model: type[BaseModel], path: Path) -> type[BaseModel]:
    """The model of the map at a path; keys of maps and indexes of lists do not change it."""
    for part in path:
        info = _field(model, part)
        inner = _inner_model(info.annotation) if info is not None else None
        model = inner or model
    return model


def _field(model: type[BaseModel], name: str | int) -> FieldInfo | None:
    for own, info in model.model_fields.items():
        if (info.alias or own) == name:
            return info
    return None


def _inner_model(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - any annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        found = _inner_model(part)
        if found is not None:
            return found
    return None
