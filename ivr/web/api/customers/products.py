"""Products, a tree of any depth, and assets: what customers own of them."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date  # noqa: TC003 - read at run time
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from ivr.domain.errors import NotFoundError, NotValidError
from ivr.runtime.ports.products import NewAsset, ProductRow
from ivr.web.api.customers.fields import (
    Attributes,
    Code,
    Line,
    MaybeCode,
    MaybeRef,
    Out,
    Ref,
    Word,
)
from ivr.web.api.parts import BASE
from ivr.web.permissions import Right
from ivr.web.typed import Ask, Body, Items, Reply, Route

if TYPE_CHECKING:
    from ivr.runtime.ports.products import AssetRow, Imported
    from ivr.web.api.customers.parts import CustomerParts

MOST_ROWS = 20_000


class ProductOut(Out):
    """A product. path: codes from the top. own: its own attributes; attrs: with those above."""

    code: str
    name: str
    parent: str
    level: str
    own: dict[str, Any]
    related: tuple[str, ...]
    active: bool
    path: str
    attrs: dict[str, Any]


class ProductBody(Body):
    """What is known of a product. parent: code of the one above, "" at the top."""

    name: Annotated[Line, Field(min_length=1)]
    parent: MaybeCode = ""
    level: Annotated[Word, Field(max_length=24)] = ""
    own: Attributes = Field(default_factory=dict)
    related: Annotated[tuple[Code, ...], Field(max_length=100)] = ()
    active: bool = True


class AssetOut(Out):
    """Something that a customer owns. attrs: its own over those of its product."""

    id: str
    customer: str
    product: str
    product_name: str
    serial_no: str
    sold_on: date | None
    warranty_until: date | None
    parent: str
    attrs: dict[str, Any]
    in_warranty: bool


class AssetNew(Body):
    """Something that a customer owns. parent: the asset it is part of."""

    product: Code
    serial_no: Annotated[Word, Field(min_length=1)]
    sold_on: date | None = None
    warranty_until: date | None = None
    parent: MaybeRef = ""
    attrs: Attributes = Field(default_factory=dict)


class Table(Body):
    """A table as CSV with a heading (RFC 4180). dry_run: only say what would be done."""

    csv: Annotated[str, Field(min_length=1, max_length=900_000)]
    dry_run: bool = True


class BadRowOut(Out):
    """A row that cannot be taken, counted from 1 without the heading."""

    number: int
    field: str
    reason: str


class ImportedOut(Out):
    """What an import did, or would do; nothing is stored if a row is bad."""

    added: int
    changed: int
    same: int
    bad: tuple[BadRowOut, ...]
    stored: bool


@dataclass(frozen=True, slots=True)
class ProductRoutes:
    """The routes /products and /assets."""

    parts: CustomerParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        products, assets = f"{BASE}/products", f"{BASE}/assets"
        his = f"{BASE}/customers/{{customer}}/assets"
        read, edit = Right("product", "r"), Right("product", "e")
        return [
            Route("GET", products, self.products, read),
            Route("GET", f"{products}/{{code}}", self.product, read),
            Route("PUT", f"{products}/{{code}}", self.put_product, edit),
            Route("POST", f"{products}/import", self.import_products, edit),
            Route("GET", assets, self.find_asset, Right("customer", "r"), also=(404,)),
            Route("GET", f"{assets}/{{asset}}", self.asset, Right("customer", "r")),
            Route("POST", f"{assets}/import", self.import_assets, edit),
            Route("GET", his, self.customer_assets, Right("customer", "r")),
            Route("POST", his, self.add_asset, Right("customer", "e"), status=201),
        ]

    async def products(self, under: MaybeCode = "") -> Items[ProductOut]:
        """The tree, or what stands below a product, in the order of the paths."""
        found = await self.parts.products.products(under)
        return Items(items=[ProductOut.model_validate(row) for row in found])

    async def product(self, code: Code) -> ProductOut:
        """One product, with the attributes that it inherits."""
        found = await self.parts.products.product(code)
        if found is None:
            raise NotFoundError("there is no such product")
        return ProductOut.model_validate(found)

    async def put_product(self, ask: Ask, code: Code, body: ProductBody) -> ProductOut:
        """Add a product, or say anew what is known of it."""
        row = ProductRow(code, **body.model_dump())
        saved = await self.parts.products.save_product(row, self.parts.act(ask))
        return ProductOut.model_validate(saved)

    async def import_products(self, ask: Ask, body: Table) -> ImportedOut:
        """Columns code, name, parent, level, and attr.NAME at will."""
        act = self.parts.act(ask)
        return _imported(
            await self.parts.products.import_products(rows_of(body.csv), act, dry_run=body.dry_run)
        )

    async def find_asset(self, product: Code, serial: Word) -> AssetOut:
        """The asset with this serial number of a product."""
        return self._asset(await self.parts.products.asset_by_serial(product, serial))

    async def asset(self, asset: Ref) -> AssetOut:
        """One asset."""
        return self._asset(await self.parts.products.asset(asset))

    async def import_assets(self, ask: Ask, body: Table) -> ImportedOut:
        """Columns customer, product, serial_no, sold_on, warranty_until, and attr.NAME at will."""
        act = self.parts.act(ask)
        return _imported(
            await self.parts.products.import_assets(rows_of(body.csv), act, dry_run=body.dry_run)
        )

    async def customer_assets(self, customer: Ref) -> Items[AssetOut]:
        """What a customer owns, the newest first."""
        row = await self.parts.customers.get(customer)
        if row is None:
            raise NotFoundError("there is no such customer")
        found = await self.parts.products.assets(row.id)
        return Items(items=[self._asset(each) for each in found])

    async def add_asset(self, ask: Ask, customer: Ref, body: AssetNew) -> Reply[AssetOut]:
        """A customer owns something more."""
        new = NewAsset(customer=customer, **body.model_dump())
        return Reply(self._asset(await self.parts.products.add_asset(new, self.parts.act(ask))))

    def _asset(self, row: AssetRow | None) -> AssetOut:
        if row is None:
            raise NotFoundError("there is no such asset")
        today = self.parts.api.clock.now().date()
        fields = {name: getattr(row, name) for name in row.__dataclass_fields__}
        return AssetOut(**fields, in_warranty=row.in_warranty(today))


def rows_of(text: str) -> list[dict[str, str]]:
    """The rows of a table by the names in its heading. Raises NotValidError."""
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""), strict=True)
    rows: list[dict[str, str]] = []
    try:
        for row in reader:
            if None in row or None in row.values():
                raise NotValidError(f"line {reader.line_num}: not as many values as the heading")
            rows.append(row)
            if len(rows) > MOST_ROWS:
                raise NotValidError(f"more than {MOST_ROWS} rows")
    except csv.Error as error:
        raise NotValidError(f"line {reader.line_num}: {error}") from None
    return rows


def _imported(done: Imported) -> ImportedOut:
    return ImportedOut.model_validate(done)
