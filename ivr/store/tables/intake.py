"""What came in and is no ticket yet: mails, web forms, text messages; and the mailboxes read."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Index, Table, UniqueConstraint, text

from ivr.store.tables.columns import (
    moment,
    of,
    plain,
    public_id,
    row_id,
    tenant,
    version,
    word,
    words,
)
from ivr.store.tables.metadata import METADATA

intake_item = Table(
    "intake_item",
    METADATA,
    row_id(),
    tenant(),
    public_id(),
    word("medium"),
    moment("received_at"),
    words("sender_raw"),
    word("sender_norm", 254, missing=True),
    words("sender_name"),
    word("account", 64),
    words("subject"),
    words("body"),
    word("content_type", 128),
    words("raw_uri"),
    word("message_id", 255),
    plain("refs"),
    plain("form"),
    word("dedupe_key", 255),
    of("suggested_customer_id", "customer", missing=True),
    word("suggested_category", 128),
    of("suggested_ticket_id", "ticket", missing=True),
    word("team", 64),
    word("state"),
    word("claimed_by", 64),
    moment("claimed_at", missing=True),
    moment("claim_expires_at", missing=True),
    word("assigned_by", 64),
    of("ticket_id", "ticket", missing=True),
    words("reason"),
    moment("done_at", missing=True),
    version(),
    UniqueConstraint("tenant_id", "dedupe_key"),
)
Index(
    "ix_intake_item_new",
    intake_item.c.tenant_id,
    intake_item.c.received_at,
    sqlite_where=text("state = 'new'"),
    postgresql_where=text("state = 'new'"),
)
Index("ix_intake_item_claimed_by", intake_item.c.claimed_by, intake_item.c.state)
Index("ix_intake_item_received_at", intake_item.c.received_at)
Index("ix_intake_item_sender", intake_item.c.sender_norm, intake_item.c.received_at)

mailbox_position = Table(
    "mailbox_position",
    METADATA,
    row_id(),
    word("mailbox", 512),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),
    Column("since", Date, nullable=True),
    UniqueConstraint("mailbox"),
)

auto_reply = Table(
    "auto_reply",
    METADATA,
    row_id(),
    word("sender_norm", 254),
    moment("at"),
)
Index("ix_auto_reply_sender", auto_reply.c.sender_norm, auto_reply.c.at)
