"""`ivr user`: users of telephones, from the command line to the hashes in the database."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer
from typer.testing import CliRunner

from ivr.channels.sip.wire.peers.auth import Secrets
from ivr.cli import app
from ivr.cli.enrolling import ALPHABET, PASSWORD_SIGNS, WHOM, add, password, remove, show
from ivr.cli.outcome import CANNOT_RUN, FOUND, GOOD, MISSING_EXTRA
from ivr.cli.people_listed import NOBODY
from ivr.cli.upgrading import upgrade
from ivr.store import open_store, postgres

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.runtime.ports import PhoneUser
    from tests.fakes.project import Project

pytestmark = pytest.mark.usefixtures("tables_at_hand")
FILE = Path("config.yaml")
PHONES = 'phones: {provider: sip, listen: "127.0.0.1:5060", registrar: true}'
BRANCH = (
    "branch: {provider: sip, listen: '0.0.0.0:5080', registrar: true, realm: branch,"
    " listen_tls: '0.0.0.0:5081', tls: {cert: c.pem, key: k.pem}}"
)
CARRIER = "carrier: {provider: sip, listen: '127.0.0.1:5090', servers: [sip.carrier.example]}"


@pytest.fixture
def phones(project: Project) -> Project:
    """A project with one trunk where phones register."""
    return with_trunks(project, PHONES)


def with_trunks(project: Project, *trunks: str) -> Project:
    """The same project with other trunks."""
    project.change("config.yaml", "trunks: {browser: {provider: simulator}}", "trunks:")
    lines = "".join(f"  {trunk}\n" for trunk in trunks)
    project.change("config.yaml", "trunks:\n", f"trunks:\n{lines}")
    return project


def stored() -> Sequence[PhoneUser]:
    """The users in the database of the project."""

    async def read() -> Sequence[PhoneUser]:
        store = open_store("sqlite:///var/ivr.db")
        try:
            return await store.phones.all()
        finally:
            await store.close()

    return asyncio.run(read())


def shown(out: str) -> dict[str, str]:
    """The lines of a new user by their first word."""
    pairs = (line.split(maxsplit=1) for line in out.splitlines()[:5])
    return {word: rest.strip() for word, rest in pairs}


def test_a_user_gets_a_password_whose_hashes_are_kept(
    phones: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add("ali", None, FILE) == GOOD
    told = capsys.readouterr()
    assert told.err == ""
    found = shown(told.out)
    secret = found.pop("password")
    assert found == {
        "user": "ali",
        "realm": "ivr",
        "address": "sip:ali@127.0.0.1:5060",
        "transport": "UDP or TCP",
    }
    assert told.out.count(secret) == 1
    [user] = stored()
    hashes = Secrets.of("ali", "ivr", secret)
    assert (user.name, user.realm) == ("ali", "ivr")
    assert (user.ha1_sha256, user.ha1_md5) == (hashes.sha256, hashes.md5)


def test_the_password_itself_is_in_no_file(
    phones: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    add("ali", None, FILE)
    secret = shown(capsys.readouterr().out)["password"].encode()
    files = [file for file in Path().rglob("*") if file.is_file()]
    assert files
    assert [file for file in files if secret in file.read_bytes()] == []


def test_adding_again_makes_a_new_password_and_says_so(
    phones: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    add("ali", None, FILE)
    first = capsys.readouterr().out
    assert "void" not in first
    assert add("ali", None, FILE) == GOOD
    second = capsys.readouterr().out
    assert second.endswith("The password is not shown again. The old one is void.\n")
    assert shown(first)["password"] != shown(second)["password"]
    [user] = stored()
    assert user.ha1_md5 == Secrets.of("ali", "ivr", shown(second)["password"]).md5


def test_passwords_are_long_and_have_no_signs_that_look_alike() -> None:
    many = [password() for _time in range(50)]
    assert len(set(many)) == 50
    assert {len(one) for one in many} == {PASSWORD_SIGNS}
    assert set("".join(many)) <= set(ALPHABET)
    assert not set(ALPHABET) & set("lo01IO")
    assert len(set(ALPHABET)) == 32


@pytest.mark.parametrize("name", ["a", "7", "ali.veli-2_b", "x" * 32])
def test_such_names_are_taken(phones: Project, name: str) -> None:
    assert add(name, None, FILE) == GOOD
    assert [user.name for user in stored()] == [name]


@pytest.mark.parametrize("name", ["", "Ali", ".ali", "çağrı", "a b", "a@b", "x" * 33, "ali\n"])
def test_other_names_are_refused(
    phones: Project, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert add(name, None, FILE) == CANNOT_RUN
    assert "is no user; write up to 32 of" in capsys.readouterr().err
    assert not Path("var").exists()


def test_of_several_trunks_one_must_be_named(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    with_trunks(project, PHONES, BRANCH, CARRIER)
    assert add("ali", None, FILE) == CANNOT_RUN
    assert capsys.readouterr().err == ("phones register with phones, branch; write --trunk NAME\n")
    assert add("ali", "branch", FILE) == GOOD
    found = shown(capsys.readouterr().out)
    assert found["realm"] == "branch"
    assert found["address"] == "sip:ali@THIS-MACHINE:5080"
    assert found["transport"] == "UDP or TCP; TLS on port 5081"
    [user] = stored()
    assert user.ha1_md5 == Secrets.of("ali", "branch", found["password"]).md5


@pytest.mark.parametrize("trunk", ["carrier", "browser", "nowhere"])
def test_a_trunk_where_phones_cannot_register_is_refused(
    project: Project, capsys: pytest.CaptureFixture[str], trunk: str
) -> None:
    with_trunks(project, PHONES, CARRIER, "browser: {provider: simulator}")
    assert add("ali", trunk, FILE) == CANNOT_RUN
    assert capsys.readouterr().err == (
        f'with trunk "{trunk}" no phone can register; phones register with phones\n'
    )


def test_without_such_a_trunk_the_remedy_is_told(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add("ali", None, FILE) == CANNOT_RUN
    assert 'give a SIP trunk "registrar: true"' in capsys.readouterr().err
    assert add("ali", "browser", FILE) == CANNOT_RUN


@pytest.mark.parametrize(
    ("keys", "address"),
    [
        ("listen: '[::1]:5070'", "sip:ali@[::1]:5070"),
        ("listen: '[::]:5070'", "sip:ali@THIS-MACHINE:5070"),
        ("listen: '0.0.0.0:5070', advertise: 192.0.2.1", "sip:ali@192.0.2.1:5070"),
        ("listen: '0.0.0.0:5070', advertise: 2001:db8::1", "sip:ali@[2001:db8::1]:5070"),
        ("listen: 'localhost:5070', advertise: pbx.example", "sip:ali@pbx.example:5070"),
    ],
)
def test_the_address_is_one_that_a_phone_can_use(
    project: Project, capsys: pytest.CaptureFixture[str], keys: str, address: str
) -> None:
    with_trunks(project, f"phones: {{provider: sip, registrar: true, {keys}}}")
    assert add("ali", None, FILE) == GOOD
    assert shown(capsys.readouterr().out)["address"] == address


def test_users_are_listed_with_the_trunks_that_their_realm_fits(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    with_trunks(project, PHONES, PHONES.replace("phones", "second").replace("5060", "5062"), BRANCH)
    add("veli", "phones", FILE)
    add("ali", "branch", FILE)
    capsys.readouterr()
    assert show(FILE, sip=True) == GOOD
    assert capsys.readouterr().out.splitlines() == [
        "user  realm   trunks",
        "ali   branch  branch",
        "veli  ivr     phones second",
    ]
    project.change("config.yaml", "realm: branch", "realm: shop")
    assert show(FILE, sip=True) == GOOD
    assert "ali   branch  none: add this user again" in capsys.readouterr().out


def test_a_removed_user_is_gone(phones: Project, capsys: pytest.CaptureFixture[str]) -> None:
    add("ali", None, FILE)
    capsys.readouterr()
    assert remove("ali", FILE) == GOOD
    assert capsys.readouterr().out == "ali may not register any more\n"
    assert stored() == []
    assert show(FILE, sip=True) == GOOD
    assert capsys.readouterr().out.startswith("no users of telephones")


def test_removing_somebody_unknown_is_told_with_the_name_that_was_meant(
    phones: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    add("veli", None, FILE)
    capsys.readouterr()
    assert remove("vali", FILE) == CANNOT_RUN
    assert capsys.readouterr().err == 'there is no user "vali"; did you mean "veli"?\n'
    assert remove("zeynep", FILE) == CANNOT_RUN
    assert "ivr user list --sip" in capsys.readouterr().err


def test_without_a_database_there_is_nothing_to_list_or_remove(
    phones: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert show(FILE, sip=True) == CANNOT_RUN
    assert remove("ali", FILE) == CANNOT_RUN
    assert capsys.readouterr().err.count("ivr db upgrade") == 2
    assert not Path("var/ivr.db").exists()
    upgrade(FILE)
    assert show(FILE, sip=True) == GOOD


def test_a_database_that_cannot_be_used_is_told(
    phones: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    phones.write("var/ivr.db", "no database at all, " * 100)
    assert add("ali", None, FILE) == CANNOT_RUN
    shown_ = capsys.readouterr()
    assert "var/ivr.db" in shown_.err
    assert shown_.out == ""


def test_a_folder_that_cannot_be_made_is_told(
    phones: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    phones.write("var", "a file where a folder should be")
    assert add("ali", None, FILE) == CANNOT_RUN
    assert "var" in capsys.readouterr().err


def test_a_missing_extra_ends_with_3(
    phones: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "find_spec", lambda _name: None)
    text = FILE.read_text(encoding="utf-8")
    FILE.write_text(f"{text}\ndatabase: postgresql://127.0.0.1/ivr\n", encoding="utf-8")
    assert add("ali", None, FILE) == MISSING_EXTRA
    assert 'pip install "ivr-server[postgres]"' in capsys.readouterr().err


def test_a_broken_configuration_adds_nobody(phones: Project) -> None:
    phones.change("config.yaml", "Europe/Istanbul", "Nowhere/Else")
    with pytest.raises(typer.Exit) as ended:
        add("ali", None, FILE)
    assert ended.value.exit_code == FOUND
    assert not Path("var").exists()


def test_whoever_names_nobody_is_told_how(
    phones: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(None, None, FILE) == CANNOT_RUN
    assert remove(None, FILE) == CANNOT_RUN
    assert capsys.readouterr().err == f"{WHOM}\n" * 2


def test_without_the_word_sip_people_are_listed_too(
    phones: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    add("ali", None, FILE)
    capsys.readouterr()
    assert show(FILE, sip=False) == GOOD
    assert capsys.readouterr().out.splitlines() == [
        NOBODY,
        "",
        "user  realm  trunks",
        "ali   ivr    phones",
    ]


def test_the_commands_end_with_their_exit_codes(phones: Project) -> None:
    run = CliRunner().invoke
    assert run(app, ["user", "add", "--sip", "ali", "--trunk", "phones"]).exit_code == GOOD
    assert "ali   ivr    phones" in run(app, ["user", "list", "--sip"]).stdout
    assert run(app, ["user", "remove", "--sip", "ali"]).exit_code == GOOD
    assert run(app, ["user", "remove", "--sip", "ali"]).exit_code == CANNOT_RUN
    assert run(app, ["user", "add", "--sip", "ali", "-c", "none.yaml"]).exit_code == CANNOT_RUN
