"""Customers in a store, a planned survey, and the server's parts that draw its waves and send."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, update

from ivr.domain.errors import StoreError
from ivr.runtime.ids import Ulids
from ivr.runtime.survey_waves.previewing import Previewer
from ivr.runtime.survey_waves.waving import Calendar, Waving
from ivr.runtime.surveys.pauses import Pauses
from ivr.store.compliance.consents import SqlConsents
from ivr.store.compliance.desk import Office
from ivr.store.compliance.pseudonyms import Pseudonyms
from ivr.store.tables import METADATA
from ivr.store.waves.repository import SqlWaves
from ivr.surveys.files.loading import Surveys, read_version
from tests.fakes.survey_house import DEFINITION, ISTANBUL, OURS, SurveyHouse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.asking.waves import Place, WaveNew
    from ivr.store.opening import SqlStore
    from ivr.surveys.model import Plan, Survey

PLANNED: dict[str, Any] = {
    "when": "planned",
    "match": "customer.segment == 'corporate'",
    "every": "FREQ=WEEKLY;BYDAY=MO;BYHOUR=10",
    "seed": "w",
    "media": ["sms"],
    "expires": "48h",
}
NOW = "round"


def asked(**changes: Any) -> Survey:  # noqa: ANN401
    """The survey with one planned plan, as its file would say it."""
    plan = {key: value for key, value in {**PLANNED, **changes}.items() if value is not None}
    return read_version(json.dumps({**DEFINITION, "plans": {NOW: plan}}))


def previewer(store: SqlStore, clock: Clock) -> Previewer:
    """Looks ahead at the one plan, as a server with this store does."""
    new_id = Ulids(clock).new
    calendar = Calendar(
        SqlWaves(store.database), lambda: {"support": asked()}, clock, lambda: ISTANBUL, new_id
    )
    consents = SqlConsents(store.database, Office(Pseudonyms(b"0" * 32), new_id, "TR"))
    return Previewer(calendar, store.surveys, consents, lambda _number: ISTANBUL)


@dataclass
class WaveHouse(SurveyHouse):
    """The same house with customers. survey: in force. flow_hash: of the flow that calls walk."""

    survey: Survey | None = None
    flow_hash: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._people = count(1)
        self.keys: list[int] = []
        """Of the customers, in the order made."""
        self.waves = SqlWaves(self.store.database)
        self.pauses = Pauses(self.store.surveys)
        self.waving = self._server(self.waves)

    def calendar(self, waves: SqlWaves) -> Calendar:
        """What waves stand on in this house."""
        return Calendar(
            *(waves, self._known, self.clock, lambda: self.zone, self.new_id),
            flow_of=lambda _survey: self.flow_hash,
        )

    def _server(self, waves: SqlWaves) -> Waving:
        return Waving(self.calendar(waves))

    def _known(self) -> Mapping[str, Survey]:
        known = {self.survey.code: self.survey} if self.survey is not None else {}
        return self.pauses.applied(Surveys(known)).surveys

    def plan_in_force(self) -> Plan:
        """The one plan."""
        assert self.survey is not None
        return self.survey.plans[NOW]

    async def publish(self, **changes: Any) -> Survey:  # noqa: ANN401
        """Put a plan in force; None takes a key of the usual one out."""
        self.survey = asked(**changes)
        await self.store.surveys.publish((self.survey,), self.clock.now(), self.new_id)
        await self.pauses.load()
        return self.survey

    async def person(self, number: str = "", *, shared: bool = False, **columns: Any) -> str:  # noqa: ANN401
        """A customer with a number, "" = the next one of his own; the number."""
        n = next(self._people)
        number = number or f"+90532{n:07}"
        row = {
            **dict.fromkeys(("name_fold", "pref_medium", "pref_window"), ""),
            "public_id": self.new_id(),
            "customer_no": f"C{n}",
            "kind": "person",
            "full_name": f"Müşteri {n}",
            "segment": "corporate",
            "locale": "tr",
            "attrs": {},
            "created_at": self.clock.now(),
            "updated_at": self.clock.now(),
        }
        key = await self.add("customer", **{**row, **columns})
        self.keys.append(key)
        await self.number(key, number, shared=shared)
        return number

    async def number(self, customer: int, value: str, *, shared: bool = False) -> None:
        """One more number of a customer."""
        row = {
            "public_id": self.new_id(),
            "customer_id": customer,
            "kind": "phone",
            "value_raw": value,
            "value_norm": value,
            "tail9": value[-9:],
            "label": "",
            "is_primary": True,
            "shared": shared,
            "verified_how": "",
            "confidence": 100,
            "confirmed_at": self.clock.now(),
        }
        await self.add("contact_point", **row)

    async def people(self, many: int, **columns: Any) -> list[str]:  # noqa: ANN401
        """So many customers who agreed to surveys; their numbers."""
        found = [await self.person(**columns) for _ in range(many)]
        for number in found:
            await self.agreed(number)
        return found

    async def contact(self, customer: int, queue: str, **columns: Any) -> int:  # noqa: ANN401
        """A call of a customer that is over."""
        n = next(self._numbers)
        row = {
            **dict.fromkeys(("trunk", "channel", "provider_ref", "flow"), f"x{n}"),
            **dict.fromkeys(("flow_version", "locale", "outcome", "note"), "x"),
            "public_id": f"call{n}",
            "started_at": self.clock.now(),
            "to_norm": OURS,
            "path": [],
            "is_test": False,
            "customer_id": customer,
            "last_queue": queue,
        }
        return await self.add("interaction", **{**row, **columns})

    async def ticket(self, customer: int, *, product: str = "", **columns: Any) -> int:  # noqa: ANN401
        """A ticket of a customer about a product."""
        n, now = next(self._numbers), self.clock.now()
        names = ("subject", "description", "search_fold", "pref_medium", "pref_window", "category")
        more = ("team", "assignee", "source", "opened_by", "root_cause", "resolution_code")
        row: dict[str, Any] = {
            **dict.fromkeys((*names, *more, "form_sha256"), ""),
            **dict.fromkeys(("emergency", "blocking", "first_contact_resolved"), False),
            "public_id": self.new_id(),
            "number": f"26{n:07}",
            "origin_key": f"test:{n}",
            "status": "open",
            "state_type": "open",
            "severity": 1,
            "customer_id": customer,
            "product_id": await self.product(product) if product else None,
            "opened_at": now,
            "last_activity_at": now,
            "custom": {},
            "course": {},
        }
        return await self.add("ticket", **{**row, **columns})

    async def product(self, code: str) -> int:
        """The product of this code."""
        known = [row["id"] for row in await self.rows_of("product") if row["code"] == code]
        if known:
            return int(known[0])
        row = {"path": code, "code": code, "name": code, "level_kind": "product"}
        return await self.add("product", **row, default_attrs={}, related=[])

    def another(self) -> Waving:
        """A second server on the same store."""
        return self._server(SqlWaves(self.store.database))

    async def killed_after(self, changes: int) -> None:
        """A server that is gone after so many transactions of a wave; then texts that are due."""
        waves = _Killed(self.store.database, changes)
        with suppress(StoreError):
            await self._server(waves).look()
        await self.look()

    async def round(self, **later: float) -> WaveHouse:
        """Time passes; waves are drawn and whoever is due is written to."""
        await self.look(**later)
        await self.waving.look()
        await self.look()
        return self

    async def states(self) -> dict[tuple[str, str], int]:
        """State and reason -> how many invitations of waves."""
        found: dict[tuple[str, str], int] = {}
        for row in await self.rows_of("survey_invitation"):
            if row["wave"]:
                key = (row["state"], row["reason"])
                found[key] = found.get(key, 0) + 1
        return found

    async def set_wave(self, **columns: Any) -> None:  # noqa: ANN401
        """Change every wave."""
        change = update(METADATA.tables["survey_wave"]).values(columns)
        await self.store.database.change(lambda it: it.execute(change))

    async def fill(self, table: str, rows: list[dict[str, Any]]) -> None:
        """Many rows at once."""
        await self.store.database.change(
            lambda it: it.execute(insert(METADATA.tables[table]), rows)
        )


class _Killed(SqlWaves):
    """Waves of a server that dies: after so many changes nothing is written any more."""

    def __init__(self, database: Any, changes: int) -> None:  # noqa: ANN401
        super().__init__(database)
        self._left = changes

    def _count(self) -> None:
        if not self._left:
            raise StoreError("the server is gone")
        self._left -= 1

    async def begin(self, new: WaveNew, at: datetime) -> bool:
        self._count()
        return await super().begin(new, at)

    async def place(
        self, wave: str, decide: Place, limit: int, at: datetime, new_id: Callable[[], str]
    ) -> bool:
        self._count()
        return await super().place(wave, decide, limit, at, new_id)
