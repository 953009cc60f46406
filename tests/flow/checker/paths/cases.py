"""Flows for the checks of ways: what `PATH_CHECKS` say of the bank example and of small flows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.problem import Problem, Severity
from ivr.engine.verbs import SPECS
from ivr.flow.checker.paths import PATH_CHECKS
from ivr.flow.loader import load
from tests.flow.checker.bank import BANK, IDENTIFY, PROMPTS, WORLD, changed, small

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.flow.model import Bundle
    from ivr.flow.world import World

FILES = {"bank": BANK, "identify": IDENTIFY, "prompts": PROMPTS}


def bundle_of(files: Mapping[str, bytes], name: str, world: World = WORLD) -> Bundle:
    """A flow that must load without an error."""
    loaded = load(files, SPECS, world)
    errors = [str(one) for one in loaded.problems if one.severity is Severity.ERROR]
    assert errors == []
    return loaded.bundles[name]


def problems(files: Mapping[str, bytes], name: str, world: World = WORLD) -> list[Problem]:
    """What the checks of ways find, notes left out, in order of place."""
    bundle = bundle_of(files, name, world)
    found = [one for check in PATH_CHECKS for one in check(bundle, SPECS, world)]
    kept = [one for one in found if one.severity is not Severity.NOTE]
    return sorted(kept, key=lambda one: (one.at, one.code, one.message))


def said(
    body: str, prompts: str = "", *, world: World = WORLD, warn: bool = True, **more: str
) -> list[str]:
    """What is said of a small flow whose fifth line is the first of `body`: `6:9 F603 message`."""
    found = problems(small(body, prompts, **more), "small", world)
    kept = [one for one in found if warn or one.severity is Severity.ERROR]
    shown = [str(one).removeprefix("flows/small.yaml:").removeprefix("flows/") for one in kept]
    return [line.replace(" error ", " ", 1) for line in shown]


def damaged(file: str, old: str, new: str, world: World = WORLD) -> list[str]:
    """What is said of the bank example after one damage: `bank:54 F303`, errors and warnings."""
    found = problems(changed(FILES[file], (old, new)), "bank", world)
    return [f"{_stem(one.at.file)}:{one.at.line} {one.code}" for one in found]


def messages(file: str, old: str, new: str, world: World = WORLD) -> list[str]:
    """The same, whole."""
    return [str(one) for one in problems(changed(FILES[file], (old, new)), "bank", world)]


def line_of(file: str, words: str, old: str = "", new: str = "") -> str:
    """Where these words stand after a damage: `bank:54`."""
    text = changed(FILES[file], (old, new))[FILES[file]] if old else b""
    lines = (text.decode() or changed(FILES[file])[FILES[file]].decode()).split("\n")
    places = [number for number, line in enumerate(lines, start=1) if words in line]
    assert places, words
    return f"{file}:{places[0]}"


def _stem(path: str) -> str:
    return path.removeprefix("flows/").removesuffix(".yaml")
