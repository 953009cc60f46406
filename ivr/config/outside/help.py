"""The public pages: what customers may write to us about.

help:
  forms: [cards.lost, billing.wrong_amount]
  callback: cards
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from ivr.config.fields import Name, Strict

Category = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,128}\z")]


class Help(Strict):
    """The pages /help, /form/CATEGORY and /status."""

    forms: tuple[Category, ...] = Field(
        (), description="Categories (path or code) that customers may write to us about."
    )
    callback: Name | None = Field(
        None,
        description="Queue whose agents call back who asks for it in a form; none: nobody is "
        "called back.",
    )
