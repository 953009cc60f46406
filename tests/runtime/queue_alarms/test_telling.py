"""Who is told of an alarm: the numbers of groups, webhooks that are named, and who asks for all."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ivr.acd.alarms.rule import Bound, QueueAlarm
from ivr.runtime.groups.times import from_ns
from ivr.runtime.ports.supervision.queue_alarms import AlarmMail, Notice
from ivr.runtime.queue_alarms.telling import AlarmTeller, People, data_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.runtime.ports.texts import TextNew

AT = 1_795_431_900_000_000_000
FIRES = Notice("firing", AT, AT, 63.456, 52)
RULE = QueueAlarm(
    *("cards_sl", "service_level", "cards", Bound(70, below=True), Bound(75, below=False)),
    variant="F3",
    notify=("sms:bosses", "webhook:ops", "sms:gone"),
)


@dataclass
class Ears:
    """What went out."""

    texts: list[TextNew] = field(default_factory=list)
    events: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    mails: list[AlarmMail] = field(default_factory=list)

    async def send(self, new: TextNew) -> None:
        self.texts.append(new)

    async def tell(
        self,
        notice: Notice,
        alarm: str,
        data: Mapping[str, object],
        hooks: Sequence[str],
        mails: Sequence[AlarmMail] = (),
    ) -> bool:
        self.mails += mails
        assert data["alarm"] == alarm
        self.events.append((notice.kind, alarm, tuple(hooks)))
        return True


def teller(ears: Ears) -> AlarmTeller:
    groups = {
        "bosses": People(("+905321112233", "+905337654321"), "tr"),
        "desk": People(("+905321112299",), "en", ("a@x.example", "b@x.example"), "help"),
    }
    return AlarmTeller(
        ears.send,
        ears,
        groups.get,
        title=lambda queue, language: f"{queue} {language}",
        zone=lambda: ZoneInfo("Europe/Istanbul"),
    )


async def test_each_number_of_a_group_gets_a_text_at_any_hour() -> None:
    ears = Ears()
    await teller(ears).tell(RULE, FIRES)
    assert [new.to for new in ears.texts] == ["+905321112233", "+905337654321"]
    new = ears.texts[0]
    assert new.body.startswith("ALARM cards_sl: cards tr hizmet düzeyi")
    assert (new.purpose, new.plain, new.at) == ("staff", True, from_ns(AT))
    assert new.expires_at == from_ns(AT) + timedelta(hours=1)


async def test_each_address_of_a_group_gets_a_mail() -> None:
    ears = Ears()
    await teller(ears).tell(replace(RULE, notify=("mail:desk",)), FIRES)
    assert [(mail.account, mail.to) for mail in ears.mails] == [
        ("help", "a@x.example"),
        ("help", "b@x.example"),
    ]
    assert ears.mails[0].subject == "ALARM cards_sl"
    assert ears.mails[0].text.startswith("ALARM cards_sl: cards en service level 63.5%")
    assert ears.texts == []


async def test_one_notice_told_twice_is_the_same_text() -> None:
    ears = Ears()
    for notice in (FIRES, FIRES, replace(FIRES, kind="ok"), replace(FIRES, at=AT + 1)):
        await teller(ears).tell(replace(RULE, notify=("sms:bosses",)), notice)
    assert len({new.origin_key for new in ears.texts}) == 3 * 2


async def test_webhooks_are_told_of_all_and_those_named_in_any_case() -> None:
    ears = Ears()
    await teller(ears).tell(RULE, FIRES)
    await teller(ears).tell(replace(RULE, notify=()), replace(FIRES, kind="ok"))
    assert ears.events == [("firing", "cards_sl", ("ops",)), ("ok", "cards_sl", ())]


def test_other_systems_get_what_is_watched_and_what_was_measured() -> None:
    told = data_of(RULE, FIRES)
    assert (told["queue"], told["metric"], told["value"], told["n"]) == (
        *("cards", "service_level"),
        *(63.46, 52),
    )
    assert told["fire"] == {"below": 70, "above": None, "for_s": 0}
    assert told["fired_at"] == told["at"] == from_ns(AT).isoformat()
