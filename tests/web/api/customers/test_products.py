"""Products and assets over HTTP, and their import."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotValidError
from ivr.web.api.customers.products import rows_of

if TYPE_CHECKING:
    from tests.fakes.ticket_door import TicketDoor


async def test_a_tree_of_products_hands_its_attributes_down(house: TicketDoor) -> None:
    await house.good("PUT", "/products/B1", "deniz", {"name": "Marka", "own": {"colour": "red"}})
    model = {"name": "Model", "parent": "B1", "own": {"kg": 3}}
    await house.good("PUT", "/products/M1", "deniz", model)
    one = await house.good("GET", "/products/M1", "ayse")
    assert (one["path"], one["attrs"], one["own"]) == (
        "B1/M1",
        {"colour": "red", "kg": 3},
        {"kg": 3},
    )
    rows = (await house.good("GET", "/products?under=B1", "ayse"))["items"]
    assert "M1" in [row["code"] for row in rows]
    assert (await house.send("GET", "/products/no", "ayse")).status == 404
    assert (await house.send("PUT", "/products/M2", "ayse", model)).status == 403
    assert (await house.send("PUT", "/products/B1", "deniz", model)).status == 422


async def test_an_asset_of_a_customer(house: TicketDoor) -> None:
    await house.good("PUT", "/products/M1", "deniz", {"name": "Model"})
    owner = (await house.customer())["id"]
    path = f"/customers/{owner}/assets"
    body = {"product": "M1", "serial_no": "S-1", "warranty_until": "2099-01-31"}
    made = await house.good("POST", path, "ayse", body)
    assert (made["product_name"], made["in_warranty"]) == ("Model", True)
    assert (await house.good("GET", f"/assets/{made['id']}", "ayse")) == made
    assert (await house.good("GET", "/assets?product=M1&serial=S-1", "ayse")) == made
    assert (await house.good("GET", path, "ayse"))["items"] == [made]
    assert (await house.send("POST", path, "ayse", body)).status == 422
    assert (await house.send("GET", "/assets?product=M1&serial=S-2", "ayse")).status == 404
    assert (await house.send("GET", "/customers/nobody/assets", "ayse")).status == 404
    card = await house.good("GET", f"/customers/{owner}/card", "ayse")
    assert [(row["serial_no"], row["in_warranty"]) for row in card["assets"]] == [("S-1", True)]


async def test_an_import_is_tried_dry_first(house: TicketDoor) -> None:
    table = {"csv": "code,name,parent,level,attr.kg\nB1,Marka,,brand,\nM1,Model,B1,model,3\n"}
    dry = await house.good("POST", "/products/import", "deniz", table)
    assert (dry["added"], dry["stored"]) == (2, False)
    assert (await house.good("GET", "/products", "ayse"))["items"] == []
    done = await house.good("POST", "/products/import", "deniz", {**table, "dry_run": False})
    assert (done["added"], done["stored"]) == (2, True)
    owner = (await house.customer())["number"]
    assets = f"customer,product,serial_no,sold_on\n{owner},M1,S-1,2026-01-02\nno,M1,S-2,x\n"
    bad = await house.good("POST", "/assets/import", "deniz", {"csv": assets, "dry_run": False})
    assert (bad["stored"], {row["number"] for row in bad["bad"]}) == (False, {2})
    assert (await house.send("POST", "/assets/import", "ayse", {"csv": assets})).status == 403


def test_a_table_is_read_by_its_heading() -> None:
    assert rows_of('\ufeffa,b\r\n"x, y",2\r\n') == [{"a": "x, y", "b": "2"}]
    for text in ("a,b\n1\n", "a,b\n1,2,3\n", 'a\n"x\n', "a\n" + "1\n" * 20_001):
        with pytest.raises(NotValidError):
            rows_of(text)
