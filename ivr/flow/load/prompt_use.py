"""Gives each flow the prompts it uses and says which are short of a language or used by nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ivr.flow.load.leaves import prompts_of, steps_of
from ivr.flow.load.prompt_files import WrittenPrompt

if TYPE_CHECKING:
    from ivr.flow.load.findings import Findings
    from ivr.flow.model import Flow, PromptText

Prompts = Mapping[str, WrittenPrompt]


def names_used(flow: Flow, known: Iterable[str], queues: Iterable[str] = ()) -> tuple[str, ...]:
    """The prompts that a flow says or writes, each once, those nobody wrote left out.

    queues: those that queues want said; any of them may be where callers of a flow wait in one.
    """
    names = dict.fromkeys(str(name) for name, _at in prompts_of(flow))
    if any(step.verb == "queue" for step in steps_of(flow)):
        names |= dict.fromkeys(queues)
    there = frozenset(known)
    return tuple(name for name in names if name in there)


def prompts_for(
    flow: Flow, written: Prompts, findings: Findings, queues: Iterable[str] = ()
) -> dict[str, Mapping[str, PromptText]]:
    """Prompt -> language -> text, for the languages of the flow; F502 where one is missing.

    queues: prompts that queues want said.
    """
    told = flow.raw is not None and "languages" in findings.excused(flow.raw.at)
    found: dict[str, Mapping[str, PromptText]] = {}
    for name in names_used(flow, written, queues):
        prompt = written[name]
        found[name] = {lang: text for lang, text in prompt.texts.items() if lang in flow.languages}
        for language in flow.languages:
            if language not in prompt.texts and prompt.is_sound and not told:
                findings.error("F502", prompt.inside_at, f"{name} has no {language}")
    return found


def is_complete(flow: Flow, written: Prompts) -> bool:
    """Whether each prompt a flow uses is sound and has every language."""
    return all(
        written[name].is_sound and not [one for one in flow.languages if one not in texts]
        for name, texts in flow.prompts.items()
    )


def check_unused(
    flows: Iterable[Flow],
    shared: Prompts,
    own: Mapping[str, Prompts],
    findings: Findings,
    *,
    asked: frozenset[str] = frozenset(),
) -> None:
    """F506: prompts that no flow uses. A prompt of a flow's own hides the shared one.

    asked: shared prompts that something beside the flows uses.
    """
    used = frozenset(
        (written[name].file, name)
        for flow in flows
        for written in ({**shared, **own.get(flow.name, {})},)
        for name in flow.prompts
    )
    used |= {(prompt.file, name) for name, prompt in shared.items() if name in asked}
    for prompts in (shared, *own.values()):
        for prompt in prompts.values():
            if (prompt.file, prompt.name) not in used:
                message = f'prompt "{prompt.name}" is never used'
                findings.warning("F506", prompt.at, message)
