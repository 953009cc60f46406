"""A small project in a folder of its own, made the working folder: one flow, its prompts, tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.cli import people_store
from ivr.store import open_store
from tests.fakes.fresh_store import open_fresh
from tests.fakes.project import Project

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.store import SqlStore


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The project; every command finds it without being told where."""
    monkeypatch.chdir(tmp_path)
    return Project.made(tmp_path)


@pytest.fixture
def tables_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first command that needs a database copies its tables: to make them takes longer than
    all the rest of most tests."""

    def opened(url: str, *, create: bool) -> SqlStore:
        return open_fresh(url) if create else open_store(url, create=False)

    monkeypatch.setattr(people_store, "open_store", opened)
