"""Mail accounts, as they are written in config.yaml."""

from __future__ import annotations

import copy
import pickle

import pytest

from ivr.config.mail import MailServer, OwnAddress
from ivr.flow.fields import ShapeError
from tests.config.conftest import load_text

WHOLE = """
mail:
  support:
    imap: imaps://imap.example
    smtp: smtp://smtp.example:2525
    user: support@firm.example
    password: "${env:PASSWORD}"
    from: "Müşteri Hizmetleri <Support@Firm.example>"
    folder: Gelen Kutusu
    poll: 1m
    start: all
    team: billing
    ca: certificates.pem
  out: {smtp: "smtps://smtp.example", from: out@firm.example}
"""


def test_a_whole_account_is_read() -> None:
    config = load_text(WHOLE, {"PASSWORD": "x"})
    one, out = config.mail["support"], config.mail["out"]
    assert one.imap is not None
    assert one.smtp is not None
    assert (one.imap.host, one.imap.port, one.imap.tls_first) == ("imap.example", 993, True)
    assert (one.smtp.host, one.smtp.port, one.smtp.starttls) == ("smtp.example", 2525, True)
    assert one.from_.shown == "Müşteri Hizmetleri"
    assert (one.from_.address, one.from_.domain) == ("Support@Firm.example", "Firm.example")
    assert (one.folder, one.poll, one.start) == ("Gelen Kutusu", 60, "all")
    assert (one.team, one.ca) == ("billing", "certificates.pem")
    assert "x" not in repr(one.password)
    assert (out.imap, out.folder, out.poll, out.start) == (None, "INBOX", 30, "new")


def test_only_on_this_machine_mail_goes_without_tls() -> None:
    assert not MailServer("imap://127.0.0.1", "imap").starttls
    assert not MailServer("smtp://localhost:25", "smtp").starttls
    assert not MailServer("smtps://smtp.example", "smtp").starttls
    assert MailServer("imap://imap.example", "imap").starttls
    assert MailServer("smtp://10.0.0.1", "smtp").port == 587
    assert MailServer("imap://[::1]:1143", "imap").host == "::1"


@pytest.mark.parametrize(
    "text",
    ["", "imap.example", "imaps:imap.example", "pop3://x.example", "imaps://", "imaps://x:99999"],
)
def test_what_is_no_server_is_refused(text: str) -> None:
    with pytest.raises(ShapeError, match="is no mail server"):
        MailServer(text, "imap")
    with pytest.raises(ShapeError):
        MailServer(text)


@pytest.mark.parametrize("text", ["imaps://x.example/INBOX", "imaps://x.example?a=b"])
def test_a_server_is_only_host_and_port(text: str) -> None:
    with pytest.raises(ShapeError, match="only scheme, host and port"):
        MailServer(text, "imap")


@pytest.mark.parametrize(
    "text", ["", "a", "a@b@c", "A <a@b", "a@b.example, c@d.example", "ş@b.example", "a@b\nc@d"]
)
def test_what_is_no_address_of_ours_is_refused(text: str) -> None:
    with pytest.raises(ShapeError):
        OwnAddress(text)


def test_servers_and_addresses_can_be_copied() -> None:
    server, address = MailServer("imaps://x.example", "imap"), OwnAddress("A <a@b.example>")
    for one in (pickle.loads(pickle.dumps(server)), copy.deepcopy(server)):  # noqa: S301
        assert (one, one.port) == (server, 993)
    assert copy.deepcopy(address).address == "a@b.example"
