"""Recordings at the provider: named for the keeper, and taken away if they are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.call import Turn
from ivr.domain.events import PromptEnded
from ivr.domain.recording import MessageTaken
from ivr.runtime.memory.clock import settle

if TYPE_CHECKING:
    from tests.fakes.twilio_rig import Rig

SID = "RE00000000000000000000000000000001"


async def test_an_answer_gets_an_address_with_its_trunk(rig: Rig) -> None:
    recordings = rig.trunk.recordings
    event = MessageTaken(turn=Turn(3), seconds=4, source=SID)
    named = recordings.named(event, SID)
    assert isinstance(named, MessageTaken)
    assert named.source == f"twilio:main:{SID}"
    other = PromptEnded(turn=Turn(3))
    assert recordings.named(other, SID) is other
    assert recordings.named(None, SID) is None


async def test_what_is_no_message_does_not_stay_at_the_provider(rig: Rig) -> None:
    asked: list[tuple[str, str]] = []

    async def send(method: str, path: str, _form: object) -> tuple[int, dict[str, str]]:
        asked.append((method, path))
        return 404, {}

    rig.trunk.rest._send = send
    rig.trunk.recordings.taken(MessageTaken(turn=Turn(3)), SID)
    rig.trunk.recordings.taken(MessageTaken(turn=Turn(3)), "")
    await settle()
    assert asked == [("DELETE", f"Recordings/{SID}.json")]
