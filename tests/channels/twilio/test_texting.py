"""Texts by REST and signed requests, with everything that can go wrong in between."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from ivr.channels import Place
from ivr.channels.twilio.provider import PROVIDER
from ivr.channels.twilio.rest import Rest
from ivr.channels.twilio.texting import Texting
from ivr.channels.twilio.wire.messages import Outgoing
from ivr.config.secrets import Secret
from ivr.config.trunks import TwilioTrunk as Entry
from ivr.domain.errors import StoreError
from ivr.domain.texting.messages import Handed, Report, TextIn, TextRow
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.ports.texts import AGAIN, GIVEN_UP, LOCKED_OUT, UNKNOWN, TextFailedError
from ivr.runtime.tasks import Tasks
from tests.fakes.twilio import ACCOUNT, FakeTwilio, Pairs
from tests.fakes.twilio_exchange import Exchange
from tests.fakes.twilio_rest import Fault, RestServer

if TYPE_CHECKING:
    from tests.fakes.twilio_rig import Rig

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HIM, US = "+905321112233", "+908502220000"
BASE = "https://ivr.example.com"


@dataclass
class Kept:
    """The door behind which nothing is kept for long."""

    texts: list[TextIn] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    fails: Exception | None = None

    async def received(self, text: TextIn) -> None:
        """As the port says."""
        if self.fails:
            raise self.fails
        self.texts.append(text)

    async def reported(self, report: Report) -> None:
        """As the port says."""
        if self.fails:
            raise self.fails
        self.reports.append(report)


class Bench:
    """A line on virtual time, and the provider behind it."""

    def __init__(self) -> None:
        self.clock, self.door = VirtualClock(), Kept()
        provider = FakeTwilio(None, f"{BASE}/hooks/main", self.clock.advance)  # type: ignore[arg-type]
        self.server = RestServer(Exchange(provider), self.clock)
        rest = Rest(self.server.send, self.clock)
        self.line = Texting(Outgoing(BASE, "main", US), rest, self.door, self.clock)

    def row(self, body: str = "Merhaba", **more: Any) -> TextRow:  # noqa: ANN401 - its fields
        now = self.clock.now()
        given = {"tries": 1, **more}
        ends = (US, HIM, body, "service", "k", "queued", "")
        return TextRow("T1", 1, "out", "main", *ends, now, now, **given)


@pytest.fixture
def bench() -> Bench:
    return Bench()


async def test_a_text_is_sent_and_has_the_providers_name(bench: Bench) -> None:
    handed = await bench.line.send(bench.row("Günaydın"))
    [sent] = bench.server.texts
    assert handed == Handed(sent["sid"])
    assert (sent["to"], sent["from"], sent["body"]) == (HIM, US, "Günaydın")
    assert sent["callback"] == f"{BASE}/hooks/main/sms-status?m=T1&n=1"


@pytest.mark.parametrize(
    ("fault", "fate", "reason", "given"),
    [
        (Fault(status=400, code=21610), GIVEN_UP, "opted_out", "21610"),
        (Fault(status=400, code=21211), GIVEN_UP, "bad_number", "21211"),
        (Fault(status=400, code=21614), GIVEN_UP, "no_texts", "21614"),
        (Fault(status=400, code=21617), GIVEN_UP, "too_long", "21617"),
        (Fault(status=403, code=21408), GIVEN_UP, "refused", "21408"),
        (Fault(status=404, code=20404), GIVEN_UP, "refused", "20404"),
        (Fault(status=401), LOCKED_OUT, "refused", ""),
        (Fault(status=503), UNKNOWN, "unreachable", ""),
        (Fault(dropped=True), UNKNOWN, "unreachable", ""),
        (Fault(lost=True), UNKNOWN, "unreachable", ""),
    ],
)
async def test_what_goes_wrong_says_what_to_do(
    bench: Bench, fault: Fault, fate: str, reason: str, given: str
) -> None:
    bench.server.fails("text", fault)
    with pytest.raises(TextFailedError) as raised:
        await bench.line.send(bench.row())
    assert (raised.value.fate, raised.value.reason, raised.value.given) == (fate, reason, given)
    assert [kind for kind, _path, _form in bench.server.asked] == ["text"]


async def test_too_many_requests_are_waited_out_and_then_left_for_later(bench: Bench) -> None:
    bench.server.fails("text", *[Fault(status=429)] * 20)
    work = Tasks().start(bench.line.send(bench.row()), "text")
    for _ in range(30):
        await bench.clock.advance(0.5)
    with pytest.raises(TextFailedError) as raised:
        await work
    assert (raised.value.fate, raised.value.given, raised.value.after_s) == (AGAIN, "20429", 30.0)
    assert bench.server.texts == []


async def test_a_lost_answer_is_found_in_the_providers_list(bench: Bench) -> None:
    assert await bench.line.look(bench.row()) is None
    bench.server.fails("text", Fault(lost=True))
    with pytest.raises(TextFailedError):
        await bench.line.send(bench.row())
    found = await bench.line.look(bench.row())
    assert found == Handed(bench.server.texts[0]["sid"])
    assert await bench.line.look(bench.row("Başka")) is None
    bench.server.fails("texts", *[Fault(dropped=True)] * 3)
    work = bench.line.look(bench.row())
    task = Tasks().start(work, "look")
    await bench.clock.advance(5)
    with pytest.raises(TextFailedError):
        await task


async def open_texts(rig: Rig, door: Kept) -> None:
    """The trunk of the rig has texts from now on."""
    trunk = rig.trunk
    outgoing = Outgoing(trunk.public_base, trunk.name, US)
    rig.hooks.texts.texting = Texting(outgoing, trunk.rest, door, rig.switch.ports.clock)


def sms(**more: str) -> Pairs:
    fields = {"MessageSid": "SM1", "AccountSid": ACCOUNT, "From": HIM, "To": US, "Body": "5"}
    return tuple({**fields, **more}.items())


async def test_a_signed_text_comes_in_and_is_answered_with_nothing(rig: Rig) -> None:
    door = Kept()
    await open_texts(rig, door)
    answer = await rig.provider.send(f"{rig.provider.hooks}/sms", sms(Body="Çok iyi"))
    assert (answer.status, answer.body.endswith(b"<Response/>")) == (200, True)
    assert [(one.provider_id, one.body, one.from_) for one in door.texts] == [
        ("SM1", "Çok iyi", HIM)
    ]
    assert (await rig.provider.send(f"{rig.provider.hooks}/sms", sms(MessageSid=""))).status == 404


async def test_a_status_names_its_text(rig: Rig) -> None:
    door = Kept()
    await open_texts(rig, door)
    url = f"{rig.provider.hooks}/sms-status?m=T1&n=2"
    answer = await rig.provider.send(url, sms(MessageStatus="delivered"))
    assert (answer.status, answer.body) == (204, b"")
    assert [(one.text, one.tries, one.state) for one in door.reports] == [("T1", 2, "delivered")]
    assert (await rig.provider.send(url, sms(MessageStatus="sending"))).status == 204
    assert len(door.reports) == 1


@pytest.mark.parametrize("page", ["sms", "sms-status"])
@pytest.mark.parametrize("fault", [StoreError("away", retryable=True), ValueError("our own")])
async def test_what_is_not_kept_is_not_acknowledged(rig: Rig, page: str, fault: Exception) -> None:
    await open_texts(rig, Kept(fails=fault))
    url = f"{rig.provider.hooks}/{page}"
    assert (await rig.provider.send(url, sms(MessageStatus="sent"))).status == 503


@pytest.mark.parametrize("page", ["sms", "sms-status"])
async def test_strangers_and_trunks_without_texts_get_nothing(rig: Rig, page: str) -> None:
    url, door = f"{rig.provider.hooks}/{page}", Kept()
    assert (await rig.provider.send(url, sms())).status == 404
    await open_texts(rig, door)
    other = sms(AccountSid="AC9")
    assert (await rig.provider.send(url, other)).status == 403
    forged = await rig.provider.post(url, sms(), "forged")
    assert forged.status == 403
    assert door.texts == []


async def test_an_entry_with_texts_opens_a_line(rig: Rig) -> None:
    texts = {"sender": US, "service": "MG1"}
    entry = Entry(provider="twilio", account="AC1", auth_token=Secret("x"), texts=texts)  # type: ignore[arg-type]
    place = Place(rig.switch, BASE, texts=Kept())
    line = PROVIDER.line(PROVIDER.open("texting", entry, place))
    assert line is not None
    assert (line.name, line.sender, line.keyed) == ("texting", US, False)
    bare = Entry(provider="twilio", account="AC1", auth_token=Secret("x"))
    assert PROVIDER.line(PROVIDER.open("silent", bare, place)) is None
