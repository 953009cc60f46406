"""A database full of a large call centre's year, made the fast way, on either engine.

200,000 customers with 260,000 telephone numbers, contacts over 360 days, three segments each, one
ticket for every five contacts with two finished clocks. Every run makes the same rows.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, insert, text

from ivr.store import postgres, sqlite
from ivr.store.address import read_address, sqlite_path
from ivr.store.tables import (
    contact_point,
    customer,
    interaction,
    interaction_segment,
    sla_clock,
    ticket,
)
from ivr.store.upgrade import upgrade
from ivr.tickets.numbering import number_of
from ivr.tickets.search_text import index_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Table

END = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DAYS = 360
BATCH = 5000
TEAMS = ("cards", "loans", "billing", "support", "branch")
QUEUES = ("cards", "loans", "general", "vip")
CATEGORIES = ("cards.lost", "cards.limit", "billing.wrong_amount", "technical.app", "complaints")
NAMES = ("Ayşe", "Mehmet", "Elif", "İsmail", "Çağla", "Ömer", "Şule", "Ümit", "Işık", "Ğazi")
SURNAMES = ("Kaya", "Yılmaz", "Öztürk", "Çelik", "Şahin", "Aydın", "Güneş", "Irmak", "Doğan")
WORDS = ("kart", "kredi", "ekstre", "limit", "şifre", "fatura", "iade", "gecikme", "hata", "bilgi")
_NOTHING = ("", 0)


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is."""

    interactions: int = 1_000_000
    customers: int = 200_000

    @property
    def tickets(self) -> int:
        """One for every five contacts."""
        return self.interactions // 5


def phone(number: int) -> str:
    """The telephone of a customer; every third has a second one, from 500,000 on."""
    return f"+90532{number:07d}"


def fill(url: str, size: Size) -> None:
    """Make the tables and every row. A database that is not empty is refused by its own keys."""
    upgrade(url)
    work: Callable[[Connection], None] = lambda it: _fill(it, size)  # noqa: E731
    address = read_address(url)
    if address.get_backend_name() == "postgresql":
        postgres.apart(lambda: _on_postgres(url, work))
        return
    engine = sqlite.writing_engine(sqlite_path(address), synchronous="NORMAL")
    with engine.begin() as connection:
        work(connection)
    with engine.connect() as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()


async def _on_postgres(url: str, work: Callable[[Connection], None]) -> None:
    engine = postgres.upgrading_engine(read_address(url))
    async with engine.begin() as connection:
        await connection.execute(text("SET statement_timeout = 0"))
        await connection.run_sync(work)
        await connection.execute(text("ANALYZE"))
    await engine.dispose()
    await asyncio.to_thread(lambda: None)


def _fill(connection: Connection, size: Size) -> None:
    _put(connection, customer, _customers(size))
    _put(connection, contact_point, _points(size))
    _put(connection, interaction, _contacts(size))
    _put(connection, interaction_segment, _segments(size))
    _put(connection, ticket, _tickets(size))
    _put(connection, sla_clock, _clocks(size))


def _put(connection: Connection, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            connection.execute(insert(table), batch)
            batch = []
    if batch:
        connection.execute(insert(table), batch)


def _id(kind: str, number: int) -> str:
    return f"{kind}{number:025d}"


def _name(number: int) -> str:
    return f"{NAMES[number % 10]} {SURNAMES[number // 10 % 9]} {number}"


def _customers(size: Size) -> Iterator[dict[str, Any]]:
    for number in range(1, size.customers + 1):
        name = _name(number)
        yield {
            **_defaults(customer),
            "id": number,
            "public_id": _id("C", number),
            "customer_no": str(10_000_000 + number),
            "kind": "person",
            "full_name": name,
            "name_fold": index_text(name),
            "segment": "gold" if number % 50 == 0 else "standard",
            "vip_rank": 1 if number % 50 == 0 else 0,
            "attrs": {},
            "created_at": END - timedelta(days=DAYS),
            "updated_at": END - timedelta(days=DAYS),
        }


def _points(size: Size) -> Iterator[dict[str, Any]]:
    for number in range(1, size.customers * 13 // 10 + 1):
        owner = number if number <= size.customers else (number - size.customers) * 3
        value = phone(number)
        yield {
            **_defaults(contact_point),
            "id": number,
            "public_id": _id("P", number),
            "customer_id": owner,
            "kind": "phone",
            "value_raw": value,
            "value_norm": value,
            "tail9": value[-9:],
            "is_primary": number <= size.customers,
            "shared": False,
            "verified_how": "agent",
            "confidence": 80,
            "confirmed_at": END - timedelta(days=20),
        }


def _contacts(size: Size) -> Iterator[dict[str, Any]]:
    dice = Random(7)  # noqa: S311 - the same rows every time
    step = timedelta(days=DAYS) / size.interactions
    for number in range(1, size.interactions + 1):
        at = END - timedelta(days=DAYS) + step * number
        owner = dice.randint(1, size.customers)
        yield {
            **_defaults(interaction),
            "id": number,
            "public_id": _id("I", number),
            "trunk": "main",
            "channel": "twilio",
            "provider_ref": f"CA{number}",
            "from_raw": phone(owner),
            "from_norm": phone(owner),
            "ani_trust": "plain",
            "to_norm": "+908502220000",
            "started_at": at,
            "answered_at": at,
            "ended_at": at + timedelta(seconds=240),
            "flow": "bank",
            "flow_version": "0123456789ab",
            "locale": "tr",
            "outcome": "handled" if number % 7 else "abandoned",
            "result": "success",
            "cause": "normal",
            "ended_by": "caller",
            "note": "",
            "path": ["main"],
            "is_test": False,
            "customer_id": owner,
            "contact_point_id": owner,
            "match_how": "exact",
            "match_score": 80,
            "last_queue": QUEUES[number % 4],
            "last_agent": f"agent{number % 100}",
            "category": CATEGORIES[number % 5],
            "ivr_ms": 40_000,
            "wait_ms": 20_000,
            "talk_ms": 180_000,
            "hold_ms": 0,
        }


def _segments(size: Size) -> Iterator[dict[str, Any]]:
    step = timedelta(days=DAYS) / size.interactions
    parts = (("ivr", 0, 40), ("queue", 40, 60), ("talk", 60, 240))
    for number in range(1, size.interactions + 1):
        at = END - timedelta(days=DAYS) + step * number
        for seq, (kind, begins, ends) in enumerate(parts, 1):
            yield {
                "interaction_id": number,
                "seq": seq,
                "kind": kind,
                "started_at": at + timedelta(seconds=begins),
                "ended_at": at + timedelta(seconds=ends),
                "detail": "",
                "party": "caller",
                "queue": QUEUES[number % 4] if kind != "ivr" else None,
                "agent": f"agent{number % 100}" if kind == "talk" else None,
            }


def _tickets(size: Size) -> Iterator[dict[str, Any]]:
    dice = Random(11)  # noqa: S311 - the same rows every time
    step = timedelta(days=DAYS) / size.tickets
    for number in range(1, size.tickets + 1):
        at = END - timedelta(days=DAYS) + step * number
        is_open = number > size.tickets * 19 // 20
        words = " ".join(dice.sample(WORDS, 3))
        shown = number_of(2026, number)
        yield {
            **_defaults(ticket),
            "id": number,
            "public_id": _id("T", number),
            "number": shown,
            "origin_key": f"bench:{number}",
            "kind": "request" if number % 3 else "complaint",
            "subject": f"{words} {number}",
            "description": f"{words} hakkında",
            "search_fold": index_text(f"{shown} {words} {number} {words} hakkında"),
            "status": "open" if is_open else "closed",
            "state_type": "open" if is_open else "closed",
            "priority": 1 + number % 4,
            "severity": 1 + number % 3,
            "emergency": False,
            "customer_id": dice.randint(1, size.customers),
            "category": CATEGORIES[number % 5],
            "team": TEAMS[number % 5],
            "assignee": f"agent{number % 100}" if number % 3 else "",
            "source": "voice",
            "first_interaction_id": number * 5,
            "opened_by": "flow:bank",
            "opened_at": at,
            "resolved_at": None if is_open else at + timedelta(hours=20),
            "closed_at": None if is_open else at + timedelta(days=3),
            "last_activity_at": at + timedelta(hours=20),
            "due_at": at + timedelta(days=3) if is_open else None,
            "custom": {},
        }


def _clocks(size: Size) -> Iterator[dict[str, Any]]:
    step = timedelta(days=DAYS) / size.tickets
    for number in range(1, size.tickets + 1):
        at = END - timedelta(days=DAYS) + step * number
        for metric, hours in (("first_response", 2), ("first_resolution", 20)):
            late = number % 9 == 0
            yield {
                **_defaults(sla_clock),
                "ticket_id": number,
                "metric": metric,
                "instance": 1,
                "policy": "everybody",
                "kind": "sla",
                "state": "finished",
                "verdict": "breached_closed" if late else "met",
                "calendar": "branch",
                "paused_by": [],
                "counted_s": hours * 3600,
                "target_s": 28_800,
                "started_at": at,
                "finished_at": at + timedelta(hours=hours),
                "breached_at": at + timedelta(hours=1) if late else None,
                "last_seq": 2,
            }


def _defaults(table: Table) -> dict[str, Any]:
    """An empty value for each column that must have one and has no default of its own."""
    found: dict[str, Any] = {}
    for column in table.c:
        if column.nullable:
            found[column.name] = None
        elif column.server_default is None and not column.primary_key:
            kind = column.type.python_type
            found[column.name] = kind() if kind in (str, int, bool, dict, list) else None
    return found
