"""Secrets: where they come from, and that nothing prints them."""

from __future__ import annotations

import copy
import json
import pickle
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from ivr.config.secrets import Filled, Hidden, ReferenceFault, Secret, Surroundings, read_private
from ivr.domain.values import HIDDEN
from ivr.flow.fields import Strict

if TYPE_CHECKING:
    from pathlib import Path

    from tests.config.conftest import Load, Problems

TWILIO = 'trunks: {main: {provider: twilio, account: AC1, auth_token: "%s"}}'
NEEDED = "a secret must not stand in the file; write ${env:NAME} or ${file:PATH}"


class _Holder(Strict):
    token: Hidden


def around(environment: dict[str, str], files: dict[str, bytes] | None = None) -> Surroundings:
    """A world with these variables and files."""
    return Surroundings(environment, lambda path: (files or {})[str(path)])


@given(st.text(alphabet="abcdefghij0123456789", min_size=6))
def test_no_way_of_printing_shows_a_secret(text: str) -> None:
    secret = Secret(text)
    holder = _Holder(token=secret)
    shown = [
        *(repr(secret), str(secret), f"{secret}", f"{secret:>20}", f"{secret!r}"),
        *(json.dumps({"a": secret}, default=str), holder.model_dump_json(), repr(holder)),
        *(str(holder.model_dump()), str(pickle.dumps(secret)), repr([secret])),
        str(pickle.loads(pickle.dumps(secret))),  # noqa: S301 - our own bytes
    ]
    assert [each for each in shown if text in each] == []
    assert secret.reveal() == text


def test_a_copy_of_a_secret_is_the_secret() -> None:
    secret = Secret("abc")
    assert copy.deepcopy({"a": secret})["a"] is secret
    assert copy.copy(secret) is secret
    assert pickle.loads(pickle.dumps(secret)).reveal() == HIDDEN  # noqa: S301 - our own bytes


def test_secrets_compare_by_what_they_hold() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1
    assert not Secret("")


def test_an_editor_is_told_that_a_secret_is_text() -> None:
    assert TypeAdapter(_Holder).json_schema()["properties"]["token"]["type"] == "string"


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("plain", "plain"),
        ("${env:A}", "one"),
        ("x${env:A}y${env:B:two}z", "xoneytwoz"),
        ("${env:B:a:b//c}", "a:b//c"),
        ("${env:EMPTY:instead}", "instead"),
        ("${file:key.txt}", "filed"),
        ("{phone}", "{phone}"),
        ("$5", "$5"),
    ],
)
def test_references_are_filled_in(text: str, filled: str) -> None:
    world = around({"A": "one", "EMPTY": ""}, {"key.txt": b"filed\r\n"})
    assert world.fill(text) == filled


def test_a_value_put_in_is_not_read_again() -> None:
    assert around({"A": "${env:B}", "B": "secret"}).fill("${env:A}") == "${env:B}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("${env:NONE}", "C110"),
        ("${env:EMPTY}", "C110"),
        ("${env:LINES}", "C110"),
        ("${env:}", "C115"),
        ("${env:a b}", "C115"),
        ("${vault:x}", "C115"),
        ("${file:}", "C115"),
        ("${env:A", "C115"),
        ("${", "C115"),
        ("${file:empty}", "C111"),
        ("${file:binary}", "C111"),
        ("${file:large}", "C111"),
        ("${file:lines}", "C111"),
    ],
)
def test_a_reference_that_gives_nothing_is_refused(text: str, code: str) -> None:
    files = {"empty": b"\n", "binary": b"\xff", "large": b"x" * 70_000, "lines": b"a\nb"}
    with pytest.raises(ReferenceFault) as caught:
        around({"EMPTY": "", "LINES": "a\nb"}, files).fill(text)
    assert caught.value.code == code


def test_a_filled_text_knows_where_it_came_from() -> None:
    filled = around({"A": "1"}).fill("${env:A}-${env:B:2}")
    assert isinstance(filled, Filled)
    assert (filled.written, [use.kind for use in filled.used]) == (
        "${env:A}-${env:B:2}",
        ["env", "default"],
    )
    assert "'1'" not in repr(filled.used)


def test_only_a_private_plain_file_gives_a_secret(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_bytes(b"abc")
    file.chmod(0o600)
    assert read_private(file) == b"abc"
    file.chmod(0o604)
    with pytest.raises(OSError, match="everybody may read it"):
        read_private(file)
    with pytest.raises(OSError, match="it is not a plain file"):
        read_private(tmp_path)


def test_a_token_from_the_environment_or_a_file_is_taken(load: Load) -> None:
    by_variable = load(TWILIO % "${env:TOKEN}", {"TOKEN": "t0ken"})
    by_file = load(TWILIO % "${file:token.txt}", files={"token.txt": b"t0ken\n"})
    for config in (by_variable, by_file):
        assert config.trunks["main"].secrets["auth_token"].reveal() == "t0ken"
        assert "t0ken" not in f"{config!r} {config} {config.model_dump_json()}"


@pytest.mark.parametrize(
    ("token", "line"),
    [
        ("t0ken", f"1:61 C112 error {NEEDED}"),
        ("demo", f"1:61 C112 error {NEEDED}"),
        ("x${env:A}", f"1:61 C112 error {NEEDED}"),
        (
            "${env:B:t0ken}",
            "1:61 C112 error a secret has no default but the word demo; write ${env:NAME}",
        ),
        (
            "${env:B}",
            "1:61 C110 error the environment variable B is not set; set it before the start",
        ),
        (
            "${file:no}",
            '1:61 C111 error the file "no" cannot be used: No such file or directory',
        ),
    ],
)
def test_a_literal_or_absent_secret_refuses_the_start(
    problems: Problems, token: str, line: str
) -> None:
    found = problems(TWILIO % token, {"A": "t0ken"})
    assert found == [line]
    assert "t0ken" not in str(found).replace("${env:B:t0ken}", "")


def test_the_demo_token_is_good_on_loopback_only(load: Load, problems: Problems) -> None:
    text = TWILIO % "${env:TOKEN:demo}"
    assert load(text).trunks["main"].secrets["auth_token"].is_demo
    public = f"web: {{listen: 0.0.0.0:80, public_base: https://a.example}}\n{text}"
    message = "the demo token is for loopback only; set the provider's own token"
    line = f"2:61 C113 error {message}, or listen on 127.0.0.1"
    assert problems(public) == [line]
    [set_to_demo] = problems(public, {"TOKEN": "demo"})
    assert set_to_demo.startswith("2:61 C113 error the demo token")
    assert load(public, {"TOKEN": "real"}).trunks["main"].secrets["auth_token"].reveal() == "real"


def test_a_tunnel_to_the_demo_token_is_warned_of(load: Load) -> None:
    config = load(f"web: {{public_base: https://a.example}}\n{TWILIO % '${env:T:demo}'}")
    assert [each.code for each in config.warnings] == ["C113"]


def test_a_password_in_the_address_of_the_database_is_warned_of_and_not_shown(load: Load) -> None:
    config = load("database: postgresql://ivr:pass1234@db.example/ivr")
    assert [each.code for each in config.warnings] == ["C112"]
    assert "pass1234" not in f"{config!r}{config.warnings}"
    config = load("database: 'postgresql://ivr:${env:P}@db.example/ivr'", {"P": "pass1234"})
    assert config.warnings == ()
    assert config.database.reveal() == "postgresql://ivr:pass1234@db.example/ivr"
