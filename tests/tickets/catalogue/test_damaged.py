"""The shipped files, damaged at random: the reader never breaks and names places that are there."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.flow.codes import CODES
from ivr.tickets.catalogue.loading import FILES, read_catalogue
from ivr.tickets.catalogue.reading import Surroundings

FLOWS = Path(__file__).resolve().parents[3] / "flows"
AROUND = Surroundings(
    teams=("card_desk", "back_office"),
    queues=("cards", "loans", "general"),
    calendars=("branch", "pharmacy"),
)
BITS = st.sampled_from(
    [
        "",
        "x",
        ":",
        " ",
        "{",
        "}",
        "[",
        "]",
        "'",
        '"',
        "!",
        "{a: b}",
        "[a]",
        "~",
        "0",
        "#",
        "\n",
        "- ",
    ]
)


@cache
def shipped() -> dict[str, str]:
    paths = [FLOWS / "prompts.yaml", *(FLOWS / "tickets" / name for name in FILES)]
    return {f"flows/{path.relative_to(FLOWS)}": path.read_text("utf-8") for path in paths}


@given(st.sampled_from(FILES), st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_is_written_there_it_is_told_and_nothing_breaks(
    name: str, data: st.DataObject
) -> None:
    files = dict(shipped())
    path = f"flows/tickets/{name}"
    text = files[path]
    for _times in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 12))
        text = text[:start] + data.draw(BITS) + text[start + length :]
    files[path] = text
    found, problems = read_catalogue({each: t.encode() for each, t in files.items()}, AROUND)
    assert (found is None) is any(each.severity == "error" for each in problems)
    lines = text.split("\n")
    for each in problems:
        assert each.code in CODES
        assert each.at.file in files
        if each.at.file == path:
            assert 1 <= each.at.line <= len(lines)
            assert 1 <= each.at.column <= len(lines[each.at.line - 1]) + 1
