"""Merges of customers, and that every one of them can be taken back."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.errors import IllegalTransitionError
from ivr.tickets.merging import (
    AlreadyMergedError,
    Conflict,
    Item,
    Merge,
    MergePlan,
    Reason,
    Reference,
    Row,
    Unique,
    plan_merge,
    plan_undo,
    read_item,
    root,
    survivor_of,
)

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
OWN = Unique(("kind", "value_norm"), unless=("shared", "ended_at"))
REFERENCES = (
    Reference(
        "contact_point",
        ("customer_id",),
        (Unique(("customer_id", "kind", "value_norm")), OWN),
        end={"ended_at": NOW},
        ended="ended_at",
    ),
    Reference(
        "identity_candidate",
        ("a_id", "b_id"),
        (Unique(("a_id", "b_id")),),
        end={"state": "merged", "decided_at": NOW},
        ended="decided_at",
        pair=True,
    ),
    Reference("customer", ("company_id",), itself=True, beside=("merged_into", "version")),
    Reference("ticket", ("customer_id",), beside=("version",)),
    Reference("external_ref", ("entity_id",), (Unique(("system", "entity_id")),)),
)
Tables = dict[str, dict[int, dict[str, object]]]


class House:
    """A small store of rows that does what plans say, and nothing else."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.merges: list[Merge] = []
        self.items: dict[int, list[tuple[str, int, str, str]]] = {}

    def merge(self, survivor: int, loser: int) -> MergePlan:
        """Merges, and keeps the journal as JSON, as the store does."""
        plan = plan_merge(survivor, loser, self.into(), REFERENCES, self.rows(survivor, loser))
        for write in plan.writes:
            self.tables[write.table][write.row_id].update(write.values)
        merge = Merge(len(self.merges) + 1, plan.survivor, plan.loser)
        self.merges.append(merge)
        self.items[merge.id] = [
            (item.table, item.row_id, json.dumps(before), json.dumps(after))
            for item in plan.items
            for before, after in [item.stored()]
        ]
        return plan

    def undo(self, number: int) -> tuple[Conflict, ...]:
        """Takes a merge back."""
        merge = self.merges[number - 1]
        items = [
            read_item(table, row, json.loads(before), json.loads(after))
            for table, row, before, after in self.items[number]
        ]
        current = [
            Row(table, key, dict(values))
            for table, rows in self.tables.items()
            for key, values in rows.items()
        ]
        plan = plan_undo(merge, self.merges, items, REFERENCES, current)
        for write in plan.writes:
            self.tables[write.table][write.row_id].update(write.values)
        self.merges[number - 1] = replace(merge, undone=True)
        return plan.conflicts

    def into(self) -> dict[int, int | None]:
        """Where each customer went."""
        return {
            key: into if isinstance(into, int) else None
            for key, row in self.tables["customer"].items()
            for into in [row["merged_into"]]
        }

    def rows(self, survivor: int, loser: int) -> list[Row]:
        """The rows that point to one of two customers or to the root of the first."""
        three = {survivor, loser, root(survivor, self.into())}
        return [
            Row(reference.table, key, dict(values))
            for reference in REFERENCES
            for key, values in self.tables.get(reference.table, {}).items()
            if three & {values[column] for column in reference.columns}
        ]

    def faults(self) -> list[str]:
        """Unique keys that two rows have, pairs out of order, customers of themselves."""
        found = []
        for reference in REFERENCES:
            rows = self.tables.get(reference.table, {})
            for unique in reference.unique:
                keys = [
                    tuple(row[column] for column in unique.columns)
                    for row in rows.values()
                    if not any(row[column] for column in unique.unless)
                ]
                keys = [key for key in keys if None not in key]
                found += [f"{reference.table} {key}" for key in keys if keys.count(key) > 1]
        for row in self.tables.get("identity_candidate", {}).values():
            found += [f"pair {row}"] if str(row["a_id"]) >= str(row["b_id"]) else []
        members = self.tables["customer"].items()
        found += [f"own {key}" for key, row in members if row["company_id"] == key]
        return found


def customer(company: int | None = None) -> dict[str, object]:
    """A customer."""
    return {"full_name": "Ali", "company_id": company, "merged_into": None, "version": 1}


def point(
    owner: int, norm: str | None, *, shared: bool = False, ended: bool = False
) -> dict[str, object]:
    """A telephone number."""
    return {
        "customer_id": owner,
        "kind": "phone",
        "value_norm": norm,
        "shared": shared,
        "ended_at": NOW if ended else None,
    }


def pair(a: int, b: int, *, decided: bool = False) -> dict[str, object]:
    """Two customers that may be one."""
    state = "rejected" if decided else "open"
    return {"a_id": a, "b_id": b, "state": state, "decided_at": NOW if decided else None}


def ticket(owner: int) -> dict[str, object]:
    """A ticket."""
    return {"customer_id": owner, "subject": "Fatura", "version": 1}


def house(**tables: dict[int, dict[str, object]]) -> House:
    """A store of three customers and what is told."""
    return House({"customer": {key: customer() for key in (1, 2, 3)}, **tables})


def test_everything_of_the_loser_becomes_the_survivors() -> None:
    store = house(contact_point={1: point(2, "+901"), 2: point(2, None)}, ticket={7: ticket(2)})
    plan = store.merge(1, 2)
    assert [row["customer_id"] for row in store.tables["contact_point"].values()] == [1, 1]
    assert store.tables["ticket"][7]["customer_id"] == 1
    assert store.tables["customer"][2]["merged_into"] == 1
    assert plan.items[-1] == Item("customer", 2, {"merged_into": None}, {"merged_into": 1})


def test_rows_of_others_are_left_alone() -> None:
    store = house(ticket={7: ticket(1), 8: ticket(3)})
    assert len(store.merge(1, 2).items) == 1


def test_a_number_that_both_have_is_ended_with_the_loser() -> None:
    both = {1: point(1, "+901", shared=True), 2: point(2, "+901", shared=True)}
    store = house(contact_point=both)
    plan = store.merge(1, 2)
    assert plan.items[0].after == {"ended_at": NOW}
    assert store.tables["contact_point"][2]["customer_id"] == 2


def test_a_number_that_is_over_already_is_not_ended_again() -> None:
    both = {1: point(1, "+901"), 2: point(2, "+901", ended=True)}
    plan = house(contact_point=both).merge(1, 2)
    assert [item.table for item in plan.items] == ["customer"]
    assert plan.left == ()


def test_what_clashes_and_cannot_be_ended_stays_and_is_named() -> None:
    refs: dict[int, dict[str, object]] = {
        1: {"system": "rt", "entity_id": 1},
        2: {"system": "rt", "entity_id": 2},
        3: {"system": "zammad", "entity_id": 2},
    }
    store = house(external_ref=refs)
    plan = store.merge(1, 2)
    assert [row.id for row in plan.left] == [2]
    assert [refs[key]["entity_id"] for key in refs] == [1, 2, 1]


def test_the_pair_of_the_two_is_settled_and_other_pairs_keep_their_order() -> None:
    pairs = {1: pair(1, 2), 2: pair(2, 3), 3: pair(1, 3, decided=True)}
    store = house(identity_candidate=pairs)
    store.merge(3, 2)
    assert [(row["a_id"], row["b_id"], row["state"]) for row in pairs.values()] == [
        (1, 2, "merged"),
        (2, 3, "merged"),
        (1, 3, "rejected"),
    ]


def test_a_pair_turns_round_when_its_new_number_is_greater() -> None:
    pairs = {1: pair(1, 2)}
    house(identity_candidate=pairs).merge(3, 1)
    assert (pairs[1]["a_id"], pairs[1]["b_id"]) == (2, 3)


def test_a_company_that_becomes_its_own_member_belongs_to_nobody() -> None:
    store = House({"customer": {1: customer(2), 2: customer(), 3: customer(2)}})
    store.merge(1, 2)
    assert [row["company_id"] for row in store.tables["customer"].values()] == [None, None, 1]


def test_a_merge_goes_to_the_root_of_whom_was_named() -> None:
    store = house(ticket={7: ticket(3)})
    store.merge(1, 2)
    assert store.merge(2, 3).survivor == 1
    assert store.tables["ticket"][7]["customer_id"] == 1


@pytest.mark.parametrize(
    ("survivor", "loser", "sentence"),
    [
        (1, 1, "customers are already merged"),
        (1, 2, "customers are already merged"),
        (2, 1, "customers are already merged"),
        (3, 2, "merge that one"),
    ],
)
def test_a_circle_is_refused(survivor: int, loser: int, sentence: str) -> None:
    into = {1: None, 2: 1, 3: None}
    with pytest.raises(AlreadyMergedError, match=sentence):
        survivor_of(survivor, loser, into)


def test_eight_merges_in_a_row_resolve_and_a_ninth_is_refused() -> None:
    into: dict[int, int | None] = {0: None}
    for each in range(8):
        survivor_of(each + 1, each, into)
        into |= {each: each + 1, each + 1: None}
    assert root(0, into) == 8
    with pytest.raises(AlreadyMergedError, match="at most 8"):
        survivor_of(9, 8, into)
    assert survivor_of(0, 9, into) == 8


def test_a_circle_in_the_store_ends_the_walk() -> None:
    with pytest.raises(AlreadyMergedError, match="lead nowhere"):
        root(1, {1: 2, 2: 1})
    with pytest.raises(AlreadyMergedError, match="lead nowhere"):
        root(0, {each: each + 1 for each in range(9)})


def test_the_journal_of_a_merge_holds_no_value_that_did_not_change() -> None:
    store = house(contact_point={1: point(2, "+905321234567")})
    store.merge(1, 2)
    assert "5321234567" not in str(store.items)


def test_times_and_bytes_are_kept_as_text() -> None:
    item = Item("t", 1, {"at": NOW, "key": b"\x01"}, {"at": None, "key": None}, "f00")
    before, after = item.stored()
    assert before == {"at": "2026-11-23T09:00:00+00:00", "key": "01"}
    assert read_item("t", 1, before, after).seal == "f00"


def test_a_row_changed_since_stays_and_is_named() -> None:
    store = house(ticket={7: ticket(2), 8: ticket(2)}, contact_point={1: point(2, "+901")})
    store.merge(1, 2)
    store.tables["ticket"][7]["subject"] = "Kargo"
    del store.tables["contact_point"][1]
    assert set(store.undo(1)) == {
        Conflict("ticket", 7, Reason.CHANGED),
        Conflict("contact_point", 1, Reason.GONE),
    }
    assert [row["customer_id"] for row in store.tables["ticket"].values()] == [1, 2]


def test_a_row_moved_on_since_is_a_conflict_too() -> None:
    store = house(ticket={7: ticket(2)})
    store.merge(1, 2)
    store.tables["ticket"][7]["customer_id"] = 3
    assert store.undo(1) == (Conflict("ticket", 7, Reason.CHANGED),)


def test_a_column_that_every_write_changes_is_no_conflict_and_stays() -> None:
    store = house(ticket={7: ticket(2)})
    store.merge(1, 2)
    store.tables["ticket"][7]["version"] = 5
    assert store.undo(1) == ()
    assert store.tables["ticket"][7] == {**ticket(2), "version": 5}


def test_rows_made_since_stay_with_the_survivor() -> None:
    store = house(ticket={7: ticket(2)})
    store.merge(1, 2)
    store.tables["ticket"][8] = ticket(1)
    assert store.undo(1) == ()
    assert [row["customer_id"] for row in store.tables["ticket"].values()] == [2, 1]


def test_a_number_that_is_somebody_elses_by_now_does_not_come_back() -> None:
    both = {1: point(1, "+901", shared=True), 2: point(2, "+901")}
    store = house(contact_point=both)
    store.merge(1, 2)
    both[1]["shared"] = False
    assert store.undo(1) == (Conflict("contact_point", 2, Reason.TAKEN),)
    assert store.faults() == []


def test_a_row_that_stays_keeps_its_place() -> None:
    both = {1: point(2, "+901"), 2: point(3, "+901", shared=True)}
    store = house(contact_point=both)
    store.merge(1, 2)
    store.merge(1, 3)
    assert both[2]["ended_at"] == NOW
    store.undo(2)
    both[1]["shared"] = True
    assert store.undo(1) == (Conflict("contact_point", 1, Reason.CHANGED),)
    assert store.faults() == []


def test_merges_are_taken_back_newest_first_and_only_once() -> None:
    store = house()
    store.merge(2, 3)
    store.merge(1, 2)
    with pytest.raises(IllegalTransitionError, match="later merge"):
        store.undo(1)
    store.undo(2)
    store.undo(1)
    with pytest.raises(IllegalTransitionError, match="already"):
        store.undo(1)


def test_a_merge_of_others_does_not_stand_in_the_way() -> None:
    store = House({"customer": {key: customer() for key in range(1, 5)}})
    store.merge(1, 2)
    store.merge(3, 4)
    assert store.undo(1) == ()


def test_a_loser_that_points_elsewhere_by_now_cannot_come_back() -> None:
    store = house()
    store.merge(1, 2)
    store.tables["customer"][2]["merged_into"] = 3
    with pytest.raises(IllegalTransitionError, match="no longer there"):
        store.undo(1)


OWNERS = st.integers(1, 4)
NORMS = st.sampled_from(["+901", "+902", None])


@st.composite
def houses(draw: st.DrawFn) -> House:
    """Four customers with numbers, pairs, tickets and references that break no unique key."""
    companies = draw(st.lists(st.none() | OWNERS, min_size=4, max_size=4))
    tables: Tables = {
        "customer": {
            key: customer(None if company == key else company)
            for key, company in enumerate(companies, 1)
        },
        "ticket": dict(enumerate(draw(st.lists(OWNERS.map(ticket), max_size=4)), 1)),
    }
    points = st.lists(
        st.builds(point, OWNERS, NORMS, shared=st.booleans(), ended=st.booleans()), max_size=8
    )
    pairs = st.lists(
        st.builds(pair, st.integers(1, 3), st.integers(2, 4), decided=st.booleans()), max_size=5
    )
    refs = st.lists(
        st.fixed_dictionaries({"system": st.sampled_from("ab"), "entity_id": OWNERS}), max_size=5
    )
    for name, rows in (("contact_point", points), ("identity_candidate", pairs)):
        tables[name] = {}
        _fill(tables, name, draw(rows))
    tables["external_ref"] = {}
    _fill(tables, "external_ref", draw(refs))
    return House(tables)


def _fill(tables: Tables, name: str, rows: list[dict[str, object]]) -> None:
    """Adds each row that breaks no rule of its table."""
    for key, row in enumerate(rows, 1):
        tables[name][key] = row
        if House(tables).faults():
            del tables[name][key]


@given(houses(), st.permutations([1, 2, 3, 4]), st.integers(1, 3))
def test_merges_in_a_row_taken_back_restore_every_row(
    store: House, order: list[int], count: int
) -> None:
    before = deepcopy(store.tables)
    for survivor, loser in zip(order[1:], order[:count], strict=False):
        store.merge(survivor, loser)
        assert store.faults() == []
    for number in range(count, 0, -1):
        assert store.undo(number) == ()
        assert store.faults() == []
    assert store.tables == before


@given(houses(), st.data())
def test_a_merge_leaves_nothing_behind_but_what_it_names(store: House, data: st.DataObject) -> None:
    survivor, loser = data.draw(st.permutations([1, 2, 3, 4]))[:2]
    plan = store.merge(survivor, loser)
    ended = {(item.table, item.row_id) for item in plan.items}
    ended |= {(row.table, row.id) for row in plan.left}
    for reference in REFERENCES:
        for key, row in store.tables[reference.table].items():
            if loser in [row[column] for column in reference.columns]:
                over = reference.ended and row[reference.ended]
                assert (reference.table, key) in ended or over


@given(houses(), st.data())
def test_whatever_changes_in_between_an_undo_breaks_no_key(
    store: House, data: st.DataObject
) -> None:
    store.merge(1, 2)
    for row in store.tables["contact_point"].values():
        kept = dict(row)
        row["shared"] = data.draw(st.booleans())
        row["value_norm"] = data.draw(NORMS)
        if store.faults():
            row.update(kept)
    store.undo(1)
    assert store.faults() == []
