"""Keys of programs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

import pytest

from ivr.domain.errors import NotSignedInError
from ivr.runtime.memory.clock import START
from ivr.web.auth.keys import MachineKey, machine_key
from ivr.web.auth.tokens import digest

TEXT = "ivrk_Ab3dEf7h_" + "x" * 43
KEY = MachineKey(
    "Ab3dEf7h", digest(TEXT), "deniz", frozenset({"interaction:r"}), START + timedelta(days=1)
)


class Known:
    """Keys in a list."""

    def __init__(self, *keys: MachineKey) -> None:
        self._keys = {key.digest: key for key in keys}

    async def key(self, digest: str) -> MachineKey | None:
        return self._keys.get(digest)


async def test_a_known_key_opens() -> None:
    assert await machine_key(Known(KEY), f"Bearer {TEXT}", "192.0.2.1", START) == KEY
    assert await machine_key(Known(KEY), f"bearer  {TEXT} ", "192.0.2.1", START) == KEY


@pytest.mark.parametrize(
    "text", ["", "ivrk_", TEXT[:-1], TEXT + "x", TEXT.replace("ivrk", "key"), TEXT[:-1] + "y"]
)
async def test_anything_else_does_not(text: str) -> None:
    with pytest.raises(NotSignedInError):
        await machine_key(Known(KEY), f"Bearer {text}", "192.0.2.1", START)


async def test_a_key_ends() -> None:
    with pytest.raises(NotSignedInError):
        await machine_key(Known(KEY), f"Bearer {TEXT}", "192.0.2.1", KEY.ends_at)


@pytest.mark.parametrize(
    ("source", "good"),
    [("192.0.2.9", True), ("192.0.3.1", False), ("local", False), ("2001:db8::/64", True)],
)
async def test_a_key_may_be_bound_to_networks(source: str, good: bool) -> None:
    near = replace(KEY, networks=(ip_network("192.0.2.0/24"), ip_network("2001:db8::/32")))
    if good:
        assert await machine_key(Known(near), f"Bearer {TEXT}", source, START) == near
    else:
        with pytest.raises(NotSignedInError):
            await machine_key(Known(near), f"Bearer {TEXT}", source, START)
