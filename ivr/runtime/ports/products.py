"""The seam of products, a tree of any depth, and of assets: what customers own of them.

A product is known by its code, an asset by its public id. `customer: str` and `Act` are those of
`customers.py`. Attributes of a product are handed down to everything below it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from ivr.runtime.ports.customers import Act


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product. parent: code of the one above, "" at the top. path: codes from the top, `a/b/c`.

    level: what kind of step it is (brand, model ...). own: its own attributes. attrs: with those of
    all above it, the nearest wins (filled by reading). related: codes of products that go with it.
    """

    code: str
    name: str
    parent: str = ""
    level: str = ""
    own: Mapping[str, Any] = field(default_factory=dict)
    related: tuple[str, ...] = ()
    active: bool = True
    path: str = ""
    attrs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewAsset:
    """Something a customer owns, to be added. parent: public id of the asset it is part of."""

    customer: str
    product: str
    serial_no: str
    sold_on: date | None = None
    warranty_until: date | None = None
    parent: str = ""
    attrs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AssetRow:
    """Something a customer owns. attrs: its own over those of its product."""

    id: str
    customer: str
    product: str
    product_name: str
    serial_no: str
    sold_on: date | None
    warranty_until: date | None
    parent: str
    attrs: Mapping[str, Any]

    def in_warranty(self, on: date) -> bool:
        """Whether its warranty still holds on a day; without a date it has none."""
        return self.warranty_until is not None and on <= self.warranty_until


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row of an import that cannot be taken. number: from 1, the heading not counted."""

    number: int
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do. Nothing at all is stored if a row is bad."""

    added: int
    changed: int
    same: int
    bad: tuple[BadRow, ...] = ()
    stored: bool = False


class Products(Protocol):
    """What is sold, and who owns which piece."""

    async def save_product(self, product: ProductRow, act: Act) -> ProductRow:
        """Add it, or change the one with this code; `path` and `attrs` are worked out.

        Raises NotValidError: no such parent, or the parent is below it.
        """

    async def product(self, code: str, tenant: int = 1) -> ProductRow | None:
        """One product, with the attributes it inherits."""

    async def products(self, under: str = "", tenant: int = 1) -> Sequence[ProductRow]:
        """The tree, or one branch of it, in the order of the paths."""

    async def import_products(
        self, rows: Sequence[Mapping[str, str]], act: Act, *, dry_run: bool
    ) -> Imported:
        """Rows of a table with the columns code, name, parent, level, and `attr.NAME` at will."""

    async def add_asset(self, new: NewAsset, act: Act) -> AssetRow:
        """Raises NotFoundError (customer), NotValidError (product, parent, serial taken)."""

    async def asset(self, asset: str, tenant: int = 1) -> AssetRow | None:
        """One asset."""

    async def asset_by_serial(
        self, product: str, serial_no: str, tenant: int = 1
    ) -> AssetRow | None:
        """The asset with this serial number of this product."""

    async def assets(self, customer: str, tenant: int = 1) -> Sequence[AssetRow]:
        """What a customer owns, the newest first."""

    async def import_assets(
        self, rows: Sequence[Mapping[str, str]], act: Act, *, dry_run: bool
    ) -> Imported:
        """Columns customer, product, serial_no, sold_on, warranty_until (ISO dates), attr.NAME.

        A serial number that is known already has its dates, owner and attributes changed.
        """
