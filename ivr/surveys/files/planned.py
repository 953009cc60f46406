"""What a planned survey may say: its rhythm (V17), and what it cannot do (V23)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.load.findings import find
from ivr.surveys.files.reading import key_place, place
from ivr.surveys.model import EMAIL, SMS, VOICE, WEB
from ivr.surveys.planned.rhythm import read_rhythm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.problem import Position
    from ivr.flow.reader_tree import Map, Text
    from ivr.surveys.files.reading import Reading
    from ivr.surveys.files.shapes import PlanFields
    from ivr.surveys.model import Offer, Question

_BUILT = ((VOICE,), (SMS,), (VOICE, SMS))
"""The orders of media that are carried out."""
_UNBUILT: Mapping[str, str] = {
    EMAIL: "nobody is written to by email yet",
    WEB: "there is no page for answers yet",
}
_HINT = "write media: [voice, sms]"


def check_rhythm(reading: Reading, key: Text, raw: Map, fields: PlanFields) -> None:
    """V17: it never comes, or nobody can tell when."""
    if not fields.every and not fields.dates:
        hint = 'write every: "FREQ=MONTHLY", or dates: [2026-12-01]'
        reading.error("V17", key.at, f'plan "{key.value}" is planned, but never comes', hint)
        return
    if fields.every:
        try:
            read_rhythm(fields.every)
        except ValueError as error:
            hint = 'write every: "FREQ=MONTHLY;BYMONTHDAY=10;BYHOUR=10"'
            reading.error("V17", place(raw, "every"), str(error), hint)


def check_planned(reading: Reading, raw: Map, fields: PlanFields) -> None:
    """V23: by calls and texts only, to people who are known, without what hangs on a contact."""
    _check_media(reading, raw, tuple(dict.fromkeys(fields.media)))
    if fields.anonymous:
        message = "a planned survey knows whom it asks; an anonymous one cannot be sent to anybody"
        reading.error("V23", key_place(raw, "anonymous"), message, "take it out")
    if fields.min_invited:
        message = "min_invited has no meaning with when: planned"
        reading.error("V23", key_place(raw, "min_invited"), message, "write size: 400")


def check_calls(
    reading: Reading, raw: Map, questions: Mapping[str, Question], offer: Offer
) -> None:
    """V23: who is called hears who it is, can refuse for ever, and is asked something."""
    if reading.around.calls is False:
        message = "nobody can be called: config.yaml names no trunk for it"
        hint = "write survey_calls: {trunk: NAME} there, or media: [sms]"
        reading.error("V23", _media_at(raw), message, hint)
    if not any(VOICE in each.on for each in questions.values()):
        message = "who is called is asked nothing: no question is asked by voice"
        reading.error("V23", _media_at(raw), message, "write media: [sms]")
    if not (offer.say and offer.opt_out_key):
        message = "who is called must hear who calls, and a key that stops it for ever"
        hint = 'write offer: {say: {en: "..."}, opt_out_key: "9"}'
        reading.error("V23", _media_at(raw), message, hint)


def _check_media(reading: Reading, raw: Map, media: tuple[str, ...]) -> None:
    """One order alone is carried out: a call first, then a text."""
    for number, medium in enumerate(media):
        if medium in _UNBUILT:
            at = find(raw, ("media", number)).at
            reading.warning("V23", at, _UNBUILT[medium], _HINT)
    built = tuple(each for each in media if each not in _UNBUILT)
    if built not in _BUILT:
        message = "a planned survey asks by voice or text only"
        message = "a planned survey calls first and writes then" if built else message
        reading.error("V23", _media_at(raw), message, _HINT)


def _media_at(raw: Map) -> Position:
    return place(raw, "media") if raw.get("media") is not None else key_place(raw, "when")
