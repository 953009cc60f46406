"""Reports that are sent by mail at set times, as written in the configuration.

mailed_reports:
  morning: {report: R2, every: day, at: "08:00", to: [head@firm.example], account: support}
  goals:   {report: R1, every: week, at: "08:30", by: queue, to: [head@firm.example],
            account: support, language: en}
"""

from __future__ import annotations

import re
from datetime import time
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, WithJsonSchema

from ivr.config.fields import Language, Name, PlainText, Strict, refuse, text_field
from ivr.config.mail import Email  # noqa: TC001 - pydantic reads it
from ivr.reports.mailing import Mailed

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEXT = WithJsonSchema({"type": "string"})


def _clock(text: str) -> time:
    if not re.fullmatch("([01][0-9]|2[0-3]):[0-5][0-9]", text):
        refuse("C103", f'"{text}" is no time of day; write "08:00"')
    return time.fromisoformat(text)


class MailedReport(Strict):
    """A report that is sent by mail."""

    report: PlainText = Field(description="Which one, as in R2.")
    every: Literal["day", "week", "month"] = Field(
        description="How often: each day, Monday or first of the month, about the one before."
    )
    at: Annotated[time, text_field(_clock), _TEXT] = Field(
        time(8), description='When, by the clock of `zone`, as in "08:00".'
    )
    by: PlainText = Field(
        "", description="What rows are, as on the page: queue or queue,day; none: as usual."
    )
    to: tuple[Email, ...] = Field(description="Addresses; each gets a mail of its own.")
    account: Name = Field(description="The account under `mail` that sends.")
    language: Language | None = Field(
        None, description="Language of the mail; the first of `languages` if not written."
    )
    queue: Name | None = Field(None, description="Only this queue.")
    category: PlainText | None = Field(None, description="Only this category and those below it.")


def to_mailed(reports: Mapping[str, MailedReport], language: str) -> tuple[Mailed, ...]:
    """The reports of a configuration. language: of those that name none."""
    return tuple(
        Mailed(
            name=name,
            report=one.report,
            every=one.every,
            at=one.at,
            by=one.by,
            to=one.to,
            account=one.account,
            language=one.language or language,
            queue=one.queue or "",
            category=one.category or "",
        )
        for name, one in reports.items()
    )
