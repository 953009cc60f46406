"""What a trunk needs to send text messages and take them in."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal

from pydantic import Field

from ivr.config.fields import ShapeError, Strict, seconds, text_field
from ivr.domain.phone import parse_phone

DAY_S = 86400.0
LONGEST_S = 14 * DAY_S
_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 &.-]{1,11}")
_SHORT = re.compile(r"[0-9]{3,8}")


def read_sender(text: str) -> str:
    """A number in E.164, a short number, or a name of at most 11 letters (TS 23.040 9.1.2.5)."""
    if text.startswith("+") and parse_phone(text, "") == text:
        return text
    if _SHORT.fullmatch(text) or _NAME.fullmatch(text):
        return text
    message = (
        f'"{text}" sends no texts; write a number with its country code (+905321112233), a short '
        "number, or a name of 1 to 11 letters"
    )
    raise ShapeError("C103", message)


def _price(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise ShapeError("C103", f'"{text}" is no price; write 0.35') from None
    if not found.is_finite() or not 0 <= found <= 1000:
        raise ShapeError("C103", f'"{text}" is no price of one part of a text')
    return found


class TextOptions(Strict):
    """Text messages on a trunk."""

    sender: Annotated[str, text_field(read_sender)] = Field(
        description="Number or name that texts come from; to a name nobody can answer."
    )
    expires: seconds(LONGEST_S) = Field(  # type: ignore[valid-type]
        2 * DAY_S, description="How long a text may wait, in quiet hours or for the provider."
    )
    alphabet: Literal["gsm", "turkish", "plain"] = Field(
        "gsm",
        description="`turkish`: the provider offers the Turkish shift table, which makes Turkish "
        "texts cheaper; `plain`: all texts are written with s, i, g and c for ş, ı, ğ and ç.",
    )
    price: Annotated[Decimal, text_field(_price)] | None = Field(
        None, description="Price of one part, in the currency of the configuration."
    )


class TwilioTexts(TextOptions):
    """Text messages by Twilio."""

    service: Annotated[str, text_field(str)] = Field(
        "", description="Messaging service (MG...) that picks the sender instead of `sender`."
    )
