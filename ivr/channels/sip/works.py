"""What the parts of a SIP trunk share: its calls with their parties, its settings, its way out."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from ivr.channels.sip.wire.causes import reason_of, status_of
from ivr.channels.sip.wire.orders import HangUp, Refuse
from ivr.channels.sip.wire.session.offer import Local
from ivr.channels.sip.wire.session.reach import Rules
from ivr.channels.sip.wire.words import Terms
from ivr.config.fields import is_loopback
from ivr.domain.call import CALLER, NO_LEG, Cause, LegId, Member, Turn, hears

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Mapping, Sequence

    from ivr.channels.sip.endpoint.resolve import Resolver
    from ivr.channels.sip.songs import Songs
    from ivr.channels.sip.sound.box import Sound
    from ivr.channels.sip.stack import Listener, Stack
    from ivr.channels.sip.upkeep.bells import Bells
    from ivr.channels.sip.upkeep.messages import Messages
    from ivr.channels.sip.wire.orders import Invite, Order, Target
    from ivr.channels.sip.wire.peers.bindings import Binding
    from ivr.channels.sip.wire.session.offer import Found, Negotiated
    from ivr.channels.sip.wire.words import DialogRecord, Pairs, Replied, ServerOut
    from ivr.config.model import Config
    from ivr.config.sip import SipTrunk as Settings
    from ivr.domain.call import CallId, Prompt
    from ivr.domain.commands import Command
    from ivr.domain.events import Event
    from ivr.runtime.speech.prompts import Sounds
    from ivr.runtime.switch import Switch

_LOG = logging.getLogger(__name__)
NO_TURN = Turn(0)


class Shared(Protocol):
    """What all trunks share, as one of them sees it (`House`).

    works: all trunks, by name. bells: who rings. songs: the music for who waits.
    messages: those that callers leave.
    """

    sounds: Sounds
    resolver: Resolver
    works: dict[str, Works]
    songs: Songs
    bells: Bells
    messages: Messages

    @property
    def sound(self) -> Sound:
        """What carries the sound of all legs."""

    def now(self) -> float:
        """Monotonic seconds, as the SIP core counts them."""

    def new_line(self) -> int:
        """A number for the sound of a leg."""

    def new_name(self) -> str:
        """A name for a dialog that we begin."""

    def new_session(self) -> int:
        """A number for `o=` of a session description."""

    async def open_line(
        self, party: Party, near: int | None = None, *, extra: bool = False
    ) -> None:
        """Take ports for the sound of a leg. Raises MediaError if there are none."""

    def close_line(self, party: Party) -> None:
        """The sound of a leg is over."""

    async def make(self, prompts: Sequence[Prompt]) -> None:
        """Make the sound of prompts. Raises MediaError if nobody can say one of them."""

    async def find(self, address: str, works: Works) -> tuple[Target, ...]:
        """The ways to an address of the outside."""

    def way_back(self, record: DialogRecord) -> Mapping[str, str]:
        """What ends a dialog after a crash of ours, as text for the journal."""

    def end_stored(self, works: Works, way_back: Mapping[str, str]) -> None:
        """Say goodbye for a dialog of a former life."""


class Servers(Protocol):
    """A trunk's servers as its calls see them (`Carrier`). host: how they are called."""

    host: str

    def targets(self, address: str) -> tuple[Target, ...]:
        """The servers to try for a call, best first; none while all are down."""

    def among(self, addresses: Sequence[str]) -> tuple[Target, ...]:
        """Those of some addresses that are on one of our servers."""

    def rest(self, event: ServerOut) -> None:
        """A server did not serve a call."""

    async def run(self) -> None:
        """Watch the servers and keep our registration, for ever."""

    def replied(self, answer: Replied) -> None:
        """The answer to one of our requests outside calls."""

    def stop(self) -> None:
        """Take our registration away."""


@dataclass(slots=True, eq=False)
class Party:
    """One leg: a dialog of the SIP core and a lane of the sound.

    name: the core's name of the dialog. line: the number of its sound. home: the trunk it is on.
    phone: the registered user at the other end, "" = none. address, port: ours, for its sound.
    source: where a caller's messages come from. theirs: the session they offered; found: what it
    holds for us, until it is answered. turn: the `Dial` that made it. asker: the leg that hears it
    ring, 0 = none. refer: the number of the transfer that its phone asked for and that is not
    settled; -1 = none. rings: its phone rings. rang_out: for too long. gone: the dialog is over, or
    will be by our own doing. acked: it is up on both sides; `refer_to` waits for that. invite: how
    we rang it up; hops: how often somebody has sent us elsewhere. waits: the turn whose music it
    hears while it waits.
    """

    name: str
    line: int
    home: Works
    leg: LegId = NO_LEG
    phone: str = ""
    address: str = ""
    port: int = 0
    source: str = ""
    theirs: bytes | None = None
    found: Found | None = None
    agreed: Negotiated | None = None
    turn: Turn = NO_TURN
    asker: LegId = NO_LEG
    refer: int = -1
    rings: bool = False
    rang_out: bool = False
    gone: bool = False
    acked: bool = False
    refer_to: str = ""
    invite: Invite | None = None
    hops: int = 0
    waits: Turn = NO_TURN
    talk: Talk | None = None

    def give_up(self) -> None:
        """It has rung for too long: nobody is there."""
        self.rang_out = True
        self.home.order(HangUp(self.name))

    @property
    def holds(self) -> bool:
        """Whether the far end has put the call on hold."""
        return self.agreed is not None and self.agreed.stream.held


@dataclass(slots=True, eq=False)
class Ringing:
    """Somebody to be rung up: where, by which ways, and the leg once it has ports."""

    address: str
    targets: tuple[Target, ...] = ()
    party: Party | None = None


@dataclass(slots=True, eq=False)
class Talk:
    """One call. ref: the provider's name of it, known before the call has an id.

    todo: commands not carried out yet, while `work` waits for sound to be made or ports to open.
    opened: what a `Dial` has made ready, by its turn and leg. second: a phone's second line whose
    leg has no number yet. referring: the open turn of a `Refer`. rings: the leg that hears
    that it rings at the other end, 0 = none. news: what happened and was not told yet; nothing is
    told before the call has an id, or while `telling` is at work.
    """

    ref: str
    id: CallId | None = None
    parties: dict[LegId, Party] = field(default_factory=dict)
    seats: dict[LegId, Member] = field(default_factory=dict)
    todo: deque[Command] = field(default_factory=deque)
    work: asyncio.Task[None] | None = None
    opened: dict[tuple[Turn, LegId], Ringing] = field(default_factory=dict)
    second: Party | None = None
    referring: Turn = NO_TURN
    rings: LegId = NO_LEG
    news: deque[Event] = field(default_factory=deque)
    telling: bool = False

    def add(self, party: Party, leg: LegId) -> Party:
        """A party takes its number in this call."""
        party.leg, party.talk = leg, self
        self.parties[leg] = party
        return party

    @property
    def caller(self) -> Party | None:
        """Leg 1, while it is there."""
        return self.parties.get(CALLER)

    def heard_lines(self) -> dict[LegId, tuple[int, ...]]:
        """For each leg in a bridge the sounds it hears."""
        return {
            leg: tuple(
                self.parties[other].line
                for other, there in self.seats.items()
                if other in self.parties and hears(here, there)
            )
            for leg, here in self.seats.items()
            if leg in self.parties
        }


@dataclass(slots=True, eq=False)
class Works:
    """One trunk at work. by_ref: calls by the provider's name. phones: who talks, by user.

    config: the configuration in force now. carrier: our side towards `servers`, if there are any.
    """

    name: str
    settings: Settings
    switch: Switch
    house: Shared
    stack: Stack
    listener: Listener
    config: Callable[[], Config]
    by_ref: dict[str, Talk] = field(default_factory=dict)
    calls: dict[CallId, Talk] = field(default_factory=dict)
    dialogs: dict[str, Party] = field(default_factory=dict)
    phones: dict[str, Party] = field(default_factory=dict)
    carrier: Servers | None = None

    @property
    def terms(self) -> Terms:
        """What is agreed with whoever is at the other end of this trunk."""
        return terms_of(self.settings)

    @property
    def domain(self) -> str:
        """Our own name in addresses."""
        return self.settings.advertise or self.settings.listen.host

    def order(self, order: Order) -> None:
        """Tell the SIP core."""
        self.stack.order(order)

    def tell(self, talk: Talk, event: Event) -> None:
        """Something happened to a call: an event for the engine, in the order it happened.

        What happens before the engine knows the call is told once it does.
        """
        talk.news.append(event)
        self.tell_news(talk)

    def tell_news(self, talk: Talk) -> None:
        """Tell what was not told yet, one after the other, also while the store is away."""
        if talk.id is not None and talk.news and not talk.telling:
            talk.telling = True
            self.switch.ports.tasks.start(self._tell(talk, talk.id), "sip event")

    async def _tell(self, talk: Talk, call: CallId) -> None:
        try:
            while talk.news:
                await self.switch.carrier.deliver_surely(call, talk.news.popleft())
        except Exception:
            _LOG.exception("sip_event_broken")
        finally:
            talk.telling = False
        self.tell_news(talk)

    # where phones and servers are

    def bindings(self, user: str) -> tuple[Binding, ...]:
        """Where the phones of a user are registered on this trunk; the silent ones are left out."""
        if not self.settings.registrar:
            return ()
        found = self.stack.identities.registrar.targets(user, self.house.now())
        watch = self.stack.watch
        return tuple(one for one in found if watch is None or not watch.is_out(one))

    def is_phone(self, address: str) -> bool:
        """Whether an address is that of a phone here."""
        return self.settings.registrar and address.endswith(f"@{self.domain}")

    def phone_address(self, user: str) -> str:
        """The address of record of a phone."""
        return f"sip:{user}@{self.domain}"

    def number_address(self, number: str) -> str:
        """A number as this trunk's servers want to be asked for it."""
        host = self.carrier.host if self.carrier else self.domain
        return f"sip:{number}@{host};user=phone"

    async def targets(self, address: str) -> tuple[Target, ...]:
        """The ways to an address, best first; none if there is no way."""
        if self.is_phone(address):
            user = address.removeprefix("sip:").partition("@")[0]
            return tuple(binding.target for binding in self.bindings(user))
        if self.carrier is not None:
            return self.carrier.targets(address)
        return await self.house.find(address, self)

    # dialogs

    def enter(self, party: Party) -> None:
        """A dialog begins; its sound has the number `party.line` from now on."""
        self.dialogs[party.name] = party
        self.stack.own(party.name, self.listener)
        if party.phone:
            self.phones.setdefault(party.phone, party)

    def leave(self, party: Party) -> None:
        """A dialog is over: its sound ends, its places are free."""
        party.gone = True
        self.dialogs.pop(party.name, None)
        self.stack.disown(party.name)
        self.house.close_line(party)
        if self.phones.get(party.phone) is party:
            self._hand_on(party.phone)
        if party.talk is not None:
            party.talk.parties.pop(party.leg, None)
            party.talk.seats.pop(party.leg, None)

    def _hand_on(self, phone: str) -> None:
        """A phone talks on by another of its dialogs, or not at all."""
        del self.phones[phone]
        for other in self.dialogs.values():
            if other.phone == phone:
                self.phones[phone] = other
                return

    def end(self, party: Party, cause: Cause) -> None:
        """End a dialog by our own doing; nothing more is told of it."""
        if not party.gone:
            self.leave(party)  # first: that it ends now is no news
            self.order(HangUp(party.name, status_of(cause), reason_of(cause)))

    def refuse(self, party: Party, status: int, headers: Pairs = ()) -> None:
        """Turn away a call that came in and was not taken; nothing more is told of it."""
        if not party.gone:
            self.leave(party)
            self.order(Refuse(party.name, status, headers=headers))

    def forget(self, talk: Talk) -> None:
        """A call is over for this trunk."""
        if talk.work is not None:
            talk.work.cancel()
        ringing = (one.party for one in talk.opened.values() if one.party)
        for waiting in ringing:
            waiting.home.leave(waiting)
        for party in [*talk.parties.values(), *([talk.second] if talk.second else ())]:
            party.home.end(party, Cause.CALLER_LEFT)
        self.by_ref.pop(talk.ref, None)
        if talk.id is not None:
            self.calls.pop(talk.id, None)

    def local(self, party: Party) -> Local:
        """What we say of our own sound in an offer or an answer."""
        settings = self.settings
        return Local(
            settings.advertise or party.address,
            party.port,
            codecs=settings.codecs,
            event_pt=None if settings.media.dtmf in ("inband", "info") else 101,
            comfort=settings.media.silence == "suppressed",
            session_id=self.house.new_session(),
            rules=_rules(settings.listen.host, party.source if settings.media.nat else ""),
        )


@lru_cache(maxsize=256)
def _rules(host: str, nat_source: str) -> Rules:
    """What a trunk that listens there may reach; asked for twice in each call."""
    return Rules(is_loopback(host), nat_source)


def terms_of(settings: Settings) -> Terms:
    """What the settings of a trunk say of it."""
    limits = settings.limits
    return Terms(int(limits.session), int(limits.session_min), settings.media.nat, limits.away)
