"""Mail that was read: to its ticket, or into the pool."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.ports.intake import APPENDED, NEW, REJECTED
from ivr.runtime.ports.mail import LeftOut, MailFile, MailIn
from ivr.runtime.tickets.mail_in import MailPool, refs_of
from ivr.store.intake.files import FileFolder
from ivr.tickets.mail import MailFacts
from tests.fakes.fresh_store import open_fresh
from tests.fakes.intake import ALI, Pool

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from ivr.runtime.ports.intake import ItemRow

NOON = datetime(2026, 11, 23, 9, tzinfo=UTC)


class Post:
    """A pool with the door for mail."""

    def __init__(self, pool: Pool, folder: Path) -> None:
        self.pool = pool
        self.folder = folder
        files = FileFolder(folder)
        self.door = MailPool(pool.intake, pool.tickets, pool.customers, files, VirtualClock())

    async def take(self, key: str = "mail:1", **facts: Any) -> ItemRow:  # noqa: ANN401
        """A mail comes in; gives its item."""
        more = {name: facts.pop(name) for name in ("files", "text") if name in facts}
        given = {"sender": ALI, "subject": "Fatura", "message_id": key, **facts}
        mail = MailIn(key, "destek", "", NOON, MailFacts(**given), raw=b"raw", **more)
        await self.door.accept(mail)
        item: ItemRow | None = await self.pool.intake.known(key)
        assert item is not None
        return item


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    store = open_fresh(f"sqlite:///{tmp_path / 'ivr.db'}", synchronous="NORMAL", create=True)
    yield Post(Pool(store), tmp_path / "files")
    await store.close()


async def test_a_mail_is_an_item_with_its_files_and_all_its_octets(post: Post) -> None:
    file = MailFile("a.pdf", "application/pdf", b"%PDF")
    item = await post.take(files=(file,), text="Merhaba")
    assert (item.state, item.body, item.account) == (NEW, "Merhaba", "destek")
    assert await FileFolder(post.folder).read(item.files[0].uri) == b"%PDF"
    assert await FileFolder(post.folder).read(item.raw_uri) == b"raw"


async def test_a_second_arrival_keeps_no_second_file(post: Post) -> None:
    for _ in range(2):
        await post.take(files=(MailFile("a", "x", b"1"),))
    assert len([each for each in post.folder.rglob("*") if each.is_file()]) == 2


async def test_a_mail_of_a_conversation_goes_to_its_ticket(post: Post) -> None:
    first = await post.take("one@example.com")
    number = (await post.pool.convert(first.id)).ticket.number
    item = await post.take("two@x", thread=("one@example.com",), sender="colleague@example.com")
    assert (item.state, item.ticket) == (APPENDED, number)


async def test_a_number_in_the_subject_is_believed_of_who_is_on_the_ticket(post: Post) -> None:
    number = (await post.pool.convert((await post.take("one@x")).id)).ticket.number
    subject = f"Re: [#{number}] Fatura"
    assert (await post.take("two@x", subject=subject)).ticket == number
    item = await post.take("three@x", subject=subject, sender="eve@example.com")
    assert (item.state, item.suggested, item.ticket) == (NEW, number, "")
    nobody = await post.take("four@x", subject=subject, sender="")
    assert (nobody.state, nobody.suggested) == (NEW, number)


async def test_a_number_is_believed_of_the_customer_from_another_address(post: Post) -> None:
    whose = await post.pool.known("ali.isik@example.net")
    number = (await post.pool.open(customer=whose)).number
    item = await post.take(subject=f"[#{number}]", sender="ali.isik@example.net")
    assert item.state == APPENDED


async def test_a_number_of_no_ticket_is_no_number(post: Post) -> None:
    item = await post.take(subject="[#260000019]")
    assert (item.state, item.suggested, item.subject) == (NEW, "", "[#260000019]")


async def test_what_machines_send_is_rejected_with_its_ticket(post: Post) -> None:
    number = (await post.pool.convert((await post.take("one@x")).id)).ticket.number
    item = await post.take("two@x", thread=("one@x",), auto_submitted="auto-replied")
    assert (item.state, item.reason, item.suggested) == (REJECTED, "auto_submitted", number)
    gone = await post.take("three@x", subject="[#260000024]", precedence="bulk")
    assert (gone.state, gone.reason, gone.suggested) == (REJECTED, "bulk", "")


def test_what_else_is_worth_keeping_of_a_mail() -> None:
    mail = MailIn("k", "a", "", NOON, MailFacts(ALI, "x", thread=("a@b",)))
    refs = refs_of(replace(mail, left_out=(LeftOut("big.zip", 9, "too large"),), sent_at=NOON))
    assert (refs["thread"], refs["answerable"]) == (["a@b"], True)
    assert refs["left_out"] == [{"name": "big.zip", "size_bytes": 9, "reason": "too large"}]
    assert refs["sent_at"] == "2026-11-23T09:00:00+00:00"
    hushed = replace(mail, facts=replace(mail.facts, hushed=True))
    assert refs_of(hushed)["answerable"] is False
