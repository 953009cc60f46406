"""Being forgotten takes the words of surveys, and leaves scores and the funnel as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select

from ivr.store.tables import METADATA
from tests.fakes.forgotten import PHONE, WORDS, Life

if TYPE_CHECKING:
    from sqlalchemy import Connection

_RESPONSE = METADATA.tables["survey_response"].c


def write(connection: Connection, life: Life, state: str) -> None:
    """An invitation to her number with a score and a comment, in this state."""

    def keep(table: str, **columns: Any) -> int:  # noqa: ANN401
        into = METADATA.tables[table]
        return int(
            connection.execute(insert(into).values(columns).returning(into.c.id)).scalar_one()
        )

    at = life.at
    version = keep(
        "survey_version",
        code="asked",
        hash="0" * 64,
        syntax_version=1,
        definition={},
        published_at=at,
        continues="",
    )
    plan = keep(
        "survey_plan",
        public_id="PLAN",
        code="asked",
        name="p",
        position=1,
        definition={},
        seed="s",
        valid_from=at,
    )
    invitation = keep(
        "survey_invitation",
        **dict.fromkeys(("wave", "agent", "category", "queue", "reason"), ""),
        public_id="INV",
        plan_id=plan,
        version_id=version,
        value_norm=PHONE,
        medium="sms",
        locale="tr",
        state=state,
        rate=1.0,
        created_at=at,
    )
    keep(
        "survey_talk",
        invitation_id=invitation,
        value_norm=PHONE,
        state={"said": WORDS},
        next_at=at,
    )
    response = keep(
        "survey_response",
        public_id="R",
        invitation_id=invitation,
        version_id=version,
        respondent="caller",
        medium="sms",
        locale="tr",
        completion="started",
        score=2,
        score_kind="csat",
        started_at=at,
    )
    for question, number in (("csat", 2), ("comment", None)):
        keep(
            "survey_answer",
            response_id=response,
            question=question,
            score_kind="",
            at=at,
            value_num=number,
            value_text=WORDS,
            input_raw=f"2 {WORDS}",
        )


async def rows(life: Life, table: str) -> list[dict[str, Any]]:
    """Every row of a table, in the order in which they were written."""
    whole = METADATA.tables[table]
    question = select(whole).order_by(*whole.primary_key)
    return await life.store.database.read(
        lambda it: [dict(row) for row in it.execute(question).mappings()]
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        *(("completed", "completed"), ("started", "partial"), ("scheduled", "expired")),
        *(("delivered", "expired"), ("suppressed", "suppressed")),
    ],
)
async def test_words_go_and_scores_stay(life: Life, before: str, after: str) -> None:
    await life.store.database.change(lambda it: write(it, life, before))
    await life.erasures.work(await life.forget(), life.act("job"))
    answers = await rows(life, "survey_answer")
    assert [row["value_num"] for row in answers] == [2, None]
    assert {row["value_text"] for row in answers} | {row["input_raw"] for row in answers} == {None}
    [response] = await rows(life, "survey_response")
    assert (response["score"], response["score_kind"]) == (2, "csat")
    assert response["anonymized_at"] is not None
    [invitation] = await rows(life, "survey_invitation")
    assert invitation["state"] == after
    assert len(invitation["value_norm"]) == 64
    [talk] = await rows(life, "survey_talk")
    assert (talk["state"], talk["next_at"]) == ({}, None)
    assert PHONE not in talk["value_norm"]


async def test_what_an_agent_said_of_her_call_is_a_number_and_stays(life: Life) -> None:
    await life.store.database.change(lambda it: write(it, life, "completed"))
    [call, *_others] = await rows(life, "interaction")
    [invitation] = await rows(life, "survey_invitation")
    mine = {
        **{name: invitation[name] for name in ("version_id", "plan_id")},
        **dict.fromkeys(("started_at", "finished_at", "judged_at"), life.at),
        "public_id": "A",
        "interaction_id": call["id"],
        "evaluator": "ayse",
        "score": 4,
        "respondent": "agent",
        "medium": "desk",
        "locale": "tr",
        "completion": "completed",
        "score_kind": "csat",
    }

    def keep(connection: Connection) -> None:
        made = insert(METADATA.tables["survey_response"]).values(mine).returning(_RESPONSE.id)
        said = {"response_id": connection.scalar(made), "question": "csat", "score_kind": "csat"}
        answer = {**said, "value_num": 4, "tries": 1, "at": life.at}
        connection.execute(insert(METADATA.tables["survey_answer"]).values(answer))

    await life.store.database.change(keep)
    before = await rows(life, "survey_response"), await rows(life, "survey_answer")
    await life.erasures.work(await life.forget(), life.act("job"))
    after = await rows(life, "survey_response"), await rows(life, "survey_answer")
    assert [each[-1] for each in before] == [each[-1] for each in after]
    assert after[0][-1]["interaction_id"] == call["id"], "it still has its pair"
