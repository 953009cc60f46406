"""Agrees with the far end on sound: which codec, which address, who talks (RFC 3264).

Pure: octets and our wishes (`Local`) in, one `Negotiated` out; it holds what the media worker needs
(`stream`), the description to send (`sdp`) and what the next round of the same call needs.
Errors: `WireError` 400 for a broken description, `NotAcceptable` 488 for one we cannot serve.
Never an answer to an encrypted profile without keys; addresses: see `reach.py`.

Decision: the same `o=` version with other content (2026). RFC 3264 8 says that it means "no
change", yet careless phones put a call on hold without a new version. Identical octets get our last
description; different ones are read and answered, with the same description as long as the
outcome is the same. Price: none for who keeps the rule. A peer that breaks it in the other way
would reverse this.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from ivr.channels.sip.wire.messages.errors import WireError
from ivr.channels.sip.wire.session import formats, sdp
from ivr.channels.sip.wire.session.formats import COMFORT, EVENT
from ivr.channels.sip.wire.session.reach import HOLD, STRICT, Rules, rtcp_place, rtp_place
from ivr.channels.sip.wire.session.sdp import DIRECTIONS, Connection, Media, Origin, Session

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ivr.channels.sip.wire.words import Place

SENDS, RECEIVES = 1, 2  # bits of an index into DIRECTIONS
REVERSED = (0, 2, 1, 3)
PROFILES = ("RTP/AVP", "RTP/AVPF")
WARNING = '304 - "Media type not available"'  # RFC 3261 20.43; "-" instead of our name


class NotAcceptable(WireError):  # noqa: N818 - named as the answer it stands for, 488
    """The far end's sound cannot be served: answer 488. `warning` is the Warning header's value."""

    warning = WARNING

    def __init__(self, why: str) -> None:
        super().__init__(488, why)


@dataclass(frozen=True, slots=True)
class Local:
    """What we want for one leg.

    `address`, `port`: where we receive, as the far end sees it. `rtcp_port` None: the next one.
    `codecs` in our order. `event_pt`: payload type for keys in our offers, None = no keys as
    events. `direction` as seen by us: `sendonly` puts them on hold. `comfort`: we may send comfort
    noise (payload type 13). `session_id`: a number for `o=`, random, kept for the call.
    """

    address: str
    port: int
    rtcp_port: int | None = None
    codecs: tuple[str, ...] = formats.CODECS
    event_pt: int | None = 101
    direction: str = "sendrecv"
    comfort: bool = False
    session_id: int = 0
    rules: Rules = STRICT

    @property
    def bits(self) -> int:
        """The direction as bits: SENDS, RECEIVES."""
        return DIRECTIONS.index(self.direction)


@dataclass(frozen=True, slots=True)
class Stream:
    """What was agreed, for the media worker.

    `codec` and `send_pt`: what we send. `receive`: payload types we accept, each with its codec
    (pcma, pcmu, telephone-event, cn). `event_pt`: type of the keys we send, None = cannot be sent
    as events. `comfort_pt`: same for comfort noise. `address` None: send nowhere (hold, or no
    answer yet). `direction` as seen by us. `held`: they want no sound from us.
    """

    codec: str
    send_pt: int
    receive: tuple[tuple[int, str], ...]
    event_pt: int | None
    comfort_pt: int | None
    address: Place | None
    rtcp: Place | None
    rtcp_mux: bool
    direction: str
    held: bool


@dataclass(frozen=True, slots=True)
class Negotiated:
    """One round of offer and answer. `sdp`: what we send. `index`: our m= line among them.

    `settled` False: our offer waits for its answer. `theirs`: their octets, b"" so far none.
    """

    sdp: bytes
    stream: Stream
    settled: bool
    local: Local
    ours: Session
    index: int
    theirs: bytes = b""


@dataclass(frozen=True, slots=True)
class Found:
    """What one of their m= lines gives: codecs we share, keys and comfort noise, and where to."""

    index: int
    media: Media
    pairs: tuple[tuple[int, str], ...]
    address: Place | None
    rtcp: Place | None

    def first(self, names: Iterable[str]) -> int | None:
        """The first payload type of one of these codecs."""
        return next((pt for pt, name in self.pairs if name in names), None)


def answer(
    offer: bytes,
    local: Local,
    previous: Negotiated | None = None,
    found: Found | None = None,
) -> Negotiated:
    """Our answer to their offer, in a new call or (with `previous`) in one that goes on.

    found: what `check_offer` has found in this offer, if it was asked. Raises WireError 400,
    NotAcceptable 488; then whatever was agreed before stays.
    """
    if previous and previous.settled and previous.theirs == offer and previous.local == local:
        return previous
    session = sdp.parse(offer)
    found = found or _choose(session, local, previous)
    chosen = _chosen(found, local)
    theirs = DIRECTIONS.index(session.direction(found.media))
    bits = _agreed(theirs, local.bits, found.address)
    mux = found.media.has("rtcp-mux")
    mine = _audio(local, found.media.protocol, chosen, bits, mux=mux)
    lines = [
        mine if at == found.index else _refused(media) for at, media in enumerate(session.media)
    ]
    ours, body = _edition(local, tuple(lines), previous)
    stream = _stream(found, chosen, bits, mux=mux, held=_holds(theirs, found))
    return Negotiated(body, stream, True, local, ours, found.index, offer)


def check_offer(offer: bytes, local: Local) -> Found:
    """What `answer` would agree on, whatever our port is; raises what it would raise."""
    return _choose(sdp.parse(offer), local, None)


def make_offer(local: Local, previous: Negotiated | None = None) -> Negotiated:
    """Our offer: all codecs, the current one first, on the m= line in use (RFC 3264 5, 8)."""
    before = previous.stream if previous else None
    codecs = list(local.codecs)
    if before and before.codec in codecs:
        codecs.sort(key=lambda name: name != before.codec)
    names = [*codecs, *((COMFORT,) if local.comfort else ())]
    names += [EVENT] if local.event_pt is not None else []
    pairs = formats.assign(names, local.event_pt, before.receive if before else ())
    mux = bool(before and before.rtcp_mux)
    protocol = previous.ours.media[previous.index].protocol if previous else "RTP/AVP"
    mine = _audio(local, protocol, pairs, local.bits, mux=mux)
    lines = list(previous.ours.media) if previous else [mine]
    index = previous.index if previous else 0
    lines[index] = mine
    ours, body = _edition(local, tuple(lines), previous)
    stream = Stream(
        *(pairs[0][1], pairs[0][0], tuple(pairs), None, None, None, None),
        rtcp_mux=mux,
        direction=local.direction,
        held=False,
    )
    return Negotiated(body, stream, False, local, ours, index)


def read_answer(ours: Negotiated, theirs: bytes, rules: Rules | None = None) -> Negotiated:
    """What their answer to our offer settles. Raises WireError 400, NotAcceptable 488.

    May be called again with the same `ours` for each fork of a call. `rules` replaces those of the
    offer, because the source of a message is known only when it comes.
    """
    session = sdp.parse(theirs)
    if len(session.media) <= ours.index:
        raise NotAcceptable("the answer has fewer m= lines than the offer")
    local = replace(ours.local, rules=rules) if rules else ours.local
    offered = dict(ours.stream.receive)
    found = _read(session, ours.index, local, offered)
    if isinstance(found, str):
        raise NotAcceptable(found)
    said = DIRECTIONS.index(session.direction(found.media))
    bits = _agreed(said, local.bits, found.address)
    mux = found.media.has("rtcp-mux") and ours.stream.rtcp_mux
    held = bool(local.bits & SENDS) and _holds(said, found)
    stream = _stream(found, found.pairs, bits, mux=mux, held=held)
    accepted = {name for _, name in found.pairs}
    receive = {pt: name for pt, name in offered.items() if name in accepted}
    for pt, name in found.pairs:  # some send with their own numbers, not with those we asked for
        receive.setdefault(pt, name)
    stream = replace(stream, receive=tuple(receive.items()))
    return replace(ours, stream=stream, settled=True, theirs=theirs, local=local)


def _choose(session: Session, local: Local, previous: Negotiated | None) -> Found:
    """Their m= line that we serve: the one in use if it still can be, else the first that can."""
    order = list(range(len(session.media)))
    if previous and previous.index in order:
        order.sort(key=lambda at: at != previous.index)
    why = "no m= line"
    for at in order:
        found = _read(session, at, local, {})
        if isinstance(found, Found):
            return found
        why = found
    raise NotAcceptable(why)


def _read(session: Session, at: int, local: Local, known: dict[int, str]) -> Found | str:
    """One of their m= lines, or why it cannot be served."""
    media = session.media[at]
    if media.kind != "audio" or media.port == 0:
        return "no sound on this m= line"
    if media.protocol.upper() not in PROFILES:
        return "the profile needs keys"
    names = {*local.codecs, *((EVENT,) if local.event_pt is not None else ())}
    names |= {COMFORT} if local.comfort else set()
    pairs = tuple(pair for pair in formats.read(media, known) if pair[1] in names)
    if not any(name in local.codecs for _, name in pairs):
        return "no codec in common"
    where = session.where(media)
    if where is None:
        raise WireError(400, "broken session description: no c= line")
    if where.address in HOLD:
        return Found(at, media, pairs, None, None)
    family = sdp.family_of(local.address)
    place = rtp_place(where, media.port, family, local.rules)
    if isinstance(place, str):
        return place
    return Found(at, media, pairs, place, rtcp_place(media, place, family, local.rules))


def _chosen(found: Found, local: Local) -> list[tuple[int, str]]:
    """What our answer lists: the first of their codecs that we have, comfort noise, keys."""
    wanted = [found.first(local.codecs), found.first((COMFORT,)), found.first((EVENT,))]
    names = dict(found.pairs)
    return [(pt, names[pt]) for pt in wanted if pt is not None]


def _agreed(theirs: int, ours: int, address: Place | None) -> int:
    """Our direction as bits: what they receive we may send, as far as we want and know where."""
    bits = REVERSED[theirs] & ours
    return bits if address else bits & RECEIVES


def _holds(theirs: int, found: Found) -> bool:
    return not theirs & RECEIVES or found.address is None


def _stream(
    found: Found, pairs: Sequence[tuple[int, str]], bits: int, *, mux: bool, held: bool
) -> Stream:
    first = next((pt, name) for pt, name in pairs if name in formats.CODECS)
    numbers = {name: pt for pt, name in reversed(pairs)}
    return Stream(
        codec=first[1],
        send_pt=first[0],
        receive=tuple(pairs),
        event_pt=numbers.get(EVENT),
        comfort_pt=numbers.get(COMFORT),
        address=found.address,
        rtcp=found.address if mux else found.rtcp,
        rtcp_mux=mux,
        direction=DIRECTIONS[bits],
        held=held,
    )


def _audio(
    local: Local, protocol: str, pairs: Sequence[tuple[int, str]], bits: int, *, mux: bool
) -> Media:
    """Our m= line."""
    rtcp = None if local.rtcp_port == local.port + 1 else local.rtcp_port
    numbers, attributes = _written(tuple(pairs), bits, rtcp, mux=mux)
    return Media("audio", local.port, protocol, numbers, attributes=attributes)


@lru_cache(maxsize=256)  # the same for most calls, which then share it
def _written(
    pairs: tuple[tuple[int, str], ...], bits: int, rtcp_port: int | None, *, mux: bool
) -> tuple[tuple[str, ...], tuple[tuple[str, str | None], ...]]:
    """The payload types and the attributes of our m= line."""
    attributes = [*formats.write(pairs), (DIRECTIONS[bits], None)]
    if rtcp_port is not None:
        attributes.append(("rtcp", str(rtcp_port)))
    if mux:
        attributes.append(("rtcp-mux", None))
    return tuple(str(pt) for pt, _ in pairs), tuple(attributes)


def _refused(media: Media) -> Media:
    """An m= line that we do not serve: port 0, formats copied (RFC 3264 6)."""
    return Media(media.kind, 0, media.protocol, media.formats)


def _edition(
    local: Local, media: tuple[Media, ...], previous: Negotiated | None
) -> tuple[Session, bytes]:
    """Our description and its octets; a new version only if anything else in it is new."""
    family = sdp.family_of(local.address)
    origin = Origin("-", local.session_id, 1, family, local.address)
    if previous:
        last = previous.ours.origin
        origin = replace(origin, session_id=last.session_id, version=last.version)
    session = Session(origin, Connection(family, local.address), media)
    body = sdp.render(session)
    if previous and body != previous.sdp:
        session = replace(session, origin=replace(origin, version=origin.version + 1))
        body = sdp.render(session)
    return session, body
