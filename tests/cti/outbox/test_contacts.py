"""That a contact began or ended, told for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ivr.cti.kept_events import KeptEvents
from ivr.cti.outbox.contacts import BACK, ContactNews
from ivr.runtime.memory.clock import START, VirtualClock
from tests.cti.conftest import FakeContacts, contact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ivr.runtime.ports.deliveries import ContactEvent


class Events:
    """Implements `ContactEvents`."""

    def __init__(self, *events: ContactEvent) -> None:
        self.left = list(events)
        self.told: list[tuple[str, Mapping[str, Any]]] = []
        self.since: datetime | None = None

    async def untold(self, since: datetime, limit: int) -> Sequence[ContactEvent]:
        self.since = since
        return self.left[:limit]

    async def tell(self, event: ContactEvent, data: Mapping[str, object]) -> bool:
        self.told.append((event[0], data))
        return True


async def test_news_of_contacts_say_all_but_the_number() -> None:
    clock, contacts = VirtualClock(), FakeContacts()
    contacts.rows = [contact("c1", START)]
    events = Events(("interaction.started", "c1", START), ("interaction.ended", "c1", START))
    await ContactNews(KeptEvents(contacts, clock), events, clock).look()
    assert [kind for kind, _data in events.told] == ["interaction.started", "interaction.ended"]
    assert events.told[0][1]["call"] == "c1"
    assert events.told[1][1]["outcome"] == "handled"
    assert all("from" not in data for _kind, data in events.told)
    assert events.since == START - BACK


async def test_a_contact_that_is_gone_is_passed_over() -> None:
    clock, events = VirtualClock(), Events(("interaction.ended", "c9", START))
    await ContactNews(KeptEvents(FakeContacts(), clock), events, clock).look()
    assert events.told == []
