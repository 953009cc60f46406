"""Waves of planned surveys as JSON, and as lines of text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel

from ivr.domain.phone import mask_phone
from ivr.reports.written import harmless

if TYPE_CHECKING:
    from ivr.runtime.ports.asking.waves import WaveRow
    from ivr.runtime.survey_waves.previewing import Judged

STAGES = ("eligible", "selected", "invitable", "reached", "started", "completed", "partial")


class WaveOut(BaseModel):
    """One round of a plan. wave: its local time, which names it. begun_by: who began it by hand,
    "" = it was due. state: drawing, open, stopped or over. looked_at: all customers; funnel:
    eligible to completed. rate: that each was drawn at.

    scheduled: wait to be called or written to. reasons: why how many customers were not asked.
    calls: result -> how many calls ended so: answered, silent (no key was pressed), machine, busy,
    no_answer, failed, withdrawn, system; under_way.
    """

    id: str
    survey: str
    plan: str
    wave: str
    state: str
    at: datetime
    ends_at: datetime
    drawn_at: datetime
    looked_at: int
    funnel: Mapping[str, int]
    scheduled: int
    rate: float
    reasons: Mapping[str, int]
    calls: Mapping[str, int]
    begun_by: str
    stopped_by: str
    stopped_at: datetime | None


class JudgedOut(BaseModel):
    """Somebody who would be drawn. customer: public id. number: in full only for who may see it.

    reason: why he would not be asked, "" = he would be. medium: by which first, "" = by none.
    """

    customer: str
    number: str
    language: str
    reason: str
    medium: str


class PreviewOut(BaseModel):
    """The next wave as customers are now. not_drawn: why how many are not. judged: so many of those
    drawn were looked at one by one, 1000 at most; `asked` of them would be asked, first by one of
    `media`, and `refused` not, by reason. people: the first 200; none for who may not see
    invitations of all.
    """

    survey: str
    plan: str
    wave: str
    at: datetime
    ends_at: datetime
    looked_at: int
    eligible: int
    selected: int
    rate: float
    not_drawn: Mapping[str, int]
    judged: int
    asked: int
    media: Mapping[str, int]
    refused: Mapping[str, int]
    people: tuple[JudgedOut, ...]


def wave_out(row: WaveRow, now: datetime) -> WaveOut:
    """A wave as it stands. now: tells whether it is over."""
    suppressed = {reason: n for (state, reason), n in row.states.items() if state == "suppressed"}
    reasons = {
        reason: row.reasons.get(reason, 0) + suppressed.get(reason, 0)
        for reason in sorted({*row.reasons, *suppressed})
    }
    is_over = row.state == "open" and now >= row.ends_at
    return WaveOut(
        id=row.id,
        survey=row.survey,
        plan=row.plan,
        wave=row.key,
        state="over" if is_over else row.state,
        at=row.at,
        ends_at=row.ends_at,
        drawn_at=row.drawn_at,
        looked_at=row.looked_at,
        funnel={**row.funnel, "eligible": row.eligible, "selected": row.selected},
        scheduled=row.states.get(("scheduled", ""), 0),
        rate=row.rate,
        reasons=reasons,
        calls={result or "under_way": n for result, n in row.calls.items()},
        begun_by=row.begun_by,
        stopped_by=row.stopped_by,
        stopped_at=row.stopped_at,
    )


def lines_of(items: list[WaveOut]) -> list[list[str]]:
    """The same as text: a head, and a line for each."""
    heads = ["survey", "plan", "wave", "state", "at", "ends_at", "looked_at"]
    lines = [[*heads, *STAGES, "scheduled", "rate", "reasons", "calls", "begun_by"]]
    for each in items:
        stages = [str(each.funnel.get(name, 0)) for name in STAGES]
        reasons, calls = _pairs(each.reasons), _pairs(each.calls)
        first = [each.survey, each.plan, each.wave, each.state, each.at.isoformat()]
        row = [*first, each.ends_at.isoformat(), str(each.looked_at), *stages]
        rest = [str(each.scheduled), str(each.rate), harmless(reasons), harmless(calls)]
        rest.append(harmless(each.begun_by))
        lines.append([*row, *rest])
    return lines


def _pairs(counts: Mapping[str, int]) -> str:
    return " ".join(f"{name}={n}" for name, n in counts.items())


def judged_out(one: Judged, *, numbers: bool) -> JudgedOut:
    """Somebody who was judged. numbers: they are shown in full."""
    number = one.number if numbers or not one.number else mask_phone(one.number)
    return JudgedOut(
        customer=one.customer,
        number=number,
        language=one.language,
        reason=one.reason,
        medium=one.medium,
    )
