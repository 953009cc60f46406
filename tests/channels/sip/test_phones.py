"""The users of phones: read from the store, kept fresh, and their bindings outlive a restart."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip.phones import FRESH_S, Phones
from ivr.channels.sip.wire.peers.auth import Secrets
from ivr.channels.sip.wire.peers.bindings import Binding, Bound, Gone
from ivr.channels.sip.wire.peers.registrar import Registrar
from ivr.channels.sip.wire.words import Flow
from ivr.domain.errors import StoreError
from ivr.runtime.memory.clock import settle
from ivr.runtime.memory.store import MemoryStore
from ivr.runtime.ports import PhoneUser
from ivr.runtime.tasks import Tasks
from tests.fakes.sip_rig import request

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

FLOW = Flow("udp", ("192.0.2.1", 5060), ("192.0.2.7", 5062))


class Kit:
    """Phones on a store in memory."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.tasks = Tasks()
        self.phones = self.fresh()

    def fresh(self) -> Phones:
        """As after a restart."""
        made = Phones("phones", "ivr", self.store.phones, self.tasks)
        made.registrar = Registrar(lambda: "token")
        return made

    async def add(self, name: str, password: str = "hush") -> None:  # noqa: S107 - of a test
        secrets = Secrets.of(name, "ivr", password)
        await self.store.phones.add(PhoneUser(name, "ivr", secrets.sha256, secrets.md5))

    def register(self, phones: Phones, user: str) -> None:
        """A phone registers, as if it had proven its password."""
        assert phones.registrar is not None
        contact = f"Contact: <sip:{user}@192.0.2.7:5062>"
        asked = request("REGISTER", "sip:192.0.2.1", user=user, extra=[contact, "Expires: 300"])
        now = asyncio.get_running_loop().time()
        _answer, changes = phones.registrar.handle(asked, user, FLOW, now)
        phones.changed(changes)


@pytest.fixture
async def kit() -> AsyncIterator[Kit]:
    made = Kit()
    yield made
    await made.tasks.close()


def away(kit: Kit, name: str) -> list[None]:
    """The store fails from now on; returns one entry per try."""
    tries: list[None] = []

    async def fails(*_words: object) -> None:
        tries.append(None)
        raise StoreError("away", retryable=True)

    setattr(kit.store.phones, name, fails)
    return tries


async def test_a_user_is_known_by_what_the_store_holds(kit: Kit) -> None:
    await kit.add("bob")
    await kit.phones.open()
    assert kit.phones.secrets("bob") == Secrets.of("bob", "ivr", "hush")
    assert kit.phones.secrets("carol") is None
    assert kit.phones.secrets("") is None


async def test_a_user_of_another_realm_is_unknown(kit: Kit) -> None:
    secrets = Secrets.of("bob", "other", "hush")
    await kit.store.phones.add(PhoneUser("bob", "other", secrets.sha256, secrets.md5))
    await kit.phones.open()
    assert kit.phones.secrets("bob") is None


async def test_a_user_added_later_is_known_at_the_second_knock(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.channels.sip.phones.FRESH_S", 0.0)
    await kit.phones.open()
    await kit.add("bob")
    assert kit.phones.secrets("bob") is None
    await settle()
    assert kit.phones.secrets("bob") is not None


async def test_strangers_who_knock_do_not_wear_the_store_out(kit: Kit) -> None:
    await kit.phones.open()
    tries = away(kit, "all")
    for number in range(100):
        kit.phones.secrets(f"x{number}")
    await settle()
    assert len(tries) <= 1
    assert FRESH_S > 0


async def test_phones_are_found_again_after_a_restart(kit: Kit) -> None:
    await kit.add("bob")
    await kit.phones.open()
    kit.register(kit.phones, "bob")
    await settle()
    again = kit.fresh()
    await again.open()
    assert again.registrar is not None
    (found,) = again.registrar.targets("bob", asyncio.get_running_loop().time())
    assert found.flow == FLOW


async def test_a_user_who_was_removed_meanwhile_is_not_found_again(kit: Kit) -> None:
    await kit.add("bob")
    await kit.phones.open()
    kit.register(kit.phones, "bob")
    await settle()
    await kit.store.phones.remove("bob")
    again = kit.fresh()
    await again.open()
    assert again.registrar is not None
    assert again.registrar.targets("bob", asyncio.get_running_loop().time()) == ()


async def test_the_phones_of_a_user_who_is_removed_go_at_once(
    kit: Kit, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    await kit.add("bob")
    await kit.phones.open()
    kit.register(kit.phones, "bob")
    await kit.store.phones.remove("bob")
    await kit.phones.refresh()
    assert kit.phones.registrar is not None
    assert kit.phones.registrar.targets("bob", asyncio.get_running_loop().time()) == ()
    assert kit.phones.secrets("bob") is None
    assert [m for m in caplog.messages if m.startswith("phone_")] == [
        "phone_registered",
        "phone_gone",
    ]


async def test_a_store_that_is_away_costs_a_line_in_the_log(
    kit: Kit, caplog: pytest.LogCaptureFixture
) -> None:
    await kit.add("bob")
    await kit.phones.open()
    away(kit, "all")
    away(kit, "save_bindings")
    kit.register(kit.phones, "bob")
    await settle()
    await kit.phones.refresh()
    assert kit.phones.secrets("bob") is not None
    assert {"phones_not_saved", "phone_users_not_read"} <= set(caplog.messages)


async def test_changes_while_the_list_is_written_are_written_as_well(kit: Kit) -> None:
    await kit.phones.open()
    gate, saved = asyncio.Event(), list[int]()
    save = kit.store.phones.save_bindings

    async def slow(trunk: str, rows: Sequence[Mapping[str, object]]) -> None:
        saved.append(len(rows))
        await gate.wait()
        await save(trunk, rows)

    kit.store.phones.save_bindings = slow  # type: ignore[method-assign]
    for user in ("bob", "carol", "dave"):
        kit.register(kit.phones, user)
        await settle()
    gate.set()
    await settle()
    assert saved == [1, 3]


def test_bindings_are_told_by_user_and_reason() -> None:
    one = Binding("bob", "k", "sip:bob@192.0.2.7", (), FLOW, (), "c", 1, 1e9)
    assert Bound(one, None).binding.user == Gone(one, "expired").binding.user == "bob"
