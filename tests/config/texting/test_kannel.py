"""A gateway as it is written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ivr.config.load import load_config
from ivr.config.texting.kannel import KannelTrunk
from ivr.domain.errors import ConfigError

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
WRITTEN = """\
zone: Europe/Istanbul
trunks:
  gsm:
    provider: kannel
    sendsms: http://127.0.0.1:13013/cgi-bin/sendsms
    username: ivr
    password: "${env:P}"
    secret: "${env:S}"
    smsc: SMPP1
    texts: {sender: "3434"}
"""
SECRETS = {"P": "parola", "S": "geheim"}


def test_a_gateway_is_known_by_its_secret() -> None:
    config = load_config({"config.yaml": WRITTEN.encode()}, SECRETS, now=NOW)
    trunk = config.trunks["gsm"]
    assert isinstance(trunk, KannelTrunk)
    assert {name: one.reveal() for name, one in trunk.secrets.items()} == {"secret": "geheim"}
    assert (trunk.smsc, trunk.texts.sender) == ("SMPP1", "3434")
    assert "parola" not in repr(trunk)


@pytest.mark.parametrize("key", ["sendsms", "username", "password", "secret", "texts"])
def test_nothing_of_it_may_be_missing(key: str) -> None:
    lines = [line for line in WRITTEN.splitlines() if not line.strip().startswith(f"{key}:")]
    with pytest.raises(ConfigError, match="C102"):
        load_config({"config.yaml": "\n".join(lines).encode()}, SECRETS, now=NOW)
