"""Mails of alarms, sent by the outbox to a real mail server."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.cti.letters.alarms import AlarmMailPost
from ivr.cti.mail.smtp import SmtpMailer
from ivr.cti.outbox.retrying import NotTakenError
from ivr.domain.errors import PortError
from ivr.runtime.memory.clock import START, VirtualClock
from ivr.runtime.ports.deliveries import Delivery
from ivr.runtime.ports.supervision.queue_alarms import ALARM_MAIL
from tests.fakes.mail_desk import account_of
from tests.fakes.mail_server import MailServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.runtime.ports.mail import MailOut

DATA = {
    "account": "help",
    "to": "boss@x.example",
    "subject": "ALARM cards_sl",
    "text": "ALARM cards_sl: Kartlar hizmet düzeyi %63,5",
}
MAIL = Delivery(
    *(1, START, ALARM_MAIL, "01JEVENT", "alarm_mail", "alarm_mail", "cards_sl", 1),
    *(json.dumps(DATA), START, 1),
)


@pytest.fixture
def server() -> Iterator[MailServer]:
    made = MailServer()
    made.start()
    yield made
    made.stop()


class Broken:
    """A mailer that fails."""

    def __init__(self, *, retryable: bool) -> None:
        self._retryable = retryable

    async def send(self, _mail: MailOut) -> str:
        raise PortError("no", retryable=self._retryable)


async def test_a_mail_of_an_alarm_arrives_and_a_repeat_is_the_same_one(server: MailServer) -> None:
    text = f'{{smtp: "smtp://127.0.0.1:{server.port}", from: "Santral <ivr@x.example>"}}'
    post = AlarmMailPost(SmtpMailer({"help": account_of(text)}, VirtualClock()))
    await post.hear(MAIL)
    await post.hear(replace(MAIL, attempts=2))
    one, two = server.mails
    assert (one["To"], one["Subject"]) == ("boss@x.example", "ALARM cards_sl")
    assert one.get_content().strip() == DATA["text"]
    assert one["Message-ID"] == two["Message-ID"]
    assert one["Auto-Submitted"]


@pytest.mark.parametrize(("retryable", "fate"), [(True, "later"), (False, "dead")])
async def test_what_fails_is_tried_again_if_that_can_help(*, retryable: bool, fate: str) -> None:
    with pytest.raises(NotTakenError) as raised:
        await AlarmMailPost(Broken(retryable=retryable)).hear(MAIL)
    assert raised.value.fate == fate
