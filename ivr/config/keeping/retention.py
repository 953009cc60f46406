"""How long data is kept where it is not kept as the law of Türkiye suggests.

    retention:
      periods:
        - {data: interaction, queue: cards, years: 3}
        - {data: journal, days: 200}

Source: tickets.md section 12.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field, field_validator

from ivr.config.fields import Flag, Name, PlainText, Strict, refuse, text_field, whole
from ivr.domain.scalars import nearest
from ivr.tickets.retention import Data, Exemption, Period, Retention

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.config.queues.options import QueueOptions

_MOST_DAYS, _MOST_YEARS = 36_600, 100


def _data(text: str) -> Data:
    """A kind of data; ValueError for a word that is none."""
    try:
        return Data(text)
    except ValueError:
        near = nearest(text, [each.value for each in Data])
        hint = f'; did you mean "{near}"?' if near else ""
        raise ValueError(f'"{text}" is no kind of data{hint}') from None


class KeptFor(Strict):
    """How long one kind of data is kept: so many days, or years of the calendar."""

    data: Annotated[Data, text_field(_data)] = Field(
        description="Kind of data: recording, survey_audio, journal, interaction, ticket, article, "
        "survey_answer, text, rejected_intake, outbox, inbox, audit, erasure_report."
    )
    days: whole(0, _MOST_DAYS) = Field(0, description="So many days.")  # type: ignore[valid-type]
    years: whole(0, _MOST_YEARS) = Field(0, description="So many years of the calendar.")  # type: ignore[valid-type]
    queue: Name | None = Field(
        None,
        description="Only contacts that ended in this queue, recordings that it has made.",
    )
    outcome: PlainText = Field("", description="Only contacts that ended so, tickets in a status.")


class Kept(Strict):
    """How long data is kept, and when what is over is destroyed."""

    nightly: Flag = Field(
        True, description="Whether what is over is destroyed each night after three o'clock."
    )
    periods: tuple[KeptFor, ...] = Field(
        (), description="Other periods than those of the table in the documentation."
    )
    audit_head: PlainText = Field(
        "var/audit-head.jsonl",
        description="File that takes the end of the audit log each day; best on another disk.",
    )

    @field_validator("periods")
    @classmethod
    def _can_be(cls, periods: tuple[KeptFor, ...]) -> tuple[KeptFor, ...]:
        """Proof is kept long enough, and nothing for no time at all."""
        try:
            Retention(tuple(_exemption(each) for each in periods))
        except ValueError as error:
            refuse("C103", str(error))
        return periods


def retention_of(kept: Kept, queues: Mapping[str, QueueOptions]) -> Retention:
    """The periods in force. queues: by name; they say how long what they record is kept."""
    recorded = ((name, one.recording) for name, one in queues.items())
    of_queues = (
        Exemption(Data.RECORDING, one.keep, name)
        for name, one in recorded
        if one is not None and one.keep is not None
    )
    return Retention((*map(_exemption, kept.periods), *of_queues))


def _exemption(each: KeptFor) -> Exemption:
    period = Period(days=each.days, years=each.years)
    return Exemption(each.data, period, each.queue or "", each.outcome)
