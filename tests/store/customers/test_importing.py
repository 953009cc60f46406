"""Tables are taken in parts: calls wait while one is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotValidError
from ivr.store.customers.importing import MOST_ROWS

if TYPE_CHECKING:
    from ivr.runtime.ports.customers import Act
    from tests.fakes.customer_ports import CustomerPorts


async def test_a_table_that_is_too_long_is_refused(desk: CustomerPorts, act: Act) -> None:
    rows = [{"code": f"p{number}", "name": ""} for number in range(MOST_ROWS + 1)]
    with pytest.raises(NotValidError, match="at most"):
        await desk.products.import_products(rows, act, dry_run=True)


async def test_a_dry_run_writes_nothing_down_either(desk: CustomerPorts, act: Act) -> None:
    rows = [{"code": "p1", "name": "P1"}]
    assert (await desk.products.import_products(rows, act, dry_run=True)).added == 1
    assert (await desk.products.import_products(rows, act, dry_run=False)).added == 1
