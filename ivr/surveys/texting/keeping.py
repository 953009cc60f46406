"""A session as plain data for the store, and back; times as ISO 8601."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from ivr.surveys.texting.dialogue import Answer, Session

if TYPE_CHECKING:
    from collections.abc import Mapping


def kept(session: Session) -> dict[str, Any]:
    """As it is stored; what has no value is left out."""
    row = {
        "begun_at": session.begun_at.isoformat(),
        "asked_at": session.asked_at.isoformat(),
        "heard_at": None if session.heard_at is None else session.heard_at.isoformat(),
        "question": session.question,
        "tries": session.tries,
        "reminded": session.reminded,
        "answers": [_kept(each) for each in session.answers.values()],
    }
    return {name: value for name, value in row.items() if value}


def read_back(row: Mapping[str, Any]) -> Session:
    """The session that was stored. Raises KeyError or ValueError for what is none."""
    heard_at = row.get("heard_at")
    answers = [_read(each) for each in row.get("answers", ())]
    return Session(
        begun_at=datetime.fromisoformat(row["begun_at"]),
        asked_at=datetime.fromisoformat(row["asked_at"]),
        question=row.get("question", ""),
        tries=row.get("tries", 0),
        heard_at=None if heard_at is None else datetime.fromisoformat(heard_at),
        reminded=row.get("reminded", False),
        answers={each.question: each for each in answers},
    )


def _kept(answer: Answer) -> list[Any]:
    return [
        *(answer.question, answer.number, answer.value, answer.comment, answer.raw),
        *(answer.tries, answer.at.isoformat()),
    ]


def _read(row: list[Any]) -> Answer:
    question, number, value, comment, raw, tries, at = row
    return Answer(question, number, value, comment, raw, tries, datetime.fromisoformat(at))
