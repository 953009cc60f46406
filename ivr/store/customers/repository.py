"""The ports of customers, merges and products on a database: one transaction per operation."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from ivr.domain.errors import NotValidError
from ivr.runtime.ports.customers import PAGE, Filters
from ivr.store.customers import (
    assets,
    cards,
    finding,
    identifiers,
    importing,
    merging,
    pairs,
    point_rows,
    points,
    products,
    profiles,
)
from ivr.store.customers.matching import Sender, match
from ivr.store.customers.resolving import need
from ivr.store.customers.work import House, Work
from ivr.tickets.identity.points import read_phone, read_point

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from ivr.runtime.ports.customers import (
        Act,
        Card,
        ContactPoint,
        CustomerRow,
        Hit,
        Match,
        NewCustomer,
        NewPoint,
        Page,
        PointAdded,
    )
    from ivr.runtime.ports.merges import Alike, Identifier, IdentifierAdded, MergeRow, Undone
    from ivr.runtime.ports.products import AssetRow, Imported, NewAsset, ProductRow
    from ivr.store.database import Database
    from ivr.tickets.identity.trust import Trust

_T = TypeVar("_T")
_NO_FILTERS = Filters()


class _Jobs:
    """Runs operations on customers in the database of a house."""

    def __init__(self, database: Database, house: House) -> None:
        self._database = database
        self._house = house

    async def _change(self, act: Act, job: Callable[[Work], _T]) -> _T:
        return await self._database.change(lambda it: job(Work(it, act, self._house)))


class SqlCustomers(_Jobs):
    """The port `Customers`. See there for what each method promises."""

    async def add(self, new: NewCustomer, act: Act) -> CustomerRow:
        """A new customer."""
        return await self._change(act, lambda work: profiles.add(work, new))

    async def get(self, customer: str, tenant: int = 1) -> CustomerRow | None:
        """A customer, or whom he was merged into."""
        return await self._database.read(partial(profiles.get, customer, tenant))

    async def change(
        self, customer: str, version: int, changes: Mapping[str, Any], act: Act
    ) -> CustomerRow:
        """New values."""
        return await self._change(
            act, lambda work: profiles.change(work, customer, version, changes)
        )

    async def add_point(self, customer: str, new: NewPoint, act: Act) -> PointAdded:
        """A way to reach him."""
        return await self._change(act, lambda work: points.add_point(work, customer, new))

    async def change_point(self, point: str, changes: Mapping[str, Any], act: Act) -> ContactPoint:
        """Label, primary, shared."""
        return await self._change(act, lambda work: points.change_point(work, point, changes))

    async def end_point(self, point: str, act: Act) -> ContactPoint:
        """No longer in use."""
        return await self._change(act, lambda work: points.end_point(work, point))

    async def verify_point(self, point: str, how: str, act: Act) -> PointAdded:
        """It was checked."""
        return await self._change(act, lambda work: points.verify_point(work, point, how))

    async def confirm(self, point: str, act: Act) -> ContactPoint:
        """A contact by it."""
        return await self._change(act, lambda work: points.confirm(work, point))

    async def points(self, customer: str, tenant: int = 1) -> Sequence[ContactPoint]:
        """Every point of a customer."""
        return await self._database.read(
            lambda it: point_rows.points_of(it, need(it, tenant, customer).id)
        )

    async def match(
        self, kind: str, value: str, trust: Trust, at: datetime, tenant: int = 1
    ) -> Match:
        """Who this number or address belongs to."""
        try:
            point = read_point(kind, value, self._house.country)
        except ValueError as error:
            raise NotValidError(f"kind: {error}") from None
        sender = Sender(point, trust, at, tenant)
        return await self._database.read(lambda it: match(it, sender).match)

    async def card(self, customer: str, tenant: int = 1) -> Card | None:
        """The card of a customer."""
        return await self._database.read(partial(cards.card, customer, tenant))

    async def card_of_number(self, value: str, trust: Trust, at: datetime, tenant: int = 1) -> Card:
        """The card of whom a number belongs to."""
        sender = Sender(read_phone(value, self._house.country), trust, at, tenant)
        return await self._database.read(partial(cards.card_of_sender, sender))

    async def find(self, text: str, tenant: int = 1, limit: int = 20) -> Sequence[Hit]:
        """Whom an agent means while he types."""
        country = self._house.country
        return await self._database.read(partial(finding.search, text, tenant, country, limit))

    async def list(
        self, filters: Filters | None = None, tenant: int = 1, after: str = "", limit: int = PAGE
    ) -> Page:
        """A part of the list."""
        chosen = filters or _NO_FILTERS
        return await self._database.read(partial(profiles.page, chosen, tenant, after, limit))


class SqlMerges(_Jobs):
    """The port `Merges`. See there for what each method promises."""

    async def merge(self, survivor: str, loser: str, reason: str, act: Act) -> MergeRow:
        """One goes into the other."""
        return await self._change(act, lambda work: merging.merge(work, survivor, loser, reason))

    async def undo(self, merge: str, act: Act) -> Undone:
        """And out of it again."""
        return await self._change(act, lambda work: merging.undo(work, merge))

    async def merges(self, customer: str, tenant: int = 1) -> Sequence[MergeRow]:
        """Every merge of a customer."""
        return await self._database.read(partial(merging.merges_of, customer, tenant))

    async def seek(self, customer: str, act: Act) -> Sequence[Alike]:
        """Look for others who may be the same."""
        return await self._change(act, lambda work: pairs.seek(work, customer))

    async def candidates(
        self, state: str = "open", tenant: int = 1, limit: int = 50
    ) -> Sequence[Alike]:
        """Pairs in a state."""
        return await self._database.read(partial(pairs.candidates, state, tenant, limit))

    async def decide(self, candidate: str, survivor: str, act: Act) -> MergeRow | None:
        """One of the two stays, or both."""
        return await self._change(act, lambda work: pairs.decide(work, candidate, survivor))

    async def add_identifier(
        self, customer: str, scheme: str, value: str, act: Act, *, verified: bool = False
    ) -> IdentifierAdded:
        """Keep an official number."""
        return await self._change(
            act,
            lambda work: identifiers.add_identifier(
                work, customer, scheme, value, verified=verified
            ),
        )

    async def same_identifier(
        self, customer: str, scheme: str, value: str, tenant: int = 1
    ) -> bool:
        """Whether he has this number."""
        digest = identifiers.digest_of(self._house.identifier_key, tenant, scheme, value)
        asked = partial(identifiers.same_identifier, tenant, customer, digest)
        return await self._database.read(asked)

    async def identifiers(self, customer: str, tenant: int = 1) -> Sequence[Identifier]:
        """What he has."""
        return await self._database.read(partial(identifiers.identifiers, customer, tenant))


class SqlProducts(_Jobs):
    """The port `Products`. See there for what each method promises."""

    async def save_product(self, product: ProductRow, act: Act) -> ProductRow:
        """Add or change a product."""
        return await self._change(act, lambda work: products.save(work, product))

    async def product(self, code: str, tenant: int = 1) -> ProductRow | None:
        """One product."""
        return await self._database.read(partial(products.get, code, tenant))

    async def products(self, under: str = "", tenant: int = 1) -> Sequence[ProductRow]:
        """The tree, or a branch of it."""
        return await self._database.read(partial(products.branch, under, tenant))

    async def import_products(
        self, rows: Sequence[Mapping[str, str]], act: Act, *, dry_run: bool
    ) -> Imported:
        """A table of products."""
        return await self._change(
            act, lambda work: importing.import_products(work, rows, dry_run=dry_run)
        )

    async def add_asset(self, new: NewAsset, act: Act) -> AssetRow:
        """A new piece."""
        return await self._change(act, lambda work: assets.add(work, new))

    async def asset(self, asset: str, tenant: int = 1) -> AssetRow | None:
        """One piece."""
        return await self._database.read(partial(assets.get, asset, tenant))

    async def asset_by_serial(
        self, product: str, serial_no: str, tenant: int = 1
    ) -> AssetRow | None:
        """The piece with a serial number."""
        return await self._database.read(partial(assets.by_serial, product, serial_no, tenant))

    async def assets(self, customer: str, tenant: int = 1) -> Sequence[AssetRow]:
        """What a customer owns."""
        return await self._database.read(partial(assets.of_customer, customer, tenant))

    async def import_assets(
        self, rows: Sequence[Mapping[str, str]], act: Act, *, dry_run: bool
    ) -> Imported:
        """A table of assets."""
        return await self._change(
            act, lambda work: importing.import_assets(work, rows, dry_run=dry_run)
        )
