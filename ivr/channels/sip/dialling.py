"""Rings somebody up: a registered phone, or a number or address by one of our trunks.

Outbound calls are denied by default: the engine names places of the configuration or an agent's own
address, and a phone may name other phones and the numbers of places, nothing else (security.md
section 11).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from ivr.channels.sip import agents
from ivr.channels.sip.wire.messages.errors import WireError
from ivr.channels.sip.wire.messages.uri import parse_uri
from ivr.channels.sip.wire.orders import Invite
from ivr.channels.sip.wire.session.offer import make_offer
from ivr.channels.sip.works import Party, Ringing
from ivr.config.sources import FIELD_PLACE
from ivr.domain.call import CALLER, NO_LEG, Cause
from ivr.domain.commands import Dial
from ivr.domain.events import LegFailed
from ivr.domain.phone import parse_phone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.channels.sip.wire.session.offer import Local
    from ivr.channels.sip.wire.words import Pairs
    from ivr.channels.sip.works import Talk, Works
    from ivr.domain.commands import PlaceCall, Refer
    from ivr.domain.values import Value

NOBODY = "anonymous"
HOPS_MOST = 2


async def prepare(works: Works, talk: Talk, command: Dial) -> None:
    """Find out where it goes, and take ports for it. Raises MediaError if there are none."""
    home, address = _way(works, talk, command)
    targets = await home.targets(address) if home is not None else ()
    ringing = Ringing(address, targets)
    talk.opened[command.turn, command.other] = ringing
    if home is None or not targets:
        return
    user = address.partition("@")[0].removeprefix("sip:")
    phone = user if home.is_phone(address) else ""
    party = Party(home.house.new_name(), home.house.new_line(), home, phone=phone)
    party.turn = command.turn
    party.asker = NO_LEG if command.offer or command.other == CALLER else command.leg
    near = next((other.line for other in talk.parties.values()), None)
    await home.house.open_line(party, near=near, extra=bool(phone or command.agent))
    ringing.party = party


def ring_up(works: Works, talk: Talk, command: Dial) -> None:
    """Send the INVITE; who cannot be rung up has failed at once."""
    ringing = talk.opened.pop((command.turn, command.other))
    party = ringing.party
    if party is None:
        works.tell(talk, LegFailed(leg=command.other, cause=Cause.UNREACHABLE))
        return
    if party.phone and party.phone in party.home.phones:
        party.home.leave(party)
        works.tell(talk, LegFailed(leg=command.other, cause=Cause.BUSY))
        return
    home = party.home
    home.enter(talk.add(party, command.other))
    party.agreed = make_offer(_local(talk, party))
    due = home.switch.ports.clock.now() + timedelta(seconds=command.ring_s)
    home.house.bells.ring_until(party, due)
    party.invite = Invite(
        party.name,
        home.name,
        ringing.targets,
        from_=_from(home, talk, command),
        to=f"<{ringing.address}>",
        sdp=party.agreed.sdp,
        peer=party.phone,
        headers=_unasked(home) if command.answers_itself else (),
        try_s=home.settings.limits.try_,
        terms=home.terms,
    )
    home.order(party.invite)


def sent_on(party: Party, addresses: Sequence[str]) -> bool:
    """Whether a redirected call (3xx) is tried there: on servers of ours, twice at most.

    Not for a phone: where it may send callers is decided when it asks for a transfer.
    """
    carrier, invite = party.home.carrier, party.invite
    targets = carrier.among(addresses) if carrier is not None and not party.phone else ()
    if invite is None or not targets or party.hops >= HOPS_MOST:
        return False
    party.hops += 1
    party.invite = replace(invite, targets=targets)
    party.home.order(party.invite)
    return True


def placing(works: Works, command: PlaceCall) -> Dial:
    """A call of ours is the dialling of leg 1: of a phone that is registered here under the number,
    else of the number by a trunk that has servers."""
    is_ours = bool(works.bindings(command.number))
    address = works.phone_address(command.number) if is_ours else f"{agents.TEL}{command.number}"
    return Dial(other=CALLER, address=address, ring_s=command.ring_s, caller_id=command.caller_id)


def can_place(works: Works) -> bool:
    """Whether there is a way out: servers of some trunk, or phones of this one."""
    served = any(one.carrier is not None for one in works.house.works.values())
    return served or works.settings.registrar


def address_of(works: Works, command: Refer) -> str:
    """Where a caller is handed over to, as a SIP address; "" if there is no such place."""
    _home, address = _place(works, command.place, command.inputs, command.language)
    return address


def known(works: Works, dialled: str) -> bool:
    """Whether a phone may call this: another phone of its trunk, or the number of a place."""
    return bool(works.bindings(dialled)) or bool(_numbered(works, dialled))


def _way(works: Works, talk: Talk, command: Dial) -> tuple[Works | None, str]:
    """The trunk, and the address there. A phone that is asked for may be where its asker is."""
    if command.place:
        return _place(works, command.place, command.inputs, command.language)
    dialled = command.address
    if command.agent or agents.is_endpoint(dialled):
        return agents.way(works, dialled)
    for home in dict.fromkeys((works, *(party.home for party in talk.parties.values()))):
        if home.bindings(dialled):
            return home, home.phone_address(dialled)
    name = _numbered(works, dialled)
    return _place(works, name, {}, command.language) if name else (None, dialled)


def _numbered(works: Works, dialled: str) -> str:
    """The place that has this number."""
    wanted = parse_phone(dialled, works.config().country)
    for name, place in works.config().places.items():
        numbers = place.number
        owned = (numbers,) if isinstance(numbers, str) else tuple((numbers or {}).values())
        if wanted is not None and wanted in owned:
            return name
    return ""


def _place(
    works: Works, name: str, inputs: Mapping[str, Value], language: str
) -> tuple[Works | None, str]:
    """The trunk that reaches a place, and its address there."""
    place = works.config().places.get(name)
    if place is None:
        return None, ""
    home = works.house.works.get(place.trunk or works.name, works)
    if place.sip is not None:
        address = FIELD_PLACE.sub(lambda found: _written(inputs.get(found[1])), place.sip)
        phones = works.house.works.get(_host(address))
        return (phones, phones.phone_address(_user(address))) if phones else (home, address)
    number = place.number if isinstance(place.number, str) else (place.number or {}).get(language)
    return (home, home.number_address(number)) if number else (None, "")


def _written(value: Value) -> str:
    return quote(str(value), safe="") if value is not None else ""


def _user(address: str) -> str:
    try:
        return parse_uri(address).user or ""
    except WireError:
        return ""


def _host(address: str) -> str:
    try:
        return parse_uri(address).host
    except WireError:
        return ""


def _local(talk: Talk, party: Party) -> Local:
    """What we offer: the codec that the caller speaks comes first, so that nothing is recoded."""
    local = party.home.local(party)
    caller = talk.caller
    first = caller.agreed.stream.codec if caller and caller.agreed else ""
    codecs = sorted(local.codecs, key=lambda name: name != first)
    return replace(local, codecs=tuple(codecs))


def _unasked(home: Works) -> Pairs:
    """What asks a phone to answer without its user: the standard's word (RFC 5373, a wish and not
    `require`, so that a phone that does not know it rings), and the two that most desk phones of
    today go by."""
    here = f"<sip:{home.domain}>"
    return (
        ("Answer-Mode", "Auto"),
        ("Call-Info", f"{here};answer-after=0"),
        ("Alert-Info", f"{here};info=alert-autoanswer;delay=0"),
    )


def _from(home: Works, talk: Talk, command: Dial) -> str:
    """Who calls, as the called side sees it."""
    state = home.switch.calls[talk.id].state if talk.id in home.switch.calls else None
    asking = talk.parties.get(command.leg)
    known = asking.phone if asking else ""
    number = command.caller_id or known or (state and state.ani) or NOBODY
    return f"<sip:{quote(str(number), safe='+')}@{home.domain}>"
