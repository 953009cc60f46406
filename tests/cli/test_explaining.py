"""`ivr explain` and `ivr schema` as one sees them in a terminal."""

from __future__ import annotations

import json

import pytest

from ivr.cli import explaining
from ivr.cli.outcome import CANNOT_RUN, GOOD
from ivr.engine.verbs import SPECS


def test_a_code_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert explaining.explain("F303") == GOOD
    out = capsys.readouterr().out
    assert out.startswith("F303: may be missing here\n")
    assert "What to do: " in out


def test_without_a_name_everything_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert explaining.explain("") == GOOD
    out = capsys.readouterr().out
    for name in ("serve", "menu", "F601", "trunks.NAME.account", "ivr_calls_total", "rescue.error"):
        assert f"\n  {name} " in out
    assert "ask.giveup" not in out


def test_a_topic_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert explaining.explain("verbs") == GOOD
    assert capsys.readouterr().out.count("\n") == len(SPECS) + 2


def test_two_meanings_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    assert explaining.explain("languages") == GOOD
    out = capsys.readouterr().out
    assert "languages (Fields of a flow file): " in out
    assert "languages (Keys of config.yaml): " in out


@pytest.mark.parametrize(("name", "hint"), [("mneu", 'did you mean "menu"?'), ("qqqq", "lists")])
def test_an_unknown_name_gets_a_hint(
    name: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explaining.explain(name) == CANNOT_RUN
    shown = capsys.readouterr()
    assert shown.out == ""
    assert hint in shown.err


def test_the_schema_is_json_with_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert explaining.schema() == GOOD
    made = json.loads(capsys.readouterr().out)
    assert {f"verb_{name}" for name in SPECS} <= set(made["$defs"])
    assert made["$defs"]["verb_ask"]["properties"]["into"]["description"]
