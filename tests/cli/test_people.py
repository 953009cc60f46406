"""`ivr user add NAME`: from the command line to somebody who can sign in."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ivr.cli import people
from ivr.cli.outcome import CANNOT_RUN, GOOD
from ivr.cli.people import Wish, add, remove, reset
from ivr.runtime.clock import SystemClock
from ivr.store import open_store
from ivr.web.auth.links import PASSWORD, Links
from ivr.web.auth.passwords import Passwords

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.runtime.ports.desk import AgentRow, AuditRow, Link, Person
    from tests.fakes.project import Project

pytestmark = pytest.mark.usefixtures("tables_at_hand")
FILE = Path("config.yaml")
SECRET = "tarçın kokulu 7 vapur"  # noqa: S105 - of people that exist in tests only
AYSE = Wish("ayse", roles=("agent",), teams=("cards",), skills=("cards=80", "loans=20"))


@pytest.fixture
def phones(project: Project) -> Project:
    """A project with one trunk where phones register."""
    old = "trunks: {browser: {provider: simulator}}"
    line = 'phones: {provider: sip, listen: "127.0.0.1:5060", registrar: true}'
    project.change("config.yaml", old, f"trunks:\n  browser: {{provider: simulator}}\n  {line}\n")
    return project


def typing(*answers: str) -> Callable[[str], str]:
    """Somebody at the terminal."""
    left = list(answers)
    return lambda _prompt: left.pop(0)


def stored(name: str) -> tuple[Person | None, AgentRow | None, Sequence[AuditRow], list[str]]:
    """What the database holds of somebody; also the names of all telephones."""

    async def read() -> tuple[Person | None, AgentRow | None, Sequence[AuditRow], list[str]]:
        store = open_store("sqlite:///var/ivr.db")
        try:
            users = [user.name for user in await store.phones.all()]
            audit = await store.audit.recent()
            return await store.people.get(name), await store.agents.get(name), audit, users
        finally:
            await store.close()

    return asyncio.run(read())


def kept(person: Person) -> None:
    """Store somebody."""

    async def save() -> None:
        store = open_store("sqlite:///var/ivr.db")
        try:
            await store.people.save(person)
        finally:
            await store.close()

    asyncio.run(save())


def opened(token: str) -> Link | None:
    """Use a link up."""

    async def use() -> Link | None:
        store = open_store("sqlite:///var/ivr.db")
        try:
            return await Links(store.people, SystemClock()).use(token)
        finally:
            await store.close()

    return asyncio.run(use())


def test_somebody_gets_the_password_that_was_typed_twice(
    phones: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    wish = replace(AYSE, display="Ayşe K.", number=117, endpoints=("sip:a1@phones",))
    assert add(wish, FILE, typing(SECRET, SECRET)) == GOOD
    shown = capsys.readouterr()
    assert shown.err == ""
    assert shown.out == "ayse can sign in at http://127.0.0.1:0/login\n"
    person, card, audit, _users = stored("ayse")
    assert person is not None
    assert (person.display, person.roles, person.teams) == ("Ayşe K.", ("agent",), ("cards",))
    assert asyncio.run(Passwords().matches(person.password, SECRET))
    assert card is not None
    assert (card.number, card.teams, dict(card.skills)) == (
        117,
        ("cards",),
        {"cards": 80, "loans": 20},
    )
    assert dict(card.endpoints) == {"sip": "sip:a1@phones"}
    assert [(row.who, row.what, row.about) for row in audit] == [
        ("console", "person_added", "ayse")
    ]


@pytest.mark.parametrize("display", ["Ay\x1b[31mşe", "Ayşe\nK.", "A" * 121])
def test_a_name_to_show_is_one_line_without_control_characters(
    phones: Project, capsys: pytest.CaptureFixture[str], display: str
) -> None:
    assert add(replace(AYSE, display=display), FILE, typing(SECRET, SECRET)) == CANNOT_RUN
    assert "--display" in capsys.readouterr().err
    assert not Path("var/ivr.db").exists()


def test_a_weak_or_mistyped_password_is_asked_for_again(
    phones: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(AYSE, FILE, typing("short", SECRET, "other", SECRET, SECRET)) == GOOD
    out = capsys.readouterr().out.splitlines()
    assert out[:2] == ["a password has at least 12 characters", "the two are not the same"]
    assert out[2].startswith("ayse can sign in")


@pytest.mark.parametrize("answers", [None, ("",), ("short", "short", "short")])
def test_without_a_password_a_link_is_printed(
    phones: Project, capsys: pytest.CaptureFixture[str], answers: tuple[str, ...] | None
) -> None:
    assert add(AYSE, FILE, None if answers is None else typing(*answers)) == GOOD
    last = capsys.readouterr().out.splitlines()[-1]
    link = opened(last.partition("/setup?t=")[2])
    assert link is not None
    assert (link.purpose, link.person) == (PASSWORD, "ayse")
    person, _card, _audit, _users = stored("ayse")
    assert person is not None
    assert person.password is None


def test_roles_with_a_second_factor_set_it_in_the_browser(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    text = 'web: {listen: "0.0.0.0:8080", public_base: "https://ivr.example"}'
    project.change("config.yaml", 'web: {listen: "127.0.0.1:0"}', text)
    carrier = "carrier: {provider: sip, listen: '127.0.0.1:5090', servers: [sip.carrier.example]}"
    project.change("config.yaml", "browser: {provider: simulator}", carrier)
    admin = Wish("deniz", roles=("admin",))
    assert add(admin, FILE, typing(SECRET, SECRET)) == GOOD
    assert "https://ivr.example/setup?t=" in capsys.readouterr().out
    assert add(Wish("ali", roles=("agent",)), FILE, typing(SECRET, SECRET)) == GOOD
    assert "https://ivr.example/login" in capsys.readouterr().out


def test_adding_again_changes_what_is_written_and_keeps_the_rest(phones: Project) -> None:
    assert add(replace(AYSE, number=117), FILE, typing(SECRET, SECRET)) == GOOD
    again = Wish("ayse", roles=("agent", "supervisor"), skills=("loans=0", "forex=50"))
    assert add(again, FILE, None) == GOOD
    person, card, audit, _users = stored("ayse")
    assert person is not None
    assert card is not None
    assert (person.roles, person.teams) == (("agent", "supervisor"), ("cards",))
    assert person.password is not None
    assert (card.number, dict(card.skills)) == (117, {"cards": 80, "forex": 50})
    assert [row.what for row in audit] == ["person_changed", "person_added"]


@pytest.mark.parametrize(
    ("more", "user"),
    [
        (Wish("ayse", phone="phones"), "ayse"),
        (Wish("ayse", sip="a1"), "a1"),
        (Wish("ayse", sip="a1", trunk="phones"), "a1"),
    ],
)
def test_a_telephone_is_made_with_its_agent(
    phones: Project, capsys: pytest.CaptureFixture[str], more: Wish, user: str
) -> None:
    assert add(replace(more, roles=("agent",)), FILE, typing(SECRET, SECRET)) == GOOD
    out = capsys.readouterr().out
    assert f"user       {user}\n" in out
    assert "The password is not shown again." in out
    _person, card, _audit, users = stored("ayse")
    assert users == [user]
    assert card is not None
    assert dict(card.endpoints) == {"sip": f"sip:{user}@phones"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("sip:a1@phones", {"sip": "sip:a1@phones"}),
        ("sip:a1@pbx.example", {"sip": "sip:a1@pbx.example"}),
        ("sim:a1", {"simulator": "sim:a1"}),
        ("+905321112233", {"sip": "+905321112233"}),
        ("twilio=client:ayse", {"twilio": "client:ayse"}),
    ],
)
def test_such_telephones_are_understood(phones: Project, text: str, found: dict[str, str]) -> None:
    assert add(replace(AYSE, endpoints=(text,)), FILE, None) == GOOD
    card = stored("ayse")[1]
    assert card is not None
    assert dict(card.endpoints) == found


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        (replace(AYSE, name="Ayşe"), "is no user"),
        (replace(AYSE, roles=("boss",)), '"boss" is no role; there are agent, supervisor'),
        (replace(AYSE, teams=("card desk",)), "is no name of a team"),
        (replace(AYSE, skills=("cards",)), "write it as in cards=80"),
        (replace(AYSE, skills=("cards=²",)), "write it as in cards=80"),
        (replace(AYSE, skills=("cards=101",)), "at most 100"),
        (replace(AYSE, endpoints=("12",)), "is no telephone"),
        (replace(AYSE, endpoints=("sip:a@phone",)), 'did you mean "phones"?'),
        (replace(AYSE, phone="browser"), "no phone can register"),
        (replace(AYSE, sip="A1"), "is no user"),
        (replace(AYSE, roles=()), "ayse is new: say --role"),
        (replace(AYSE, roles=("quality",)), "ayse is no agent"),
    ],
)
def test_mistakes_are_told_and_nothing_is_stored(
    phones: Project, capsys: pytest.CaptureFixture[str], wish: Wish, says: str
) -> None:
    assert add(wish, FILE, None) == CANNOT_RUN
    assert says in capsys.readouterr().err
    if Path("var/ivr.db").exists():
        assert stored("ayse")[0] is None


def test_a_number_needs_a_trunk_that_dials(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(replace(AYSE, endpoints=("+905321112233",)), FILE, None) == CANNOT_RUN
    assert "no trunk dials numbers" in capsys.readouterr().err


def test_somebody_removed_is_gone_and_his_telephone_is_named(
    phones: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    add(replace(AYSE, phone="phones"), FILE, None)
    capsys.readouterr()
    assert remove("ayse", FILE) == GOOD
    assert capsys.readouterr().out.splitlines() == [
        "ayse may not sign in any more",
        "A telephone ayse may still register; ivr user remove --sip ayse ends that.",
    ]
    person, card, audit, users = stored("ayse")
    assert (person, card, users) == (None, None, ["ayse"])
    assert audit[0].what == "person_removed"
    assert remove("ayse", FILE) == CANNOT_RUN


def test_who_has_lost_app_and_codes_sets_up_both_anew_by_a_link(
    phones: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    add(AYSE, FILE, typing(SECRET, SECRET))
    person, *_others = stored("ayse")
    assert person is not None
    kept(replace(person, totp="sealed", totp_step=7, recovery=("a" * 64,)))
    assert reset("ayse", FILE) == GOOD
    said, link = capsys.readouterr().out.splitlines()[-2:]
    assert said == "ayse has no second factor any more, and no recovery codes"
    found, _card, audit, _users = stored("ayse")
    assert found is not None
    assert (found.totp, found.totp_step, found.recovery) == (None, 0, ())
    assert audit[0].what == "second_factor_reset"
    use = opened(link.rpartition("=")[2])
    assert use is not None
    assert (use.purpose, use.person) == (PASSWORD, "ayse")


def test_nobody_is_reset_under_a_name_that_is_not_there(
    phones: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    add(AYSE, FILE, typing(SECRET, SECRET))
    assert reset("ayşe", FILE) == CANNOT_RUN
    assert 'did you mean "ayse"?' in capsys.readouterr().err


def test_somebody_unknown_is_told_with_the_name_that_was_meant(
    phones: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    add(AYSE, FILE, None)
    assert remove("aysa", FILE) == CANNOT_RUN
    assert capsys.readouterr().err == 'there is nobody called "aysa"; did you mean "ayse"?\n'


def test_a_password_is_asked_for_only_where_somebody_sits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert people.terminal() is None
