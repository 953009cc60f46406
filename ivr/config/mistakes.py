"""Gathers everything that is wrong with the configuration, each mistake at its place in the file.

    C100 the file cannot be read            C111 a secret's file cannot be used
    C101 no such key                        C112 a secret written out in the file
    C102 a key is missing                   C113 the demo token where others can reach the server
    C103 a value of the wrong form          C114 the public address is not https
    C104 a list, map or single value wanted C115 ${...} that is no reference
    C105 not a name                         C120 a name that nothing has
    C106 not true or false                  C121 not built yet
    C116 a simulator that others can reach
    C110 a variable that is not set         C130 a source that contradicts itself
                                            C131 the same thing twice
                                            C132 a SIP trunk for everybody or for nobody
                                            C133 a trunk of texts asked for something else

ACD-E01 to ACD-W04 are those of the queues (ivr/acd/checks/queues.py), ALM-E01 that of their alarms.
F001 to F008 come from the strict reader, F801 to F803 are those of the flow checker.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, ValidationError

from ivr.config.secrets import DEMO, Filled
from ivr.domain.problem import Position, Problem, Severity
from ivr.domain.scalars import nearest
from ivr.flow.fields import ShapeError
from ivr.flow.reader import List, Map, Node, Text, locate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Path = tuple[str | int, ...]
_QUOTED = re.compile(r'"[^"]*"')
_WANTED = {
    "model": "a map of settings is wanted here",
    "model_attributes": "a map of settings is wanted here",
    "dict": "a map of settings is wanted here",
    "mapping": "a map of settings is wanted here",
    "tuple": "a list is wanted here",
    "string": "one value is wanted here, not a list or a map",
}


class Mistakes:
    """The problems found so far. `filled` gives the value of every text after filling in."""

    def __init__(self, file: str, tree: Map | None = None) -> None:
        self._file = file
        self._tree = tree
        self._found: list[Problem] = []
        self._covered: list[Position] = []
        self.filled: dict[Position, str] = {}

    def add(self, code: str, path: Path, message: str, *, key: bool = False) -> None:
        """An error at a value, or with `key` at its key; what is missing is told at the key too."""
        self._put(code, self.at(path, key=key or code == "C102"), message)

    def warn(self, code: str, path: Path, message: str) -> None:
        """Something allowed but unwise."""
        self._found.append(Problem(code, Severity.WARNING, self.at(path), message))

    def cover(self, at: Position, code: str, message: str) -> None:
        """An error after which nothing more is said about the value at this place."""
        self._put(code, at, message)
        self._covered.append(at)

    def silence(self, at: Position) -> None:
        """Say nothing about the value at this place: the reader has."""
        self._covered.append(at)

    def at(self, path: Path, *, key: bool = False) -> Position:
        """The place of a value or key."""
        if self._tree is None:
            return Position(self._file)
        return locate(self._tree, self._as_written(path), key=key)

    def _as_written(self, path: Path) -> Path:
        """The path with the index of a name that is one of a plain list (queues: [cards])."""
        node: Node | None = self._tree
        written: list[str | int] = []
        for part in path:
            names = node.items if isinstance(node, List) and isinstance(part, str) else ()
            found = (place for place, each in enumerate(names) if self._text(each) == part)
            step = next(found, part)
            written.append(step)
            node = _inside_of(node, step)
        return tuple(written)

    def _text(self, node: Node) -> str | None:
        return self.filled.get(node.at, node.value) if isinstance(node, Text) else None

    def _put(self, code: str, at: Position, message: str) -> None:
        if at not in self._covered:
            said = _without_secret(message, self.filled.get(at, ""))
            self._found.append(Problem(code, Severity.ERROR, at, said))

    def extend(self, problems: Iterable[Problem]) -> None:
        """What the strict reader found."""
        self._found.extend(problems)

    def shape(self, error: ValidationError, model: type[BaseModel], path: Path = ()) -> None:
        """What a model says of its input."""
        for fault in error.errors(include_url=False, include_input=False):
            where = (*path, *fault["loc"])
            code, message, is_key = _told(fault, model, where)
            if code == "C102" and fault["loc"]:  # a rule of the whole model has no key of its own
                where = where[:-1]
            self.add(code, where, message, key=is_key or "[key]" in where)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Every error, by place."""
        return _sorted(each for each in self._found if each.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Every warning, by place."""
        return _sorted(each for each in self._found if each.severity is Severity.WARNING)


def _inside_of(node: Node | None, step: str | int) -> Node | None:
    if isinstance(node, Map) and isinstance(step, str):
        return node.get(step)
    if isinstance(node, List) and isinstance(step, int) and step < len(node.items):
        return node.items[step]
    return None


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(dict.fromkeys(problems), key=lambda each: (each.at, each.code)))


def _without_secret(message: str, value: str) -> str:
    """The message with the reference as written instead of what it stands for.

    Messages quote values, perhaps cut short: every quotation goes.
    """
    if not isinstance(value, Filled) or not value:
        return message
    said = message
    if _QUOTED.search(message):
        said = _QUOTED.sub(lambda _: f'"{value.written}"', message.partition(";")[0])
    pieces = [use.text for use in value.used if use.kind != "default" and use.text != DEMO]
    if any(len(piece) > 3 and piece in said for piece in pieces):
        return f"the value of {value.written} cannot be used here"
    return said


def _told(fault: Mapping[str, Any], model: type[BaseModel], where: Path) -> tuple[str, str, bool]:
    """Code, sentence, and whether it is about the key."""
    kind = str(fault["type"])
    if kind == "extra_forbidden":
        known = known_keys(model_at(model, fault["loc"][:-1]))
        return "C101", _unknown(where, known), True
    if kind == "missing":
        return "C102", f'{_inside(where)} needs "{where[-1]}"', False
    error = fault.get("ctx", {}).get("error")
    if isinstance(error, ShapeError):
        return f"C{error.code[1:]}", str(error), False
    if kind == "literal_error":
        return "C103", f"this must be {fault['ctx']['expected'].replace(chr(39), '')}", False
    wanted = _WANTED.get(kind.rpartition("_")[0] or kind, str(fault["msg"]))
    return "C104", wanted, False


def _inside(loc: Path) -> str:
    names = [str(part) for part in loc[:-1] if isinstance(part, str)]
    return names[-1] if names else "the configuration"


def _unknown(where: Path, known: tuple[str, ...]) -> str:
    near = nearest(str(where[-1]), known)
    hint = f'did you mean "{near}"?' if near else f"its keys are {', '.join(known)}"
    return f'{_inside(where)} has no key "{where[-1]}"; {hint}'


def known_keys(model: type[BaseModel] | None) -> tuple[str, ...]:
    """The keys of a model as they are written."""
    fields = model.model_fields if model else {}
    return tuple(info.alias or name for name, info in fields.items())


def model_at(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """The model of the settings at this place, None if it has no fixed keys."""
    found: type[BaseModel] | None = model
    for part in path:
        info = found.model_fields.get(str(part)) if found else None
        if info is not None:
            found = inner_model(info.annotation)
    return found


def inner_model(annotation: object) -> type[BaseModel] | None:
    """The one model inside an annotation such as `Mapping[Name, Number]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = [inner_model(part) for part in get_args(annotation)]
    return next((each for each in inner if each is not None), None)
