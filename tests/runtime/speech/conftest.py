"""A workshop that ends with the test, and espeak-ng where the machine has it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from ivr.runtime.speech.shelf import Shelf
from ivr.runtime.speech.workshop import Workshop
from ivr.runtime.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
def real_espeak() -> None:
    """Skips where the program is not installed."""
    if shutil.which("espeak-ng") is None:
        pytest.skip("needs espeak-ng: it is not installed")


@pytest.fixture
async def workshop() -> AsyncIterator[Workshop]:
    """A workshop with processes of its own."""
    made = Workshop(places=2)
    yield made
    await made.close()


@pytest.fixture
async def tasks() -> AsyncIterator[Tasks]:
    """Background work, ended with the test."""
    made = Tasks()
    yield made
    await made.close()


@pytest.fixture
async def shelf(workshop: Workshop, tmp_path: Path) -> Shelf:
    """An empty shelf."""
    made = Shelf(workshop, tmp_path / "speech")
    await made.open()
    return made
