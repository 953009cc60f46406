"""The prompts of flows that are the same for every caller, so that they can be made ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.call import Prompt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ivr.engine.book import Book
    from ivr.flow.model import PromptText

MOST_NAMED = 20


def live_texts(book: Book) -> Iterator[PromptText]:
    """Every prompt of the versions that new calls get, in each of its languages."""
    hashes = sorted(set(book.live.values()))
    flows = (flow for each in hashes for flow in book.bundles[each].flows.values())
    for flow in flows:
        for texts in flow.prompts.values():
            yield from texts.values()


def fixed_prompts(texts: Iterable[PromptText]) -> list[Prompt]:
    """Those without values as they will be heard; each text and recording once."""
    found: dict[tuple[str, str, str], Prompt] = {}
    for text in texts:
        if text.audio or not text.template.inserts:
            prompt = _prompt(text)
            found.setdefault((prompt.audio, prompt.language, prompt.text), prompt)
    return list(found.values())


def _prompt(text: PromptText) -> Prompt:
    words = "" if text.audio else "".join(text.template.literals)
    return Prompt(text.name, text.language, words, text.longest_s, audio=text.audio)


def unrecorded(texts: Iterable[PromptText]) -> list[str]:
    """`tr/welcome` for every prompt that a recording could replace and none does."""
    lacking = (text for text in texts if not text.audio and not text.template.inserts)
    return sorted({f"{text.language}/{text.name}" for text in lacking})


def no_engine(names: Sequence[str]) -> str:
    """The sentence for an admin whose prompts nobody can say."""
    prompts = "prompt" if len(names) == 1 else "prompts"
    listed = f" or record the {len(names)} {prompts} listed" if names else ""
    return f"no speech engine: install espeak-ng{listed}"


def listed(names: Sequence[str]) -> str:
    """The names, at most twenty of them."""
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more
