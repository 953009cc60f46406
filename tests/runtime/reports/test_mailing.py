"""Reports go out at their times, once each, whatever happens to the server in between."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.cti.mail.smtp import SmtpMailer
from ivr.domain.errors import PortError
from ivr.reports.goals import Goal
from ivr.reports.mailing import Mailed
from ivr.reports.model import Fact
from ivr.runtime.ids import Ulids
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.reports.mailing import AGAIN, LEASE, Office, ReportPost
from ivr.store.reports.mails import SqlReportMails
from tests.fakes.fresh_store import open_fresh
from tests.fakes.mail_desk import account_of
from tests.fakes.mail_server import MailServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence
    from pathlib import Path

    from ivr.reports.model import Question
    from ivr.runtime.ports.mail import MailOut
    from ivr.runtime.ports.reports import QueueLimits

EIGHT = datetime(2026, 11, 23, 8, tzinfo=UTC)
MORNING = Mailed(
    "morning", "R1", "day", time(8), ("a@x.example", "b@x.example"), "help", "en", by="queue"
)


class KilledError(BaseException):
    """The process ends here."""


@dataclass(slots=True)
class Counted:
    """A store of contacts that always says the same."""

    asked: list[Question] = field(default_factory=list)

    async def facts(self, report: str, question: Question, *, tenant: int = 1) -> Sequence[Fact]:
        assert (report, tenant) == ("R1", 1)
        self.asked.append(question)
        return [Fact(("cards",), {"answered": 80, "abandoned": 20})]

    async def keep_limits(
        self, limits_now: Iterable[QueueLimits], at: datetime, *, tenant: int = 1
    ) -> int:
        raise NotImplementedError


@dataclass(slots=True)
class Box:
    """What was sent. fails: what happens to the next mails in place of being taken."""

    mails: list[MailOut] = field(default_factory=list)
    fails: list[BaseException] = field(default_factory=list)

    async def send(self, mail: MailOut) -> str:
        if self.fails:
            raise self.fails.pop(0)
        self.mails.append(mail)
        return f"ivr.{mail.key}@x.example"


@dataclass(slots=True)
class House:
    """A server that can be killed and started again on the same database."""

    mails: SqlReportMails
    clock: VirtualClock
    box: Box = field(default_factory=Box)
    counted: Counted = field(default_factory=Counted)
    mailed: list[Mailed] = field(default_factory=lambda: [MORNING])

    def office(self) -> Office:
        goals = [Goal("R1", "abandonment", 5, at_least=False)]
        return Office(
            self.counted, self.mails, self.box, self.clock, lambda: self.mailed, lambda: goals,
            lambda: UTC,
        )  # fmt: skip

    async def look(self) -> None:
        await ReportPost(self.office()).look()

    async def later(self, lasts: timedelta) -> None:
        await self.clock.advance(lasts.total_seconds())
        await self.look()

    def sent(self) -> list[str]:
        return [mail.to for mail in self.box.mails]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    clock = VirtualClock(EIGHT - timedelta(minutes=1))
    store = open_fresh(f"sqlite:///{tmp_path / 'ivr.db'}")
    yield House(SqlReportMails(store.database, Ulids(clock).new), clock)
    await store.close()


async def test_a_report_goes_out_at_its_time_and_not_again(house: House) -> None:
    await house.later(timedelta(seconds=59))
    assert house.sent() == ["a@x.example", "b@x.example"], "yesterday's, which nobody had sent"
    await house.later(timedelta(seconds=1))
    assert len(house.sent()) == 4
    for _look in range(5):
        await house.later(timedelta(minutes=7))
    assert len(house.sent()) == 4
    await house.later(timedelta(days=1))
    assert len(house.sent()) == 6


async def test_the_mail_is_of_the_day_that_is_over_with_its_goal_and_its_file(house: House) -> None:
    await house.later(timedelta(minutes=1))
    mail = house.box.mails[-1]
    assert mail.subject == "Offered, answered, abandoned (R1), 2026-11-22"
    assert "Abandonment (K3): 20.00 % (n = 100, 13.34 … 28.88 %); goal ≤ 5 %: missed" in mail.text
    [file] = mail.files
    assert (file.name, file.content[:14]) == ("R1.csv", b"queue,offered,")
    [*_old, asked] = house.counted.asked
    assert (asked.since, asked.until, asked.by) == (
        EIGHT - timedelta(hours=32), EIGHT - timedelta(hours=8), ("queue",),
    )  # fmt: skip


async def test_a_filter_is_asked_for(house: House) -> None:
    house.mailed[:] = [replace(MORNING, queue="cards", category="card")]
    await house.look()
    assert (house.counted.asked[0].queues, house.counted.asked[0].categories) == (
        ("cards",), ("card",),
    )  # fmt: skip


@dataclass(slots=True)
class Deadly:
    """A port behind which the process dies once: before or after a call of this name."""

    behind: object
    name: str
    after: bool
    armed: bool = True

    def __getattr__(self, name: str) -> object:
        found = getattr(self.behind, name)
        if name != self.name:
            return found

        async def call(*args: object, **more: object) -> object:
            if self.armed and not self.after:
                raise KilledError
            result = await found(*args, **more)
            if self.armed:
                raise KilledError
            return result

        return call


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", ["plan", "take", "facts", "send", "settle"])
async def test_a_kill_anywhere_loses_nothing_and_doubles_no_mail(
    house: House, step: str, after: bool
) -> None:
    house.mailed[:] = [replace(MORNING, to=("a@x.example",))]
    office = house.office()
    behind = {name: getattr(office, name) for name in ("mails", "reports", "mailer")}
    deadly = {name: Deadly(port, step, after) for name, port in behind.items()}
    await house.clock.advance(60)
    with pytest.raises(KilledError):
        await ReportPost(replace(office, **deadly)).look()  # type: ignore[arg-type]
    for _again in range(3):
        await house.later(LEASE)
    ids = [mail.key for mail in house.box.mails]
    assert len(set(ids)) == 1
    in_doubt = (step, after) in {("send", True), ("settle", False)}
    assert len(ids) == 1 + in_doubt, "handed over and not written down: the same Message-ID again"


async def test_two_servers_send_one_mail(house: House) -> None:
    one, other = ReportPost(house.office()), ReportPost(house.office())
    await one.look()
    await other.look()
    assert house.sent() == ["a@x.example", "b@x.example"]


async def test_a_mail_server_that_is_away_is_asked_again_and_in_the_end_no_more(
    house: House,
) -> None:
    house.mailed[:] = [replace(MORNING, to=("a@x.example",))]
    house.box.fails = [PortError("away", retryable=True)] * 2
    await house.look()
    await house.later(timedelta(minutes=AGAIN[0]) - timedelta(seconds=1))
    assert len(house.box.fails) == 1
    await house.later(timedelta(minutes=AGAIN[0] + AGAIN[1] + 1))
    assert house.sent() == ["a@x.example"]


async def test_who_is_refused_or_taken_out_holds_up_nobody(house: House) -> None:
    house.box.fails = [PortError("no such address")]
    await house.look()
    assert house.sent() == ["b@x.example"]
    await house.later(timedelta(hours=2))
    assert house.sent() == ["b@x.example", "a@x.example", "b@x.example"], "that of today"
    house.box.fails = [PortError("away", retryable=True)] * 2
    await house.later(timedelta(days=1))
    house.mailed.clear()
    await house.later(timedelta(hours=1))
    assert len(house.sent()) == 3


async def test_a_report_that_cannot_be_made_is_tried_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_args: object, **_more: object) -> Sequence[Fact]:
        raise RuntimeError("a fault of ours")

    with monkeypatch.context() as patch:
        patch.setattr(Counted, "facts", broken)
        await house.look()
    assert house.sent() == []
    await house.later(timedelta(minutes=2))
    assert sorted(set(house.sent())) == ["a@x.example", "b@x.example"]


async def test_a_real_mail_server_gets_it(house: House) -> None:
    server = MailServer()
    server.start()
    try:
        account = account_of(f'{{smtp: "smtp://127.0.0.1:{server.port}", from: ivr@x.example}}')
        mailer = SmtpMailer({"help": account}, house.clock)
        await ReportPost(replace(house.office(), mailer=mailer)).look()
    finally:
        server.stop()
    assert sorted(mail["To"] for mail in server.mails) == ["a@x.example", "b@x.example"]
    mail = server.mails[0]
    assert mail["Auto-Submitted"] == "auto-generated"
    [file] = mail.iter_attachments()
    assert file.get_filename() == "R1.csv"
    assert file.get_content().startswith(b"queue,offered,")
