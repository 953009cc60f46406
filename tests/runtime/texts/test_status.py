"""A number alone is answered to who may know; everything else is for people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from ivr.domain.texting.messages import TextRow
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.ports import FetchResult
from ivr.runtime.texts.status import StatusTaker, asks_only, number_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.values import Value
    from ivr.runtime.ports.texts import TextNew

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NUMBER, HIM = "260042174", "+905321112233"


@dataclass
class House:
    """A source that knows one ticket, and what was answered."""

    record: dict[str, Value] = field(
        default_factory=lambda: {"number": NUMBER, "label": "Talebiniz alındı", "promised": NOON}
    )
    asked: list[Mapping[str, Value]] = field(default_factory=list)
    sent: list[TextNew] = field(default_factory=list)

    async def fetch(self, inputs: Mapping[str, Value], _limit_s: float) -> FetchResult:
        """As the port says."""
        self.asked.append(inputs)
        known = inputs["phone"] == HIM and inputs["number"] == NUMBER
        return FetchResult("found", self.record) if known else FetchResult("missing", {})

    async def send(self, new: TextNew, _tenant: int) -> object:
        """Keeps it."""
        self.sent.append(new)
        return None

    def taker(self, language: str = "tr") -> StatusTaker:
        zone = ZoneInfo("Europe/Istanbul")
        return StatusTaker(self, self.send, VirtualClock(), zone, language)


def text(body: str, sender: str = HIM) -> TextRow:
    ends = (sender, "3434", body, "", "k", "received", "")
    return TextRow("T1", 1, "in", "gsm", *ends, NOON, NOON)


@pytest.mark.parametrize(
    ("body", "number"),
    [
        (NUMBER, NUMBER),
        ("Durum 260 042 174?", NUMBER),
        ("2610000006", "2610000006"),
        ("260042175", ""),
        ("05321112233", ""),
        ("1260042174", ""),
        ("", ""),
        ("5", ""),
    ],
)
def test_a_number_is_one_by_its_check_digit(body: str, number: str) -> None:
    assert number_in(body) == number


def test_a_sentence_with_a_number_is_no_question_to_a_machine() -> None:
    assert asks_only("durum 260 042 174 lütfen")
    assert not asks_only("260042174 hala çözülmedi, bekliyorum")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("tr", "Talep 260 042 174: Talebiniz alındı. Söz verilen: 23.11.2026 15:00."),
        ("az", "Request 260 042 174: Talebiniz alındı. Promised for 23.11.2026 15:00."),
    ],
)
async def test_who_may_know_is_answered_at_once(language: str, said: str) -> None:
    house = House()
    taker = house.taker(language)
    assert await taker.take(text("Durum 260042174"))
    [answer] = house.sent
    assert (answer.to, answer.body, answer.trunk, answer.in_contact) == (HIM, said, "gsm", True)
    assert answer.origin_key == "status:T1"
    assert (await taker.answers_yes_no(text("x")), await taker.opted_out(text("x"))) == (False, "")


async def test_without_a_promise_none_is_told() -> None:
    house = House(record={"number": NUMBER, "label": "Kapandı", "promised": None})
    assert await house.taker().take(text(NUMBER))
    assert house.sent[0].body == "Talep 260 042 174: Kapandı."


@pytest.mark.parametrize(
    ("body", "sender"),
    [
        (NUMBER, "+905337654321"),
        ("2610000006", HIM),
        (f"{NUMBER} hala çözülmedi, neden bekliyorum", HIM),
        ("Merhaba", HIM),
    ],
)
async def test_everybody_else_is_heard_by_people(body: str, sender: str) -> None:
    house = House()
    assert not await house.taker().take(text(body, sender))
    assert house.sent == []
