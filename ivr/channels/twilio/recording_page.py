"""What the provider tells of recordings by itself: one is there, or there is none."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ivr.channels.twilio.answers import Answer
from ivr.channels.twilio.recorded.finishing import open_message
from ivr.channels.twilio.rest import Recording
from ivr.channels.twilio.wire.calls import is_absent, recorded_s, recording_name
from ivr.domain.call import CALLER
from ivr.domain.errors import NotFoundError
from ivr.engine.state import LIVE
from ivr.runtime.recovery import go_on

if TYPE_CHECKING:
    from ivr.channels.twilio.answers import Asked
    from ivr.channels.twilio.trunk import TwilioTrunk
    from ivr.channels.twilio.wire.forms import Form
    from ivr.runtime.live import LiveCall

_LOG = logging.getLogger(__name__)


async def called_back(trunk: TwilioTrunk, asked: Asked) -> Answer:
    """News only if the caller has gone without asking what to do next: who is there asks for it
    himself, and who has gone without our knowing is looked after once we know."""
    address, switch, form = asked.address, trunk.switch, asked.form
    call = switch.calls.get(address.call) or await go_on(switch, address.call)
    if call is None or call.trunk != trunk.name or not is_its(trunk, call, form):
        raise NotFoundError("no such call")
    message = open_message(switch, call.id, address.turn)
    if message is None:
        await _look_after(trunk, call, asked)
    elif call.known.region != LIVE:
        await trunk.finishing.heard(call.id, message, recording_told(form))
    return Answer(204)


async def _look_after(trunk: TwilioTrunk, call: LiveCall, asked: Asked) -> None:
    """Nobody waits for this recording: it is known, or it comes too late for anybody to hear."""
    form, turn = asked.form, asked.address.turn
    name = recording_name(form)
    if not name or is_absent(form) or await trunk.recordings.is_known(call.id, turn, name):
        return
    facts = {"recording": name, "provider_call": form.one("CallSid")}
    _LOG.error("recording_unclaimed", extra={"call": call.id, "facts": facts})


def recording_told(form: Form) -> Recording:
    """The recording that a callback is about."""
    status = "absent" if is_absent(form) else "completed"
    return Recording(recording_name(form), status, recorded_s(form))


def is_its(trunk: TwilioTrunk, call: LiveCall, form: Form) -> bool:
    """Whether a request names the caller's call."""
    sid, known = form.one("CallSid"), trunk.sid_of(call, CALLER)
    return bool(sid) and (not known or sid == known)
