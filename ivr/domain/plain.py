"""Plain data as text: what is kept as JSON comes back the same, or is refused before it is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ivr.domain.errors import StoreError


def plain_text(value: object, what: str) -> str:
    """JSON in ASCII without blanks, so that every octet survives on every database.

    Mappings of any kind become objects, tuples lists. Raises StoreError, which calls it `what`, for
    everything that JSON has no word for, such as NaN or bytes.
    """
    try:
        return json.dumps(value, allow_nan=False, separators=(",", ":"), default=_mapping)
    except (TypeError, ValueError) as error:
        raise StoreError(f"{what} is no plain data: {error}") from None


def canonical_text(value: object, what: str) -> str:
    """As `plain_text`, with the keys sorted: equal values give equal text."""
    try:
        return json.dumps(
            value, allow_nan=False, separators=(",", ":"), default=_mapping, sort_keys=True
        )
    except (TypeError, ValueError) as error:
        raise StoreError(f"{what} is no plain data: {error}") from None


def _mapping(value: object) -> dict[Any, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
