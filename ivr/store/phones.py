"""Users of telephones and where their telephones can be reached, on a database."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, String, Text, bindparam, delete, select

from ivr.domain.errors import StoreError
from ivr.runtime.ports import PhoneUser
from ivr.store.statements import Each, Rows, Write
from ivr.store.tables import sip_binding, sip_user

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.store.database import Database

_USER = Rows(
    0,
    sip_user,
    lambda bind: {
        "name": bind("name", String),
        "realm": bind("realm", Text),
        "ha1_sha256": bind("ha1_sha256", String),
        "ha1_md5": bind("ha1_md5", String),
    },
    replaces=("name",),
)
_FORGET = Each(
    0,
    delete(sip_user)
    .where(sip_user.c.name == bindparam("name", type_=String))
    .returning(sip_user.c.name),
)
_USERS = select(
    sip_user.c.name, sip_user.c.realm, sip_user.c.ha1_sha256, sip_user.c.ha1_md5
).order_by(sip_user.c.id)
_CLEAR = Each(0, delete(sip_binding).where(sip_binding.c.trunk == bindparam("trunk", type_=String)))
_BINDING = Rows(
    1,
    sip_binding,
    lambda bind: {
        "trunk": bind("trunk", String),
        "seq": bind("seq", Integer),
        "binding": bind("binding", Text),
    },
)
_BINDINGS = (
    select(sip_binding.c.binding)
    .where(sip_binding.c.trunk == bindparam("trunk", type_=String))
    .order_by(sip_binding.c.seq)
)


class SqlPhones:
    """The port `Phones` on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, user: PhoneUser) -> None:
        """Keep a user, in the place of an earlier one. Alone: a removal may be next in line."""
        row = {
            "name": user.name,
            "realm": user.realm,
            "ha1_sha256": user.ha1_sha256,
            "ha1_md5": user.ha1_md5,
        }
        await self._database.write([(_USER, row)], alone=True)

    async def remove(self, name: str) -> bool:
        """Forget a user; alone, so that the returned rows are of this removal."""
        return bool(await self._database.write([(_FORGET, {"name": name})], alone=True))

    async def all(self) -> Sequence[PhoneUser]:
        """Every user, by name; sorted here, since databases sort by rules of their own."""
        rows = await self._database.read(lambda reader: reader.execute(_USERS).all())
        return sorted((PhoneUser(*row) for row in rows), key=lambda user: user.name)

    async def save_bindings(self, trunk: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Keep these in the place of all earlier ones of the trunk, in one transaction."""
        texts = [_text(row) for row in rows]
        writes: list[Write] = [(_CLEAR, {"trunk": trunk})]
        writes += [
            (_BINDING, {"trunk": trunk, "seq": seq, "binding": text})
            for seq, text in enumerate(texts)
        ]
        await self._database.write(
            writes,
            call=f"bindings of {trunk}",  # an older save must not share the transaction
            size_bytes=sum(map(len, texts)),
        )

    async def bindings(self, trunk: str) -> Sequence[Mapping[str, Any]]:
        """What was saved last for this trunk."""
        params = {"trunk": trunk}
        rows = await self._database.read(lambda reader: reader.scalars(_BINDINGS, params).all())
        return [json.loads(row) for row in rows]


def _text(row: Mapping[str, Any]) -> str:
    """A binding in plain ASCII: every octet that a phone may send survives on every database."""
    try:
        return json.dumps(dict(row), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise StoreError(f"a binding is no plain data: {error}") from None
