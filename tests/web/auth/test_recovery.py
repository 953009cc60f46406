"""Recovery codes: ten, each good once, and nothing kept that would open."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ivr.runtime.memory.keys import PlainKeys
from ivr.runtime.memory.people import MemoryPeople
from ivr.runtime.ports.desk import Person
from ivr.web.auth import second_factor
from ivr.web.auth.recovery import COUNT, kept, left_after, new_codes, use_code

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECRET = second_factor.new_secret()


def test_ten_codes_are_made_and_no_two_are_alike() -> None:
    codes = new_codes()
    assert len({*codes, *new_codes()}) == 2 * COUNT
    assert all(re.fullmatch("[A-Z2-7]{4}(-[A-Z2-7]{4}){3}", code) for code in codes)


def test_what_is_kept_of_a_code_does_not_open() -> None:
    codes = new_codes()
    stored = kept(codes)
    assert not any(
        code in text or code.replace("-", "") in text for code in codes for text in stored
    )
    assert left_after(stored, stored[0]) is None


def test_each_code_is_taken_once() -> None:
    codes = new_codes()
    stored = kept(codes)
    for count, code in enumerate(codes, 1):
        left = left_after(stored, code)
        assert left is not None
        assert len(left) == COUNT - count
        assert left_after(left, code) is None
        stored = left


@pytest.mark.parametrize(
    "typed",
    ["abcd-ei67-ob23-2345", "ABCD EI67 OB23 2345", "abcdei67ob232345", "ABCDE167-0823-2345"],
)
def test_it_may_be_typed_as_it_was_read(typed: str) -> None:
    assert left_after(kept(["ABCD-EI67-OB23-2345"]), typed) == ()


@pytest.mark.parametrize("typed", ["", "-", "123456", "ABCD-EI67-OB23-2346", "ABCD-EI67", "ı" * 24])
def test_nothing_else_opens(typed: str) -> None:
    assert left_after(kept(["ABCD-EI67-OB23-2345"]), typed) is None


async def someone(people: MemoryPeople) -> tuple[Person, tuple[str, ...]]:
    """A person with a second factor and codes."""
    codes, keys = new_codes(), PlainKeys()
    person = Person("deniz", "Deniz", ("admin",), totp=second_factor.sealed(keys, SECRET))
    return await people.save(replace(person, recovery=kept(codes))), codes


async def test_a_code_of_the_app_costs_no_recovery_code() -> None:
    people = MemoryPeople()
    person, codes = await someone(people)
    code = second_factor.code_at(SECRET, second_factor.step_of(NOON))
    proof = await use_code(people, PlainKeys(), person, code, NOON)
    assert proof is not None
    assert (proof.by_recovery, len(proof.person.recovery)) == (False, len(codes))


async def test_a_recovery_code_leaves_the_codes_of_the_app_good() -> None:
    people = MemoryPeople()
    person, codes = await someone(people)
    proof = await use_code(people, PlainKeys(), person, codes[3], NOON)
    assert proof is not None
    assert (proof.by_recovery, proof.person.totp_step) == (True, 0)
    assert await people.get("deniz") == proof.person


async def test_of_two_who_use_the_same_code_at_once_one_gets_in() -> None:
    people = MemoryPeople()
    person, codes = await someone(people)
    tries = [await use_code(people, PlainKeys(), person, codes[0], NOON) for _ in range(2)]
    assert [proof is not None for proof in tries] == [True, False]
