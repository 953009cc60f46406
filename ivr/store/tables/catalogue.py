"""What tickets are about: categories, statuses, teams, products and the things customers own.

Categories, statuses and calendars are written in YAML; these rows mirror what was published, so
that reports can join them and an old ticket still finds the name of its category. `queue_limit`
keeps what a queue was measured by, from each moment on.
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

team = Table(
    "team",
    METADATA,
    row_id(),
    tenant(),
    word("name", 64),
    words("title"),
    word("parent", 64),
    plain("leads"),
    flag("active", default=True),
    UniqueConstraint("tenant_id", "name"),
)

category = Table(
    "category",
    METADATA,
    row_id(),
    tenant(),
    word("path", 128),
    plain("label"),
    word("team", 64),
    plain("form_schema"),
    flag("ivr_announceable"),
    flag("active", default=True),
    UniqueConstraint("tenant_id", "path"),
)

ticket_status = Table(
    "ticket_status",
    METADATA,
    row_id(),
    tenant(),
    word("code"),
    plain("label"),
    plain("public_label"),
    word("state_type"),
    flag("pauses_sla"),
    flag("active", default=True),
    UniqueConstraint("tenant_id", "code"),
)

catalogue_rev = Table(
    "catalogue_rev",
    METADATA,
    row_id(),
    tenant(),
    word("sha256", 64),
    plain("files"),
    moment("at"),
    UniqueConstraint("tenant_id", "sha256"),
)

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
