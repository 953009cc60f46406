"""Numbers and names in the middle of other texts: found in every spelling, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from ivr.store.compliance.steps.sweeping import OURS, find, needles_of, replace, swept
from ivr.store.compliance.subjects import Subject
from ivr.store.tables import METADATA, acd_shard, inbox_message, waiting

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from tests.fakes.forgotten import Life

WHOM = Subject(
    tenant=1,
    root=1,
    public_id="x",
    ids=(1,),
    values=("+905327654321", "ali@x.example"),
    own=("+905327654321", "ali@x.example"),
    written=("0532 765 43 21", "ali"),
    names=("Ali Işık", "Ali", "K-4711"),
)


def test_a_number_is_looked_for_by_its_last_digits_and_as_it_was_typed() -> None:
    found = needles_of(WHOM)
    assert found.numbers == ("0532 765 43 21", "5327654321", "ali@x.example")
    assert found.names == ("Ali I\\u015f\\u0131k", "Ali Işık", "K-4711")
    assert "Ali Işık" in found.of("pop")
    assert "Ali Işık" not in found.of("ticket_article")


def test_what_others_have_too_is_left_alone() -> None:
    shared = Subject(1, 1, "x", (1,), ("+902121111111",), (), ("0212 111 11 11",), ())
    assert needles_of(shared).numbers == ()


def test_every_table_is_read_or_known_to_hold_nothing_of_customers() -> None:
    read = {table.name for table, _ in swept()}
    assert "audit_log" not in read
    assert {"waiting", "acd_event", "pop", "callback", "outbox_event", "ticket_article"} <= read
    left = {table.name for table in METADATA.sorted_tables} - read - OURS
    # Rows of times, codes and keys alone.
    assert left <= {
        *("call_reply", "customer_identifier", "contact_point", "sla_clock", "ticket_tag"),
        *("ticket_link", "ticket_interaction", "ticket_category", "mailbox_position", "auto_reply"),
        *("kept_answer", "announcement_read", "kb_read"),
    }


def _row(body: str, at: datetime) -> dict[str, object]:
    words = dict.fromkeys(("what", "reason", "untold", "ticket"), "")
    row = {"source": "far", "event_id": "e1", "far_id": "7", "version": "1", "state": "done"}
    return {**words, **row, "body": body, "next_at": at, "at": at}


async def test_what_is_found_is_replaced_and_the_rest_stays(house: Life) -> None:
    said = (
        "arayan 0532 765 43 21, +905327654321 ve 05327654321; ns 1795327654321000; "
        '"Ali I\\u015f\\u0131k"'
    )
    state = {"id": "g", "owner": "o"}
    call = {"key": "k", "shard": "g", "live": False, "call": "c", "queue": "q"}
    body = '{"identity": "+905327654321", "at": 1795327654321000}'

    def job(connection: Connection) -> tuple[str, str]:
        connection.execute(insert(inbox_message).values(_row(said, house.at)))
        connection.execute(insert(acd_shard).values(state))
        connection.execute(insert(waiting).values({**call, "body": body}))
        needles = needles_of(WHOM)
        hits = [
            hit for table, columns in swept() for hit in find(table, columns, needles)(connection)
        ]
        assert {hit.table for hit in hits} == {"inbox_message", "waiting"}
        replace(connection, hits, needles, lambda _found: "#" * 64)
        texts = select(inbox_message.c.body), select(waiting.c.body)
        return tuple(str(connection.scalar(each)) for each in texts)  # type: ignore[return-value]

    response, identity = await house.store.database.change(job)
    assert response == (
        f'arayan {"#" * 14}, {"#" * 13} ve {"#" * 11}; ns 1795327654321000; "{"#" * 18}"'
    )
    assert identity == f'{{"identity": "{"#" * 13}", "at": 1795327654321000}}'
