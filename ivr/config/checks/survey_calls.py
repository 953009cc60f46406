"""Whether planned surveys call by a trunk that can, under a number and in hours that exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.config.pyvoip import PyVoipTrunk
from ivr.config.texting.kannel import KannelTrunk
from ivr.domain.scalars import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.config.mistakes import Mistakes
    from ivr.config.model import Config

_HOME = "survey_calls"


def check_survey_calls(config: Config, mistakes: Mistakes) -> None:
    """Tell of names that are not there, and of trunks that call nobody."""
    wanted = config.survey_calls
    if wanted is None:
        return
    _check("trunk", wanted.trunk, config.trunks, mistakes)
    _check("number", wanted.number, config.numbers, mistakes)
    _check("hours", wanted.hours, config.hours, mistakes)
    if isinstance(config.trunks.get(wanted.trunk), (PyVoipTrunk, KannelTrunk)):
        message = f"trunk {wanted.trunk} cannot call anybody"
        mistakes.add("C130", (_HOME, "trunk"), message)


def _check(key: str, name: str | None, known: Iterable[str], mistakes: Mistakes) -> None:
    names = tuple(known)
    if name is None or name in names:
        return
    near = nearest(name, names)
    hint = f'; did you mean "{near}"?' if near else ""
    mistakes.add("C120", (_HOME, key), f'no {key} "{name}"{hint}')
