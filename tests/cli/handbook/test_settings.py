"""Config keys and figures as they are told."""

from __future__ import annotations

from ivr.cli.handbook.settings import figures, keys


def test_a_key_that_must_be_written_says_so() -> None:
    found = {each.name: each for each in keys()}
    assert found["zone"].lines == ("  Must be written.",)
    assert found["web.listen"].lines == ()
    assert "trunks.NAME.auth_token" in found


def test_a_key_of_two_kinds_of_entry_with_one_meaning_comes_once() -> None:
    found = [(each.name, each.short) for each in keys()]
    assert len(found) == len(set(found))


def test_a_figure_has_its_kind_and_labels() -> None:
    found = {each.name: each for each in figures()}
    assert found["ivr_calls_live"].lines == ("  gauge, by trunk",)
    assert found["ivr_calls_total"].lines == ("  counter, by trunk and outcome",)
    assert found["ivr_draining"].lines == ("  gauge",)
