"""How one listen goes: what the step writes, else the flow's `listen:`, else our defaults."""

from __future__ import annotations

from ivr.flow.fields import ListenFields
from ivr.flow.model import Listening


def listening_of(fields: ListenFields, defaults: Listening) -> Listening:
    """The fields written here over the defaults."""
    written = {
        name: getattr(fields, name)
        for name in ListenFields.model_fields
        if getattr(fields, name, None) is not None
    }
    known = {name: getattr(defaults, name) for name in ListenFields.model_fields}
    return Listening(**{**known, **written, "between_written": "between" in written})
