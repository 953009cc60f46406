"""Checks what menus say against the keys they have, and how long prompts and messages are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ivr.domain.problem import Problem, Severity
from ivr.flow.checker.parts import parts_of
from ivr.flow.checker.paths.keys import own_keys
from ivr.flow.fields import PromptName
from ivr.flow.prompt_sms import UCS2, sms_segments
from ivr.flow.prompt_template import Group, Insert
from ivr.flow.proof.goals import main_prompts, prompt_text
from ivr.flow.proof.spoken_keys import spoken_keys
from ivr.flow.proof.ways import always_in_force, always_works, flows_of, steps_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ivr.flow.model import Bundle, Flow, PromptText, Step
    from ivr.flow.prompt_template import Template
    from ivr.flow.spec import VerbSpec
    from ivr.flow.world import World

LONGEST_S = 25
WRITTEN = frozenset({"sms", "ticket"})
"""Verbs, and fields of other verbs, whose prompts are read and not heard."""
WIDTHS: Mapping[str, int] = {
    "money": 12,
    "date": 11,
    "datetime": 17,
    "time": 5,
    "phone": 14,
    "duration": 12,
    "number": 4,
    "ordinal": 4,
    "percent": 4,
    "digits": 10,
    "code": 8,
}
"""Characters that a written value takes, about."""
OTHER_WIDTH = 12


def check_prompts(
    bundle: Bundle, specs: Mapping[str, VerbSpec], _world: World
) -> Iterator[Problem]:
    """F404, F405, F505 and F510 of every flow of a bundle."""
    owners = always_in_force(bundle)
    promised = bundle.root.promises.keys_are_spoken is True
    for flow in flows_of(bundle).values():
        always = frozenset(key for one in owners[flow.name] for key in one.always or {})
        severity = Severity.ERROR if promised or _promises(flow) else Severity.WARNING
        for step in steps_of(flow):
            if own_keys(step):
                works = always if always_works(step, specs) else frozenset()
                yield from _spoken(flow, step, works, severity)
        yield from _lengths(flow)


def _promises(flow: Flow) -> bool:
    return flow.promises.keys_are_spoken is True


def _spoken(flow: Flow, step: Step, works: frozenset[str], severity: Severity) -> Iterator[Problem]:
    """Each own key is named in the main prompt of each language, and no key that is not there."""
    own = own_keys(step)
    where = f"the menu in {flow.name}.{step.node}"
    for language in flow.languages:
        found = (prompt_text(flow, name, language) for name in main_prompts(step))
        texts = [text for text in found if text is not None]
        said = [(text, spoken_keys(text.template)) for text in texts]
        mentioned = frozenset(key for _text, keys in said for key in keys.mentioned)
        for key in own if texts else ():
            if key not in mentioned:
                message = f"{_name(texts)}.{language} never names key {key} of {where}"
                yield Problem("F404", severity, texts[0].at, message)
        for text, keys in said:
            for key in sorted(keys.named):
                if key not in own and key not in works:
                    message = f"{text.name}.{language} names key {key}, which {where} does not have"
                    yield Problem("F405", severity, text.at, message)


def _name(texts: list[PromptText]) -> str:
    return ", ".join(dict.fromkeys(text.name for text in texts))


def _lengths(flow: Flow) -> Iterator[Problem]:
    heard, sent = _heard_and_sent(flow)
    for name in heard:
        for language in flow.languages:
            text = prompt_text(flow, name, language)
            if text is not None and text.longest_s > LONGEST_S:
                lasts = f"{name}.{language} lasts {math.ceil(text.longest_s)} s"
                message = f"{lasts}, at most {LONGEST_S}"
                yield Problem("F505", Severity.WARNING, text.at, message)
    for name in sent:
        for language in flow.languages:
            text = prompt_text(flow, name, language)
            if text is not None:
                yield from _segments(text)


def _heard_and_sent(
    flow: Flow,
) -> tuple[Mapping[str, None], Mapping[str, None]]:
    heard: dict[str, None] = {}
    sent: dict[str, None] = {}
    if flow.resume is not None:
        heard[flow.resume.say] = None
    for step in steps_of(flow):
        for part in parts_of(step):
            if not isinstance(part.value, PromptName):
                continue
            if step.verb == "sms":
                sent[str(part.value)] = None
            elif step.verb not in WRITTEN and "ticket" not in part.path:
                heard[str(part.value)] = None
    return heard, sent


def _segments(text: PromptText) -> Iterator[Problem]:
    """F510: a note for what costs more than one segment, or is made dearer by a letter."""
    size = sms_segments(_estimate(text.template))
    if size.segments > 1 or size.encoding == UCS2:
        plural = "s" if size.segments > 1 else ""
        why = f' ({size.encoding} because of "{size.offender}")' if size.offender else ""
        message = f"{text.name}.{text.language} takes {size.segments} SMS segment{plural}{why}"
        yield Problem("F510", Severity.NOTE, text.at, message)


def _estimate(template: Template) -> str:
    """The text with every group in it and a filler for each value."""
    groups = (one.pieces if isinstance(one, Group) else (one,) for one in template.pieces)
    return "".join(_written(piece) for group in groups for piece in group)


def _written(piece: str | Insert) -> str:
    return piece if isinstance(piece, str) else "0" * WIDTHS.get(piece.format, OTHER_WIDTH)
