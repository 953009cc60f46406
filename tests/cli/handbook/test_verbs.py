"""What is told about verbs is what the verbs themselves say."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from ivr.cli.handbook.verbs import FIELDS, KIND, entries, exits, inside, purpose
from ivr.engine.verbs import SPECS

FOUND = {(each.kind, each.name): each for each in entries()}


class Inner(BaseModel):
    """Settings inside a field."""


def test_every_verb_is_there_with_its_purpose() -> None:
    assert [name for kind, name in FOUND if kind == KIND] == list(SPECS)
    assert purpose(SPECS["go"]).startswith("jumps to a node")


def test_a_field_has_its_kind_and_default() -> None:
    assert FOUND[FIELDS, "ask.first"].lines == ("  (duration, 5s)",)
    assert FOUND[FIELDS, "ask.into"].lines == ("  (variable, needed)",)
    assert FOUND[FIELDS, "ask.noinput"].lines == ("  (list of prompts)",)
    assert FOUND[FIELDS, "transfer.with"].lines == ("  (map)",)
    assert FOUND[FIELDS, "split.by"].lines == ("  (=call.id)",)


def test_settings_inside_a_field_are_told_too() -> None:
    assert "queue.wait.every" in {name for _kind, name in FOUND}
    assert "menu.keys.words" in {name for _kind, name in FOUND}
    assert inside(Mapping[str, Inner] | None) == [Inner]


def test_listening_of_another_verb_is_not_mistaken() -> None:
    assert FOUND[FIELDS, "queue.wait.first"].short == "Time before the first of them."


def test_exits_and_what_is_not_built_are_said() -> None:
    queue = "\n".join(FOUND[KIND, "queue"].lines)
    assert f"Leads on by: {exits(SPECS['queue'])}" in queue
    assert "F121" not in queue
    assert "is taken (F121)" in "\n".join(FOUND[KIND, "pay"].lines)
    assert "Not built yet" not in "\n".join(FOUND[KIND, "menu"].lines)
