"""Answers for agents, for the web and for the telephone, and what they were used for.

`version` counts what was written for one slug in one language; `revision` rises with each change of
a row. `categories`: codes of the catalogue.
"""

from __future__ import annotations

from sqlalchemy import Index, Table, UniqueConstraint

from ivr.store.tables.columns import (
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

kb_article = Table(
    "kb_article",
    METADATA,
    row_id(),
    tenant(),
    public_id(),
    word("kind"),
    word("slug", 128),
    word("locale"),
    whole("version"),
    words("title"),
    words("body"),
    words("search_fold"),
    words("ivr_answer"),
    word("visibility"),
    word("state"),
    plain("categories"),
    moment("valid_from", missing=True),
    moment("valid_until", missing=True),
    word("author", 64),
    moment("at"),
    moment("published_at", missing=True),
    whole("revision", default=1),
    UniqueConstraint("tenant_id", "slug", "locale", "version"),
)
Index("ix_kb_article_state", kb_article.c.tenant_id, kb_article.c.state, kb_article.c.kind)

kb_use = Table(
    "kb_use",
    METADATA,
    row_id(),
    of("article_id", "kb_article", cascade=True),
    word("kind"),
    moment("at"),
    word("person", 64),
    of("interaction_id", "interaction", missing=True),
    of("ticket_id", "ticket", missing=True),
)
Index("ix_kb_use_article", kb_use.c.article_id, kb_use.c.at)
Index("ix_kb_use_interaction_id", kb_use.c.interaction_id)
