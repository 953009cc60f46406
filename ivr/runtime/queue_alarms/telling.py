"""Tells people and other systems of an alarm on a queue, each of them once for each notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ivr.domain.quiet import STAFF
from ivr.runtime.groups.times import from_ns
from ivr.runtime.ports.supervision.queue_alarms import AlarmMail
from ivr.runtime.ports.texts import TextNew
from ivr.runtime.queue_alarms.watching import facts_of
from ivr.runtime.queue_alarms.wording import text_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import tzinfo

    from ivr.acd.alarms.rule import QueueAlarm
    from ivr.runtime.ports.supervision.queue_alarms import AlarmEvents, Notice

SMS, MAIL, WEBHOOK = "sms", "mail", "webhook"
WORTH = timedelta(hours=1)
"""So long a text of an alarm is worth sending."""


@dataclass(frozen=True, slots=True)
class People:
    """A group that is told. numbers: in E.164. account: by which of ours mails go out."""

    numbers: Sequence[str]
    language: str
    addresses: Sequence[str] = ()
    account: str = ""


@dataclass(frozen=True, slots=True)
class AlarmTeller:
    """send: has a text sent, once for each origin_key. events: of the outbox. group: by name,
    None if there is none any more. title: of a queue in a language. zone: of the house."""

    send: Callable[[TextNew], Awaitable[object]]
    events: AlarmEvents
    group: Callable[[str], People | None]
    title: Callable[[str, str], str]
    zone: Callable[[], tzinfo]

    async def tell(self, rule: QueueAlarm, notice: Notice) -> None:
        """To all whom it concerns. The same notice may come twice. Raises StoreError."""
        targets = [target.partition(":")[::2] for target in rule.notify]
        hooks = [name for medium, name in targets if medium == WEBHOOK]
        groups = [(medium, self.group(name)) for medium, name in targets if medium != WEBHOOK]
        there = [(medium, people) for medium, people in groups if people is not None]
        mails = [
            self._mail(rule, notice, people, address)
            for medium, people in there
            for address in (people.addresses if medium == MAIL else ())
        ]
        await self.events.tell(notice, rule.name, data_of(rule, notice), hooks, mails)
        for medium, people in there:
            for number in people.numbers if medium == SMS else ():
                await self.send(self._text(rule, notice, people, number))

    def _mail(self, rule: QueueAlarm, notice: Notice, people: People, to: str) -> AlarmMail:
        said = self._said(rule, notice, people)
        return AlarmMail(people.account, to, said.partition(":")[0], said)

    def _text(self, rule: QueueAlarm, notice: Notice, people: People, to: str) -> TextNew:
        at = from_ns(notice.at)
        return TextNew(
            to=to,
            body=self._said(rule, notice, people),
            origin_key=f"alarm:{rule.name}:{notice.kind}:{notice.at}:{to}",
            at=at,
            purpose=STAFF,
            plain=True,
            expires_at=at + WORTH,
        )

    def _said(self, rule: QueueAlarm, notice: Notice, people: People) -> str:
        title = self.title(rule.queue, people.language)
        return text_of(rule, notice, title, people.language, self.zone())


def data_of(rule: QueueAlarm, notice: Notice) -> dict[str, Any]:
    """What other systems are told: what the alarm watches, and what was measured."""
    return {
        **facts_of(rule),
        "value": None if notice.value is None else round(notice.value, 2),
        "n": notice.n,
        "fired_at": from_ns(notice.fired_at).isoformat(),
        "at": from_ns(notice.at).isoformat(),
    }
