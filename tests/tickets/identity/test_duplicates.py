"""Which customers may be one, and which may be merged without asking."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ivr.tickets.identity.duplicates import Identifier, Pair, Profile, Way, compare, find_pairs

MOBILE = Way("phone", "+905321234567", "321234567")
PASSPORT = Identifier("passport", "f00", verified=True)
ALI = Profile(2, name="ali veli", ways=(MOBILE,), identifiers=(PASSPORT,))


def pair(one: Profile, other: Profile) -> Pair:
    """The pair of two customers that are alike."""
    found = compare(one, other)
    assert found is not None
    return found


def test_an_equal_verified_identifier_may_be_merged_without_asking() -> None:
    found = pair(ALI, Profile(1, identifiers=(PASSPORT,)))
    assert found == Pair(1, 2, 100, ("verified_identifier",), automatic=True)


def test_an_equal_verified_number_of_nobody_else_may_be_merged_without_asking() -> None:
    sure = replace(MOBILE, verified=True)
    assert pair(Profile(1, ways=(sure,)), Profile(2, ways=(sure,))).automatic


def test_what_only_one_side_has_verified_is_for_a_person_to_decide() -> None:
    sure = replace(MOBILE, verified=True)
    found = pair(Profile(1, ways=(sure,)), Profile(2, ways=(MOBILE,)))
    assert (found.automatic, found.score, found.evidence) == (False, 50, ("point",))
    unsure = replace(PASSPORT, verified=False)
    assert not pair(ALI, Profile(1, identifiers=(unsure,))).automatic


def test_a_shared_number_is_weak_and_needs_a_name_beside_it() -> None:
    shared = replace(MOBILE, shared=True, verified=True)
    assert compare(Profile(1, ways=(shared,)), Profile(2, ways=(shared,))) is None
    found = pair(
        Profile(1, name="ali veli", ways=(shared,)), Profile(2, name="veli ali", ways=(shared,))
    )
    assert (found.automatic, found.evidence) == (False, ("shared_point", "name"))


def test_a_name_alone_is_never_enough() -> None:
    assert compare(Profile(1, name="ali veli"), Profile(2, name="ali veli")) is None


def test_the_end_of_a_number_and_the_name_are_a_candidate() -> None:
    abroad = replace(MOBILE, norm="+495321234567")
    found = pair(ALI, Profile(1, name="ali veli", ways=(abroad,)))
    assert (found.evidence, found.score) == (("tail9", "name"), 45)


def test_part_of_a_name_counts_from_two_words_on() -> None:
    longer = Profile(1, name="ali can veli", ways=(MOBILE,))
    assert pair(ALI, longer).evidence == ("point", "part_of_name")
    assert pair(Profile(2, name="ali", ways=(MOBILE,)), longer).evidence == ("point",)


def test_two_different_verified_numbers_of_one_kind_speak_against_it() -> None:
    other = replace(ALI, id=1, identifiers=(replace(PASSPORT, value_hash="ba2"),))
    assert compare(ALI, other) is None
    both = replace(other, identifiers=(*other.identifiers, PASSPORT))
    assert pair(ALI, both).automatic


def test_a_person_and_a_company_are_never_one() -> None:
    assert compare(ALI, replace(ALI, id=1, kind="company")) is None
    assert compare(ALI, ALI) is None


def test_pairs_are_found_among_many_and_refused_ones_stay_refused() -> None:
    people = [ALI, Profile(1, ways=(MOBILE,)), Profile(3, name="ali veli")]
    assert [(each.a, each.b) for each in find_pairs(people)] == [(1, 2)]
    assert find_pairs(people, [(2, 1)]) == ()


def test_a_number_that_everybody_has_says_nothing() -> None:
    crowd = [Profile(at, ways=(MOBILE,)) for at in range(1, 30)]
    assert find_pairs(crowd) == ()


WAYS = st.builds(
    Way,
    kind=st.just("phone"),
    norm=st.sampled_from(["+905321234567", "+495321234567"]),
    tail9=st.sampled_from(["321234567", None]),
    shared=st.booleans(),
    verified=st.booleans(),
)
PROFILES = st.builds(
    Profile,
    id=st.integers(1, 6),
    name=st.sampled_from(["", "ali", "ali veli", "veli ali can"]),
    ways=st.lists(WAYS, max_size=2).map(tuple),
    identifiers=st.lists(
        st.builds(Identifier, st.just("passport"), st.sampled_from("xy"), st.booleans()),
        max_size=2,
    ).map(tuple),
)


@given(PROFILES, PROFILES)
def test_the_order_of_two_customers_does_not_matter(one: Profile, other: Profile) -> None:
    assert compare(one, other) == compare(other, one)


@given(st.lists(PROFILES, max_size=6, unique_by=lambda each: each.id))
def test_blocks_lose_no_pair(profiles: list[Profile]) -> None:
    found = {(each.a, each.b) for each in find_pairs(profiles)}
    every = [compare(a, b) for a in profiles for b in profiles if a.id < b.id]
    assert found == {(each.a, each.b) for each in every if each}
