"""What a planned survey may say: its rhythm (V17), and what it cannot do (V23)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.load.findings import find
from ivr.surveys.files.reading import key_place, place
from ivr.surveys.model import EMAIL, SMS, VOICE, WEB
from ivr.surveys.planned.rhythm import read_rhythm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.flow.reader_tree import Map, Text
    from ivr.surveys.files.reading import Reading
    from ivr.surveys.files.shapes import PlanFields

_UNBUILT: Mapping[str, str] = {
    VOICE: "a planned survey calls nobody yet",
    EMAIL: "nobody is written to by email yet",
    WEB: "there is no page for answers yet",
}


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
    """V23: by text only, to people who are known, without what hangs on a contact."""
    if SMS not in fields.media:
        at = place(raw, "media") if raw.get("media") is not None else key_place(raw, "when")
        reading.error("V23", at, "a planned survey asks by text only", "write media: [sms]")
    else:
        for number, medium in enumerate(fields.media):
            if medium in _UNBUILT:
                at = find(raw, ("media", number)).at
                reading.warning("V23", at, _UNBUILT[medium], "write media: [sms]")
    if fields.anonymous:
        message = "an anonymous plan writes to nobody: a text names who answers"
        reading.error("V23", key_place(raw, "anonymous"), message, "take it out")
    if fields.min_invited:
        message = "min_invited has no meaning with when: planned"
        reading.error("V23", key_place(raw, "min_invited"), message, "write size: 400")
    if fields.quota is not None and fields.quota.region:
        message = "customers have no region that is known here"
        at = find(raw, ("quota", "region")).at
        reading.error("V23", at, message, "write product or segment")
