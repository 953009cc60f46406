"""What the catalogue of tickets gets to see of the configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.config.surroundings import around_surveys, to_surroundings
from ivr.tickets.catalogue.reading import Surroundings

if TYPE_CHECKING:
    from tests.config.conftest import Load

TEXT = """
currency: EUR
languages: [tr, de]
hours: {branch: {open: {mon: 09:00-10:00}}}
queues:
  cards: {members: {teams: [desk, back]}}
  loans: {members: {teams: {back: {tier: 2}}}}
  general: {}
"""


def test_teams_queues_calendars_and_languages_are_those_of_the_configuration(load: Load) -> None:
    assert to_surroundings(load(TEXT)) == Surroundings(
        languages=("tr", "de"),
        currency="EUR",
        teams=("desk", "back", "general"),
        queues=("cards", "loans", "general"),
        calendars=("branch",),
    )


def test_surveys_know_after_which_queues_nobody_winds_up(load: Load) -> None:
    assert around_surveys(load(TEXT), None).unwound == frozenset()
    none = load(TEXT.replace("general: {}", "general: {wrapup: {mode: none}}"))
    assert around_surveys(none, None).unwound == frozenset({"general"})
