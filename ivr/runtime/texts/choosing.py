"""By which trunk a text goes, what it says there, and what that costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.config.texting.options import TextOptions
from ivr.domain.texting.segments import count, plain
from ivr.runtime.ports.texts import Counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.config.model import Config
    from ivr.runtime.ports.texts import TextNew

WITHOUT_TRUNK = timedelta(days=2)
"""How long a text is worth sending that was written before any trunk could."""


def options_of(config: Config) -> Mapping[str, TextOptions]:
    """The trunks that have texts, by name, in the order of the configuration."""
    found = ((name, getattr(one, "texts", None)) for name, one in config.trunks.items())
    return {name: one for name, one in found if isinstance(one, TextOptions)}


def ready(config: Config, new: TextNew) -> tuple[TextNew, Counted]:
    """With its trunk, sender and end filled in, and counted.

    The trunk is the one that is named, else the one whose sender it is, else the first.
    """
    options = options_of(config)
    name = new.trunk if new.trunk in options else _by_sender(options, new.sender)
    one = options.get(name)
    if one is None:
        ends = new.expires_at or new.at + WITHOUT_TRUNK
        return replace(new, trunk="", expires_at=ends), Counted(count(new.body).parts)
    body = plain(new.body) if new.plain or one.alphabet == "plain" else new.body
    parts = count(body, turkish=one.alphabet == "turkish").parts
    filled = replace(
        new,
        trunk=name,
        body=body,
        sender=new.sender or one.sender,
        expires_at=new.expires_at or new.at + timedelta(seconds=one.expires),
    )
    if one.price is None:
        return filled, Counted(parts)
    return filled, Counted(parts, one.price * parts, config.currency)


def _by_sender(options: Mapping[str, TextOptions], sender: str) -> str:
    mine = (name for name, one in options.items() if sender and one.sender == sender)
    return next(mine, next(iter(options), ""))
