"""What people, their sessions, links and failed tries promise."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import StaleVersionError, StoreError
from ivr.runtime.ports.desk import Link, Person, Session

if TYPE_CHECKING:
    from ivr.runtime.ports import Store

NOON = datetime(2026, 11, 23, 12, 0, 0, 250_001, tzinfo=UTC)
AYSE = Person(
    name="ayse",
    display="Ayşe Işık \U0001f4de",
    roles=("agent", "supervisor"),
    teams=("cards",),
    language="tr",
    password="$argon2id$v=19$m=19456$x",  # noqa: S106 - a hash
    totp="sealed",
    totp_step=58_000_000_000,
    recovery=("b" * 64, "a" * 64),
    disabled=True,
)


def session(number: int, person: str = "ayse") -> Session:
    """A session that began at noon."""
    later = [NOON + timedelta(minutes=minutes) for minutes in (0, 1, 30, 5)]
    return Session(f"{number:064x}", person, f"csrf-{number}", *later)


async def known(store: Store, *names: str) -> None:
    for name in names:
        await store.people.save(Person(name, name.title(), ("agent",)))


async def test_a_person_comes_back_as_saved(store: Store) -> None:
    saved = await store.people.save(AYSE)
    assert saved == replace(AYSE, version=1)
    assert await store.people.get("ayse") == saved
    assert await store.people.get("Ayse") is None


async def test_a_person_may_have_neither_password_nor_second_factor(store: Store) -> None:
    saved = await store.people.save(Person("veli", "Veli", ()))
    assert await store.people.get("veli") == saved
    assert (saved.password, saved.totp, saved.recovery) == (None, None, ())


async def test_everybody_comes_by_name(store: Store) -> None:
    names = ["b-2", "zoe", "a", "b_3", "ab", "0"]
    await known(store, *names)
    assert [one.name for one in await store.people.all()] == sorted(names)


async def test_each_change_is_the_next_version(store: Store) -> None:
    first = await store.people.save(AYSE)
    second = await store.people.save(replace(first, password=None, disabled=False, teams=()))
    assert second.version == 2
    assert await store.people.get("ayse") == second


@pytest.mark.parametrize("version", [0, 1, 3])
async def test_who_has_not_seen_the_newest_version_changes_nothing(
    store: Store, version: int
) -> None:
    newest = await store.people.save(await store.people.save(AYSE))
    with pytest.raises(StaleVersionError):
        await store.people.save(replace(AYSE, display="Eve", version=version))
    assert await store.people.get("ayse") == newest


async def test_a_person_who_is_not_there_has_no_next_version(store: Store) -> None:
    with pytest.raises(StaleVersionError):
        await store.people.save(replace(AYSE, version=1))
    assert await store.people.all() == []


async def test_of_many_changes_at_once_one_is_kept(store: Store) -> None:
    first = await store.people.save(AYSE)
    changes = [store.people.save(replace(first, display=f"{n}")) for n in range(6)]
    done = await asyncio.gather(*changes, return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["Person"] + ["StaleVersionError"] * 5
    kept = await store.people.get("ayse")
    assert kept is not None
    assert kept.version == 2


async def test_removing_takes_sessions_and_links_along(store: Store) -> None:
    await known(store, "ayse", "veli")
    await store.people.open_session(session(1))
    await store.people.open_session(session(2, "veli"))
    await store.people.add_link(Link("d1", "password", "ayse", NOON))
    await store.people.add_link(Link("d2", "password", "veli", NOON))
    assert await store.people.remove("ayse")
    assert not await store.people.remove("ayse")
    assert await store.people.session(session(1).digest) is None
    assert await store.people.session(session(2, "veli").digest) == session(2, "veli")
    assert await store.people.use_link("d1") is None
    assert await store.people.use_link("d2") is not None


async def test_a_session_comes_back_also_when_it_is_over(store: Store) -> None:
    await known(store, "ayse")
    over = replace(session(1), ends_at=NOON - timedelta(hours=1))
    await store.people.open_session(over)
    assert await store.people.session(over.digest) == over
    assert await store.people.session("unknown") is None


async def test_a_session_needs_somebody_and_a_digest_of_its_own(store: Store) -> None:
    with pytest.raises(StoreError):
        await store.people.open_session(session(1))
    await known(store, "ayse", "veli")
    await store.people.open_session(session(1))
    with pytest.raises(StoreError):
        await store.people.open_session(session(1, "veli"))
    assert await store.people.session(session(1).digest) == session(1)


async def test_touching_changes_the_times_and_nothing_else(store: Store) -> None:
    await known(store, "ayse")
    await store.people.open_session(session(1))
    later = NOON + timedelta(hours=1)
    touched = replace(session(1), seen_at=later, ends_at=later, fresh_at=later)
    await store.people.touch_session(replace(touched, csrf="no", person="eve"))
    assert await store.people.session(session(1).digest) == touched


async def test_touching_a_session_that_was_ended_does_not_bring_it_back(store: Store) -> None:
    await known(store, "ayse")
    await store.people.open_session(session(1))
    await store.people.end_session(session(1).digest)
    await store.people.end_session("unknown")
    await store.people.touch_session(session(1))
    assert await store.people.session(session(1).digest) is None


async def test_signing_out_everywhere_leaves_others_and_what_comes_after(store: Store) -> None:
    people = store.people
    await known(store, "ayse", "veli")
    await asyncio.gather(
        people.open_session(session(1)),
        people.open_session(session(2)),
        people.open_session(session(3, "veli")),
        people.end_sessions("ayse"),
        people.open_session(session(4)),
    )
    found = [await people.session(f"{number:064x}") for number in (1, 2, 3, 4)]
    assert found == [None, None, session(3, "veli"), session(4)]


async def test_sessions_long_over_go_when_a_new_one_comes(store: Store) -> None:
    await known(store, "ayse")
    old = replace(session(1), ends_at=NOON - timedelta(days=1, seconds=1))
    recent = replace(session(2), ends_at=NOON - timedelta(hours=23))
    for one in (old, recent, session(3)):
        await store.people.open_session(one)
    assert await store.people.session(old.digest) is None
    assert await store.people.session(recent.digest) == recent


async def test_a_link_opens_once(store: Store) -> None:
    link = Link("d" * 64, "setup", "", NOON - timedelta(days=9))
    await store.people.add_link(link)
    with pytest.raises(StoreError):
        await store.people.add_link(link)
    tries = await asyncio.gather(*(store.people.use_link(link.digest) for _ in range(5)))
    assert [one for one in tries if one is not None] == [link]
    assert await store.people.use_link(link.digest) is None


async def test_failures_are_counted_by_key(store: Store) -> None:
    people = store.people
    assert await people.failures("a:ayse") == (0, None)
    counts = await asyncio.gather(*(people.count_failure("a:ayse", NOON) for _ in range(4)))
    later = NOON + timedelta(seconds=1)
    assert [*counts, await people.count_failure("a:ayse", later)] == [1, 2, 3, 4, 5]
    assert await people.count_failure("s:192.0.2.1", NOON) == 1
    assert await people.failures("a:ayse") == (5, later)
    await people.forget_failures("a:ayse")
    assert await people.failures("a:ayse") == (0, None)
    assert await people.failures("s:192.0.2.1") == (1, NOON)


async def test_failures_of_yesterday_no_longer_count(store: Store) -> None:
    people = store.people
    await people.count_failure("old", NOON)
    await people.count_failure("kept", NOON + timedelta(hours=2))
    await people.count_failure("new", NOON + timedelta(days=1, seconds=1))
    assert await people.failures("old") == (0, None)
    assert (await people.failures("kept"))[0] == 1


async def test_a_naive_time_is_refused(store: Store) -> None:
    await known(store, "ayse")
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(ValueError, match="naive"):
        await store.people.open_session(replace(session(1), seen_at=naive))
    with pytest.raises(ValueError, match="naive"):
        await store.people.touch_session(replace(session(1), seen_at=naive))
    with pytest.raises(ValueError, match="naive"):
        await store.people.add_link(Link("d", "setup", "", naive))


async def test_secrets_are_not_shown() -> None:
    assert "argon2" not in repr(AYSE)
    assert "sealed" not in repr(AYSE)
    assert "csrf-1" not in repr(session(1))
