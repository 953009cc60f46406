"""Whether trunks that text are asked for what they can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.config.texting.kannel import KannelTrunk

if TYPE_CHECKING:
    from ivr.config.mistakes import Mistakes
    from ivr.config.model import Config


def check_texts(config: Config, mistakes: Mistakes) -> None:
    """Tell of calls on a trunk that takes none, and of an alphabet that a gateway does not have."""
    silent = {name: one for name, one in config.trunks.items() if isinstance(one, KannelTrunk)}
    for called, number in config.numbers.items():
        for place, name in enumerate(number.trunks or ()):
            if name in silent:
                message = f'trunk "{name}" takes no calls, only text messages; take it out'
                mistakes.add("C133", ("numbers", called, "trunks", place), message)
    if config.dial is not None and config.dial.trunk in silent:
        message = f'trunk "{config.dial.trunk}" takes no calls, only text messages'
        mistakes.add("C133", ("dial", "trunk"), message)
    for name, trunk in silent.items():
        if trunk.texts.alphabet == "turkish":
            message = "Kannel does not send the Turkish shift table; write gsm or plain"
            mistakes.add("C133", ("trunks", name, "texts", "alphabet"), message)
