"""Keys of programs: `ivrk_<8-character id>_<43-character secret>` in the Bearer header.

Only the SHA-256 of the whole is kept (security.md 6). A key never stands in a URL, and it cannot do
what the table of rights does not give to keys.
"""

from __future__ import annotations

import re
import secrets
import string
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Protocol

from ivr.domain.errors import NotSignedInError
from ivr.web.auth.tokens import digest

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.runtime.ports.desk import KeyRows
    from ivr.web.guard import Network

BEARER = "bearer "
PREFIX = "ivrk_"
_LETTERS = string.ascii_letters + string.digits
_KEY = re.compile(r"ivrk_[A-Za-z0-9]{8}_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class MachineKey:
    """A key as it is kept. rights: `resource:action`. networks: from where it works, () = all."""

    id: str
    digest: str
    owner: str
    rights: frozenset[str]
    ends_at: datetime
    networks: tuple[Network, ...] = ()


class MachineKeys(Protocol):
    """The keys that are known."""

    async def key(self, digest: str) -> MachineKey | None:
        """The key with this hash."""


class KeptKeys:
    """Those of the store; implements `MachineKeys`."""

    def __init__(self, rows: KeyRows) -> None:
        self._rows = rows

    async def key(self, digest: str) -> MachineKey | None:
        """The key with this hash."""
        row = await self._rows.get(digest)
        if row is None:
            return None
        networks = tuple(ip_network(one) for one in row.networks)
        rights = frozenset(row.rights)
        return MachineKey(row.id, row.digest, row.owner, rights, row.ends_at, networks)


def new_key(prefix: str = PREFIX) -> tuple[str, str]:
    """A fresh id and the whole key, which is shown once."""
    id_ = "".join(secrets.choice(_LETTERS) for _ in range(8))
    return id_, f"{prefix}{id_}_{secrets.token_urlsafe(32)}"


async def machine_key(keys: MachineKeys, header: str, source: str, now: datetime) -> MachineKey:
    """The key of an Authorization header. Raises NotSignedInError, always with the same words."""
    text = header[len(BEARER) :].strip()
    found = await keys.key(digest(text)) if _KEY.fullmatch(text) else None
    if found is None or found.ends_at <= now or not _is_near(found, source):
        raise NotSignedInError("the key is not known or no longer good")
    return found


def _is_near(key: MachineKey, source: str) -> bool:
    if not key.networks:
        return True
    try:
        address = ip_address(source.partition("/")[0])
    except ValueError:
        return False
    return any(address in network for network in key.networks)
