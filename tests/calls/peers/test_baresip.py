"""baresip calls the bank, hears the menu as it was made, and gets where its keys lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.bank_line import CALLER, BankLine, ask_for_balance, check_opening
from tests.fakes.baresip import Baresip

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def phone(tmp_path: Path) -> AsyncIterator[Baresip]:
    """A baresip of the customer."""
    made = await Baresip.start(tmp_path / "baresip", f"{CALLER}@127.0.0.1")
    yield made
    await made.close()


async def test_baresip_hears_the_menu_and_gets_its_balance(phone: Baresip, line: BankLine) -> None:
    await phone.do("dial", line.uri())
    await ask_for_balance(line, phone.press)
    await phone.event("CALL_CLOSED")
    await check_opening(line, phone.heard())
