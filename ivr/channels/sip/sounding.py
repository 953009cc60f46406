"""What a call is to hear: prompts become clips, tones and music, in the order asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.channels.sip.wire.control import Peer
from ivr.channels.sip.works import NO_TURN
from ivr.domain.call import NO_LEG, hears_hold
from ivr.domain.commands import Collect, Play
from ivr.domain.values import open_sealed
from ivr.media.items import Clip, Item, Music, Tone
from ivr.media.leg.tap import BEEP
from ivr.media.line import listen_of
from ivr.media.music import order

if TYPE_CHECKING:
    from ivr.channels.sip.wire.session.offer import Negotiated
    from ivr.channels.sip.works import Party, Talk, Works
    from ivr.domain.call import LegId, Prompt, Turn
    from ivr.domain.commands import Announce
    from ivr.domain.recording import TakeMessage

RINGBACK, ANNOUNCED = -1, -2
"""The turns of the ring-back tone that a waiting caller hears, and of what is announced in a talk;
no turn of the engine is negative."""


def unready(works: Works, command: Play | Collect | TakeMessage | Announce) -> tuple[Prompt, ...]:
    """The prompts of a command whose sound must be made first."""
    ready = works.house.sounds.ready
    return tuple(prompt for prompt in command.prompts if ready(prompt) is None)


def unmade(works: Works, command: Play | Collect) -> str:
    """The file of music of a command that must be made first; "" = none."""
    song = command.music
    return song if song and works.house.songs.stems(song) is None else ""


def sound_out(works: Works, party: Party, command: Play | Collect) -> None:
    """Play, and listen if the command says so; every sound it needs is ready."""
    items = tuple(clip for prompt in command.prompts for clip in _clip(works, prompt))
    sound = works.house.sound
    _music(works, party, command)
    if isinstance(command, Play):
        if items or command.music is None:
            tone = BEEP if command.beep else ()
            sound.play(party.line, command.turn, (*tone, *items))
        return
    ahead = open_sealed(command.ahead) if command.ahead else ""
    sound.collect(
        *(party.line, command.turn, items, listen_of(command)), ahead=ahead, flush=command.flush
    )


def announce(works: Works, party: Party, command: Announce) -> None:
    """Say something over what is heard in a bridge."""
    items = tuple(clip for prompt in command.prompts for clip in _clip(works, prompt))
    works.house.sound.play(party.line, ANNOUNCED, items)


def _music(works: Works, party: Party, command: Play | Collect) -> None:
    """Who waits hears music behind what is said; it goes on where this caller heard it last."""
    if command.music is None:
        wait_no_more(works, party, party.waits)
        return
    party.waits = command.turn
    tracks = works.house.songs.stems(command.music) or ()
    call = party.talk.id if party.talk is not None else None
    works.house.sound.hear(party.line, (), Music(order(tracks, str(call))))


def wait_no_more(works: Works, party: Party, turn: Turn) -> None:
    """The music of a turn is over."""
    if turn and party.waits == turn:
        party.waits = NO_TURN
        works.house.sound.hear(party.line, ())


def message_items(works: Works, command: TakeMessage) -> tuple[Item, ...]:
    """What is heard before a message: its prompts, and the tone."""
    items = tuple(clip for prompt in command.prompts for clip in _clip(works, prompt))
    return (*items, *BEEP)


def _clip(works: Works, prompt: Prompt) -> tuple[Item, ...]:
    found = works.house.sounds.ready(prompt)
    if found is None:
        return ()
    return (Clip(str(found.stem), found.frames, prompt.barge_in),)


def ring_back(works: Works, talk: Talk, leg: LegId) -> None:
    """Let a leg hear that it rings at the other end; not one that talks or was not answered yet."""
    party = talk.parties.get(leg)
    if talk.rings or party is None or party.agreed is None or leg in talk.seats:
        return
    talk.rings = leg
    tone = (Tone("ringback", works.config().country),)
    works.house.sound.play(party.line, RINGBACK, tone, loop=True)


def ring_no_more(works: Works, talk: Talk, leg: LegId) -> None:
    """What a leg hears of the ringing at the other end is over."""
    if not leg or talk.rings != leg:
        return
    talk.rings, party = NO_LEG, talk.parties.get(leg)
    if party is not None:
        works.house.sound.stop(party.line, RINGBACK)


def hear_each_other(works: Works, talk: Talk) -> None:
    """Tell the sound who hears whom now; who waits in a bridge hears the hold music."""
    music = Music(order(works.house.songs.own, str(talk.id)))
    lines = talk.heard_lines()
    for leg, party in talk.parties.items():
        sources = lines.get(leg)
        if sources is not None:
            party.waits = NO_TURN
            hold = music if hears_hold(talk.seats[leg], talk.seats.values()) else None
            works.house.sound.hear(party.line, sources, hold)


def hear_nobody(works: Works, party: Party) -> None:
    """A party left its bridge: what it hears are prompts again."""
    works.house.sound.hear(party.line, ())


def tell_peer(works: Works, party: Party, agreed: Negotiated) -> None:
    """Tell the sound what was agreed with the far end. Raises MediaError for a bad address."""
    party.agreed = agreed
    stream, settings = agreed.stream, party.home.settings
    address, port = stream.address or ("", 0)
    works.house.sound.peer(
        Peer(
            party.line,
            address,
            port,
            rtcp_port=stream.rtcp[1] if stream.rtcp else 0,
            codec="pcmu" if stream.codec == "pcmu" else "pcma",
            pt=stream.send_pt,
            event_pt=stream.event_pt,
            cn_pt=stream.comfort_pt,
            direction=stream.direction if stream.address else "inactive",
            nat=settings.media.nat,
            dtmf=settings.media.dtmf,
            silence=settings.media.silence,
            silent_s=settings.limits.media,
        )
    )
