"""Reading a real mailbox to its end, whatever happens on the way."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ivr.cti.mail.imap import ImapBox, NotGivenError
from ivr.cti.mail.parts import FILE_BYTES
from ivr.domain.errors import PortError
from ivr.runtime.clock import SystemClock
from ivr.tickets.mail import Fate, decide
from tests.fakes.mail_desk import MailRig, reader_of

if TYPE_CHECKING:
    from tests.fakes.dovecot import Dovecot, Mailbox

LONG_AGO = SystemClock().now().replace(microsecond=0) - timedelta(days=30)
ROOT = Path(__file__).resolve().parents[3]


def raw(number: int = 1, more: str = "", body: str = "Merhaba") -> bytes:
    head = (
        f"From: Ayşe <ayse@ev.example>\r\nSubject: Konu {number}\r\nMessage-ID: <m{number}@ev>\r\n"
    )
    return f"{head}{more}\r\n{body}\r\n".encode()


@pytest.fixture
def rig(mailbox: Mailbox) -> MailRig:
    return MailRig(mailbox, reader_of(mailbox))


async def test_each_mail_is_read_once_and_marked(rig: MailRig) -> None:
    rig.box.put(raw(1), LONG_AGO)
    rig.box.put(raw(2))
    assert await rig.looker.look() == 2
    assert await rig.looker.look() == 0
    rig.box.put(raw(3))
    assert await rig.fresh().look() == 1
    assert [one.facts.subject for one in rig.intake.all] == ["Konu 1", "Konu 2", "Konu 3"]
    assert rig.intake.offered == 3
    assert rig.intake.all[0].received_at == LONG_AGO
    assert rig.intake.all[0].team == "billing"
    assert all("Seen" in flags for flags in rig.box.flags())


async def test_turkish_mails_in_both_charsets_and_an_answer_in_its_thread(rig: MailRig) -> None:
    rig.box.put(
        b"From: a@ev.example\r\nSubject: =?iso-8859-9?Q?=DEik=E2yet=3A_=FD=F0d=FDr?=\r\n"
        b"Content-Type: text/plain; charset=iso-8859-9\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + "Ürün bozuk çıktı, şikâyetçiyim.\r\n".encode("iso8859-9")
    )
    rig.box.put(
        "From: a@ev.example\r\nSubject: Ynt: Şikâyet\r\nIn-Reply-To: <ivr.17@firma.example>\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        "Teşekkürler, İYİ günler.\r\n> eski\r\n".encode()
    )
    await rig.looker.look()
    first, answer = rig.intake.all
    assert first.facts.subject == "Şikâyet: ığdır"
    assert first.text == "Ürün bozuk çıktı, şikâyetçiyim."
    assert decide(first.facts, {}).fate is Fate.NEW
    assert answer.facts.subject == "Ynt: Şikâyet"
    assert answer.text == "Teşekkürler, İYİ günler."
    verdict = decide(answer.facts, {"ivr.17@firma.example": "260042174"})
    assert (verdict.fate, verdict.ticket, verdict.by) == (Fate.APPEND, "260042174", "thread")


async def test_of_a_new_mailbox_only_what_comes_from_now_on_is_read(mailbox: Mailbox) -> None:
    mailbox.put(raw(1), LONG_AGO)
    rig = MailRig(mailbox, reader_of(mailbox, start="new"))
    assert await rig.looker.look() == 0
    mailbox.put(raw(2))
    assert await rig.looker.look() == 1
    assert rig.intake.one.facts.subject == "Konu 2"


async def test_after_a_new_numbering_nothing_is_lost_or_doubled(dovecot: Dovecot) -> None:
    box = dovecot.mailbox("anew", "Destek")
    rig = MailRig(box, reader_of(box))
    box.put(raw(1))
    box.put(raw(2))
    await rig.looker.look()
    before = next(iter(rig.positions.kept.values()))
    box.begin_anew()
    box.put(raw(2))
    box.put(raw(3))
    assert await rig.looker.look() == 2
    assert [one.facts.subject for one in rig.intake.all] == ["Konu 1", "Konu 2", "Konu 3"]
    after = next(iter(rig.positions.kept.values()))
    assert after.uidvalidity != before.uidvalidity
    assert after.uid == 2


async def test_old_mail_is_not_read_when_all_is_numbered_anew(dovecot: Dovecot) -> None:
    box = dovecot.mailbox("old", "Destek")
    rig = MailRig(box, reader_of(box, start="new"))
    await rig.looker.look()
    box.begin_anew()
    box.put(raw(1), LONG_AGO)
    box.put(raw(2))
    await rig.looker.look()
    assert rig.intake.one.facts.subject == "Konu 2"


async def test_an_intake_that_fails_gets_the_mail_again(rig: MailRig) -> None:
    rig.box.put(raw(1))
    rig.box.put(raw(2))
    rig.intake.refuse = [PortError("the store is away", retryable=True)]
    with pytest.raises(PortError):
        await rig.looker.look()
    assert rig.intake.all == []
    assert "Seen" not in rig.box.flags()[0]
    assert await rig.fresh().look() == 2
    assert len(rig.intake.all) == 2


async def test_a_mail_that_cannot_be_kept_holds_up_no_others(rig: MailRig) -> None:
    rig.box.put(raw(1))
    rig.box.put(b"From: a@b.example\r\nSubject: empty\r\n\r\n")
    rig.intake.picky = True
    for _ in range(2):
        with pytest.raises(PortError):
            await rig.looker.look()
    assert await rig.looker.look() == 2
    bare, good = rig.intake.all
    assert bare.raw == raw(1)
    assert bare.faults == ("it could not be kept as it was read (PortError)",)
    assert good.facts.subject == "empty"


async def test_a_mail_that_the_server_refuses_is_handed_on_as_a_gap(
    rig: MailRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch = ImapBox.fetch

    def refusing(self: ImapBox, uid: int) -> object:
        if uid == 1:
            raise NotGivenError("broken there", retryable=True)
        return fetch(self, uid)

    monkeypatch.setattr(ImapBox, "fetch", refusing)
    rig.box.put(raw(1))
    rig.box.put(raw(2))
    for _ in range(2):
        with pytest.raises(PortError):
            await rig.looker.look()
    assert await rig.looker.look() == 2
    gap, good = rig.intake.all
    assert gap.raw == b""
    assert gap.key.startswith("imap:user")
    assert gap.key.endswith(":1")
    assert good.facts.subject == "Konu 2"


async def test_a_malformed_mail_becomes_an_item_and_the_next_is_read(rig: MailRig) -> None:
    bad = b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhalf"
    rig.box.put(bad)
    rig.box.put(b"\r\n\r\n")
    rig.box.put(raw(2))
    await rig.looker.look()
    first, second, third = rig.intake.all
    assert first.raw == bad
    assert "malformed" in first.faults[0]
    assert second.faults
    assert third.facts.subject == "Konu 2"


async def test_a_mail_of_more_than_36_mb_is_read_in_part(rig: MailRig) -> None:
    line = b"QUJD" * 18 + b"\r\n"
    body = (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nEkte\r\n--b\r\n"
        b"Content-Type: application/x; name=big\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    rig.box.put(b"From: a@b.example\r\n" + body + line * (38 * 1024 * 1024 // len(line)) + b"--b--")
    await rig.looker.look()
    mail = rig.intake.one
    assert mail.text == "Ekte"
    assert mail.files == ()
    assert mail.left_out[0].name == "big"
    assert mail.left_out[0].size_bytes > FILE_BYTES
    assert any("the rest is on the mail server" in fault for fault in mail.faults)


async def test_a_server_that_is_away_for_a_while_costs_nothing(
    dovecot: Dovecot, rig: MailRig
) -> None:
    rig.box.put(raw(1))
    await rig.looker.look()
    rig.box.put(raw(2))
    dovecot.stop()
    try:
        with pytest.raises(PortError) as caught:
            await rig.looker.look()
        assert caught.value.retryable
    finally:
        dovecot.start()
    assert await rig.looker.look() == 1
    assert len(rig.intake.all) == 2


async def test_a_look_that_is_cancelled_ends_at_once(rig: MailRig) -> None:
    rig.box.put(raw(1))
    begun = asyncio.Event()

    async def never(_mail: object) -> None:
        begun.set()
        await asyncio.Event().wait()

    rig.intake.accept = never  # type: ignore[method-assign, assignment]
    task = asyncio.ensure_future(rig.looker.look())  # noqa: TID251 - cancelled here
    await begun.wait()
    task.cancel()
    async with asyncio.timeout(5):
        with pytest.raises(asyncio.CancelledError):
            await task
    assert next(iter(rig.positions.kept.values())).uid == 0


KILLED = """
import asyncio, json, os, sys
from pathlib import Path
from ivr.runtime.ports.mail import MailPosition
from tests.fakes.mail_desk import MailRig, account_of

folder, text, when = Path(sys.argv[1]), sys.argv[2], sys.argv[3]

class Intake:
    async def accept(self, mail):
        if when == "before":
            os._exit(9)
        file = folder / "kept.json"
        kept = json.loads(file.read_text()) if file.exists() else {}
        kept.setdefault(mail.key, mail.facts.subject)
        file.write_text(json.dumps(kept))
        if when == "after":
            os._exit(9)

class Positions:
    async def get(self, mailbox):
        file = folder / "position.json"
        return MailPosition(*json.loads(file.read_text())) if file.exists() else None
    async def save(self, mailbox, position):
        file = folder / "position.json"
        file.write_text(json.dumps([position.uidvalidity, position.uid]))

rig = MailRig(None, account_of(text))
rig.intake, rig.positions = Intake(), Positions()
asyncio.run(rig.fresh().look())
"""


def test_killed_between_fetch_and_store_no_mail_is_lost_or_doubled(
    mailbox: Mailbox, tmp_path: Path
) -> None:
    for number in (1, 2):
        mailbox.put(raw(number))
    account = (
        f'{{imap: "imap://127.0.0.1:{mailbox.server.plain}", user: {mailbox.user}, start: all, '
        'password: "${env:PASSWORD}", from: a@b.example}'
    )
    codes = []
    for when in ("before", "after", "before", "never"):
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-c", KILLED, str(tmp_path), account, when],
            env={"PYTHONPATH": str(ROOT)},
            check=False,
            timeout=60,
        )
        codes.append(done.returncode)
    assert codes == [9, 9, 9, 0]
    kept = json.loads((tmp_path / "kept.json").read_text(encoding="utf-8"))
    assert kept == {"mail:m1@ev": "Konu 1", "mail:m2@ev": "Konu 2"}
    assert json.loads((tmp_path / "position.json").read_text(encoding="utf-8"))[1] == 2
