"""`ivr key ...`: a key that opens, is listed without its secret, and is gone."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ivr.cli.keying import Wish, add, remove, scopes, show
from ivr.cli.outcome import CANNOT_RUN, GOOD
from ivr.runtime.clock import SystemClock
from ivr.store import open_store
from ivr.web.auth.keys import KeptKeys, MachineKey, machine_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.runtime.ports.desk import AuditRow

FILE = Path("config.yaml")
pytestmark = pytest.mark.usefixtures("project")


def opens(whole: str) -> MachineKey:
    """What a key opens on the database."""

    async def ask() -> MachineKey:
        store = open_store("sqlite:///var/ivr.db")
        try:
            keys = KeptKeys(store.machine_keys)
            return await machine_key(keys, f"Bearer {whole}", "192.0.2.9", SystemClock().now())
        finally:
            await store.close()

    return asyncio.run(ask())


def audited() -> Sequence[AuditRow]:
    async def ask() -> Sequence[AuditRow]:
        store = open_store("sqlite:///var/ivr.db")
        try:
            return await store.audit.recent()
        finally:
            await store.close()

    return asyncio.run(ask())


def test_a_key_is_shown_once_opens_and_can_be_taken_away(
    capsys: pytest.CaptureFixture[str],
) -> None:
    wish = Wish("crm", ("event:r", "number:r", "event:r"), networks=("192.0.2.0/24",))
    assert add(wish, FILE) == GOOD
    whole = capsys.readouterr().out.splitlines()[0]
    key = opens(whole)
    assert key.rights == {"event:r", "number:r"}
    assert show(FILE) == GOOD
    listed = capsys.readouterr().out
    assert whole not in listed
    assert listed.split()[:4] == ["crm", key.id, "event:r,", "number:r"]
    assert "from 192.0.2.0/24" in listed
    assert remove("crm", FILE) == GOOD
    assert [row.what for row in audited()] == ["key_removed", "key_added"]
    assert not any(whole.rpartition("_")[2] in str(row) for row in audited())


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        (Wish("CRM", ("event:r",)), "CRM"),
        (Wish("crm"), "--scope"),
        (Wish("crm", ("evnt:r",)), 'did you mean "event:r"?'),
        (Wish("crm", ("person:e",)), "nothing that a key can be for"),
        (Wish("crm", ("event:r",), networks=("192.0.2.300",)), "is no network"),
    ],
)
def test_what_cannot_be_is_told(capsys: pytest.CaptureFixture[str], wish: Wish, told: str) -> None:
    assert add(wish, FILE) == CANNOT_RUN
    assert told in capsys.readouterr().err


def test_a_name_is_given_once_and_only_a_known_one_is_removed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert add(Wish("crm", ("event:r",)), FILE) == GOOD
    assert add(Wish("crm", ("event:r",)), FILE) == CANNOT_RUN
    assert remove("crn", FILE) == CANNOT_RUN
    errors = capsys.readouterr().err
    assert "there is a key crm already" in errors
    assert 'did you mean "crm"?' in errors


def test_people_and_roles_are_not_for_keys() -> None:
    assert not any(scope.startswith(("person", "session", "agent:e")) for scope in scopes())
