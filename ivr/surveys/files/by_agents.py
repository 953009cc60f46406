"""What a survey with `respondent: agent` may say: one scored question, and after which calls (V23).

The agent is asked on the desk while he winds a call up. Whatever belongs to asking callers (media,
samples, limits, follow-ups, sentences) would do nothing, so it is refused. Source: surveys.md 6.4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.surveys.files.reading import key_place
from ivr.surveys.model import POST_CALL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ivr.flow.reader_tree import Map
    from ivr.surveys.files.reading import Reading
    from ivr.surveys.files.shapes import PlanFields
    from ivr.surveys.model import Question

_OUT = "take it out"
_SENTENCES = ("offer", "thanks", "declined", "opted_out")
_OF_CALLERS = {
    "text": "the desk shows what stands under say",
    "only": "an agent is asked one question, always",
    "on": "an agent is asked on the desk",
    "required": "an agent may leave it out",
    "key": "no alarm and no follow-up looks at what an agent says",
}
"""Keys of a question that mean nothing here, and why."""
_PLAN_KEYS = frozenset({"when", "match"})


def check_agent_survey(reading: Reading, root: Map, questions: Mapping[str, Question]) -> None:
    """One question, which is scored; none of the sentences that callers hear."""
    for name in _present(root, _SENTENCES):
        message = f"an agent hears no {name}: he is asked on the desk"
        reading.error("V23", key_place(root, name), message, _OUT)
    for place, question in enumerate(questions.values()):
        at = question.at or key_place(root, "questions")
        if place:
            message = "an agent is asked one question after a call, not more"
            reading.error("V23", at, message, _OUT)
        elif not question.score:
            message = f'"{question.name}" has no score to be compared with that of the caller'
            reading.error("V23", at, message, "write score: csat")


def check_agent_question(reading: Reading, raw: Map) -> None:
    """Keys that only mean something where callers are asked."""
    for name in _present(raw, _OF_CALLERS):
        reading.error("V23", key_place(raw, name), _OF_CALLERS[name], _OUT)


def check_agent_plan(reading: Reading, raw: Map, fields: PlanFields) -> None:
    """After calls, and nothing but after which: every one of them is asked about."""
    if fields.when != POST_CALL:
        message = f"agents are asked after calls, never {fields.when}"
        reading.error("V23", key_place(raw, "when"), message, "write when: post_call")
    for entry in raw.entries:
        name = entry.key.value
        if name in type(fields).model_fields and name not in _PLAN_KEYS:
            message = f"{name} has no meaning where agents are asked, which is after each call"
            reading.error("V23", entry.key.at, message, _OUT)


def _present(raw: Map, names: Iterable[str]) -> list[str]:
    return [name for name in names if raw.get(name) is not None]
