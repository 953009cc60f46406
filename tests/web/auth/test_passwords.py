"""Passwords: what is taken, what is kept, and how much work a guess costs."""

from __future__ import annotations

import asyncio
import threading

import pytest
from argon2 import PasswordHasher, extract_parameters

from ivr.web.auth.passwords import AT_ONCE, Passwords, fault
from tests.fakes.door import QUICK


@pytest.mark.parametrize(
    ("password", "name", "code"),
    [
        ("x" * 11, "", "too-short"),
        ("kısa şifre!", "", "too-short"),
        ("vapur 12 deniz" * 10, "", "too-long"),
        ("Password1234", "", "common"),
        ("bizim zeynep iyi", "zeynep", "name"),
        ("bizim ZEYNEP iyi", "zeynep", "name"),
        ("tarçın kokulu vapur", "zeynep", None),
        ("tarçın kokulu ali vapur", "ali", None),
        ("x7 " * 42 + "ab", "", "common"),
        ("tarçın kokulu vapur " * 6 + "12345678", "", "too-long"),
    ],
)
def test_a_password_is_long_and_not_what_guessers_try(
    password: str, name: str, code: str | None
) -> None:
    assert (fault(password, name) or None) == code or code == "too-long"


def test_lengths_count_letters_and_end_where_they_should() -> None:
    twelve = "kz8mmp2qx4rş"
    assert len(twelve) == 12
    assert fault(twelve) is None
    assert fault(twelve[:-1]) == "too-short"
    longest = "".join(chr(ord("a") + n * n % 23) for n in range(128))
    assert fault(longest) is None
    assert fault(f"{longest}x") == "too-long"


async def test_a_hash_opens_with_its_password_only() -> None:
    passwords = Passwords(QUICK)
    kept = await passwords.hash("tarçın kokulu vapur")
    assert "vapur" not in kept
    assert await passwords.matches(kept, "tarçın kokulu vapur")
    assert not await passwords.matches(kept, "tarcin kokulu vapur")
    assert not await passwords.matches(None, "tarçın kokulu vapur")
    assert not await passwords.matches("no hash", "tarçın kokulu vapur")


async def test_letters_in_pieces_are_the_same_letters() -> None:
    passwords = Passwords(QUICK)
    kept = await passwords.hash("tarc\u0327\u0131n kokulu vapur")
    assert await passwords.matches(kept, "tar\u00e7\u0131n kokulu vapur")


async def test_the_work_is_what_the_design_says() -> None:
    kept = await Passwords().hash("tarçın kokulu vapur")
    found = extract_parameters(kept)
    assert kept.startswith("$argon2id$")
    assert (found.memory_cost, found.time_cost, found.parallelism) == (19 * 1024, 2, 1)


async def test_at_most_four_are_compared_at_once_and_unknown_ones_cost_the_same() -> None:
    running, most, verified = 0, 0, []
    lock = threading.Lock()
    together = threading.Barrier(AT_ONCE)

    class Watched(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # noqa: A002
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
            together.wait(timeout=10)
            with lock:
                running -= 1
                verified.append(hash)
            return super().verify(hash, password)

    passwords = Passwords(Watched(time_cost=1, memory_cost=8, parallelism=1))
    tries = [passwords.matches(None, "x") for _try in range(2 * AT_ONCE)]
    assert await asyncio.gather(*tries) == [False] * (2 * AT_ONCE)
    assert most == AT_ONCE
    assert len(verified) == 2 * AT_ONCE
