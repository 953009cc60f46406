"""What `ivr doctor` says about mail servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.cli.checkup.mail import mail
from ivr.config.load import load_config
from ivr.runtime.memory.clock import START
from tests.fakes.dovecot import PASSWORD, free_port, running
from tests.fakes.mail_server import MailServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fakes.dovecot import Dovecot


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running() as server:
        yield server


def told(text: str) -> list[str]:
    raw = f"zone: Europe/Istanbul\nmail: {{help: {text}}}\n".encode()
    return [
        str(each)
        for each in mail(load_config({"config.yaml": raw}, {"PASSWORD": PASSWORD}, now=START))
    ]


def test_servers_that_let_us_in_are_well(dovecot: Dovecot) -> None:
    server = MailServer()
    server.start()
    try:
        found = told(
            f'{{imap: "imap://127.0.0.1:{dovecot.plain}", smtp: "smtp://127.0.0.1:{server.port}", '
            'from: a@b.example, user: doctor, password: "${env:PASSWORD}"}'
        )
    finally:
        server.stop()
    assert found == [
        "ok   mail in: account help: INBOX at 127.0.0.1 can be read",
        "ok   mail out: account help: 127.0.0.1 takes mail from us",
    ]


def test_a_server_that_only_sends_is_tried_alone() -> None:
    server = MailServer()
    server.start()
    try:
        found = told(f'{{smtp: "smtp://127.0.0.1:{server.port}", from: a@b.example}}')
    finally:
        server.stop()
    assert found == ["ok   mail out: account help: 127.0.0.1 takes mail from us"]


def test_servers_that_are_away_are_told_with_a_remedy() -> None:
    found = told(
        f'{{imap: "imap://127.0.0.1:{free_port()}", smtp: "smtp://127.0.0.1:{free_port()}", '
        'from: a@b.example, user: a, password: "${env:PASSWORD}"}'
    )
    assert [each.partition(":")[0] for each in found] == ["fail mail in", "fail mail out"]
    assert found[0].endswith("look at mail.help: imap, user, password, folder")
    assert found[1].endswith("look at mail.help: smtp, user, password")
