"""A step without recordings writes none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.runtime.ports.recorded.recordings import NewRecording
from ivr.store.recorded.writing import recording_writes

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.runtime.ports import Entry


def test_one_statement_for_each(step: Callable[..., Entry]) -> None:
    assert recording_writes(step(2)) == []
    new = NewRecording("01J", "voicemail", 4, 1.2345, "spool:a", queue="cards")
    ((_statement, values),) = recording_writes(replace(step(2), recordings=(new,)))
    assert values["queue"] == "cards"
    assert (values["call"], values["its_turn"], values["counted_ms"]) == ("c1", 4, 1234)
