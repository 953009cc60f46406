"""By which trunk planned surveys call people, how many at a time, and at which hours."""

from __future__ import annotations

from pydantic import Field

from ivr.config.fields import Called, Name, Strict, whole


class SurveyCallOptions(Strict):
    """Calls of planned surveys."""

    trunk: Name = Field(description="The trunk by which people are called.")
    number: Called | None = Field(
        None, description="Number of ours that they see; the first of the trunk's."
    )
    at_once: whole(1, 500) = Field(  # type: ignore[valid-type]
        3, description="So many people are called at a time."
    )
    hours: Name | None = Field(
        None,
        description="Calendar outside of which nobody is called, read on the clock of whom we "
        "call; the quiet hours hold beside it.",
    )
