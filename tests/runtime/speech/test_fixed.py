"""Which prompts can be made ahead, and how it is told that nobody can say them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.engine.load import load_book
from ivr.flow.prompts import Voice, render
from ivr.flow.world import World
from ivr.media.wav import Clip, write_wav
from ivr.runtime.memory.clock import START
from ivr.runtime.speech.fixed import (
    fixed_prompts,
    listed,
    live_texts,
    no_engine,
    unrecorded,
)

if TYPE_CHECKING:
    from ivr.engine.book import Book
    from ivr.flow.model import PromptText

FLOW = """
flow: shop
version: 1
languages: [en, tr]
start: hello
nodes:
  hello:
    - say: [hello, again, group, name]
    - hangup:
"""
PROMPTS = """
hello: {tr: "Merhaba.", en: "Hello {{you}}."}
again: {tr: "Merhaba.", en: "Again."}
group: {tr: "Bir[ iki].", en: "One[ two]."}
name: {tr: "Sayın {call.from|phone}.", en: "Dear {call.from|phone}."}
"""


@pytest.fixture(scope="module")
def book() -> Book:
    files = {
        "shop.yaml": FLOW.encode(),
        "shop.prompts.yaml": PROMPTS.encode(),
        "prompts/en/again.wav": write_wav(Clip(bytes(16000), 8000)),
    }
    book, problems = load_book(files, World())
    assert book is not None, [str(each) for each in problems]
    return book


def texts(book: Book) -> list[PromptText]:
    return list(live_texts(book))


def test_prompts_without_values_are_made_once_each(book: Book) -> None:
    prompts = fixed_prompts(texts(book))
    assert sorted((each.language, each.text) for each in prompts if not each.audio) == [
        ("en", "Hello {you}."),
        ("en", "One two."),
        ("tr", "Bir iki."),
        ("tr", "Merhaba."),
    ]
    [recorded] = [each for each in prompts if each.audio]
    assert (recorded.name, recorded.text, recorded.seconds) == ("again", "", 1.0)


def test_the_words_are_those_that_a_call_would_hear(book: Book) -> None:
    every = {(each.language, each.name): each for each in texts(book)}
    for prompt in fixed_prompts(texts(book)):
        if not prompt.audio:
            template = every[prompt.language, prompt.name].template
            voice = Voice(prompt.language, START, START.tzinfo)  # type: ignore[arg-type]
            assert render(template, lambda _path: None, voice).text == prompt.text


def test_prompts_that_could_be_recorded_are_named(book: Book) -> None:
    assert unrecorded(texts(book)) == ["en/group", "en/hello", "tr/again", "tr/group", "tr/hello"]


def test_the_sentence_counts_the_prompts() -> None:
    names = [f"tr/p{number}" for number in range(14)]
    assert no_engine(names) == (
        "no speech engine: install espeak-ng or record the 14 prompts listed"
    )
    assert no_engine(names[:1]).endswith("or record the 1 prompt listed")
    assert no_engine([]) == "no speech engine: install espeak-ng"


def test_a_list_of_names_has_an_end() -> None:
    names = [f"p{number}" for number in range(25)]
    assert listed(names[:2]) == "p0, p1"
    assert listed(names).endswith("p18, p19 and 5 more")
