"""The kinds of values that bodies and paths about customers and tickets hold."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Ref = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}\z")]
"""A public id or a number: of a ticket, a customer, a contact."""
MaybeRef = Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9][A-Za-z0-9 ._-]{0,63})?\z")]
"""The same, "" = none."""
Code = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f/?#\\]{1,128}\z")]
"""Of a product, a category, a calendar, a clock."""
MaybeCode = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f/?#\\]{0,128}\z")]
Word = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{0,64}\z")]
Line = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{0,1000}\z")]
Long = Annotated[str, StringConstraints(pattern=r"^[^\x00]*\z", max_length=100_000)]
Why = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[^\x00]*\z", max_length=500)
]
Cursor = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_=-]{0,400}\z")]
Attributes = Annotated[dict[str, Any], Field(max_length=100)]
"""Plain JSON by name."""
Medium = Literal[
    "voice", "sms", "email", "web", "chat", "social", "letter", "in_person", "fax", "api"
]
MaybeMedium = Literal[
    "", "voice", "sms", "email", "web", "chat", "social", "letter", "in_person", "fax"
]


class Out(BaseModel):
    """Base of what is answered: made from the rows of ports. masked: fields that are not shown to
    whoever asks; they hold nothing."""

    model_config = ConfigDict(from_attributes=True, frozen=True)
