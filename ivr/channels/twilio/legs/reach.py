"""Where somebody is rung up, as the provider wants it: a number, a SIP address or a client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from ivr.config.sources import FIELD_PLACE
from ivr.domain.phone import parse_phone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.config.model import Config, Place
    from ivr.domain.commands import Dial
    from ivr.domain.values import Value

WIRED = ("sip:", "sips:", "client:")
TEL = "tel:"


@dataclass(frozen=True, slots=True)
class Target:
    """to: as the provider takes it. is_number: on the telephone network, where mailboxes answer."""

    to: str
    is_number: bool


def target(address: str, country: str) -> Target | None:
    """An address that an administrator has written; None if the provider cannot reach it."""
    if address.startswith(WIRED):
        return Target(address, is_number=False)
    number = parse_phone(address.removeprefix(TEL), country)
    return Target(number, is_number=True) if number else None


def target_of(command: Dial, config: Config) -> Target | None:
    """Whom a command wants: a place of the configuration, or an address."""
    if not command.place:
        return target(command.address, config.country)
    place = config.places.get(command.place)
    if place is None:
        return None
    return target(_address(place, command.inputs, command.language), config.country)


def _address(place: Place, inputs: Mapping[str, Value], language: str) -> str:
    if place.sip is not None:
        return FIELD_PLACE.sub(lambda found: _written(inputs.get(found[1])), place.sip)
    number = place.number
    return (number if isinstance(number, str) else (number or {}).get(language)) or ""


def _written(value: Value) -> str:
    return quote(str(value), safe="") if value is not None else ""
