"""What the sender field of a contact is worth. It never authenticates anybody, whatever it says.

Source: tickets.md 5.1; levels of attestation: ATIS-1000074 (STIR/SHAKEN).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ivr.tickets.identity.points import PointKind, Standing

if TYPE_CHECKING:
    from ivr.tickets.identity.points import Point

FAILED = "failed"
"""What a network says of a sender whose signature did not hold."""


class Trust(StrEnum):
    """How far the sender can be believed. The first two are never matched with anybody."""

    WITHHELD = "withheld"
    FAILED = "failed"
    PLAIN = "plain"
    ATTESTED = "attested"


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a contact came in. country: of the trunk, two letters, "" = the tenant's own.

    trusted: whether its operator vouches for the numbers it shows. attestation: of the network,
    `A` full, `B` partial, `C` gateway, `failed`, "" none; for mail `A` means that DKIM held.
    """

    country: str = ""
    trusted: bool = False
    attestation: str = ""


_OWN = Arrival()


def sender_trust(sender: Point, country: str, arrival: Arrival = _OWN) -> Trust:
    """How far the sender of a contact can be believed. country: the tenant's, two letters.

    A number of the tenant's own country that comes in by a foreign trunk is not believed: that is
    how forged senders arrive.
    """
    if sender.standing is Standing.WITHHELD:
        return Trust.WITHHELD
    if arrival.attestation == FAILED or _out_of_place(sender, country, arrival):
        return Trust.FAILED
    return Trust.ATTESTED if arrival.trusted or arrival.attestation == "A" else Trust.PLAIN


def may_match(sender: Point, trust: Trust) -> bool:
    """Whether the sender may be looked up among the customers at all."""
    return sender.norm is not None and trust in (Trust.PLAIN, Trust.ATTESTED)


def _out_of_place(sender: Point, country: str, arrival: Arrival) -> bool:
    foreign = bool(arrival.country) and arrival.country.upper() != country.upper()
    return foreign and sender.kind is PointKind.PHONE and _is_national(sender, country)


def _is_national(sender: Point, country: str) -> bool:
    """Whether a number belongs to a country; a short one can only be the tenant's own."""
    import phonenumbers  # noqa: PLC0415 - slow to load, and many processes never need it

    if sender.norm is None:
        return sender.standing is Standing.SHORT
    code = phonenumbers.country_code_for_region(country.upper())
    return code != 0 and phonenumbers.parse(sender.norm, None).country_code == code
