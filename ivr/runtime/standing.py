"""What the switch stands on: one object to hand around instead of seven."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.runtime.ports import Books, Clock, Keys, Source, Store
    from ivr.runtime.recordings.recorder import Recorder
    from ivr.runtime.surveys.surveyor import Surveyor
    from ivr.runtime.tasks import Tasks
    from ivr.runtime.tickets.opening import CallTickets


@dataclass(frozen=True, slots=True)
class Ports:
    """What the switch stands on. new_id makes public call ids (ULIDs).

    tickets: None in a server that keeps none; then none can be opened. surveyor: None in a server
    that asks nobody how it was. recorder: None where nothing that callers say can be kept.
    """

    store: Store
    books: Books
    clock: Clock
    keys: Keys
    sources: Mapping[str, Source]
    tasks: Tasks
    new_id: Callable[[], str]
    tickets: CallTickets | None = None
    surveyor: Surveyor | None = None
    recorder: Recorder | None = None
