"""A house that asks by text: a survey with plans, contacts that were missed, and telephones."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update

from ivr.domain.errors import StoreError
from ivr.domain.texting.states import DELIVERED
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.ports.compliance import SMS, ConsentNew
from ivr.runtime.ports.customers import Act
from ivr.runtime.ports.texts import Counted, Handed, Queued, Report, TextIn, TextNew, TextRow
from ivr.runtime.surveys.texting import Desk, SurveyTexting
from ivr.store.compliance.consents import SqlConsents
from ivr.store.compliance.desk import Office
from ivr.store.compliance.pseudonyms import Pseudonyms
from ivr.store.surveys.by_text import SqlSurveyTexts
from ivr.store.surveys.changing import Hand
from ivr.store.tables import METADATA, survey_invitation, survey_plan, text_message
from ivr.store.texts.repository import SqlTexts
from ivr.store.texts.rows import Desk as TextDesk
from ivr.surveys.files.loading import read_version

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ivr.store import SqlStore

ISTANBUL = ZoneInfo("Europe/Istanbul")
MORNING = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
"""A Monday, ten o'clock in Istanbul."""
OURS, ANI = "+908502220000", "+905321112233"
DEFINITION: dict[str, Any] = {
    "survey": "support",
    "version": "1",
    "languages": ["tr", "en"],
    "offer": {"say": {"tr": "Bir soru.", "en": "One question."}, "opt_out_key": "9"},
    "questions": {
        "csat": {
            "type": "scale",
            "low": "1",
            "high": "5",
            "score": "csat",
            "key": "true",
            "say": {"tr": "1 çok kötü, 5 çok iyi", "en": "1 is very bad, 5 very good"},
            "text": {"tr": "Puan? 1 kötü 5 iyi IPTAL", "en": "Score? 1 bad 5 good STOP"},
        },
        "comment": {
            "type": "comment",
            "only": "default(answers.csat, 5) <= 2",
            "say": {"tr": "Neden?", "en": "Why?"},
            "text": {"tr": "Neden?", "en": "Why?"},
        },
    },
    "thanks": {"say": {"tr": "Teşekkürler.", "en": "Thanks."}},
}
PLAN: dict[str, Any] = {
    "when": "post_call",
    "seed": "s",
    "media": ["voice", "sms"],
    "delay": "5m",
    "expires": "48h",
    "low": {
        "when": "default(answers.csat, 5) <= 2",
        "ticket": {"kind": "complaint", "priority": "+1", "callback_within": "4h"},
        "tell": ["lead"],
    },
}


@dataclass
class SurveyHouse:
    """Surveys by text on a real store and a virtual clock. The provider is this object."""

    store: SqlStore
    clock: VirtualClock = field(default_factory=lambda: VirtualClock(MORNING))
    zone: Any = ISTANBUL
    killed: bool = False
    _numbers: Any = field(default_factory=lambda: count(1))
    _ids: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        read_version(json.dumps({**DEFINITION, "plans": {"after_call": PLAN}}))
        hidden = Pseudonyms(b"0" * 32)
        self.texts = SqlTexts(
            self.store.database,
            TextDesk(self.new_id, hidden.lasting),
            lambda new: (new, Counted(1)),
        )
        self.consents = SqlConsents(self.store.database, Office(hidden, self.new_id, "TR"))
        rows = SqlSurveyTexts(self.store.database, Hand(self.new_id, self._queue))
        self.rows = rows
        self.texting = SurveyTexting(
            Desk(rows, self.consents, self.clock, lambda _number: self.zone, lambda: None)
        )

    def _queue(self, connection: Connection, new: TextNew, tenant: int) -> Queued:
        """Keeps a text; a server that is killed does not get so far."""
        if self.killed:
            raise StoreError("the server is gone", retryable=True)
        return self.texts.queue_in(connection, new, tenant)

    def new_id(self) -> str:
        """A public id."""
        return f"ID{next(self._ids):024}"

    async def add(self, table: str, **columns: Any) -> int:  # noqa: ANN401
        """A row; its key."""
        into = METADATA.tables[table]

        def job(connection: Connection) -> int:
            made = insert(into).values(columns).returning(into.c.id)
            return int(connection.execute(made).scalar_one())

        return await self.store.database.change(job)

    async def rows_of(self, table: str) -> list[dict[str, Any]]:
        """Every row of a table, the oldest first."""
        of = METADATA.tables[table]
        question = select(of).order_by(of.c.id)
        return await self.store.database.read(
            lambda it: [dict(row) for row in it.execute(question).mappings()]
        )

    async def plan(self, name: str = "after_call", **changes: Any) -> tuple[int, int]:  # noqa: ANN401
        """A published plan: the keys of plan and version."""
        now = self.clock.now()
        version = await self.add(
            "survey_version",
            code="asked",
            hash=f"{next(self._numbers):064}",
            syntax_version=1,
            definition=DEFINITION,
            published_at=now,
            continues="",
        )
        plan = await self.add(
            "survey_plan",
            public_id=self.new_id(),
            code="asked",
            name=name,
            position=1,
            definition={**PLAN, **changes},
            seed="s",
            valid_from=now,
        )
        return plan, version

    async def missed(
        self,
        plan: tuple[int, int],
        number: str | None = ANI,
        talk_s: int = 60,
        **more: Any,  # noqa: ANN401
    ) -> str:
        """A contact that was armed and left before the hand-off."""
        n = next(self._numbers)
        call = await self.add(
            "interaction",
            **dict.fromkeys(("trunk", "channel", "provider_ref", "flow"), f"x{n}"),
            **dict.fromkeys(("flow_version", "locale", "outcome", "note"), "x"),
            public_id=f"call{n}",
            started_at=self.clock.now(),
            to_norm=OURS,
            from_norm=number,
            talk_ms=talk_s * 1000,
            path=[],
            is_test=False,
        )
        public = self.new_id()
        row = {
            **dict.fromkeys(("wave", "agent", "category"), ""),
            "public_id": public,
            "plan_id": plan[0],
            "version_id": plan[1],
            "interaction_id": call,
            "queue": "cards",
            "medium": "voice",
            "locale": "tr",
            "state": "missed",
            "reason": "caller_left_first",
            "rate": 1.0,
            "created_at": self.clock.now(),
        }
        await self.add(survey_invitation.name, **{**row, **more})
        return public

    async def agreed(self, number: str = ANI, status: str = "opt_in", medium: str = SMS) -> None:
        """What somebody said about surveys, by text unless another medium is named."""
        new = ConsentNew(number, medium, "survey", status, "web_form")
        await self.consents.say(new, Act("test", self.clock.now()))

    async def look(self, **later: float) -> SurveyHouse:
        """Time passes; what is due is done, and the provider takes what is queued."""
        if later:
            await self.clock.advance(timedelta(**later).total_seconds())
        while await self.texting.look():
            pass
        return self

    async def deliver(self, state: str = DELIVERED, reason: str = "") -> list[str]:
        """The provider takes what is queued and reports on it; the words."""
        found = await self.hand()
        await self.report(*found, state=state, reason=reason)
        return [body for _id, body in found]

    async def hand(self) -> list[tuple[str, str]]:
        """The provider takes what is queued: ids and words."""
        columns = text_message.c
        waiting = select(columns.public_id, columns.body).where(columns.state == "queued")
        question = waiting.order_by(columns.id)
        found = await self.store.database.read(lambda it: it.execute(question).all())
        now = self.clock.now()
        for row in found:
            await self.texts.trying(row.public_id, now)
            await self.texts.handed(row.public_id, Handed(f"P-{row.public_id}"), now)
        return [(row.public_id, row.body) for row in found]

    async def report(
        self, *sent: tuple[str, str], state: str = DELIVERED, reason: str = ""
    ) -> None:
        """The provider says what became of texts."""
        for public_id, _body in sent:
            report = Report("", state, self.clock.now(), text=public_id, reason=reason)
            told = await self.texts.reported(report)
            if told is not None:
                self.texting.told(told)

    async def writes(self, body: str, number: str = ANI, key: str = "") -> bool:
        """Somebody writes to us; whether it was for a survey."""
        return await self.texting.take(await self.arrived(body, number, key))

    async def arrived(self, body: str, number: str = ANI, key: str = "") -> TextRow:
        """A text that came in."""
        key = key or f"in{next(self._numbers)}"
        text = TextIn("main", key, number, OURS, body, self.clock.now())
        row = await self.texts.received(text)
        if row is None:
            question = select(text_message.c.public_id).where(text_message.c.provider_id == key)
            found = await self.store.database.read(lambda it: it.scalar(question))
            row = await self.texts.get(str(found))
        assert row is not None
        return row

    async def state(self, invitation: str) -> tuple[str, str]:
        """State and reason."""
        question = select(survey_invitation.c.state, survey_invitation.c.reason).where(
            survey_invitation.c.public_id == invitation
        )
        found = await self.store.database.read(lambda it: it.execute(question).one())
        return str(found.state), str(found.reason)

    async def set(self, invitation: str, **columns: Any) -> None:  # noqa: ANN401
        """Change columns of an invitation as another part of the server would."""
        change = update(survey_invitation).where(survey_invitation.c.public_id == invitation)
        await self.store.database.change(lambda it: it.execute(change.values(columns)))

    def new_text(self, body: str, key: str) -> TextNew:
        """A text of ours that belongs to no survey."""
        return TextNew(ANI, body, key, self.clock.now())

    async def add_anonymous(self, plan: int) -> None:
        """Make a plan anonymous, as publishing it does."""
        change = update(survey_plan).where(survey_plan.c.id == plan).values(anonymous=True)
        await self.store.database.change(lambda it: it.execute(change))

    async def spoil(self, plan: int) -> None:
        """A plan that an older program wrote, and that nobody can read any more."""
        change = update(survey_plan).where(survey_plan.c.id == plan).values(definition="gone")
        await self.store.database.change(lambda it: it.execute(change))
