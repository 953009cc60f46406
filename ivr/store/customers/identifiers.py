"""Official numbers of customers: kept as a keyed hash, compared, never read again."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, insert, select, update

from ivr.domain.errors import NotValidError, StoreError
from ivr.domain.fold import fold
from ivr.runtime.ports.merges import Identifier, IdentifierAdded
from ivr.store.customers.pairs import conclude, profiles_of
from ivr.store.customers.profiles import tell_updated
from ivr.store.customers.resolving import find, need
from ivr.store.tables import customer_identifier
from ivr.tickets.identity import duplicates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row

    from ivr.store.customers.work import Work

_SCHEME = re.compile(r"[a-z][a-z0-9_]{0,23}")
_FILLING = re.compile(r"[\s.\-/]+")
_LEAST, _MOST = 4, 64


def add_identifier(
    work: Work, ref: str, scheme: str, value: str, *, verified: bool
) -> IdentifierAdded:
    """Keep a number. If another customer has it, they are one, or a person shall say so."""
    plain = _plain(scheme, value)
    digest = keyed(work.house.identifier_key, work.tenant, scheme, plain)
    owner = need(work.connection, work.tenant, ref, lock=True)
    same = _held(work.connection, work.tenant, scheme, digest)
    merged = candidate = ""
    if same is not None and same.customer_id != owner.id:
        merged, candidate = _clash(work, owner.id, same, verified=verified)
        if not merged:
            return IdentifierAdded(None, candidate=candidate)
        same = _held(work.connection, work.tenant, scheme, digest)
    if same is None:
        _insert(work, owner.id, scheme, (digest, plain[-4:]), verified=verified)
    elif verified and same.verified_at is None:
        change = update(customer_identifier).where(customer_identifier.c.id == same.id)
        work.connection.execute(change.values(verified_at=work.at))
    owner = need(work.connection, work.tenant, ref)
    tell_updated(work, owner, ["identifiers"])
    kept = _held(work.connection, work.tenant, scheme, digest)
    return IdentifierAdded(None if kept is None else _shown(kept), merged, candidate)


def same_identifier(tenant: int, ref: str, digest: tuple[str, str], connection: Connection) -> bool:
    """Whether a customer has the number with this scheme and hash."""
    owner = find(connection, tenant, ref)
    held = _held(connection, tenant, *digest)
    return owner is not None and held is not None and bool(held.customer_id == owner.id)


def identifiers(ref: str, tenant: int, connection: Connection) -> Sequence[Identifier]:
    """What a customer has, by scheme."""
    owner = need(connection, tenant, ref)
    question = (
        select(customer_identifier)
        .where(customer_identifier.c.customer_id == owner.id)
        .order_by(customer_identifier.c.scheme, customer_identifier.c.id)
    )
    return [_shown(row) for row in connection.execute(question)]


def digest_of(key: bytes, tenant: int, scheme: str, value: str) -> tuple[str, str]:
    """Scheme and hash of a number as typed. Raises NotValidError."""
    return scheme, keyed(key, tenant, scheme, _plain(scheme, value))


def keyed(key: bytes, tenant: int, scheme: str, plain: str) -> str:
    """HMAC-SHA256 in hex: without the key nobody can try all numbers of a kind (RFC 2104)."""
    if not key:
        raise StoreError("identifiers need a key, and this store has none")
    text = f"identifier:{tenant}:{scheme}:{plain}"
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _plain(scheme: str, value: str) -> str:
    """The number without blanks and marks, in small letters."""
    if not _SCHEME.fullmatch(scheme):
        raise NotValidError("scheme: small letters, digits and _, at most 24")
    plain = _FILLING.sub("", fold(value))
    if not _LEAST <= len(plain) <= _MOST:
        raise NotValidError(f"value: {_LEAST} to {_MOST} characters")
    return plain


def _held(connection: Connection, tenant: int, scheme: str, digest: str) -> Row[Any] | None:
    question = select(customer_identifier).where(
        customer_identifier.c.tenant_id == tenant,
        customer_identifier.c.scheme == scheme,
        customer_identifier.c.value_hash == digest,
    )
    return connection.execute(question).one_or_none()


def _clash(work: Work, own: int, held: Row[Any], *, verified: bool) -> tuple[str, str]:
    """Public ids of the merge or of the candidate that follows."""
    mine, other = profiles_of(work.connection, [own, held.customer_id])
    number = duplicates.Identifier(held.scheme, held.value_hash, verified)
    claimed = duplicates.Profile(
        mine.id, mine.kind, mine.name, mine.ways, (*mine.identifiers, number)
    )
    found = conclude(work, [duplicates.compare(claimed, other)])
    return found.merged, found.candidate


def _insert(
    work: Work, owner: int, scheme: str, digest: tuple[str, str], *, verified: bool
) -> None:
    value_hash, last4 = digest
    row = {
        "tenant_id": work.tenant,
        "customer_id": owner,
        "scheme": scheme,
        "value_hash": value_hash,
        "last4": last4,
        "at": work.at,
        "verified_at": work.at if verified else None,
    }
    work.connection.execute(insert(customer_identifier).values(row))


def _shown(row: Row[Any]) -> Identifier:
    return Identifier(row.scheme, row.last4, row.at, row.verified_at)
