"""A sound survey file to damage, and the house it is read in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ivr.surveys.files.loading import read_surveys
from ivr.surveys.files.reading import Around

if TYPE_CHECKING:
    from ivr.domain.problem import Problem
    from ivr.surveys.model import Survey

PATH = "flows/surveys/support.yaml"
TEXT = (Path(__file__).resolve().parents[3] / PATH).read_text(encoding="utf-8")
AROUND = Around(
    queues=("cards", "loans", "general"),
    categories=("service", "billing"),
    segments=("corporate", "private"),
    names=("support",),
)


def changed(old: str, new: str) -> str:
    """The sound file with one thing changed, which must stand in it."""
    assert old in TEXT
    return TEXT.replace(old, new, 1)


def problems(text: str, around: Around = AROUND) -> tuple[Problem, ...]:
    """All that is wrong with a file."""
    return read_surveys({PATH: text.encode()}, around)[1]


def loaded(text: str = TEXT, around: Around = AROUND) -> Survey:
    """The survey of a file without errors."""
    found, told = read_surveys({PATH: text.encode()}, around)
    assert found is not None, told
    return found.surveys["support"]
