"""A small project in a folder of its own, made the working folder: one flow, its prompts, tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.project import Project

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The project; every command finds it without being told where."""
    monkeypatch.chdir(tmp_path)
    return Project.made(tmp_path)
