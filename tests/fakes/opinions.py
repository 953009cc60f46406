"""Writes surveys, invitations and answers into a database, as the server would."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from ivr.store.tables import METADATA
from ivr.surveys.files.loading import read_surveys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Table

    from ivr.store.database import Database

FILE = Path(__file__).resolve().parents[2] / "flows" / "surveys" / "support.yaml"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass(slots=True)
class Opinions:
    """A database with surveys in it. at: when things happen that say no time."""

    database: Database
    at: datetime = NOON
    made: int = 0
    first_plan: int = 0
    versions: dict[str, int] = field(default_factory=dict)

    async def add(self, table: str, **row: Any) -> int:  # noqa: ANN401 - of columns
        """A row; gives its id."""
        what = METADATA.tables[table]
        asked = insert(what).values(row).returning(what.c.id)
        key = await self.database.change(lambda it: it.execute(asked).scalar_one())
        return int(key)

    async def version(self, code: str = "support", digest: str = "a" * 64, **more: object) -> int:
        """A wording."""
        row = {"code": code, "hash": digest, "syntax_version": 1, "definition": {},
               "published_at": self.at, "continues": ""}  # fmt: skip
        key = await self.add("survey_version", **{**row, **more})
        self.versions[code] = key
        return key

    async def plan(self, name: str = "after_call", code: str = "support", **more: object) -> int:
        """A plan; the wording of its survey is made if there is none."""
        if code not in self.versions:
            await self.version(code)
        self.made += 1
        row = {"public_id": f"p{self.made:025}", "code": code, "name": name, "position": self.made,
               "definition": {}, "seed": "x", "active": True, "anonymous": False,
               "valid_from": self.at}  # fmt: skip
        return await self.add("survey_plan", **{**row, **more})

    async def invite(self, plan: int, state: str, reason: str = "", **more: object) -> int:
        """An invitation."""
        self.made += 1
        row = {
            "public_id": f"i{self.made:025}", "plan_id": plan, "wave": "", "agent": "ayse",
            "version_id": next(iter(self.versions.values())), "queue": "support",
            "category": "card.lost", "medium": "voice", "locale": "tr", "state": state,
            "reason": reason, "rate": 0.1, "created_at": self.at,
        }  # fmt: skip
        return await self.add("survey_invitation", **{**row, **more})

    async def answered(
        self, plan: int, *scores: tuple[str, int], comment: str = "", **more: object
    ) -> int:
        """A completed invitation with its answers: (csat, 5), (nps, 9). Gives the response's id."""
        asked = await self.invite(plan, "completed", "", **{"reached_at": self.at, **more})
        kind, first = scores[0] if scores else ("", None)
        version = more.get("version_id", next(iter(self.versions.values())))
        self.made += 1
        response = await self.add(
            "survey_response", public_id=f"r{self.made:025}", invitation_id=asked, plan_id=plan,
            version_id=version, respondent="caller", medium=more.get("medium", "voice"),
            locale="tr", completion="completed", score=first, score_kind=kind,
            started_at=more.get("created_at", self.at),
            interaction_id=more.get("interaction_id"),
        )  # fmt: skip
        for name, value in scores:
            await self.answer(response, name, name, value)
        if comment:
            await self.answer(response, "comment", "", None, comment)
        return response

    async def spoke(self, response: int, name: str, **more: object) -> int:
        """A spoken comment, with the row of its recording. more: columns of that."""
        row = {"public_id": name, "turn": 3, "kind": "survey_comment", "box": "", "state": "ready",
               "source": "", "words": "", "locale": "tr", "survey": "support",
               "question": "comment", "counted_ms": 1400, "duration_ms": 1500, "at": self.at,
               "reason": ""}  # fmt: skip
        await self.add("recording", **{**row, **more})
        return await self.answer(response, "comment", "", None, recording=name)

    async def answer(
        self, response: int, question: str, kind: str, value: int | None, words: str | None = None,
        **more: object,
    ) -> int:  # fmt: skip
        """One answer."""
        row = {"response_id": response, "question": question, "score_kind": kind,
               "value_num": value, "value_text": words, "latency_ms": 2000, "tries": 1,
               "at": self.at}  # fmt: skip
        return await self.add("survey_answer", **{**row, **more})

    async def crowd(
        self, plan: int, csat: Sequence[int], nps: Sequence[int], **more: object
    ) -> None:
        """Many completed invitations at once, a CSAT and an NPS each."""
        tables = METADATA.tables

        def work(connection: Connection) -> None:
            for first, second in zip(csat, nps, strict=True):
                self.made += 1
                asked = {**_ASKED, "public_id": f"i{self.made:025}", "plan_id": plan,
                         "version_id": next(iter(self.versions.values())), "state": "completed",
                         "created_at": self.at, "reached_at": self.at, **more}  # fmt: skip
                key = _added(connection, tables["survey_invitation"], asked)
                response = {"public_id": f"r{self.made:025}", "invitation_id": key,
                            "plan_id": plan, "version_id": asked["version_id"],
                            "respondent": "caller", "medium": asked["medium"], "locale": "tr",
                            "completion": "completed", "score": first, "score_kind": "csat",
                            "started_at": asked["created_at"]}  # fmt: skip
                given = _added(connection, tables["survey_response"], response)
                for kind, value in (("csat", first), ("nps", second)):
                    answer = {"response_id": given, "question": kind, "score_kind": kind,
                              "value_num": value, "at": self.at, "tries": 1}  # fmt: skip
                    connection.execute(insert(tables["survey_answer"]).values(answer))

        await self.database.change(work)


_ASKED = {"wave": "", "agent": "ayse", "queue": "support", "category": "card.lost",
          "medium": "voice", "locale": "tr", "reason": "", "rate": 0.1}  # fmt: skip


def _added(connection: Connection, table: Table, row: dict[str, object]) -> int:
    return int(connection.execute(insert(table).values(row).returning(table.c.id)).scalar_one())


async def published(database: Database, at: datetime) -> Opinions:
    """A database with the survey of the example and its plan. at: now; what is made in it later is
    an hour old."""
    found, problems = read_surveys({"surveys/support.yaml": FILE.read_bytes()})
    assert found is not None, problems
    survey = found.surveys["support"]
    book = Opinions(database, at=at - timedelta(hours=1))
    await book.version(definition=json.loads(survey.definition), digest=survey.hash)
    plan = json.loads(survey.plans["after_call"].definition)
    book.first_plan = await book.plan(definition=plan)
    return book
