"""The bank's line for phones that other people made, ended at the end of a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.bank_line import BankLine

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
    from pathlib import Path

    Opens = Callable[..., Awaitable[BankLine]]


@pytest.fixture
async def opens(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Opens]:
    """Opens the line with other text in its configuration, and users whose phones may register."""
    monkeypatch.chdir(tmp_path)
    made: list[BankLine] = []

    async def begin(
        changes: Mapping[str, str] | None = None, users: Sequence[str] = ()
    ) -> BankLine:
        sounds = tmp_path_factory.getbasetemp() / "sounds"
        made.append(await BankLine.open(tmp_path, sounds, changes, users))
        return made[-1]

    yield begin
    for each in made:
        await each.sip.close()


@pytest.fixture
async def line(opens: Opens) -> BankLine:
    """The line as it is."""
    return await opens()
