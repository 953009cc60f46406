"""How pyVoIP is found in the registry of providers, and what is said when it is not there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ivr.channels import PROVIDERS, Place, load_provider
from ivr.channels.pyvoip.provider import PROVIDER, need_extra
from ivr.channels.pyvoip.trunk import PyVoipTrunk
from ivr.channels.pyvoip.wire.messages import Begin
from ivr.config.load import load_config
from ivr.domain.errors import MissingExtraError
from ivr.runtime.memory.clock import START
from tests.fakes.house import House
from tests.fakes.pyvoip_rig import need_pyvoip

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ROOT = Path(__file__).resolve().parents[3]
CONFIG = b"""
zone: Europe/Istanbul
country: DE
numbers: {"7001": {flow: desk}}
media: {sounds: SOUNDS}
trunks:
  inside:
    provider: pyvoip
    server: 192.0.2.1
    user: "7001"
    password: "${env:P}"
    listen: "192.0.2.2:5062"
    rtp_ports: 31000-31099
"""
FIND = """
import importlib.util, sys
real = importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name == "pyVoIP" else real(name, *more)
sys.argv = ["ivr", "serve"]
from ivr.cli import main
main()
"""


@pytest.fixture
async def house() -> AsyncIterator[House]:
    made = House()
    await made.open()
    yield made
    await made.close()


def test_the_registry_loads_it_when_it_is_used() -> None:
    assert "pyvoip" in PROVIDERS
    assert load_provider("pyvoip") is PROVIDER


def test_the_server_itself_never_loads_the_sdk() -> None:
    code = "import sys, ivr.app, ivr.channels.pyvoip.provider; print('pyVoIP' in sys.modules)"
    done = subprocess.run(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


async def test_a_trunk_is_opened_from_its_entry_in_the_configuration(
    house: House, tmp_path: Path
) -> None:
    need_pyvoip()
    text = CONFIG.replace(b"SOUNDS", str(tmp_path).encode())
    config = load_config({"config.yaml": text}, {"P": "geheim"}, now=START)
    place = Place(house.switch, "", config=lambda: config)
    trunk = PROVIDER.open("inside", config.trunks["inside"], place)
    assert isinstance(trunk, PyVoipTrunk)
    assert (trunk.name, trunk.channel) == ("inside", "pyvoip")
    assert PROVIDER.together is not None
    running = PROVIDER.together({"inside": trunk}, place)
    assert running.posts["inside"]._begin == Begin(  # type: ignore[attr-defined]
        *("192.0.2.1", 5060, "7001", "geheim", "192.0.2.2", 5062),
        *(31_000, 31_099, 4),
    )
    running.drain()
    await running.close()


def test_what_is_missing_is_named_with_the_way_to_get_it() -> None:
    with pytest.raises(MissingExtraError, match=r"nowhere_1 and nowhere_2: pip install \"ivr-ser"):
        need_extra(("json", "nowhere_1", "nowhere_2"))


def test_a_server_whose_extra_is_missing_ends_with_3(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "desk.yaml").write_text(
        "flow: desk\nversion: 1\nlanguages: [tr]\nstart: a\nrescue: {error: a}\n"
        "nodes:\n  a:\n    - hangup: bye\n"
    )
    (tmp_path / "flows" / "desk.prompts.yaml").write_text('bye: {tr: "Hoşça kalın."}\n')
    more = b"web: {listen: 127.0.0.1:0}\nkeys: {file: master.key}\n"
    text = CONFIG.replace(b"SOUNDS", b"sounds").replace(b"country: DE", b"country: TR")
    (tmp_path / "config.yaml").write_bytes(text + more)
    done = subprocess.run(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-c", FIND],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "P": "x", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == 3, done.stderr
    assert 'needs pyVoIP: pip install "ivr-server[pyvoip]"' in done.stderr
