"""What the users of telephones and their bindings promise."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ivr.domain.errors import StoreError
from ivr.runtime.ports import PhoneUser

if TYPE_CHECKING:
    from ivr.runtime.ports import Store

ALI = PhoneUser("ali", "ivr", "a" * 64, "b" * 32)


def binding(number: int) -> dict[str, Any]:
    """A binding as the registrar dumps it."""
    return {
        "user": f"agent{number}",
        "contact": f"sip:agent{number}@192.0.2.7:5060",
        "params": [["+sip.instance", f"<urn:uuid:{number}>"], ["ob", None]],
        "local": ["127.0.0.1", 5060],
        "path": [],
        "cseq": number,
        "expires_wall_s": 1_795_000_000.25 + number,
    }


async def test_a_user_comes_back_as_added(store: Store) -> None:
    await store.phones.add(ALI)
    assert list(await store.phones.all()) == [ALI]


async def test_users_come_by_name_in_the_order_of_their_letters(store: Store) -> None:
    names = ["b-2", "zoe", "a", "b.1", "b_3", "ab", "0"]
    for name in names:
        await store.phones.add(replace(ALI, name=name))
    assert [user.name for user in await store.phones.all()] == sorted(names)


async def test_adding_again_replaces_secrets_and_realm(store: Store) -> None:
    await store.phones.add(ALI)
    await store.phones.add(replace(ALI, name="veli"))
    new = PhoneUser("ali", "branch", "c" * 64, "d" * 32)
    await store.phones.add(new)
    assert list(await store.phones.all()) == [new, replace(ALI, name="veli")]


async def test_the_same_user_added_many_times_at_once_is_there_once(store: Store) -> None:
    users = [replace(ALI, realm=f"r{number}") for number in range(8)]
    await asyncio.gather(*(store.phones.add(user) for user in users))
    assert list(await store.phones.all()) == [users[-1]]


async def test_removing_tells_whether_there_was_somebody(store: Store) -> None:
    await store.phones.add(ALI)
    await store.phones.add(replace(ALI, name="veli"))
    assert await store.phones.remove("ali")
    assert not await store.phones.remove("ali")
    assert not await store.phones.remove("Veli")
    assert [user.name for user in await store.phones.all()] == ["veli"]


async def test_changes_asked_for_at_once_happen_in_their_order(store: Store) -> None:
    phones = store.phones
    done = await asyncio.gather(
        phones.add(ALI), phones.remove("ali"), phones.remove("ali"), phones.add(ALI)
    )
    assert list(done) == [None, True, False, None]
    assert list(await phones.all()) == [ALI]


async def test_the_secrets_of_a_user_are_not_shown() -> None:
    assert repr(ALI) == "PhoneUser(name='ali', realm='ivr')"


async def test_bindings_come_back_in_their_order(store: Store) -> None:
    rows = [binding(number) for number in (3, 1, 2)]
    assert list(await store.phones.bindings("phones")) == []
    await store.phones.save_bindings("phones", rows)
    assert list(await store.phones.bindings("phones")) == rows


async def test_saving_replaces_all_bindings_of_this_trunk_alone(store: Store) -> None:
    await store.phones.save_bindings("phones", [binding(1), binding(2), binding(3)])
    await store.phones.save_bindings("branch", [binding(7)])
    await store.phones.save_bindings("phones", [binding(4)])
    assert list(await store.phones.bindings("phones")) == [binding(4)]
    await store.phones.save_bindings("phones", [])
    assert list(await store.phones.bindings("phones")) == []
    assert list(await store.phones.bindings("branch")) == [binding(7)]


async def test_of_many_savings_at_once_the_last_one_stands(store: Store) -> None:
    saved = [[binding(n) for n in range(count)] for count in (5, 0, 130, 2, 1, 0, 3)]
    await asyncio.gather(
        *(store.phones.save_bindings("phones", rows) for rows in saved),
        *(store.phones.save_bindings("branch", rows) for rows in reversed(saved)),
    )
    assert list(await store.phones.bindings("phones")) == saved[-1]
    assert list(await store.phones.bindings("branch")) == saved[0]


async def test_an_empty_list_saved_right_after_a_full_one_stands(store: Store) -> None:
    await asyncio.gather(
        store.phones.save_bindings("phones", [binding(1), binding(2)]),
        store.phones.save_bindings("phones", []),
    )
    assert list(await store.phones.bindings("phones")) == []


async def test_any_octet_of_a_contact_survives(store: Store) -> None:
    octets = bytes(range(256)).decode("utf-8", "surrogateescape")
    rows = [{**binding(1), "contact": octets, "call_id": "İş\u0000\U0001f4de"}]
    await store.phones.save_bindings("phones", rows)
    assert list(await store.phones.bindings("phones")) == rows


async def test_bindings_are_kept_as_they_were_when_saved(store: Store) -> None:
    row = binding(1)
    await store.phones.save_bindings("phones", [row])
    row["path"].append("sip:elsewhere")
    [kept] = await store.phones.bindings("phones")
    assert kept["path"] == []


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), b"bytes", {1, 2}])
async def test_what_is_no_plain_data_is_refused_and_changes_nothing(
    store: Store, odd: object
) -> None:
    await store.phones.save_bindings("phones", [binding(1)])
    with pytest.raises(StoreError, match="no plain data"):
        await store.phones.save_bindings("phones", [binding(2), {"odd": odd}])
    assert list(await store.phones.bindings("phones")) == [binding(1)]
