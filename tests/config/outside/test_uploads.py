"""What is taken of files, as config.yaml says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.tickets.file_kinds import USUAL

if TYPE_CHECKING:
    from tests.config.conftest import Load, Problems


def test_without_a_word_all_but_archives_are_taken_and_no_links_are_made(load: Load) -> None:
    uploads = load("log: {level: info}").uploads
    assert (uploads.most_mb, uploads.files, uploads.link) == (10, 5, None)
    assert frozenset(uploads.kinds) == USUAL


def test_the_house_says_what_it_takes(load: Load) -> None:
    uploads = load("uploads: {most_mb: 25, files: 3, kinds: [.JPG, png], link: 90m}").uploads
    assert (uploads.most_mb, uploads.files, uploads.link) == (25, 3, 5400)
    assert uploads.kinds == ("jpg", "png")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("uploads: {kinds: [html]}", '"html" is no kind of file that can be taken'),
        ("uploads: {kinds: [jpgg]}", 'did you mean "jpeg"'),
        ("uploads: {most_mb: 0}", "not a whole number from 1 to 500"),
        ("uploads: {link: 2d}", "out of range"),
    ],
)
def test_a_mistake_is_told_with_its_remedy(problems: Problems, text: str, words: str) -> None:
    [line] = problems(text)
    assert line.startswith("1:")
    assert words in line
