"""The changes that a form makes to a text: one changed value is one changed line, comments stay.

Nothing is written; what comes out is a text to be checked and published as if it had been typed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from io import StringIO
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

from ivr.domain.errors import NotFoundError, NotValidError

if TYPE_CHECKING:
    from collections.abc import Mapping

_LEVELS = ("kind", "priority", "severity")


@dataclass(frozen=True, slots=True)
class CategoryForm:
    """A category as a form has it. path: `cards.lost`; its last part is new where it is added.

    None leaves a value as it is, "" takes it out, so that the one above counts.
    """

    path: str
    label: Mapping[str, str] = field(default_factory=dict)
    team: str | None = None
    kind: str | None = None
    priority: str | None = None
    severity: str | None = None
    active: bool | None = None


@dataclass(frozen=True, slots=True)
class TargetForm:
    """One target of a promise. level: `urgent`, `critical` ..., "" = usually; time: `8h`, "" =
    none. hours: the calendar that it is counted in, "" = as before."""

    policy: str
    metric: str = ""
    level: str = ""
    time: str = ""
    hours: str = ""


def add_category(text: str, form: CategoryForm) -> str:
    """With one more category. Raises NotValidError, NotFoundError for the one above."""
    root = _load(text)
    above, _, code = form.path.rpartition(".")
    into = _children(root, above)
    if code in into:
        raise NotValidError(f"there is a category {form.path} already")
    fresh = CommentedMap()
    into[code] = fresh
    _fill(fresh, form)
    return _dump(root)


def change_category(text: str, form: CategoryForm) -> str:
    """With a category changed. Raises NotValidError, NotFoundError."""
    root = _load(text)
    above, _, code = form.path.rpartition(".")
    found = _children(root, above).get(code)
    if not isinstance(found, CommentedMap):
        raise NotFoundError(f"there is no category {form.path}")
    _fill(found, form)
    return _dump(root)


def change_target(text: str, form: TargetForm) -> str:
    """With a target or the hours of a promise changed. Raises NotValidError, NotFoundError."""
    root = _load(text)
    policies = root.get("policies")
    policy = policies.get(form.policy) if isinstance(policies, CommentedMap) else None
    if not isinstance(policy, CommentedMap):
        raise NotFoundError(f"there is no promise {form.policy}")
    if form.hours:
        policy["hours"] = form.hours
    if form.metric:
        targets = _map(policy, "targets")
        _put(_map(targets, form.level) if form.level else targets, form.metric, form.time)
    return _dump(root)


def _children(root: CommentedMap, path: str) -> CommentedMap:
    """The categories below a path, "" = the first ones."""
    found = _map(root, "categories")
    for code in filter(None, path.split(".")):
        above = found.get(code)
        if not isinstance(above, CommentedMap):
            raise NotFoundError(f"there is no category {path}")
        found = _map(above, "children")
    return found


def _fill(category: CommentedMap, form: CategoryForm) -> None:
    for language, words in form.label.items():
        _map(category, "label")[language] = words
    if form.team is not None:
        _put(category, "team", form.team)
    levels = {name: getattr(form, name) for name in _LEVELS}
    for name, value in levels.items():
        if value is not None:
            _put(_map(category, "set"), name, value)
    if "set" in category and not category["set"]:
        del category["set"]
    if form.active is not None:
        _put(category, "active", "" if form.active else False)


def _put(into: CommentedMap, name: str, value: object) -> None:
    if value == "":
        into.pop(name, None)
    elif into.get(name) != value:
        into[name] = value


def _map(into: CommentedMap, name: str) -> CommentedMap:
    found = into.get(name)
    if not isinstance(found, CommentedMap):
        found = into[name] = CommentedMap()
        found.fa.set_flow_style()
        if name in {"categories", "children", "targets"}:
            found.fa.set_block_style()
    return found


def _yaml() -> YAML:
    made = YAML()
    made.preserve_quotes = True
    made.width = 1_000_000
    made.indent(mapping=2, sequence=4, offset=2)
    return made


def _load(text: str) -> CommentedMap:
    """The text as a tree that remembers how it was written."""
    try:
        found: Any = _yaml().load(text)
    except (YAMLError, ValueError):
        raise NotValidError("this text cannot be read; check it first") from None
    if found is None:
        found = CommentedMap()
    if not isinstance(found, CommentedMap) or (text and _dump(found) != text):
        raise NotValidError("a form would change how this file is laid out; edit its text instead")
    return found


def _dump(root: CommentedMap) -> str:
    into = StringIO()
    _yaml().dump(root, into)
    return into.getvalue()
