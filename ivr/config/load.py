"""Reads config.yaml: strict, every mistake at once, secrets from the environment or from files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from ivr.config.checks.whole import check_all
from ivr.config.mistakes import Mistakes, known_keys
from ivr.config.model import NOT_YET, Config
from ivr.config.secrets import Filled, ReadFile, ReferenceFault, Surroundings, read_private
from ivr.config.sources import check_source_name, choose_source
from ivr.config.trunks import choose_trunk
from ivr.domain.errors import ConfigError
from ivr.domain.problem import Position, Problem, Severity
from ivr.domain.scalars import nearest, read_name
from ivr.flow.fields import ShapeError, Strict
from ivr.flow.reader import List, Map, Node, Text, read

if TYPE_CHECKING:
    from datetime import datetime

ENTRIES = (
    *("trunks", "numbers", "voices", "hours", "sources", "places", "queues"),
    *("webhooks", "crm", "ticket_systems", "mail"),
)
"""Sections whose entries are judged one by one, so that a bad one hides no other."""
_CHOOSERS: Mapping[str, Callable[[object], type[Strict]]] = {
    "trunks": choose_trunk,
    "sources": choose_source,
}


def load_config(
    config: str | Path | Mapping[str, bytes],
    environment: Mapping[str, str],
    read_file: ReadFile = read_private,
    *,
    now: datetime,
) -> Config:
    """The configuration of this server. Raises ConfigError with every mistake found.

    config: the path of the file, or its name and bytes as the one entry of a mapping. environment:
    for `${env:NAME}`. read_file: for `${file:PATH}`. now: aware; hours must open within 400 days.
    """
    file, raw = _raw(config)
    document, problems = read(file, raw, empty_ok=lambda _key: False)
    tree = document.root if document else None
    if tree is not None and not isinstance(tree, Map):
        problems = (*problems, _problem(tree.at, "C104", "a configuration is a map of keys"))
    if document is None or (tree is not None and not isinstance(tree, Map)):
        raise ConfigError([_with_hint(each, raw) for each in problems])
    root = tree or Map((), Position(file), Position(file))
    mistakes = Mistakes(file, root)
    mistakes.extend(problems)
    loaded = _Loading(root, mistakes, Surroundings(environment, read_file)).config()
    check_all(loaded, root, mistakes, now)
    if mistakes.errors:
        raise ConfigError(mistakes.errors)
    return loaded.remember(file, root, mistakes.warnings)


def _raw(config: str | Path | Mapping[str, bytes]) -> tuple[str, bytes]:
    if isinstance(config, Mapping):
        [(file, raw)] = config.items()
        return file, raw
    try:
        return str(config), Path(config).read_bytes()
    except OSError as error:
        message = f"the configuration cannot be read: {error.strerror or error}"
        raise ConfigError([_problem(Position(str(config)), "C100", message)]) from None


def _problem(at: Position, code: str, message: str) -> Problem:
    return Problem(code, Severity.ERROR, at, message)


def _with_hint(problem: Problem, raw: bytes) -> Problem:
    """A `${...}` inside { } must be quoted; the YAML parser cannot know what was meant."""
    line = raw.splitlines()[problem.at.line - 1 : problem.at.line]
    if problem.code != "F002" or not line or b"${" not in line[0]:
        return problem
    hint = 'inside { } write it in quotes: "${env:NAME}"'
    return Problem(problem.code, problem.severity, problem.at, problem.message, hint)


class _Loading:
    """Turns one tree into a Config, section by section and entry by entry."""

    def __init__(self, root: Map, mistakes: Mistakes, around: Surroundings) -> None:
        self._root = root
        self._mistakes = mistakes
        self._around = around

    def config(self) -> Config:
        """What could be read; a part with a mistake is left at its default."""
        parts: dict[str, object] = {"zone": "UTC"}
        known = known_keys(Config)
        for entry in self._root.entries:
            name = entry.key.value
            if name not in known:
                self._unknown(name, known)
            else:
                plain = self._plain(entry.value)
                parts.update(self._section(name, plain))
        if self._root.get("zone") is None:
            message = 'the configuration needs "zone", as in zone: Europe/Istanbul'
            self._mistakes.add("C102", (), message)
        defaults = Config(zone="UTC")
        every = {name: getattr(defaults, name) for name in Config.model_fields}
        return Config.model_construct(**{**every, **parts})

    def _unknown(self, name: str, known: tuple[str, ...]) -> None:
        if name in NOT_YET:
            message = f'"{name}" has no effect yet: {NOT_YET[name]}; take it out'
            self._mistakes.add("C121", (name,), message, key=True)
            return
        near = nearest(name, known)
        hint = f'did you mean "{near}"?' if near else f"the keys are {', '.join(known)}"
        self._mistakes.add("C101", (name,), f'there is no key "{name}"; {hint}', key=True)

    def _plain(self, node: Node) -> object:
        """The tree as plain data with every `${...}` filled in; a bad one is told, left empty."""
        if isinstance(node, Map):
            return {entry.key.value: self._plain(entry.value) for entry in node.entries}
        if isinstance(node, List):
            return [self._plain(each) for each in node.items]
        return self._text(node)

    def _text(self, node: Text) -> str:
        if not node.value and not node.quoted:
            self._mistakes.silence(node.at)
        try:
            value = self._around.fill(node.value)
        except ReferenceFault as fault:
            self._mistakes.cover(node.at, fault.code, str(fault))
            return Filled("", node.value, ())
        if isinstance(value, Filled):
            self._mistakes.filled[node.at] = value
        return value

    def _section(self, name: str, plain: object) -> dict[str, object]:
        if name not in ENTRIES or not isinstance(plain, dict):
            return self._read(name, plain)
        whole: dict[str, object] = {}
        for key, value in plain.items():
            try:
                settings = self._settings(name, key, value)
            except ShapeError as error:
                named = ("provider",) if isinstance(value, dict) and "provider" in value else ()
                self._mistakes.add(error.code, (name, key, *named), str(error))
            else:
                read_ = self._read(name, {key: settings}) if settings is not None else {}
                whole.update(read_.get(name, {}))  # type: ignore[call-overload]
        return {name: whole}

    def _settings(self, name: str, key: str, value: object) -> object:
        """The entry of a section that has several kinds; None after its mistakes were told."""
        chooser = _CHOOSERS.get(name)
        if chooser is None:
            return value
        good_name = self._has_good_name(name, key)
        model = chooser(value)
        try:
            made = model.model_validate(value)
        except ValidationError as error:
            self._mistakes.shape(error, model, (name, key))
            return None
        return made if good_name else None

    def _has_good_name(self, section: str, name: str) -> bool:
        try:
            read_name(name)
            if section == "sources":
                check_source_name(name)
        except ValueError as error:
            self._mistakes.add("C105", (section, name), str(error), key=True)
            return False
        return True

    def _read(self, name: str, plain: object) -> dict[str, object]:
        try:
            made = Config.model_validate({"zone": "UTC", name: plain})
        except ValidationError as error:
            self._mistakes.shape(error, Config)
            return {}
        return {name: getattr(made, name)}
