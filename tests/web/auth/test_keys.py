"""Keys of programs."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

import pytest

from ivr.domain.errors import NotSignedInError
from ivr.runtime.memory.clock import START
from ivr.runtime.memory.machine_keys import MemoryMachineKeys
from ivr.runtime.ports.desk import KeyRow
from ivr.web.auth.keys import KeptKeys, MachineKey, machine_key, new_key
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


def test_a_new_key_has_the_form_that_is_read() -> None:
    made = [new_key() for _ in range(50)]
    assert all(re.fullmatch(r"ivrk_[A-Za-z0-9]{8}_[A-Za-z0-9_-]{43}", whole) for _, whole in made)
    assert all(whole.split("_")[1] == id_ for id_, whole in made)
    assert len({whole for _, whole in made}) == 50


async def test_kept_keys_are_read_with_their_networks() -> None:
    rows = MemoryMachineKeys()
    row = KeyRow("Ab3dEf7h", "crm", digest(TEXT), "deniz", ("event:r",), START, KEY.ends_at)
    await rows.add(replace(row, networks=("192.0.2.0/24",)))
    found = await machine_key(KeptKeys(rows), f"Bearer {TEXT}", "192.0.2.7", START)
    assert (found.rights, found.networks) == (
        frozenset({"event:r"}),
        (ip_network("192.0.2.0/24"),),
    )
    assert await KeptKeys(rows).key("unknown") is None
