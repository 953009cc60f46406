"""A mailbox on a real server."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from ivr.cti.mail.imap import ImapBox, quoted, tls_of
from ivr.domain.errors import PortError
from tests.fakes.dovecot import free_port
from tests.fakes.mail_desk import account_of, reader_of

if TYPE_CHECKING:
    from ivr.config.mail import MailAccount
    from tests.fakes.dovecot import Dovecot, Mailbox

RAW = b"From: a@b.example\r\nSubject: x\r\n\r\nMerhaba\r\n"


def box_of(account: MailAccount) -> ImapBox:
    assert account.imap is not None
    return ImapBox(account, account.imap)


def test_mails_are_found_and_fetched_and_only_then_marked(mailbox: Mailbox) -> None:
    received_at = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    mailbox.put(RAW, received_at)
    mailbox.put(RAW)
    box = box_of(reader_of(mailbox))
    try:
        folder = box.open()
        assert folder.uidvalidity > 0
        assert folder.uidnext == 3
        assert box.uids(0) == [1, 2]
        assert box.uids(1) == [2]
        assert box.uids(2) == []
        assert box.uids(0, date(2026, 11, 21)) == [2]
        found = box.fetch(1)
        assert found is not None
        assert (found.raw, found.is_cut, found.received_at) == (RAW, False, received_at)
        assert "Seen" not in mailbox.flags()[0]
        box.mark_seen(1)
        assert "Seen" in mailbox.flags()[0]
        mailbox.remove(2)
        box.close()
        box.open()
        assert box.fetch(2) is None
        assert box.fetch(99) is None
    finally:
        box.close()


def test_tls_is_verified(mailbox: Mailbox) -> None:
    box = box_of(reader_of(mailbox, tls=True))
    assert box.open().uidnext == 1
    box.close()
    text = (
        f'{{imap: "imaps://localhost:{mailbox.server.tls}", user: a, password: "${{env:PASSWORD}}"'
    )
    stranger = box_of(account_of(text + ", from: a@b.example}"))
    with pytest.raises(PortError, match="SSLCertVerificationError") as caught:
        stranger.open()
    stranger.close()
    assert caught.value.retryable


def test_a_folder_has_a_name_in_any_letters(dovecot: Dovecot) -> None:
    mailbox = dovecot.mailbox("letters", "Müşteri & Çağrı")
    mailbox.put(RAW)
    box = box_of(reader_of(mailbox))
    assert box.open().uidnext == 2
    box.close()


@pytest.mark.parametrize(
    ("folder", "wire"),
    [
        ("INBOX", '"INBOX"'),
        ("A & B", '"A &- B"'),
        ("Müşteri", '"M&APwBXw-teri"'),
        ('a"b\\c', '"a\\"b\\\\c"'),
        ("台北", '"&U,BTFw-"'),
    ],
)
def test_folder_names_are_written_as_the_standard_says(folder: str, wire: str) -> None:
    assert quoted(folder) == wire


def test_a_missing_folder_a_wrong_password_and_a_server_away_are_told(mailbox: Mailbox) -> None:
    mailbox.folder = "Nowhere"
    missing = box_of(reader_of(mailbox))
    with pytest.raises(PortError, match="no folder Nowhere"):
        missing.open()
    missing.close()
    away = box_of(
        account_of(
            f'{{imap: "imap://127.0.0.1:{free_port()}", user: a, password: "${{env:PASSWORD}}", '
            "from: a@b.example}"
        )
    )
    with pytest.raises(PortError, match="ConnectionRefusedError"):
        away.open()
    wrong = reader_of(mailbox).model_copy(update={"password": None})
    stranger = box_of(wrong)
    with pytest.raises(PortError, match="AUTHENTICATIONFAILED"):
        stranger.open()
    stranger.close()


def test_a_box_that_is_not_open_is_told() -> None:
    box = box_of(
        account_of(
            '{imap: "imap://127.0.0.1", user: a, password: "${env:PASSWORD}", from: a@b.example}'
        )
    )
    assert box.name == "a@127.0.0.1:143/INBOX"
    with pytest.raises(PortError, match="not open"):
        box.uids(0)
    box.abort()
    box.close()


def test_the_line_can_be_cut_from_elsewhere(mailbox: Mailbox) -> None:
    box = box_of(reader_of(mailbox))
    box.open()
    cutter = threading.Thread(target=box.abort)
    cutter.start()
    cutter.join()
    with pytest.raises(PortError):
        box.uids(0)
    box.close()


def test_certificates_that_are_not_there_are_told() -> None:
    account = account_of('{smtp: "smtps://x.example", from: a@b.example, ca: nowhere.pem}')
    with pytest.raises(PortError, match=r"nowhere\.pem"):
        tls_of(account)
