"""Which wordings of a survey are counted together: those of which one says `continues`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import case, func, select

from ivr.store.tables import survey_invitation, survey_version

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, Connection

SHOWN = 8
"""Digits of its hash by which a wording is named."""
_ASKED, _VERSION = survey_invitation.c.version_id, survey_version.c


class Wordings(NamedTuple):
    """Columns of a question over invitations, or responses, and their versions. name: of the newest
    wording that is counted with it; key: its number."""

    name: ColumnElement[Any]
    key: ColumnElement[int]


def wordings(connection: Connection, tenant: int, of: ColumnElement[int] = _ASKED) -> Wordings:
    """The columns, as far as something has been published. of: the key of a version."""
    asked = select(_VERSION.id, _VERSION.code, _VERSION.hash, _VERSION.continues)
    found = connection.execute(asked.where(_VERSION.tenant_id == tenant).order_by(_VERSION.id))
    newest = _newest(found.all())
    name, key = func.substr(_VERSION.hash, 1, SHOWN), of
    if not newest:
        return Wordings(name, key)
    names = {old: row.hash[:SHOWN] for old, row in newest.items()}
    keys = {old: row.id for old, row in newest.items()}
    return Wordings(case(names, value=of, else_=name), case(keys, value=of, else_=key))


def _newest(versions: Iterable[Any]) -> dict[int, Any]:
    """Version -> the newest that goes on with it; one that nobody goes on with is left out.

    versions: rows, the oldest first.
    """
    found: dict[int, Any] = {}
    before: list[Any] = []
    for row in versions:
        earlier = [each for each in before if _goes_on(row, each)]
        heads = {found.get(each.id, each).id for each in earlier}
        for each in before:
            if found.get(each.id, each).id in heads:
                found[each.id] = row
        before.append(row)
    return found


def _goes_on(row: Any, earlier: Any) -> bool:  # noqa: ANN401 - rows
    same = row.code == earlier.code
    return bool(same and row.continues and earlier.hash.startswith(row.continues))
