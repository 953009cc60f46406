"""What reports count, on both databases: small data sets with every trap, computed by hand."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from ivr.domain.calendar import Calendar
from ivr.domain.errors import NotFoundError
from ivr.reports.kinds import REPORTS
from ivr.reports.model import Question, Share, Table, Within
from ivr.reports.tabulating import tabulate
from ivr.runtime.ports.reports import QueueLimits
from ivr.store.reports.repository import SqlReports
from ivr.store.tables import METADATA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.store import SqlStore

ISTANBUL = ZoneInfo("Europe/Istanbul")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=n) for n in (1, 60, 3600, 86_400))
MICRO = timedelta(microseconds=1)
HOURS = Calendar(UTC, (((540, 1080),),) * 7)
ENGINES = ("sqlite", "postgres")
"""Reports are made from databases only."""


@dataclass(slots=True)
class Book:
    """Writes rows as the server would, and asks for reports."""

    store: SqlStore
    reports: SqlReports
    made: int = 0

    async def add(self, table: str, **row: object) -> int:
        """A row; gives its id."""
        what = METADATA.tables[table]
        asked = insert(what).values(row)
        if "id" not in what.c:
            await self.store.database.change(lambda it: it.execute(asked))
            return 0
        key: Any = await self.store.database.change(
            lambda it: it.execute(asked.returning(what.c.id)).scalar_one()
        )
        return int(key) if isinstance(key, int) else 0

    async def call(self, at: datetime, *parts: tuple[Any, ...], **more: object) -> int:
        """A contact. parts: kind, seconds after its begin, how long, then queue, agent, result."""
        self.made += 1
        row = {
            **dict.fromkeys(("trunk", "channel", "provider_ref", "to_norm"), "x"),
            **dict.fromkeys(("flow_version", "locale", "note"), "x"),
            "flow": "bank", "outcome": "handled", "public_id": f"c{self.made}",
            "started_at": at, "ended_at": at + HOUR, "path": [], "is_test": False,
        }  # fmt: skip
        key = await self.add("interaction", **{**row, **more})
        for seq, (kind, after, lasts, *whose) in enumerate(parts, 1):
            queue, agent, result = [*whose, None, None, None][:3]
            start = at + (after if isinstance(after, timedelta) else after * SECOND)
            end = start + (lasts if isinstance(lasts, timedelta) else lasts * SECOND)
            await self.add(
                "interaction_segment", interaction_id=key, seq=seq, kind=kind, started_at=start,
                ended_at=end, detail="", queue=queue, agent=agent, result=result,
            )  # fmt: skip
        return key

    async def ticket(self, **more: object) -> int:
        """A ticket that is closed."""
        self.made += 1
        words = "subject description search_fold pref_medium pref_window source opened_by "
        words += "root_cause resolution_code form_sha256 team assignee"
        row = {
            **dict.fromkeys(words.split(), ""),
            "public_id": f"t{self.made}", "number": f"n{self.made}", "origin_key": f"o{self.made}",
            "kind": "request", "status": "closed", "state_type": "closed", "priority": 2,
            "severity": 1, "category": "card.lost", "opened_at": NOON - DAY, "closed_at": NOON,
            "last_activity_at": NOON, "custom": {}, "course": {},
        }  # fmt: skip
        return await self.add("ticket", **{**row, **more})

    async def clock(self, ticket: int, verdict: str = "met", **more: object) -> int:
        """A clock that finished at noon."""
        self.made += 1
        row = {
            "metric": "resolution", "instance": self.made, "policy": "vip", "kind": "sla",
            "state": "finished", "verdict": verdict, "calendar": "c@1", "paused_by": [],
            "counted_s": 60, "target_s": 90, "started_at": NOON - HOUR, "finished_at": NOON,
            "last_seq": 2,
        }  # fmt: skip
        return await self.add("sla_clock", ticket_id=ticket, **{**row, **more})

    async def table(self, report: str, *by: str, **more: Any) -> Table:  # noqa: ANN401
        """A report of the days around."""
        times = {"since": NOON - 2 * DAY, "until": NOON + 2 * DAY, "now": NOON + 30 * DAY}
        asked = Question(by=by, **{**times, **more})
        facts = await self.reports.facts(report, asked)
        return tabulate(REPORTS[report], asked, facts, ISTANBUL)

    async def figures(
        self,
        report: str,
        *names: str,
        by: Sequence[str] = (),
        **more: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Labels -> these columns of the rows; without rows those of the total."""
        table = await self.table(report, *by, **more)
        places = [[column.name for column in table.columns].index(name) for name in names]
        if not by:
            return tuple(table.total.cells[place] for place in places)
        return {
            row.labels if len(by) > 1 else row.labels[0]: tuple(row.cells[n] for n in places)
            for row in table.rows
        }


@pytest.fixture
def book(store: SqlStore) -> Book:
    """An empty store with its reports."""
    return Book(store, SqlReports(store.database, lambda: HOURS))


def wait(lasts: object, result: str, queue: str = "cards", after: object = 0) -> tuple[Any, ...]:
    """A wait in a queue."""
    return ("queue", after, lasts, queue, None, result)


async def test_the_same_limit_is_within_and_a_microsecond_more_is_not(book: Book) -> None:
    await book.reports.keep_limits([QueueLimits("cards", 20_000, 5_000, 80)], NOON - DAY)
    await book.reports.keep_limits([QueueLimits("slow", 40_000_000)], NOON - DAY)
    for lasts in (20 * SECOND, 20 * SECOND + MICRO, 19 * SECOND + 999_999 * MICRO):
        await book.call(NOON, wait(lasts, "answered"))
        await book.call(NOON + 999_999 * MICRO, wait(lasts, "answered"))
    for lasts in (5 * SECOND, 5 * SECOND + MICRO):
        await book.call(NOON, wait(lasts, "abandoned"))
    named = ("f3", "f1", "f2", "f6", "short", "goal")
    assert await book.figures("R2", *named) == (
        Share(4, 8), Share(6, 8), Share(4, 6), Share(4, 7), 1, 80.0,
    )  # fmt: skip


async def test_tests_calls_of_ours_and_lost_ones_are_no_abandons(book: Book) -> None:
    await book.call(NOON, wait(3, "abandoned"), is_test=True)
    await book.call(NOON, wait(3, "answered"), direction="outbound")
    await book.call(NOON, wait(3, "answered"), tenant_id=2)
    await book.call(NOON, wait(3, "system_lost"), outcome="system_lost")
    await book.call(NOON, wait(30, "callback"), outcome="callback")
    await book.call(NOON, wait(9, "abandoned"), outcome="abandoned")
    await book.call(NOON, wait(0, "full"), wait(7, "answered", "loans"))
    named = ("offered", "answered", "abandoned", "overflowed", "callback", "system_lost")
    assert await book.figures("R1", *named) == (5, 1, 1, 1, 1, 1)
    assert await book.figures("R1", "abandonment", by=("queue",)) == {
        "cards": (Share(1, 1),),
        "loans": (Share(0, 1),),
    }
    assert await book.figures("R6", "contacts", "abandoned", "system_lost") == (5, 1, 1)


async def test_a_call_over_midnight_counts_on_the_day_it_was_offered(book: Book) -> None:
    """R10 of acd-cti.md 14."""
    midnight = datetime(2026, 11, 23, 0, tzinfo=ISTANBUL)
    await book.call(
        midnight - MINUTE, wait(10, "answered", after=55), ("talk", 65, 600, "cards", "ayse")
    )
    await book.call(
        midnight - MINUTE, wait(10, "answered", after=60), ("talk", 70, 600, "cards", "ayse")
    )
    assert await book.figures("R1", "answered", by=("day",)) == {
        "2026-11-21": (0,), "2026-11-22": (1,), "2026-11-23": (1,), "2026-11-24": (0,),
        "2026-11-25": (0,),
    }  # fmt: skip
    assert await book.figures("R4", "contacts", "talk", by=("agent", "day")) == {
        ("ayse", "2026-11-22"): (1, 600.0),
        ("ayse", "2026-11-23"): (1, 600.0),
    }
    sharp = await book.figures("R1", "answered", since=midnight)
    assert sharp == (1,), "[since, until): the one offered before is not in it"


async def test_an_hour_that_comes_twice_is_two_rows(book: Book) -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30 in Berlin, for the first time
    await book.call(first, wait(1, "answered"))
    await book.call(first + HOUR, wait(1, "abandoned"))
    asked = Question(first - 30 * MINUTE, first + 90 * MINUTE, NOON, by=("hour",))
    facts = await book.reports.facts("R1", asked)
    table = tabulate(REPORTS["R1"], asked, facts, ZoneInfo("Europe/Berlin"))
    assert [(row.labels[0], row.cells[1:3]) for row in table.rows] == [
        ("2026-10-25 02:00+02:00", (1, 0)),
        ("2026-10-25 02:00+01:00", (0, 1)),
    ]


async def test_a_threshold_that_changed_does_not_rewrite_what_was_before(book: Book) -> None:
    """R26 of acd-cti.md 14."""
    reports = book.reports
    assert await reports.keep_limits([QueueLimits("cards", 20_000)], NOON - DAY) == 1
    assert await reports.keep_limits([QueueLimits("cards", 20_000)], NOON - HOUR) == 0
    assert await reports.keep_limits([QueueLimits("cards", 60_000)], NOON) == 1
    for at in (NOON - 10 * DAY, NOON - MICRO, NOON, NOON + HOUR):
        await book.call(at, wait(30, "answered"))
    await book.call(NOON, wait(30, "answered", "unknown"))
    found = await book.figures("R2", "f3", by=("queue",), since=NOON - 20 * DAY)
    assert found == {"cards": (Share(2, 4),), "unknown": (Share(0, 1),)}


async def test_what_f8_counts_is_that_which_held_when_the_caller_came(book: Book) -> None:
    """R26 of acd-cti.md 14, for the switches of F8."""
    reports, usual = book.reports, QueueLimits("cards", variant="F8")
    only_answered = replace(usual, count_abandoned=False, count_overflowed=False)
    versions = {
        NOON - 3 * HOUR: (usual, Share(1, 3)),
        NOON - 2 * HOUR: (replace(usual, count_short=True), Share(1, 4)),
        NOON - HOUR: (replace(usual, count_abandoned=False), Share(1, 2)),
        NOON: (only_answered, Share(1, 1)),
    }
    for since, (limits, _level) in versions.items():
        assert await reports.keep_limits([limits], since) == 1
        assert await reports.keep_limits([limits], since + SECOND) == 0
        for lasts, result in ((9, "answered"), (3, "abandoned"), (9, "abandoned"), (9, "full")):
            await book.call(since + MINUTE, wait(lasts, result))
    for since, (_limits, level) in versions.items():
        found = await book.figures("R2", "f8", since=since, until=since + HOUR)
        assert found == (level,)
    assert await book.figures("R2", "f8", since=NOON - DAY) == (Share(4, 10),)


async def test_waits_are_means_and_quantiles_of_the_answered(book: Book) -> None:
    for lasts in (0, 1, 3, 9):
        await book.call(NOON, wait(lasts, "answered"))
    await book.call(NOON, wait(40, "abandoned"))
    await book.call(NOON, wait(90, "system_lost"))
    named = ("answered", "asa", "asa_delayed", "p50", "p95", "abandoned", "ata", "longest")
    assert await book.figures("R3", *named) == (4, 3.25, 4.33, 3.0, 9.0, 1, 40.0, 40.0)


async def test_each_agent_has_his_own_part_of_a_contact(book: Book) -> None:
    await book.call(
        NOON,
        wait(10, "answered"),
        ("talk", 10, 60, "cards", "ayse"),
        ("hold", 70, 20, "cards", "ayse"),
        wait(30, "answered", "loans", 90),
        ("wrapup", 90, 15, "cards", "ayse"),
        ("talk", 120, 100, "loans", "ali"),
        category="card.lost",
    )
    await book.call(NOON, ("offer", 0, 9, "cards", "ayse"), wait(9, "abandoned"))
    named = ("contacts", "aht", "talk", "hold", "wrapup")
    assert await book.figures("R4", *named, by=("agent", "category")) == {
        ("ali", "card.lost"): (1, 100.0, 100.0, 0.0, 0.0),
        ("ayse", "card.lost"): (1, 95.0, 60.0, 20.0, 15.0),
    }
    mine = await book.figures("R4", "contacts", by=("agent",), within=Within(agents=("ali",)))
    assert mine == {"ali": (1,)}
    assert await book.figures("R4", "contacts", categories=("card",)) == (2,)
    assert await book.figures("R4", "contacts", categories=("car",)) == (0,)


async def test_transfers_there_and_back(book: Book) -> None:
    talk = ("talk", 10, 60, "cards", "ayse")
    await book.call(NOON, wait(10, "answered"), talk)
    await book.call(
        NOON, wait(10, "answered"), talk, wait(5, "answered", "loans", 70),
        ("talk", 75, 10, "loans", "ali"), wait(5, "answered", "cards", 85),
        ("talk", 90, 10, "cards", "ayse"),
    )  # fmt: skip
    await book.call(NOON, wait(10, "answered"), talk, ("hold", 70, 9, "cards", "ayse"), talk)
    await book.call(
        NOON, wait(0, "full"), wait(9, "answered", "loans"), ("talk", 9, 9, "loans", "ali")
    )
    await book.call(
        NOON, wait(10, "answered"), talk, wait(5, "answered", "loans", 70), is_test=True
    )
    named = ("contacts", "transferred", "to_queue", "ping_pong")
    assert await book.figures("R10", *named) == (4, Share(1, 4), 2, Share(1, 4))
    assert await book.figures("R10", "contacts", "to_queue", by=("pair",)) == {
        "cards > loans": (1, 1),
        "loans > cards": (1, 1),
    }
    assert await book.figures("R10", "contacts", "to_queue", by=("agent",)) == {
        "ayse": (3, 1),
        "ali": (2, 1),
    }


async def test_finished_clocks_are_kept_or_not(book: Book) -> None:
    one = await book.ticket(assignee="ayse", team="cards", category="card.lost", customer_id=None)
    two = await book.ticket(assignee="ali", team="loans", category="cardinal")
    tried = await book.call(NOON, is_test=True)
    test = await book.ticket(first_interaction_id=tried)
    for ticket, verdict in ((one, "met"), (one, "met"), (one, "breached_closed"), (two, "met")):
        await book.clock(ticket, verdict)
    await book.clock(one, "cancelled", state="cancelled")
    await book.clock(one, "breached_open", state="running", finished_at=None)
    await book.clock(two, metric="accept", finished_at=NOON + 2 * DAY)
    await book.clock(test)
    assert await book.figures("R11", "attainment", "counted") == (Share(3, 4), 60.0)
    assert await book.figures("R11", "attainment", by=("agent",)) == {
        "ali": (Share(1, 1),),
        "ayse": (Share(2, 3),),
    }
    assert await book.figures("R11", "finished", by=("metric",)) == {"resolution": (4,)}
    assert await book.figures("R11", "finished", categories=("card",)) == (3,)
    own, team = Within(agents=("ali",)), Within(agents=("ali",), teams=("cards",))
    assert await book.figures("R11", "finished", within=own) == (1,)
    assert await book.figures("R11", "finished", within=team) == (4,)
    assert await book.figures("R11", "finished", within=Within()) == (0,)
    for by in REPORTS["R11"].by:
        rows = await book.figures("R11", "met", by=(by,))
        assert sum(row[0] for row in rows.values()) == 3, by


async def test_closed_tickets_that_were_opened_again(book: Book) -> None:
    await book.ticket(reopen_count=2, contact_count=1)
    await book.ticket(contact_count=1)
    await book.ticket(contact_count=2)
    await book.ticket(status="open", state_type="open", closed_at=None, reopen_count=1)
    await book.ticket(closed_at=NOON + 2 * DAY)
    assert await book.figures("R14", "reopen_rate", "reopenings") == (Share(1, 3), 2)
    assert await book.figures("R7", "by_ticket") == (Share(1, 3),)


async def test_complaints_by_reason(book: Book) -> None:
    for cause in ("design", "defect", "defect"):
        await book.ticket(kind="complaint", root_cause=cause)
    await book.ticket(kind="request", root_cause="design")
    found = await book.figures("R16", "closed", "cumulative", by=("root_cause",))
    assert found == {"defect": (2, Share(2, 3)), "design": (1, Share(3, 3))}


async def test_time_in_each_status(book: Book) -> None:
    ticket = await book.ticket(opened_at=NOON - 20 * HOUR, assignee="ayse")
    line = {"ticket_id": ticket, "by": "x", "field": "status", "reason": ""}
    await book.add("ticket_change", **line, at=NOON - 2 * HOUR, before="new", after="open")
    await book.add("ticket_change", **line, at=NOON + 3 * DAY, before="open", after="closed")
    other = {**line, "field": "priority"}
    await book.add("ticket_change", **other, at=NOON, before="low", after="high")
    named = ("stays", "business", "clock")
    found = await book.figures("R12", *named, by=("status", "agent"))
    assert found == {("new", "ayse"): (1, 3 * 3600.0, 18 * 3600.0)}, "16:00 to 10:00, open 9 to 18"
    assert await book.figures("R12", "stays", by=("day",), since=NOON - DAY, until=NOON) == {
        "2026-11-22": (0,),
        "2026-11-23": (1,),
    }


async def test_what_is_open_now(book: Book) -> None:
    idle = {"status": "open", "state_type": "open", "closed_at": None}
    await book.ticket(**idle, opened_at=NOON - HOUR, due_at=NOON - MINUTE)
    await book.ticket(**idle, opened_at=NOON - 5 * DAY, due_at=NOON + HOUR, assignee="ayse")
    await book.ticket(**idle, opened_at=NOON - 50 * DAY)
    await book.ticket()
    now: dict[str, Any] = {"now": NOON, "since": NOON, "until": NOON}
    named = ("open", "late_share", "unowned", "oldest")
    assert await book.figures("R13", *named, **now) == (3, Share(1, 3), 2, 50 * 86_400.0)
    assert await book.figures("R13", "open", by=("age",), **now) == {
        "1: 0-1 d": (1,), "3: 3-7 d": (1,), "6: > 30 d": (1,),
    }  # fmt: skip
    assert await book.figures("R13", "open", by=("due",), **now) == {
        "1: late": (1,), "2: < 1 d": (1,), "5: -": (1,),
    }  # fmt: skip
    mail = {
        **dict.fromkeys(("sender_raw", "sender_name", "account", "subject", "body"), ""),
        **dict.fromkeys(("content_type", "raw_uri", "message_id", "suggested_category"), ""),
        **dict.fromkeys(("claimed_by", "assigned_by", "reason", "team"), ""),
        "refs": [], "form": {}, "medium": "email",
    }  # fmt: skip
    for name, state in (("a", "new"), ("b", "claimed"), ("c", "spam")):
        own = {"public_id": name, "dedupe_key": name, "state": state}
        await book.add("intake_item", **mail, **own, received_at=NOON - HOUR)
    found = await book.figures("R13", "open", "unowned", "oldest", by=("intake",), **now)
    assert found == {"email": (2, 1, 3600.0)}


async def test_escalations_fired_and_skipped(book: Book) -> None:
    clock = await book.clock(await book.ticket())
    for n, outcome in enumerate(("sent", "skipped", "nobody")):
        await book.add(
            "escalation_fired", clock_id=clock, rule=f"vip/{n}", n=0, at=NOON, outcome=outcome,
            detail="",
        )  # fmt: skip
    assert await book.figures("R15", "fired", "skipped", "nobody") == (1, 1, 1)
    assert set(await book.figures("R15", "fired", by=("level",))) == {"vip/0", "vip/1", "vip/2"}


async def test_promises_to_call_back(book: Book) -> None:
    await book.add("acd_shard", id="g", owner="")
    ended = NOON + 10 * SECOND
    await book.call(NOON, public_id="kept", answered_at=ended, direction="outbound")
    until = int(ended.timestamp()) * 10**9
    rows = (("done", 1, "kept", until), ("done", 1, "kept", until - 1), ("expired", 0, "", 1))
    for number, (state, tries, call, until_ns) in enumerate(rows):
        promise = {"state": state, "tries": tries, "until_ns": until_ns, "reason": "window_over"}
        body = {"promise": promise, "call": call, "asked_at": NOON.isoformat()}
        await book.add(
            "callback", key=f"p{number}", shard="g", live=False, queue="cards", state=state,
            attempts=tries, version=1, body=_text(body),
        )  # fmt: skip
    named = ("promised", "done", "kept", "expired", "never_tried", "tries")
    found = await book.figures("R26", *named, by=("queue",))
    assert found == {"cards": (3, 2, Share(1, 3), 1, 1, 2)}
    assert await book.figures("R26", "promised", since=NOON + MICRO) == (0,)
    assert await book.figures("R26", "promised", within=Within(queues=("loans",))) == (0,)


async def test_who_did_not_come_back_within_a_week(book: Book) -> None:
    customer = await book.add(
        "customer", public_id="u", customer_no="1", kind="person", attrs={}, created_at=NOON,
        updated_at=NOON,
        **dict.fromkeys(("full_name", "name_fold", "segment", "locale"), "x"),
        **dict.fromkeys(("pref_medium", "pref_window"), "x"),
    )  # fmt: skip
    known = {"customer_id": customer, "category": "card.lost"}
    first = await book.call(NOON, **known, resolved_first=True)
    await book.call(NOON + 6 * DAY, **known, repeat_of_id=first, resolved_first=False)
    await book.call(NOON + HOUR, **known)
    await book.call(NOON, category="card.lost")
    asked: dict[str, Any] = {"until": NOON + 7 * DAY, "now": NOON + 8 * DAY}
    named = ("by_flag", "by_repeat", "undecided")
    assert await book.figures("R7", *named, **asked) == (Share(1, 2), Share(1, 2), 1)


async def test_the_third_contact_in_a_week_is_a_repeat(book: Book) -> None:
    ani = {"from_norm": "+905321112233", "category": "card"}
    for days in (-8, -3, 0, 1):
        await book.call(NOON + days * DAY, **ani)
    await book.call(NOON, **ani, is_test=True)
    await book.call(NOON, from_norm="+905320000000")
    await book.call(NOON)
    found = await book.figures("R9", "repeats", "contacts", "hidden")
    assert found == (1, 3, 1), "of the known caller's two contacts in these days only the last one"


async def test_what_the_flow_serves_by_itself(book: Book) -> None:
    menu = {"path": ["main", "cards"], "ivr_ms": 2000}
    await book.call(NOON, **menu, outcome="self_served")
    await book.call(NOON, **{**menu, "path": ["main"]}, outcome="left_menu")
    await book.call(NOON, **menu, outcome="handled", last_queue="cards")
    await book.call(NOON, **menu, outcome="open", ended_at=None)
    named = ("entered", "containment", "to_people", "in_ivr")
    assert await book.figures("R8", *named) == (3, Share(1, 3), Share(1, 3), 2.0)
    found = await book.figures("R8", "entered", "left_menu", by=("last_node",))
    assert found == {"cards": (2, Share(0, 2)), "main": (1, Share(1, 1))}


async def test_every_report_can_be_asked_in_every_way(book: Book) -> None:
    await book.call(NOON, wait(1, "answered"), ("talk", 1, 9, "cards", "ayse"), last_queue="cards")
    await book.clock(await book.ticket())
    for report in REPORTS.values():
        filters = {f"{name}s": ("cards",) for name in report.filters if name != "category"}
        for by in report.by:
            await book.table(report.id, by)
            if report.periodic:
                await book.table(report.id, by, "hour")
            within = Within(("ayse",), ("cards",), ("cards",))
            await book.table(report.id, by, within=within, **filters, categories=("a_b.%",))


async def test_an_unknown_report_is_not_there(book: Book) -> None:
    with pytest.raises(NotFoundError):
        await book.reports.facts("R99", Question(NOON, NOON, NOON))


def _text(body: object) -> str:
    return json.dumps(body)
