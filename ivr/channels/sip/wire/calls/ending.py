"""How calls end: told exactly once, with everything that was waiting called off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.channels.sip.wire.messages.message import Response
from ivr.channels.sip.wire.words import Cancelled, DialogRecord, Ended, Failed

if TYPE_CHECKING:
    from ivr.channels.sip.wire.calls.board import Board
    from ivr.channels.sip.wire.calls.call import Call, Unacked
    from ivr.channels.sip.wire.calls.dialog import Dialog
    from ivr.channels.sip.wire.transaction.client import Hear, Lost
    from ivr.channels.sip.wire.transaction.timers import Timer
    from ivr.channels.sip.wire.words import EndCause


def over(board: Board, call: Call, event: Cancelled | Failed | Ended, now: float) -> None:
    """The call is over: say so, and let go of all that it held. The second time nothing happens."""
    if call.state == "over":
        return
    call.state = "over"
    _answer_the_rest(board, call, now)
    for timer in waits(call):
        timer.call_off()
    board.calls.pop(call.name, None)
    dialogs = [call.dialog, *(call.outgoing.forks.values() if call.outgoing else ())]
    for dialog in dialogs:
        if dialog is not None and board.dialogs.get(dialog.id) is call:
            del board.dialogs[dialog.id]
    _remember(board, call, now)
    call.incoming = call.unacked = call.our_refer = call.dialog = None
    call.session_timers = ()
    call.sdp = b""
    call.change.ours = call.change.retry = None
    board.hear(event)


def _answer_the_rest(board: Board, call: Call, now: float) -> None:
    """No request of theirs stays without an answer."""
    change = call.change
    if change.ours is not None:
        change.ours.lapse(now)
    left = [(change.theirs, change.their_request)]
    left += [(each.server, each.request) for each in call.their_refers.values()]
    for server, request in left:
        if server is not None and request is not None:
            board.answer(server, request, 487 if request.method == "INVITE" else 481, now)
    change.theirs = change.their_request = None
    call.their_refers.clear()


def _remember(board: Board, call: Call, now: float) -> None:
    """A phone may still ask to replace this call: then it is told 603 (RFC 3891 3)."""
    if call.peer and call.dialog is not None:
        names = call.dialog.id
        board.past[names] = call.trunk

        def forget(_at: float) -> None:
            board.past.pop(names, None)

        board.post.timers.later(board.post.long_s, now, forget)


def waits(call: Call) -> list[Timer]:
    """Every timer of the call that runs."""
    found = [*call.session_timers, call.our_refer]
    for waiting in (call.unacked, call.incoming.unpracked if call.incoming else None):
        if waiting is not None:
            found += [waiting.retry, waiting.limit]
    if call.outgoing is not None:
        found.append(call.outgoing.try_timer)
    if call.change.retry is not None:
        found.append(call.change.retry)
    return [timer for timer in found if timer is not None]


def say_bye(board: Board, call: Call, dialog: Dialog, now: float, reason: str = "") -> None:
    """Send a BYE; what is answered to it changes nothing."""
    names = dialog.id

    def hear(told: Response | Lost, _now: float) -> None:
        if not isinstance(told, Response) or told.status >= 200:
            board.ending.pop(names, None)

    board.ending[names] = call.trunk
    board.ask(dialog, "BYE", hear, now, (("Reason", reason),) if reason else ())


def bye(board: Board, call: Call, now: float, cause: EndCause = "normal", reason: str = "") -> None:
    """End a call that was answered."""
    if call.state == "over":
        return
    if call.dialog is not None:
        say_bye(board, call, call.dialog, now, reason)
    over(board, call, Ended(call.name, cause, far=False), now)


def watched(board: Board, call: Call) -> Hear:
    """Hears the answer to a request inside a call: 408 or 481 means that the other end is gone."""

    def hear(told: Response | Lost, now: float) -> None:
        gone = told == "timeout" or (isinstance(told, Response) and told.status in {408, 481})
        if gone and call.state == "up":
            bye(board, call, now, "signal_lost")

    return hear


def stop_waiting(unacked: Unacked) -> None:
    """The ACK is here, or will not come."""
    for timer in (unacked.retry, unacked.limit):
        if timer is not None:
            timer.call_off()


def record_of(call: Call, dialog: Dialog) -> DialogRecord:
    """What must be stored to end this call after a crash."""
    return DialogRecord(
        call=call.name,
        trunk=call.trunk,
        peer=call.peer,
        call_id=dialog.call_id,
        local=dialog.local,
        remote=dialog.remote,
        target=dialog.target,
        routes=dialog.routes,
        cseq=dialog.local_cseq,
        flow=dialog.flow,
    )
