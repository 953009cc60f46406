"""Carries out what a step of the engine wants of a SIP call, command by command and in order.

What must wait (sound that is not made yet, ports for a new leg) holds up only the commands of its
own call; the rest of the server goes on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from ivr.channels.sip import dialling
from ivr.channels.sip.sounding import (
    announce,
    hear_each_other,
    hear_nobody,
    message_items,
    ring_no_more,
    sound_out,
    tell_peer,
    unmade,
    unready,
    wait_no_more,
)
from ivr.channels.sip.wire.messages.errors import WireError
from ivr.channels.sip.wire.orders import Accept, NotifyRefer
from ivr.channels.sip.wire.orders import Refer as ReferOrder
from ivr.channels.sip.wire.session.offer import answer, make_offer
from ivr.domain.call import CALLER, Cause, EndedBy, Member
from ivr.domain.commands import (
    Announce,
    Answer,
    Close,
    CloseInteraction,
    Collect,
    Command,
    Dial,
    HangUp,
    Join,
    Part,
    Play,
    Refer,
    SetMode,
    SettleTransfer,
)
from ivr.domain.errors import MediaError
from ivr.domain.events import (
    CommandFailed,
    HoldAsked,
    LegEnded,
    LegFailed,
    ReferSettled,
    ResumeAsked,
)
from ivr.domain.recording import (
    EndRecording,
    FinishMessage,
    PauseRecording,
    RecordCall,
    TakeMessage,
)

if TYPE_CHECKING:
    from ivr.channels.sip.works import Party, Talk, Works

_LOG = logging.getLogger(__name__)
Wait = Callable[[], Coroutine[Any, Any, object]]
"""Begins to wait; called by the task that does it, which may be cancelled before that."""


def carry_out(works: Works, talk: Talk, commands: Sequence[Command]) -> None:
    """Add commands to those of the call, and go on with them."""
    talk.todo.extend(command for command in commands if type(command) in _DO)
    if any(isinstance(command, CloseInteraction) for command in commands):
        _finish(works, talk)
    elif talk.work is None:
        _go_on(works, talk)


def _finish(works: Works, talk: Talk) -> None:
    """The call is over: only who is still there is hung up, with the cause the engine named."""
    for command in talk.todo:
        if isinstance(command, HangUp):
            _hang_up(works, talk, command)
    talk.todo.clear()
    works.forget(talk)


def _go_on(works: Works, talk: Talk) -> None:
    """Carry out what can be done now; begin to wait for what cannot."""
    talk.work = None
    while talk.todo:
        wait = _wait_for(works, talk, talk.todo[0])
        if wait is not None:
            work = _wait(works, talk, wait)
            talk.work = works.switch.ports.tasks.start(work, "sip call waits")
            return
        _do(works, talk, talk.todo.popleft())


def _do(works: Works, talk: Talk, command: Command) -> None:
    try:
        _DO[type(command)](works, talk, command)
    except (MediaError, WireError) as error:
        _LOG.warning("sip_command_failed", extra={"facts": {"reason": str(error)}})
        _failed(works, talk, command)
    except Exception:  # a bug of ours costs one command, not the call
        _LOG.exception("sip_command_broken")
        _failed(works, talk, command, "bug")


def _failed(works: Works, talk: Talk, command: Command, reason: str = "channel") -> None:
    """Tell what came of it. Who cannot be answered is refused: no word of ours would reach him."""
    party = talk.parties.get(command.leg)
    if isinstance(command, Answer) and party is not None:
        party.home.end(party, Cause.FAILED)
        works.tell(talk, LegEnded(leg=command.leg, cause=Cause.FAILED, by=EndedBy.LOST))
    else:
        works.tell(talk, CommandFailed(leg=command.leg, reason=reason))


async def _wait(works: Works, talk: Talk, wait: Wait) -> None:
    """Wait, then go on. What could not be had fails its command; the next ones still come."""
    try:
        await wait()
    except MediaError as error:
        _LOG.warning("sip_command_failed", extra={"facts": {"reason": str(error)}})
        works.tell(talk, _failure(talk.todo.popleft()))
    except Exception:
        _LOG.exception("sip_command_broken")
        works.tell(talk, _failure(talk.todo.popleft()))
    _go_on(works, talk)


def _failure(command: Command) -> CommandFailed | LegFailed:
    if isinstance(command, Dial):
        return LegFailed(leg=command.other, cause=Cause.UNREACHABLE)
    return CommandFailed(leg=command.leg)


def _wait_for(works: Works, talk: Talk, command: Command) -> Wait | None:
    """What must be there before a command can be carried out."""
    if isinstance(command, (TakeMessage, Announce)):
        prompts = unready(works, command)
        return partial(works.house.make, prompts) if prompts else None
    if isinstance(command, (Play, Collect)):
        if song := unmade(works, command):
            return partial(works.house.songs.make, song)
        prompts = unready(works, command)
        return partial(works.house.make, prompts) if prompts else None
    if isinstance(command, Dial) and (command.turn, command.other) not in talk.opened:
        return partial(dialling.prepare, works, talk, command)
    return None


def take_over(works: Works, talk: Talk, old: Party, new: Party) -> None:
    """Another dialog becomes this leg: it is answered, takes the seat, and the old one is ended."""
    leg, seat = old.leg, talk.seats.get(old.leg)
    if old.gone or seat is None:
        works.refuse(new, 481)
        return
    old.home.end(old, Cause.NORMAL)
    talk.seats[leg] = seat
    works.enter(talk.add(new, leg))
    new.turn = old.turn
    _do(works, talk, Answer(leg=leg))
    if new.holds != old.holds:
        works.tell(talk, HoldAsked(leg=leg) if new.holds else ResumeAsked(leg=leg))
    hear_each_other(works, talk)


# one function per command


def _answer(works: Works, talk: Talk, command: Answer) -> None:
    party = _bound(talk, command)
    if party is None or party.gone:
        return
    offer, local = party.theirs, party.home.local(party)
    agreed = make_offer(local) if offer is None else answer(offer, local, found=party.found)
    party.found = None
    if offer is not None:
        tell_peer(works, party, agreed)
    party.agreed = agreed
    party.home.order(Accept(party.name, agreed.sdp))


def _sound(works: Works, talk: Talk, command: Play | Collect) -> None:
    party = talk.parties.get(command.leg)
    if party is not None:
        sound_out(works, party, command)


def _take(works: Works, talk: Talk, command: TakeMessage) -> None:
    party = talk.parties.get(command.leg)
    if party is not None and not party.gone and talk.id is not None:
        wait_no_more(works, party, party.waits)
        whose = talk.id, partial(works.tell, talk)
        items = message_items(works, command)
        works.house.messages.take(works.house.sound, party.line, whose, command, items)


def _finish_message(works: Works, talk: Talk, command: FinishMessage) -> None:
    if talk.id is not None:
        works.house.messages.finished(talk.id, command.turn, partial(works.tell, talk))


def _record(works: Works, talk: Talk, command: RecordCall) -> None:
    party = talk.parties.get(command.leg)
    if party is not None and not party.gone and talk.id is not None:
        whose = talk.id, partial(works.tell, talk)
        works.house.messages.record(works.house.sound, party.line, whose, command.turn)


def _pause(works: Works, talk: Talk, command: PauseRecording) -> None:
    party = talk.parties.get(command.leg)
    if party is not None:
        works.house.sound.mute(party.line, command.turn, on=command.on)


def _end_recording(works: Works, talk: Talk, command: EndRecording) -> None:
    party = talk.parties.get(command.leg)
    if party is not None:
        works.house.sound.stop(party.line, command.turn)


def _announce(works: Works, talk: Talk, command: Announce) -> None:
    party = talk.parties.get(command.leg)
    if party is not None:
        announce(works, party, command)


def _close(works: Works, talk: Talk, command: Close) -> None:
    """Sound of this turn stops; whoever it rang up and nobody talks to is given up."""
    for party in list(talk.parties.values()):
        if party.turn == command.turn and party.leg not in talk.seats:
            ring_no_more(works, talk, party.asker)
            party.home.end(party, Cause.CANCELLED)
        else:
            works.house.sound.stop(party.line, command.turn)
            works.house.messages.close(party.line, command.turn)
            wait_no_more(works, party, command.turn)


def _hang_up(works: Works, talk: Talk, command: HangUp) -> None:
    party = _bound(talk, command)
    if party is None:
        return
    if party.leg not in talk.seats:
        ring_no_more(works, talk, party.asker)
    party.home.end(party, command.cause)
    hear_each_other(works, talk)


def _dial(works: Works, talk: Talk, command: Dial) -> None:
    asker = _bound(talk, command)
    if asker is None and command.leg != CALLER:  # it has given up its second line meanwhile
        gone = LegEnded(leg=command.leg, cause=Cause.CANCELLED, by=EndedBy.AGENT)
        works.tell(talk, gone)
    dialling.ring_up(works, talk, command)


def _refer(works: Works, talk: Talk, command: Refer) -> None:
    party, to = talk.parties.get(command.leg), dialling.address_of(works, command)
    if party is None or not to:
        works.tell(talk, ReferSettled(turn=command.turn, done=False))
        return
    talk.referring = command.turn
    if party.acked:
        party.home.order(ReferOrder(party.name, to))
    else:  # our 200 is out, the ACK is not here: no REFER before it
        party.refer_to = to


def _join(works: Works, talk: Talk, command: Join) -> None:
    if command.leg in talk.parties:
        ring_no_more(works, talk, command.leg)
        talk.seats[command.leg] = Member(command.leg, command.bridge, command.mode, command.to)
        hear_each_other(works, talk)


def _set_mode(works: Works, talk: Talk, command: SetMode) -> None:
    seat = talk.seats.get(command.leg)
    if seat is not None:
        talk.seats[command.leg] = Member(command.leg, seat.bridge, command.mode, command.to)
        hear_each_other(works, talk)


def _part(works: Works, talk: Talk, command: Part) -> None:
    party = talk.parties.get(command.leg)
    if talk.seats.pop(command.leg, None) is not None and party is not None:
        hear_nobody(works, party)
        hear_each_other(works, talk)


def _settle(works: Works, talk: Talk, command: SettleTransfer) -> None:
    party = talk.parties.get(command.leg)
    if party is not None and party.refer >= 0:
        party.home.order(NotifyRefer(party.name, party.refer, 200 if command.done else 503))
        party.refer = -1


def _bound(talk: Talk, command: Command) -> Party | None:
    """The party of a command; a second line learns its number from the first that names it."""
    party = talk.parties.get(command.leg)
    if party is None and talk.second is not None and command.leg != CALLER:
        line, talk.second = talk.second, None
        party = None if line.gone else talk.add(line, command.leg)
    return party


_DO: Mapping[type[Command], Callable[[Works, Talk, Any], None]] = {
    Answer: _answer,
    Announce: _announce,
    Play: _sound,
    Collect: _sound,
    Close: _close,
    TakeMessage: _take,
    FinishMessage: _finish_message,
    RecordCall: _record,
    PauseRecording: _pause,
    EndRecording: _end_recording,
    HangUp: _hang_up,
    Dial: _dial,
    Refer: _refer,
    Join: _join,
    SetMode: _set_mode,
    Part: _part,
    SettleTransfer: _settle,
}
