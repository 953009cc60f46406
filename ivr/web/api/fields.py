"""The kinds of values that bodies and paths of the API hold."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from ivr.runtime.ports.desk import DISPLAY, DISPLAY_MOST

NAME = r"^[a-z0-9][a-z0-9._-]{0,31}\z"
TARGET = r"^((agent|queue|place):[A-Za-z0-9][A-Za-z0-9._-]{0,63}|\+[1-9][0-9]{6,14})\z"
NUMBER = r"^\+[1-9][0-9]{6,14}\z"

Name = Annotated[str, StringConstraints(pattern=NAME)]
"""Of a person; agents and users of telephones are named so too."""
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}\z")]
"""Of a call, an offer, a queue, a team, a skill."""
Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=DISPLAY_MOST, pattern=rf"^{DISPLAY}\z"),
]
"""One line that people are shown, as the name of somebody, without control characters."""
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Note = Annotated[str, StringConstraints(max_length=20_000)]
Target = Annotated[str, StringConstraints(pattern=TARGET)]
Number = Annotated[str, StringConstraints(pattern=NUMBER)]
Role = Literal["agent", "supervisor", "quality", "admin", "auditor"]
Roles = Annotated[tuple[Role, ...], Field(min_length=1, max_length=5)]
Teams = Annotated[tuple[Key, ...], Field(max_length=50)]
Language = Annotated[str, StringConstraints(pattern=r"^([a-z]{2,3}(-[A-Z]{2})?)?\z")]
Score = Annotated[int, Field(ge=0, le=10)]
"""What a question of a survey is answered with, on the largest of its scales."""
Level = Annotated[int, Field(ge=0, le=100)]
Day = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\z")]
Way = Literal["sip", "twilio", "simulator"]
Address = Annotated[str, StringConstraints(pattern=r"^[^\s\x00-\x1f\x7f]{1,200}\z")]
