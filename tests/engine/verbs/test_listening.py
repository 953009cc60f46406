"""What `menu` and `ask` share, where it can be told without a call."""

from __future__ import annotations

import pytest

from ivr.engine.verbs.listening import next_rung, phrases, rung
from ivr.flow.fields import PromptName
from ivr.flow.model import AlwaysKey

MAIN = (PromptName("main"),)


def names(*given: str) -> tuple[PromptName, ...]:
    return tuple(map(PromptName, given))


LADDERS = {
    "noinput": (names("silent"), names("still", "silent")),
    "nomatch": (names("wrong"), names("help")),
    "badcheck": (),
}
CHECKED = {**LADDERS, "badcheck": (names("bad"),)}


def test_the_last_rung_serves_all_later_failures() -> None:
    ladder = LADDERS["noinput"]
    assert [rung(ladder, number) for number in (1, 2, 3)] == [ladder[0], ladder[1], ladder[1]]
    assert rung((), 1) == ()


@pytest.mark.parametrize(
    ("reasons", "plain", "checked"),
    [
        (("none",), names("silent"), names("silent")),
        (("short", "none", "none"), names("still", "silent"), names("still", "silent")),
        (("check_failed",), names("wrong"), names("bad")),
        (("check_failed", "short"), names("help"), names("wrong")),
        (("none", "long", "none", "not_in_menu"), names("help"), names("help")),
        (("check_failed",) * 3, names("help"), names("bad")),
    ],
)
def test_which_rung_comes_after_these_failures(
    reasons: tuple[str, ...], plain: tuple[PromptName, ...], checked: tuple[PromptName, ...]
) -> None:
    assert next_rung(LADDERS, MAIN, reasons) == plain
    assert next_rung(CHECKED, MAIN, reasons) == checked


def test_without_rungs_the_main_prompt_comes_again() -> None:
    empty = {"noinput": (), "nomatch": ()}
    assert next_rung(empty, MAIN, ("none",)) == MAIN
    assert next_rung(empty, MAIN, ("check_failed",)) == MAIN


def test_phrases_are_folded_and_of_one_language() -> None:
    keys = {"1": AlwaysKey("1", words={"tr": ("KREDİ", "borç"), "en": ("loan",)})}
    assert phrases(keys, "tr") == {"kredi": "1", "borc": "1"}
    assert phrases(keys, "az") == {}
