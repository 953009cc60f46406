"""The API of people, agents, queues and calls: `add_api(app, parts)` puts it on a server."""

from __future__ import annotations

from ivr.web.api.adding import add_api
from ivr.web.api.parts import ApiParts
from ivr.web.gate import GATE, signed_in

__all__ = ["GATE", "ApiParts", "add_api", "signed_in"]
