"""What the doctor says of text messages."""

from __future__ import annotations

import socket
from datetime import UTC, datetime

from ivr.cli.checkup.texts import texts
from ivr.config.load import load_config

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
GATEWAY = """\
trunks:
  gsm:
    provider: kannel
    sendsms: http://127.0.0.1:{port}/cgi-bin/sendsms
    username: ivr
    password: "${{env:P}}"
    secret: "${{env:P}}"
    texts: {{sender: "3434"}}
"""


def told(written: str) -> list[tuple[str, str]]:
    config = load_config(
        {"config.yaml": f"zone: Europe/Istanbul\n{written}".encode()}, {"P": "x"}, now=NOW
    )
    return [(found.verdict.value, found.message) for found in texts(config)]


def test_without_texts_there_is_nothing_to_look_at() -> None:
    assert told("") == [("ok", "no trunk sends text messages")]


def test_a_name_that_nobody_can_answer_is_warned_of() -> None:
    written = "trunks: {{a: {{provider: simulator, texts: {{sender: {}}}}}}}\n"
    assert told(written.format('"+908502220000"')) == [("ok", "a sends as +908502220000")]
    assert told(written.format("BANKA")) == [("warn", "nobody can answer texts of BANKA (a)")]


def test_a_gateway_is_there_or_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        assert told(GATEWAY.format(port=port))[1] == ("ok", "the gateway of gsm is there")
    verdict, message = told(GATEWAY.format(port=port))[1]
    assert verdict == "fail"
    assert "cannot be reached" in message
