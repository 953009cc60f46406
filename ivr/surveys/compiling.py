"""Makes of a survey an ordinary sub-flow: offer, one question after the other, thanks.

The result is the text of two flow files, and of a third for calls of a planned survey. They are
loaded, versioned, journalled and kept on the shelf like any other. JSON is used for the text: it is
YAML too. Source: surveys.md 6.1 and 3.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.domain.call import Outcome
from ivr.domain.filing import call_flow_of, flow_of
from ivr.domain.scalars import duration_text
from ivr.flow.expressions.syntax import Name, walk
from ivr.surveys.model import CHOICE, COMMENT, NPS, NUMBER, VOICE
from ivr.surveys.scopes import ANSWERS, ASKED_ABOUT, RECORDS, type_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.flow.expressions import Expression
    from ivr.surveys.model import Question, Survey

Step = dict[str, object]
OVER, OUT, DECLINED = "over", "opted_out", "declined"
GIVEN, MISSED, SILENT = "given", "missed", "silent"
NPS_FIRST_S = "3s"
"""Where one timer serves both keys of a 10, it is this one (surveys.md section 3)."""
_AGAIN = {
    "tr": "Lütfen {low} ile {high} arasında tuşlayın. Geçmek için kareye basın.",
    "en": "Please press {low} to {high}, or hash to skip it.",
}
"""Shorter words for the second and third try, where they are known in every language."""


def prompt_name(code: str, question: str) -> str:
    """The prompt of a question; a recording of this name replaces the text."""
    return f"{flow_of(code)}_{question}"


def compiled(survey: Survey, folder: str = "") -> dict[str, bytes]:
    """Path -> text of the two files. folder: that of the flows, with its slash.

    Empty for a survey without a question by voice: nobody can be asked it on the line.
    """
    if not survey.asked_by(VOICE):
        return {}
    name = f"{folder}{flow_of(survey.code)}"
    return {
        f"{name}.yaml": _text(_flow(survey)),
        f"{name}.prompts.yaml": _text(_prompts(survey)),
    }


def call_flow(survey: Survey, folder: str = "") -> dict[str, bytes]:
    """Path -> text of the flow that a call of ours walks to ask this survey.

    Empty for one that calls nobody. The text is the same for every plan, so that a wave that has
    begun can be asked by the version it was drawn with.
    """
    if not survey.calls or not survey.asked_by(VOICE):
        return {}
    flow = {
        "flow": call_flow_of(survey.code),
        "version": "1",
        "languages": list(survey.languages),
        "start": "begin",
        "uses": {"surveys": [survey.code]},
        "nodes": {
            "begin": [{"survey": survey.code, "done": OVER}],
            OVER: [{"outcome": str(Outcome.SELF_SERVED)}, {"hangup": ""}],
        },
    }
    return {f"{folder}{call_flow_of(survey.code)}.yaml": _text(flow)}


def inputs(survey: Survey) -> tuple[tuple[str, ...], ...]:
    """The facts that its questions look at, as paths such as ("customer", "segment")."""
    reads = [path for each in survey.asked_by(VOICE) for path in _reads(each.only)]
    return tuple(dict.fromkeys(path for path in reads if path[0] in ASKED_ABOUT))


def input_name(path: tuple[str, ...]) -> str:
    """What a fact is called inside: `customer_segment`."""
    return "_".join(path)


def _text(data: Mapping[str, object]) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


def _flow(survey: Survey) -> dict[str, object]:
    asked = survey.asked_by(VOICE)
    nodes: dict[str, object] = {"begin": [*_offer(survey), {"go": _node(asked[0].name)}]}
    after = [*(_node(each.name) for each in asked[1:]), OVER]
    for question, target in zip(asked, after, strict=True):
        nodes[_node(question.name)] = [_question(survey, question), {"go": target}]
    nodes[OVER] = _end(survey, "answered", _farewell(survey))
    if _may_opt_out(survey):
        nodes[OUT] = _end(survey, OUT, [_say(survey, OUT)] if survey.opted_out.say else [])
    facts = {input_name(path): RECORDS[path[0]][path[1]].name for path in inputs(survey)}
    answers = {_variable(each.name): str(type_of(each)) for each in asked}
    return {
        "flow": flow_of(survey.code),
        "version": "1",
        "languages": list(survey.languages),
        "start": "begin",
        **({"inputs": facts} if facts else {}),
        "vars": {**answers, **dict.fromkeys((GIVEN, MISSED, SILENT), "number = 0")},
        "exits": ["over"],
        "nodes": nodes,
    }


def _node(question: str) -> str:
    return f"ask_{question}"


def _variable(question: str) -> str:
    return f"answer_{question}"


def _offer(survey: Survey) -> list[Step]:
    if not survey.offer.say:
        return []
    step: Step = {"survey_offer": prompt_name(survey.code, "offer")}
    if _may_opt_out(survey):
        step |= {"opt_out": survey.offer.opt_out_key, "out": OUT}
    return [step]


def _may_opt_out(survey: Survey) -> bool:
    return bool(survey.offer.say and survey.offer.opt_out_key)


def _question(survey: Survey, question: Question) -> Step:
    if question.kind == COMMENT:
        return _comment(survey, question)
    step: Step = {
        "survey_question": question.name,
        "survey": survey.code,
        "of": survey.hash,
        "kind": "number" if question.kind == NUMBER else "key",
        "say": prompt_name(survey.code, question.name),
        "into": _variable(question.name),
        "given": GIVEN,
        "missed": MISSED,
        "required": "true" if question.required else "false",
        "silent": SILENT,
        "giveup": OVER,
        **_answers(question),
    }
    if _has_shorter(survey, question):
        step["again"] = _shorter(question)
    if question.score:
        step["score"] = question.score
    if question.is_key:
        step["is_key"] = "true"
    if question.kind == NPS:
        step["first"] = NPS_FIRST_S
    if question.only is not None:
        step["only"] = _inside(question.only)
    return step


def _comment(survey: Survey, question: Question) -> Step:
    step: Step = {
        "survey_comment": question.name,
        "survey": survey.code,
        "of": survey.hash,
        "say": prompt_name(survey.code, question.name),
        "longest": duration_text(timedelta(seconds=question.longest_s)),
        "required": "true" if question.required else "false",
        "last": "true" if survey.asked_by(VOICE)[-1] is question else "false",
        "into": _variable(question.name),
        "given": GIVEN,
        "missed": MISSED,
    }
    if question.only is not None:
        step["only"] = _inside(question.only)
    return step


def _answers(question: Question) -> Step:
    if question.kind == NUMBER:
        return {"low": str(question.low), "high": str(question.high)}
    if question.kind == CHOICE:
        return {"answers": dict(question.choices), "words": "true"}
    return {"answers": {str(n): str(n) for n in range(question.low, question.high + 1)}}


def _end(survey: Survey, how: str, said: list[Step]) -> list[Step]:
    end: Step = {"survey_end": how, "survey": survey.code, "given": GIVEN, "missed": MISSED}
    end |= {"silent": SILENT}
    return [end, *said, {"go": "exit.over"}]


def _farewell(survey: Survey) -> list[Step]:
    """Thanks; to whoever answered nothing the other sentence, if there is one."""
    thanks = [_say(survey, "thanks")] if survey.thanks.say else []
    if not survey.declined.say:
        return thanks
    for step in thanks:
        step["only"] = f"{GIVEN} > 0"
    return [{**_say(survey, DECLINED), "only": f"{GIVEN} == 0"}, *thanks]


def _say(survey: Survey, name: str) -> Step:
    return {"say": prompt_name(survey.code, name)}


def _prompts(survey: Survey) -> dict[str, object]:
    said: dict[str, Mapping[str, str]] = {"offer": survey.offer.say, "thanks": survey.thanks.say}
    said[DECLINED] = survey.declined.say
    said[OUT] = survey.opted_out.say if _may_opt_out(survey) else {}
    found = {prompt_name(survey.code, name): dict(texts) for name, texts in said.items() if texts}
    for question in survey.asked_by(VOICE):
        found[prompt_name(survey.code, question.name)] = dict(question.say)
        if _has_shorter(survey, question):
            span = {"low": question.low, "high": question.high}
            words = {each: _AGAIN[each].format(**span) for each in survey.languages}
            found[_shorter(question)] = words
    return dict(found)


def _has_shorter(survey: Survey, question: Question) -> bool:
    """A choice has no shorter words: its keys must be said again; a comment has no keys."""
    return question.kind not in {CHOICE, COMMENT} and all(
        each in _AGAIN for each in survey.languages
    )


def _shorter(question: Question) -> str:
    return f"survey_again_{question.low}_{question.high}"


def _reads(only: Expression | None) -> tuple[tuple[str, ...], ...]:
    return () if only is None else only.reads


def _inside(only: Expression) -> str:
    """The condition with the names that answers and facts have inside the sub-flow."""
    text = only.text
    names = [node for node in walk(only.tree) if isinstance(node, Name)]
    for node in sorted(names, key=lambda each: each.span.at, reverse=True):
        is_answer = node.path[0] == ANSWERS
        name = _variable(node.path[1]) if is_answer else input_name(node.path)
        begin = node.span.at
        text = text[:begin] + name + text[begin + len(".".join(node.path)) :]
    return text
