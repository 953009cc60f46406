"""Whether the talks of a queue are recorded, and how long that is kept.

    recording: {mode: dual, keep: 1y, notice: recording_notice}

Source: acd-cti.md sections 3.1 and 12.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from ivr.config.fields import Name, Strict, refuse, text_field
from ivr.tickets.retention import Period

MOST_DAYS, MOST_YEARS = 36_600, 100
"""The longest that anything is kept."""
_KEEP = re.compile("([1-9][0-9]{0,4})(d|y)")


def _keep(text: str) -> Period:
    """A length of time as the law counts it: days, or years of the calendar."""
    found = _KEEP.fullmatch(text)
    size = int(found[1]) if found else 0
    if found is None or size > (MOST_DAYS if found[2] == "d" else MOST_YEARS):
        refuse("C103", f'"{text}" is no time to keep something; write days or years, as in 90d, 1y')
    return Period(days=size) if found[2] == "d" else Period(years=size)


class QueueRecording(Strict):
    """The recording of the talks of a queue."""

    mode: Literal["dual"] = Field(
        "dual", description="dual = the caller on the left, what the caller hears on the right."
    )
    keep: Annotated[Period, text_field(_keep), WithJsonSchema({"type": "string"})] | None = Field(
        None,
        description="How long they are kept, in days or years, as in 90d or 1y; as other "
        "recordings if not written.",
    )
    notice: Name | None = Field(
        None,
        description="Prompt of the flow that tells callers of it as they enter the queue, unless "
        "they have heard a notice of the flow.",
    )
    transfers: Literal["follow", "end"] = Field(
        "follow",
        description="Whether it goes on with a colleague or a number that the agent hands the "
        "caller to; another queue goes by its own word.",
    )
