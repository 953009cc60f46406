"""The shipped planned survey: satisfaction, competitor and opportunity, off until it is named."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ivr.surveys.files.loading import read_surveys
from ivr.surveys.planned.calendar import next_wave
from ivr.surveys.texting.dialogue import Session, Turn, begin, came
from ivr.surveys.texting.script import Script, script_for

if TYPE_CHECKING:
    from ivr.surveys.model import Survey

ROOT = Path(__file__).resolve().parents[3]
FILE = ROOT / "flows" / "surveys" / "relationship.yaml"
NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)


def shipped() -> Survey:
    files = {"surveys/relationship.yaml": FILE.read_bytes()}
    found, problems = read_surveys(files)
    assert found is not None
    assert [each for each in problems if each.code != "V12"] == []
    return found.surveys["relationship"]


def talk(*said: str) -> tuple[Script, Session, list[str]]:
    """What he answers; the questions that he is asked."""
    survey = shipped()
    script = script_for(survey, survey.plans["half_year"], "tr", NOW, {})
    turn: Turn = begin(script, NOW)
    asked = [turn.session.question]
    for words in said:
        turn = came(script, turn.session, words, NOW, NOW)
        asked.append(turn.session.question)
    return script, turn.session, asked


def test_its_waves_come_in_january_and_july() -> None:
    plan = shipped().plans["half_year"]
    wave = next_wave(plan, ZoneInfo("Europe/Istanbul"), NOW)
    assert wave is not None
    assert (wave.key, plan.size, plan.media) == ("2027-01-10T10:00", 400, ("sms",))


def test_nobody_is_asked_while_the_configuration_does_not_name_it() -> None:
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    assert "surveys: [support, impression] " in text


def test_a_promoter_is_asked_about_others_and_about_something_new() -> None:
    _, session, asked = talk("9", "5", "2", "1")
    assert asked == ["nps", "satisfaction", "competitor", "opportunity", ""]
    given = {name: answer.given for name, answer in session.answers.items()}
    assert given == {"nps": 9, "satisfaction": 5, "competitor": "others_too", "opportunity": "card"}


def test_a_detractor_is_asked_what_could_be_better_and_offered_nothing() -> None:
    _, _, asked = talk("2", "2", "3", "Ücretler yüksek")
    assert asked == ["nps", "satisfaction", "competitor", "comment", ""]
