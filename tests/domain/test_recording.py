"""What recordings are made of survives the journal."""

from __future__ import annotations

from ivr.domain.call import Turn
from ivr.domain.recording import RECORDED, KeepRecording, MessageTaken, TakeMessage
from ivr.runtime.memory.keys import PlainKeys
from ivr.runtime.sealing import CallCodec


def test_every_event_and_command_goes_through_json_and_back() -> None:
    codec, turn = CallCodec(PlainKeys()), Turn(3)
    for one in (
        MessageTaken(turn=turn, seconds=1.5, source="spool:a", words="ş"),
        TakeMessage(turn=turn, prompts=()),
        KeepRecording(kind="voicemail", turn=turn, seconds=1.5, source="words:", words="İ"),
    ):
        assert type(one) in RECORDED
        assert codec.loads(codec.dumps(one, b""), b"") == one
