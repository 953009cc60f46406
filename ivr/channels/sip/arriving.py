"""A call comes in: is there room, a flow that answers, sound we understand? Then it is offered."""

from __future__ import annotations

import asyncio
import logging
from hashlib import sha256
from typing import TYPE_CHECKING

from ivr.channels.sip.dialling import known
from ivr.channels.sip.doing import take_over
from ivr.channels.sip.wire.messages.message import WireError
from ivr.channels.sip.wire.messages.numbers import caller_of, dialled_of
from ivr.channels.sip.wire.orders import Refuse, Ring
from ivr.channels.sip.wire.session.offer import NotAcceptable, check_offer
from ivr.channels.sip.works import Party, Talk
from ivr.domain.call import CALLER, Cause
from ivr.domain.errors import MediaError, PortError
from ivr.domain.events import ConsultAsked
from ivr.domain.phone import parse_phone
from ivr.runtime import metrics
from ivr.runtime.switch import Offered as NewCall

if TYPE_CHECKING:
    from ivr.channels.sip.wire.words import Offered, Pairs
    from ivr.channels.sip.works import Works

_LOG = logging.getLogger(__name__)
LATER: Pairs = (("Retry-After", "5"),)
AT_ONCE: Pairs = (("Retry-After", "2"),)
RING_S = 0.5
"""A caller who has no answer by then hears that it rings."""
REF_MOST = 255
ANY_PORT = 4000
"""Stands for a port of ours while we only look whether an offer can be served."""


def offered(works: Works, offer: Offered) -> None:
    """Take an INVITE, or refuse it."""
    party = _party(works, offer)
    refusal = _unwanted(works, offer, party)
    if refusal is not None:
        status, headers = refusal
        metrics.SIP_REFUSED.labels(works.name, str(status)).inc()
        works.order(Refuse(offer.call, status, headers=headers))
        return
    if offer.replaces:
        works.enter(party)
        works.switch.ports.tasks.start(_replace(works, offer, party), "sip replaces")
        return
    busy = works.phones.get(offer.peer) if offer.peer else None
    if busy is not None:
        _second_line(works, offer, party, busy)
        return
    _begin(works, offer, party)


def _party(works: Works, offer: Offered) -> Party:
    return Party(
        offer.call,
        works.house.new_line(),
        works,
        phone=offer.peer,
        address=offer.flow.local[0],
        port=ANY_PORT,
        source=offer.flow.remote[0],
        theirs=offer.sdp,
    )


def _unwanted(works: Works, offer: Offered, party: Party) -> tuple[int, Pairs] | None:
    """The answer to a call that is not taken, None for one that is."""
    limits, now = works.settings.limits, works.house.now()
    full = len(works.by_ref) >= limits.live
    rate = works.stack.identities.guard.new_call(works.name, offer.flow, now)
    if full or not rate or not works.switch.admits:
        return 503, LATER
    if not works.house.sound.willing:
        return 503, AT_ONCE
    try:
        if offer.sdp is not None:
            party.found = check_offer(offer.sdp, works.local(party))
    except NotAcceptable as error:
        return 488, (("Warning", error.warning),)
    except WireError as error:
        return error.code or 400, ()
    return None


def _second_line(works: Works, offer: Offered, party: Party, busy: Party) -> None:
    """A phone that talks calls somebody else: its call decides. Else the phone is busy."""
    talk = busy.talk
    address = dialled_of(offer.request, works.settings.numbers.dnis_from)
    fits = works.settings.second_line and known(works, address)
    if talk is None or talk.second is not None or busy.leg == CALLER or not fits:
        works.order(Refuse(offer.call, 486))
        return
    party.talk = talk
    talk.second = party
    works.enter(party)
    works.order(Ring(offer.call))
    work = _consult(works, talk, busy, address)
    works.switch.ports.tasks.start(work, "sip second line")


async def _replace(works: Works, offer: Offered, party: Party) -> None:
    """A phone takes the place of a dialog of its own or of another phone (RFC 3891)."""
    old = works.dialogs.get(offer.replaces)
    talk = old.talk if old is not None else None
    if old is None or talk is None or not offer.peer or old.leg not in talk.seats:
        works.refuse(party, 481)
        return
    try:
        await works.house.open_line(party, near=old.line, extra=True)
    except MediaError:
        works.refuse(party, 503, LATER)
        return
    if not party.gone:
        take_over(works, talk, old, party)


async def _consult(works: Works, talk: Talk, busy: Party, address: str) -> None:
    """Ports for the sound of a second line, then the call decides."""
    party = talk.second
    if party is None:
        return
    try:
        await works.house.open_line(party, near=busy.line, extra=True)
    except MediaError:
        works.end(party, Cause.BUSY)
    if party.gone:
        talk.second = None
    else:
        works.tell(talk, ConsultAsked(leg=busy.leg, address=address))


def _begin(works: Works, offer: Offered, party: Party) -> None:
    """A call takes its place at once, so that it is known if the caller gives up right away."""
    found = _flow_of(works, offer)
    if found is None:
        works.order(Refuse(offer.call, 404))
        return
    theirs = f"{offer.request.call_id};{offer.request.from_.tag}"  # may come a second time
    talk = Talk(_ref(f"{theirs};{offer.call}"))
    works.by_ref[talk.ref] = talk
    works.enter(talk.add(party, CALLER))
    asyncio.get_running_loop().call_later(RING_S, _ring, works, party)
    new = _new_call(works, offer, talk.ref, *found)
    works.switch.ports.tasks.start(_offer(works, talk, party, new), "sip call")


def _ring(works: Works, party: Party) -> None:
    if not party.gone and party.agreed is None:
        works.order(Ring(party.name))


async def _offer(works: Works, talk: Talk, party: Party, new: NewCall) -> None:
    """Ports for the sound, then a call for the engine. What fails here is refused."""
    try:
        await works.house.open_line(party)
        if not party.gone:
            await works.switch.offer(new)
    except (MediaError, PortError) as error:
        _LOG.warning("sip_call_refused", extra={"facts": {"reason": str(error)}})
    except Exception:  # a bug of ours: the caller is told, whatever was begun is ended
        _LOG.exception("sip_call_broken")
        works.end(party, Cause.FAILED)
        works.forget(talk)
    if talk.id is None:
        works.refuse(party, 503, LATER)
        works.forget(talk)


def _ref(names: str) -> str:
    """The call's name as every database takes it: readable octets, and not too many."""
    text = names.encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= REF_MOST else sha256(text.encode()).hexdigest()


def _new_call(works: Works, offer: Offered, ref: str, dialled: str, flow: str) -> NewCall:
    way_back = works.house.way_back(offer.record) if offer.record else {}
    ani = _number_of(works, offer)
    return NewCall(works.name, "sip", ref, dialled, ani, flow, way_back=way_back)


def _number_of(works: Works, offer: Offered) -> str | None:
    """The caller's number. A phone here is known by its user: it may not say who else it is."""
    country = works.config().country
    trusted = works.settings.numbers.trust_identity
    caller = caller_of(offer.request, trust_identity=trusted, country=country)
    if offer.peer and not caller.withheld:
        return parse_phone(offer.peer, country, keep_short=True)
    return caller.number


def _flow_of(works: Works, offer: Offered) -> tuple[str, str] | None:
    """The dialled number and the flow that answers it.

    A name that is no number may be that of a flow on an open trunk, and of a phone where the trunk
    has a flow for its extensions.
    """
    dialled = dialled_of(offer.request, works.settings.numbers.dnis_from)
    book = works.switch.ports.books.current()
    number = parse_phone(dialled, works.config().country) or dialled
    flow = book.world.flow_of(number, works.name)
    if flow is not None:
        return number, flow
    if works.settings.extensions and offer.peer and known(works, dialled):
        return dialled, works.settings.extensions
    if works.settings.open and dialled in book.live:
        return dialled, dialled
    return None
