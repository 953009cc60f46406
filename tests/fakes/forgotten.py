"""Somebody who leaves traces in every table, so that one can look for them after an erasure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from ivr.domain.call import CallId
from ivr.engine.record.stretches import Stretch
from ivr.runtime.memory.keys import PlainKeys
from ivr.runtime.ports import CallClosing, CallOpening, Effect, Entry
from ivr.runtime.ports.compliance import ConsentNew
from ivr.runtime.ports.customers import Act, NewCustomer, NewPoint
from ivr.runtime.ports.desk import PopMessage
from ivr.runtime.ports.products import NewAsset, ProductRow
from ivr.runtime.ports.recorded.recordings import NewRecording, Sound
from ivr.runtime.ports.ticket_rows import NewArticle
from ivr.runtime.recordings.destroying import WithRecordings
from ivr.runtime.recordings.folder import RecordingFolder
from ivr.store.compliance.consents import SqlConsents
from ivr.store.compliance.desk import Office
from ivr.store.compliance.erasures import SqlErasures
from ivr.store.compliance.pseudonyms import Pseudonyms
from ivr.store.intake.files import FileFolder
from ivr.store.outbox_events import Receiver
from ivr.store.recorded.repository import SqlRecordings
from ivr.store.tables import (
    auto_reply,
    customer,
    external_ref,
    inbox_message,
    interaction,
    text_message,
    text_part,
    ticket,
)
from ivr.tickets.identity.trust import Arrival
from tests.fakes.customer_ports import open_customers
from tests.fakes.intake import Pool
from tests.fakes.ticket_house import NOON

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.store import SqlStore

NAME = "Gülşah Öztürkmenoğlu"
PHONE = "+905327654321"
TYPED = "0532 765 43 21"
SHARED = "+902123334455"
MAIL = "gulsah.ozturkmen@example.org"
SERIAL = "SN-99887766"
WORDS = "kırmızı defterdeki zürafa"
"""What she says and writes, wherever it is."""
TRACES = (NAME, "öztürkmenoğlu", "ozturkmenoglu", "5327654321", TYPED, MAIL, SERIAL, "zürafa")
"""What must be found nowhere afterwards."""
CODES = frozenset({"plan"})


class Life:
    """A house on a store, one customer in it who has left traces, and another who stays."""

    NOON = NOON

    def __init__(self, store: SqlStore, folder: Path) -> None:
        self.store = store
        self.pool = Pool(store)
        self.files = FileFolder(folder)
        self.desk = open_customers(store.database)
        self.office = Office(
            Pseudonyms(b"a secret of thirty-two bytes here"),
            self.desk.customers._house.new_id,  # type: ignore[attr-defined]
            "TR",
            lambda: (Receiver("hook:crm", ("customer.erased",)),),
            lambda: CODES,
        )
        self.sound = RecordingFolder(folder / "recordings", PlainKeys())
        files = WithRecordings(self.files, self.sound.root)
        self.erasures = SqlErasures(store.database, self.office, files)
        self.consents = SqlConsents(store.database, self.office)
        self.she = self.other = ""

    @property
    def at(self) -> Any:  # noqa: ANN401 - a moment
        """The clock on the wall."""
        return self.pool.at

    def act(self, by: str = "ece") -> Act:
        """Something done now."""
        return Act(by, self.at)

    async def lived(self) -> Life:
        """Everything happens."""
        await self._known()
        for number in range(3):
            await self._called(f"c{number}")
        await self._spoke("c0")
        await self._wrote()
        await self._agreed()
        await self._left_traces()
        return self

    async def _known(self) -> None:
        customers, merges, products = self.desk.customers, self.desk.merges, self.desk.products
        new = NewCustomer(NAME, attrs={"köpek": WORDS, "kids": 2}, number="ABONE-778899")
        row = await customers.add(new, self.act())
        self.she = row.id
        await customers.add_point(row.id, NewPoint("phone", TYPED, "code"), self.act())
        await customers.add_point(row.id, NewPoint("email", MAIL), self.act())
        await merges.add_identifier(row.id, "tckn", "12345678950", self.act())
        twin = await customers.add(NewCustomer(NAME.upper()), self.act())
        await customers.add_point(twin.id, NewPoint("phone", SHARED, shared=True), self.act())
        await merges.merge(row.id, twin.id, f"aynı kişi: {WORDS}", self.act())
        other = await customers.add(NewCustomer("Can Demir"), self.act())
        self.other = other.id
        await customers.add_point(other.id, NewPoint("phone", SHARED, shared=True), self.act())
        await products.save_product(ProductRow("modem", "Modem"), self.act())
        asset = NewAsset(row.id, "modem", SERIAL, attrs={"oda": WORDS})
        await products.add_asset(asset, self.act())

    async def _called(self, call: str) -> None:
        opening = CallOpening(
            trunk="main",
            channel="twilio",
            provider_ref=f"CA-{call}",
            ani=PHONE,
            dnis="+908502220000",
            flow="bank",
            flow_hash="0123456789ab",
            language="tr",
            is_test=False,
            sealed_key=b"\x00wrapped\xff",
        )
        name = CallId(call)
        first = Entry(name, 1, 1, self.at, event=f'{{"ani": "{PHONE}", "said": "{WORDS}"}}')
        await self.store.journal.append(replace(first, opening=opening))
        await self.desk.callers.arrived(name, PHONE, Arrival(), self.at)
        begun, ended = self.at, self.at + timedelta(seconds=90)
        closing = CallClosing(
            outcome="handled",
            result="success",
            cause="normal",
            ended_by="caller",
            note=f"{NAME}: {WORDS}",
            language="tr",
            path=("main", "cards"),
            segments=(Stretch("ivr", begun, begun + timedelta(seconds=30)),),
        )
        last = Entry(name, 1, 2, ended, event=f'{{"said": "{WORDS}"}}')
        told = Effect(f"{call}/2/0", "hook", f'{{"caller": "{PHONE}", "name": "{NAME}"}}')
        await self.store.journal.append(replace(last, closing=closing, effects=(told,)))

    async def _spoke(self, call: str) -> None:
        """A message that she left in a call."""
        new = NewRecording(f"R{call}", "voicemail", 9, 2.0, "words:", words=WORDS)
        entry = Entry(CallId(call), 1, 3, self.at, event="{}", recordings=(new,))
        await self.store.journal.append(entry)
        uri, key = self.sound.keep(WORDS.encode())
        await self._kept(new.id, uri, key)

    async def add_recording(self, call: str, uri: str, key: bytes, queue: str = "") -> None:
        """One more of a call, which lies there."""
        new = NewRecording(f"M{call}", "voicemail", 11, 2.0, "words:", queue=queue)
        entry = Entry(CallId(call), 1, 3, self.at, event="{}", recordings=(new,))
        await self.store.journal.append(entry)
        await self._kept(new.id, uri, key)

    async def _kept(self, recording: str, uri: str, key: bytes) -> None:
        kept = Sound(uri, len(WORDS.encode()), "ab" * 32, 2000, key)
        await SqlRecordings(self.store.database).ready(recording, kept, self.at)

    async def _wrote(self) -> None:
        tickets, act = self.pool.tickets, self.pool.act()
        opened = await self.pool.opening(
            customer=self.she,
            subject=f"Fatura: {WORDS}",
            description=f"{NAME} {TYPED}",
            category="billing.wrong_amount",
            custom={"invoice_no": "1234567890", "amount": "12.50"},
            contact=PHONE,
        )
        self.ticket = opened.ticket.number
        file = await self.files.keep("zürafa.txt", "text/plain", WORDS.encode())
        article = NewArticle(
            "message", "customer", MAIL, WORDS, self.at, message_id=f"1-{MAIL}", files=(file,)
        )
        await tickets.append(self.ticket, article, act)
        version = (await tickets.get(self.ticket)).version
        changed = {"subject": f"Yeni: {WORDS}", "priority": 4}
        why = self.pool.act(reason=f"{NAME} kızgın")
        await tickets.change(self.ticket, changed, why, version=version)
        raw = await self.files.keep("mail.eml", "message/rfc822", WORDS.encode())
        await self.pool.arrive(
            sender=f"{NAME} <{MAIL}>",
            sender_norm=MAIL,
            sender_name=NAME,
            body=WORDS,
            message_id=f"2-{MAIL}",
            dedupe_key=f"mail:2-{MAIL}",
            raw_uri=raw.uri,
            files=(await self.files.keep("z.png", "image/png", WORDS.encode()),),
        )

    async def _agreed(self) -> None:
        for purpose in ("service", "survey"):
            said = ConsentNew(PHONE, "sms", purpose, "opt_out", "call", f"{NAME} dedi ki")
            await self.consents.say(said, self.act())

    async def _left_traces(self) -> None:
        body = f'{{"card": {{"name": "{NAME}", "phone": "{PHONE}"}}}}'
        pop = PopMessage("ayşe", 1, self.at, "pop-1", 1, body, self.at + timedelta(hours=1))
        await self.store.pops.append(pop)
        at = self.at
        rows: list[tuple[Any, dict[str, Any]]] = [
            (auto_reply, {"sender_norm": MAIL, "at": at}),
            (text_message, _text(at)),
            (text_part, _half_a_text(at)),
            (inbox_message, _inbox(at, body)),
        ]

        def write(connection: Any) -> None:  # noqa: ANN401 - a connection
            for table, row in rows:
                connection.execute(insert(table).values(row))
            own = connection.scalar(select(customer.c.id).where(customer.c.public_id == self.she))
            ref = {"tenant_id": 1, "system": "crm", "entity": "customer", "entity_id": own}
            ref |= {"external_id": "4711", "etag": "", "at": at}
            connection.execute(insert(external_ref).values(ref))
            nobodys = update(interaction).where(interaction.c.public_id == "c2")
            connection.execute(nobodys.values(customer_id=None))
            named = update(ticket).where(ticket.c.number == self.ticket)
            connection.execute(named.values(custom={"plan": "gold", "not": WORDS, "amount": 12}))

        await self.store.database.change(write)

    async def forget(self) -> str:
        """Asked for by one, proven, approved by another; gives the request."""
        request = await self.erasures.open(self.she, "müşteri istedi", self.act())
        await self.erasures.verify(request.id, self.act())
        await self.erasures.approve(request.id, self.act("boss"))
        return request.id


def _text(at: Any) -> dict[str, Any]:  # noqa: ANN401 - a moment
    return {
        "tenant_id": 1,
        "public_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "direction": "out",
        "to_norm": PHONE,
        "from_norm": "+908502220000",
        "body": WORDS,
        "purpose": "service",
        "origin_key": f"sms:{PHONE}",
        "state": "queued",
        "reason": "",
        "at": at,
        "changed_at": at,
    }


def _half_a_text(at: Any) -> dict[str, Any]:  # noqa: ANN401 - a moment
    """The first of two parts; the other never came."""
    numbers = {"ref": 7, "total": 2, "number": 1}
    whose = {"trunk": "kannel", "from_norm": PHONE, "to_norm": "+908502220000"}
    return {"tenant_id": 1, "provider_id": "k1", **numbers, **whose, "body": WORDS, "at": at}


def _inbox(at: Any, body: str) -> dict[str, Any]:  # noqa: ANN401 - a moment
    words = dict.fromkeys(("what", "reason", "untold", "ticket"), "")
    row = {"source": "far", "event_id": "e1", "far_id": "7", "version": "1", "body": body}
    return {**words, **row, "state": "done", "next_at": at, "at": at, "done_at": at}
