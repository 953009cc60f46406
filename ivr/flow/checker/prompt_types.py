"""Checks the values inside prompts, with what is known at each step that says them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.domain.problem import Position
from ivr.flow.checker.names import NO_FACTS, Here
from ivr.flow.checker.tell import absent, error, unset_sentence
from ivr.flow.expressions.rules import noun
from ivr.flow.expressions.scope import missing_prefix, no_such_name
from ivr.flow.fields import PromptName
from ivr.flow.load.findings import find
from ivr.flow.types import UNKNOWN
from ivr.media.say import FORMATS, accepts, format_problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.domain.problem import Problem
    from ivr.flow.checker.study import Study
    from ivr.flow.model import Bundle, PromptText
    from ivr.flow.prompts import Insert
    from ivr.flow.types import Type

MOST_PLACES = 3
"""How many steps that say a prompt are named in one message."""


@dataclass(frozen=True, slots=True)
class _Saying:
    """A step that says a prompt. number: of its point; at: where it names the prompt."""

    prompt: str
    here: Here
    number: int
    at: Position


@dataclass(frozen=True, slots=True)
class _Fault:
    """A problem of a prompt's value. said: `(said at ...)` belongs behind the message."""

    code: str
    message: str
    hint: str = ""
    said: bool = False


def check_prompt_values(study: Study) -> Iterator[Problem]:
    """F204, F304, F504, F508 and F702 of the prompts that the flow says."""
    found: dict[tuple[Position, _Fault], list[Position]] = {}
    for saying in _sayings(study):
        texts = study.flow.prompts.get(saying.prompt, {})
        for language in study.flow.languages:
            if language in texts:
                for at, fault in _faults(study, texts[language], saying):
                    found.setdefault((at, fault), []).append(saying.at)
    for (at, fault), steps in found.items():
        said = f" ({_places(steps)})" if fault.said else ""
        yield error(fault.code, at, fault.message + said, fault.hint)


def _places(steps: list[Position]) -> str:
    places = list(dict.fromkeys(f"{at.file}:{at.line}:{at.column}" for at in steps))
    more = len(places) - MOST_PLACES
    tail = f" and {more} more" if more > 0 else ""
    return f"said at {', '.join(places[:MOST_PLACES])}{tail}"


def _sayings(study: Study) -> Iterator[_Saying]:
    for point in study.graph.points:
        for part in point.parts:
            if isinstance(part.value, PromptName):
                here = study.here(point, part)
                yield _Saying(str(part.value), here, point.number, part.at())
    resume = study.flow.resume
    if resume is not None and study.flow.raw is not None and study.graph.points:
        at = find(study.flow.raw, ("resume", "say")).at
        yield _Saying(resume.say, study.names.at(NO_FACTS), 0, at)


def _faults(study: Study, text: PromptText, saying: _Saying) -> Iterator[tuple[Position, _Fault]]:
    for insert in text.template.inserts:
        fault = _value_fault(insert, text, saying) or _unset(study, insert, saying)
        if fault is not None:
            yield insert_place(study.bundle, text, insert), fault


def _value_fault(insert: Insert, text: PromptText, saying: _Saying) -> _Fault | None:
    kind = saying.here.type_of(insert.path)
    if kind is None:
        return _no_name(insert, saying)
    if kind.sealed:
        return _Fault("F702", f'sealed "{insert.dotted}" would be said in {text.name}')
    if kind != UNKNOWN and not accepts(insert.format, str(kind.present)):
        return _misfit(insert, kind)
    if not insert.optional and missing_prefix(insert.path, saying.here, NO_FACTS):
        message = f"{insert.dotted} may be missing in {text.name}"
        return _Fault("F508", message, "put it in [ ] or guard the step", said=True)
    return None


def _no_name(insert: Insert, saying: _Saying) -> _Fault:
    sentence, hint = no_such_name(insert.path, saying.here)
    message, remedy = absent(insert.path, sentence, hint)
    return _Fault("F204", message, remedy, said=message != sentence)


def _misfit(insert: Insert, kind: Type) -> _Fault | None:
    """F504, unless the format itself is wrong, which the loader tells."""
    if format_problem(insert.format, insert.argument):
        return None
    right = [name for name in FORMATS if accepts(name, str(kind.present))]
    bar = f"|{right[0]}" if right and right[0] else ""
    hint = f"write {{{insert.dotted}{bar}}}" if right else ""
    words = f"{insert.format} cannot format" if insert.format else "plain text cannot hold"
    return _Fault("F504", f"{words} {noun(kind)}", hint)


def _unset(study: Study, insert: Insert, saying: _Saying) -> _Fault | None:
    if not saying.here.unset(insert.path):
        return None
    point = study.graph.points[saying.number]
    return _Fault("F304", unset_sentence(study, point, insert.path), said=True)


def insert_place(bundle: Bundle, text: PromptText, insert: Insert) -> Position:
    """Where the `{` of a value stands; the start of the text if escapes or folding hide it."""
    source = bundle.sources.get(text.at.file)
    if source is None:
        return text.at
    lines = source.decode("utf-8-sig", "replace").split("\n")
    earlier = [one for one in text.template.inserts if one.offset < insert.offset]
    times = sum(_written(one) == _written(insert) for one in earlier)
    return _occurrence(lines, text.at, _written(insert), times) or text.at


def _written(insert: Insert) -> str:
    bar = f"|{insert.format}" if insert.format else ""
    colon = f":{insert.argument}" if insert.argument else ""
    return f"{{{insert.dotted}{bar}{colon}}}"


def _occurrence(lines: list[str], start: Position, words: str, times: int) -> Position | None:
    """The place of the words after `start`, so many equal ones left out."""
    line, column = start.line - 1, start.column - 1
    while line < len(lines):
        column = lines[line].find(words, column)
        if column < 0:
            line, column = line + 1, 0
        elif times:
            times, column = times - 1, column + 1
        else:
            return Position(start.file, line + 1, column + 1)
    return None
