"""The database: tables, migrations and one repository module per port."""

from __future__ import annotations

from ivr.store.opening import SqlStore, open_store

__all__ = ["SqlStore", "open_store"]
