"""Items of the intake as the API shows them."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - read at run time
from typing import TYPE_CHECKING, Any

from ivr.runtime.ports.intake import CLAIMED
from ivr.web.api.customers.fields import Out

if TYPE_CHECKING:
    from ivr.runtime.ports.intake import ItemRow

PREVIEW = 200
"""Letters of the message that a list shows."""
_OF_SENDER = ("sender", "sender_name", "customer_name")


class ItemFile(Out):
    """A file that came with an item. purged: it was destroyed, only its name is left."""

    id: str
    filename: str
    mime: str
    size_bytes: int
    sha256: str
    purged: bool


class ItemLine(Out):
    """An item. customer, category, suggested: our guess at customer (public id), category (path)
    and ticket (number). ticket: the one that it became or was put to. mine: you have claimed it."""

    id: str
    medium: str
    received_at: datetime
    sender: str | None
    sender_name: str | None
    account: str
    team: str
    subject: str
    preview: str
    state: str
    claimed_by: str
    claim_expires_at: datetime | None
    assigned_by: str
    mine: bool
    customer: str
    customer_name: str | None
    category: str
    suggested: str
    ticket: str
    reason: str
    done_at: datetime | None
    masked: tuple[str, ...] = ()


class ItemWhole(ItemLine):
    """The same with the message. notes: of a mail, what was taken out or could not be read."""

    body: str
    content_type: str
    form: dict[str, Any]
    notes: dict[str, Any]
    files: tuple[ItemFile, ...]


def line_of(row: ItemRow, who: str, *, names: bool) -> ItemLine:
    """An item in a list. names: whether the sender is shown."""
    return ItemLine(**_line(row, who, names))


def whole_of(row: ItemRow, who: str, *, names: bool) -> ItemWhole:
    """All of an item. What a form says of its sender goes with his name."""
    form = dict(row.form)
    if not names:
        for key in ("email", "phone", "name"):
            form.pop(key, None)
    notes = {
        name: row.refs[name]
        for name in ("faults", "left_out", "blocked_images", "recipients", "sent_at")
        if row.refs.get(name)
    }
    files = tuple(ItemFile.model_validate(each) for each in row.files)
    return ItemWhole(
        **_line(row, who, names),
        body=row.body,
        content_type=row.content_type,
        form=form,
        notes=notes if names else {},
        files=files,
    )


def _line(row: ItemRow, who: str, names: bool) -> dict[str, Any]:
    fields = {name: getattr(row, name, None) for name in ItemLine.model_fields}
    fields["preview"] = " ".join(row.body[: PREVIEW * 4].split())[:PREVIEW]
    fields["mine"] = row.state == CLAIMED and row.claimed_by == who
    fields["masked"] = () if names else _OF_SENDER
    return fields if names else {**fields, **dict.fromkeys(_OF_SENDER)}
