"""A pyVoIP phone calls the bank: it hears the menu, and its tones are taken as keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.bank_line import CALLER, ask_for_balance, check_opening
from tests.fakes.pyvoip import PyVoip, need_pyvoip

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tests.fakes.bank_line import BankLine

INBAND = {"    open: true ": "    media: {dtmf: inband}\n    open: true "}


async def test_pyvoip_hears_the_menu_and_gets_its_balance_by_tones(
    tmp_path: Path, opens: Callable[..., Awaitable[BankLine]]
) -> None:
    need_pyvoip()
    line = await opens(INBAND)
    phone = await PyVoip.start(tmp_path, line, CALLER)
    try:
        await phone.call("bank")
        await ask_for_balance(line, phone.press)
        await check_opening(line, await phone.heard())
    finally:
        await phone.close()
