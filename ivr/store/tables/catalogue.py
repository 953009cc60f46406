"""What tickets are measured by and are about: calendars, products, and the things customers own.

Categories, statuses, teams and promises stand in YAML alone (ivr/tickets/catalogue). A clock names
the calendar it ran by, so every one ever published is kept; `queue_limit` keeps what a queue was
measured by, from each moment on.
"""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Table, UniqueConstraint

from ivr.store.tables.columns import (
    flag,
    moment,
    of,
    plain,
    public_id,
    row_id,
    tenant,
    whole,
    word,
    words,
)
from ivr.store.tables.metadata import METADATA

calendar_rev = Table(
    "calendar_rev",
    METADATA,
    row_id(),
    tenant(),
    word("name", 64),
    word("sha256", 64),
    plain("definition"),
    moment("at"),
    UniqueConstraint("tenant_id", "name", "sha256"),
)

queue_limit = Table(
    "queue_limit",
    METADATA,
    row_id(),
    tenant(),
    word("queue", 64),
    moment("since"),
    whole("level_ms"),
    whole("short_ms"),
    whole("target"),
    word("variant"),
    flag("count_abandoned", default=True),
    flag("count_short"),
    flag("count_overflowed", default=True),
)
Index("ix_queue_limit_queue", queue_limit.c.tenant_id, queue_limit.c.queue, queue_limit.c.since)

product = Table(
    "product",
    METADATA,
    row_id(),
    tenant(),
    of("parent_id", "product", missing=True),
    word("path", 512),
    word("code", 64),
    words("name"),
    word("level_kind"),
    plain("default_attrs"),
    plain("related"),
    flag("active", default=True),
    UniqueConstraint("tenant_id", "code"),
)
Index("ix_product_path", product.c.tenant_id, product.c.path)

asset = Table(
    "asset",
    METADATA,
    row_id(),
    tenant(),
    public_id(),
    of("customer_id", "customer"),
    of("product_id", "product"),
    of("parent_id", "asset", missing=True),
    word("serial_no", 64),
    Column("sold_on", Date, nullable=True),
    Column("warranty_until", Date, nullable=True),
    plain("attrs"),
    moment("created_at"),
    UniqueConstraint("product_id", "serial_no"),
)
Index("ix_asset_customer_id", asset.c.customer_id)
