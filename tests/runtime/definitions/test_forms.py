"""One changed value is one changed line; what stands around it stays as it was written."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from ivr.domain.errors import NotFoundError, NotValidError
from ivr.runtime.definitions.forms import (
    CategoryForm,
    TargetForm,
    add_category,
    change_category,
    change_target,
)

TICKETS = Path(__file__).resolve().parents[3] / "flows" / "tickets"
CATALOGUE = (TICKETS / "catalogue.yaml").read_text(encoding="utf-8")
PROMISES = (TICKETS / "sla.yaml").read_text(encoding="utf-8")


def changed(before: str, after: str) -> list[str]:
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[0] in "+-"]


def test_a_target_is_one_line() -> None:
    after = change_target(PROMISES, TargetForm("pharmacy", "resolution", time="20h"))
    assert changed(PROMISES, after) == [
        "-     targets: {first_response: 4h, resolution: 18h}",
        "+     targets: {first_response: 4h, resolution: 20h}",
    ]


def test_a_level_and_the_hours_and_taking_one_out() -> None:
    after = change_target(PROMISES, TargetForm("pharmacy", "resolution", "urgent", "2h", "branch"))
    assert sorted(changed(PROMISES, after)) == [
        "+     hours: branch",
        "+     targets: {first_response: 4h, resolution: 18h, urgent: {resolution: 2h}}",
        "-     hours: pharmacy",
        "-     targets: {first_response: 4h, resolution: 18h}",
    ]
    after = change_target(PROMISES, TargetForm("pharmacy", "resolution"))
    assert changed(PROMISES, after)[1] == "+     targets: {first_response: 4h}"


def test_a_category_is_added_below_another_and_at_the_top() -> None:
    form = CategoryForm("cards.pin", {"tr": "Şifre", "en": "PIN"}, kind="request")
    assert changed(CATALOGUE, add_category(CATALOGUE, form)) == [
        "+       pin:",
        "+         label: {tr: Şifre, en: PIN}",
        "+         set: {kind: request}",
    ]
    top = add_category(CATALOGUE, CategoryForm("house", {"tr": "Konut", "en": "Housing"}, "claims"))
    assert changed(CATALOGUE, top) == [
        "+   house:",
        "+     label: {tr: Konut, en: Housing}",
        "+     team: claims",
    ]
    below = add_category(CATALOGUE, CategoryForm("loans.late", {"tr": "Geç", "en": "Late"}))
    assert "+       late:" in changed(CATALOGUE, below)


def test_a_category_is_renamed_put_away_and_taken_up_again() -> None:
    after = change_category(CATALOGUE, CategoryForm("cards.renewal", {"en": "New card"}))
    assert changed(CATALOGUE, after) == [
        "-         label: {tr: Kart yenileme, en: Card renewal}",
        "+         label: {tr: Kart yenileme, en: New card}",
    ]
    away = change_category(CATALOGUE, CategoryForm("cards.renewal", active=False))
    assert changed(CATALOGUE, away) == ["+         active: false"]
    assert change_category(away, CategoryForm("cards.renewal", active=True)) == CATALOGUE
    none = change_category(CATALOGUE, CategoryForm("cards.renewal", kind=""))
    assert changed(CATALOGUE, none) == ["-         set: {kind: request}"]


@pytest.mark.parametrize("path", ["nothing", "cards.nothing", "nothing.below", "cards.lost.x.y"])
def test_what_is_not_there_is_not_found(path: str) -> None:
    with pytest.raises(NotFoundError):
        change_category(CATALOGUE, CategoryForm(path))
    with pytest.raises(NotFoundError):
        change_target(PROMISES, TargetForm("nothing", "resolution", time="1h"))


def test_what_a_form_cannot_do_is_said() -> None:
    with pytest.raises(NotValidError, match="already"):
        add_category(CATALOGUE, CategoryForm("cards.lost"))
    for text in ("a: [", "- x\n", "categories:   {}\n", "a: &x 1\nb: *x\nb: 2\n"):
        with pytest.raises(NotValidError):
            add_category(text, CategoryForm("cards"))


def test_an_empty_file_gets_its_first_category() -> None:
    assert add_category("", CategoryForm("cards", {"en": "Cards"})) == (
        "categories:\n  cards:\n    label: {en: Cards}\n"
    )
