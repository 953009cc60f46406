"""SIP trunks: every key, what is taken for granted, and who must not be let in."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.config.sip import LEAST_PORT, Ports, SipTrunk
from ivr.config.world import to_world
from ivr.flow.fields import ShapeError
from tests.config.conftest import NOW

if TYPE_CHECKING:
    from ivr.config.model import Config
    from tests.config.conftest import Load, Problems

WHOLE = """
languages: [tr]
media: {workers: 2, sounds: var/said, music: [a.wav, b.wav], legs_per_worker: 500}
trunks:
  carrier:
    provider: sip
    listen: "192.0.2.10:5060"
    listen_tls: "[2001:db8::1]:5061"
    tls: {cert: tls/chain.pem, key: tls/key.pem}
    advertise: 203.0.113.5
    rtp_ports: 30000-30999
    from: [198.51.100.0/24, 203.0.113.77]
    servers: [sip.carrier.example, "198.51.100.7:5070", "[2001:db8::7]:5060"]
    transport: tls
    login: {user: "902125550000", password: "${env:CARRIER}", register: true}
    registrar: true
    realm: call centre
    digests: [md5]
    open: false
    unknown: forbid
    codecs: [pcmu]
    numbers: {dnis_from: p_called_party_id, trust_identity: true}
    media: {dtmf: inband, nat: true, silence: suppressed}
    extensions: bank
    second_line: false
    limits: {try: 2s, session: 10m, session_min: 2m, media: 20s, away: 8s, live: 30,
             per_second: 5}
places:
  desk: {sip: "sip:{ext}@phones", takes: {ext: digits}, trunk: carrier}
"""
SHORT = 'trunks: {phones: {provider: sip, listen: "127.0.0.1:5060", open: true}}'


def sip(config: Config, name: str = "phones") -> SipTrunk:
    """A SIP trunk of a configuration."""
    trunk = config.trunks[name]
    assert isinstance(trunk, SipTrunk)
    return trunk


@pytest.fixture
def whole(load: Load) -> Config:
    """A configuration with every key written, none at its default."""
    return load(WHOLE, {"CARRIER": "s3cret"})


def test_the_addresses_of_a_trunk_are_read(whole: Config) -> None:
    trunk = sip(whole, "carrier")
    assert (trunk.listen.host, trunk.listen.port) == ("192.0.2.10", 5060)
    assert trunk.listen_tls is not None
    assert (trunk.listen_tls.host, trunk.listen_tls.port) == ("2001:db8::1", 5061)
    assert trunk.tls is not None
    assert (trunk.tls.cert, trunk.tls.key) == ("tls/chain.pem", "tls/key.pem")
    assert trunk.advertise == "203.0.113.5"
    assert (trunk.rtp_ports.low, trunk.rtp_ports.high) == (30000, 30999)


def test_the_far_end_of_a_trunk_is_read(whole: Config) -> None:
    trunk = sip(whole, "carrier")
    assert trunk.from_ == (ip_network("198.51.100.0/24"), ip_network("203.0.113.77/32"))
    assert trunk.servers == ("sip.carrier.example", "198.51.100.7:5070", "[2001:db8::7]:5060")
    assert trunk.transport == "tls"
    assert trunk.login is not None
    assert (trunk.login.user, trunk.login.register_) == ("902125550000", True)
    assert {name: secret.reveal() for name, secret in trunk.secrets.items()} == {
        "password": "s3cret"
    }


def test_what_a_trunk_lets_in_is_read(whole: Config) -> None:
    trunk = sip(whole, "carrier")
    assert (trunk.registrar, trunk.realm, trunk.open) == (True, "call centre", False)
    assert trunk.digests == ("md5",)
    assert (trunk.unknown, trunk.extensions, trunk.second_line) == ("forbid", "bank", False)
    assert trunk.numbers.dnis_from == "p_called_party_id"
    assert trunk.numbers.trust_identity


def test_how_a_trunk_sounds_and_its_bounds_are_read(whole: Config) -> None:
    trunk = sip(whole, "carrier")
    assert trunk.codecs == ("pcmu",)
    assert (trunk.media.dtmf, trunk.media.nat, trunk.media.silence) == (
        "inband",
        True,
        "suppressed",
    )
    limits = trunk.limits
    assert (limits.try_, limits.session, limits.session_min, limits.media) == (2, 600, 120, 20)
    assert (limits.away, limits.live, limits.per_second) == (8, 30, 5)


def test_the_media_workers_are_read(whole: Config, load: Load) -> None:
    media, usual = whole.media, load("").media
    assert (media.workers, media.sounds, media.legs_per_worker) == (2, "var/said", 500)
    assert (media.music, usual.music) == (("a.wav", "b.wav"), ())
    assert (usual.workers, usual.sounds, usual.legs_per_worker) == (1, "var/speech", 900)


def test_a_place_may_name_the_trunk_that_rings_it_up(whole: Config) -> None:
    assert whole.places["desk"].trunk == "carrier"


def test_the_passwords_of_trunks_are_not_shown(whole: Config) -> None:
    assert "s3cret" not in repr(whole)
    assert "s3cret" not in whole.model_dump_json()


def test_a_short_trunk_has_the_usual_settings(load: Load) -> None:
    trunk = sip(load(SHORT))
    assert (trunk.listen_tls, trunk.tls, trunk.advertise, trunk.login) == (None,) * 4
    assert (trunk.rtp_ports.low, trunk.rtp_ports.high) == (20000, 29999)
    assert (trunk.from_, trunk.servers, trunk.transport, trunk.secrets) == ((), (), "udp", {})
    assert (trunk.registrar, trunk.realm, trunk.unknown) == (False, "ivr", "drop")
    assert (trunk.codecs, trunk.extensions, trunk.second_line) == (("pcma", "pcmu"), None, True)
    assert (trunk.numbers.dnis_from, trunk.numbers.trust_identity) == ("request_uri", False)
    assert (trunk.media.dtmf, trunk.media.nat, trunk.media.silence) == ("auto", False, "continuous")
    limits = trunk.limits
    assert (limits.try_, limits.session, limits.session_min, limits.media) == (4, 1800, 90, 60)
    assert (limits.away, limits.live, limits.per_second) == (5, 200, 20)


def test_the_trunk_of_the_documented_sample_is_read(load: Load) -> None:
    trunk = sip(
        load(
            'trunks:\n  phones: {provider: sip, listen: "127.0.0.1:5060",'
            ' rtp_ports: "20000-29999", registrar: true, open: true}'
        )
    )
    assert (trunk.registrar, trunk.open, trunk.rtp_ports) == (True, True, "20000-29999")


@pytest.mark.parametrize("listen", ["127.0.0.1:5060", "[::1]:5060", "localhost:5060"])
def test_an_open_trunk_is_fine_on_loopback(load: Load, listen: str) -> None:
    assert sip(load(SHORT.replace("127.0.0.1:5060", listen))).open


@pytest.mark.parametrize("listen", ["0.0.0.0:5060", "[::]:5060", "192.0.2.1:5060"])
@pytest.mark.parametrize("also", ["", ", registrar: true", ", from: [10.0.0.0/8]"])
def test_an_open_trunk_elsewhere_refuses_the_start(
    problems: Problems, listen: str, also: str
) -> None:
    [line] = problems(SHORT.replace("127.0.0.1:5060", listen).replace("}}", also + "}}"))
    host = listen.rpartition(":")[0].strip("[]")
    assert " C132 " in line
    assert line.endswith(
        f'trunk "phones" accepts anyone on {host}; take open out, or listen on 127.0.0.1'
    )


def test_the_refusal_of_an_open_trunk_stands_where_it_says_open(problems: Problems) -> None:
    [line] = problems(
        'trunks:\n  phones:\n    provider: sip\n    listen: "0.0.0.0:5060"\n    open: true'
    )
    assert line.startswith("5:11 C132 error ")


@pytest.mark.parametrize(
    "way", ["registrar: true", "from: [198.51.100.0/24]", "servers: [sip.carrier.example]"]
)
def test_one_way_in_is_enough_anywhere(load: Load, way: str) -> None:
    text = SHORT.replace("open: true", way).replace("127.0.0.1", "0.0.0.0")  # noqa: S104 - read, not listened on
    assert not sip(load(text)).open


@pytest.mark.parametrize("closed", ["", ", open: false", ", registrar: false, from: []"])
def test_a_trunk_that_lets_nobody_in_is_a_mistake(problems: Problems, closed: str) -> None:
    assert problems(SHORT.replace(", open: true", closed)) == [
        '1:18 C132 error trunk "phones" lets nobody in; give from:, servers: or registrar:'
    ]


@pytest.mark.parametrize(
    ("extra", "line"),
    [
        ("rtp_ports: 20000", '83 C103 error "20000" is no range of ports; write 20000-29999'),
        ("from: [10.0.0.0/33]", '79 C103 error "10.0.0.0/33" is not a network; write 10.0.0.0/8 '
         "or 10.0.0.7"),
        ("from: 10.0.0.1", "78 C104 error a list is wanted here"),
        ("from_: [10.0.0.1]", '72 C101 error phones has no key "from_"; did you mean "from"?'),
        ("advertise: a b", '83 C103 error "a b" is neither an address nor a name of a host'),
        ("transport: ws", "83 C103 error this must be udp, tcp or tls"),
        ("unknown: wait", "81 C103 error this must be drop or forbid"),
        ("registrar: yes", '83 C106 error "yes" is not true or false; write true'),
        ("realm: ''", "79 C103 error this value is empty"),
        ("digests: []", "18 C103 error digests names each way once, at least one"),
        ("digests: [md4]", "82 C103 error this must be sha-256 or md5"),
        ("codecs: [g729]", "81 C103 error this must be pcma or pcmu"),
        ("codecs: []", "18 C103 error codecs names each codec once, at least one"),
        ("codecs: [pcma, pcma]", "18 C103 error codecs names each codec once, at least one"),
        ("listen_tls: '[::1]:5061'", '10 C102 error TLS needs both "listen_tls" and "tls"'),
        ("tls: {cert: a, key: b}", '10 C102 error TLS needs both "listen_tls" and "tls"'),
        ("tls: {cert: a}", '72 C102 error tls needs "key"'),
        ("login: {user: a}", '72 C102 error login needs "password"'),
        ("login: {user: a, password: '${env:A}'}",
         '10 C102 error a login needs "servers", where it is valid'),
        ("login: {user: a, password: x}", "99 C112 error a secret must not stand in the file; "
         "write ${env:NAME} or ${file:PATH}"),
        ("extensions: bank",
         "72 C102 error extensions are for phones that register: write registrar: true"),
        ("numbers: {dnis_from: via}",
         "93 C103 error this must be request_uri, to, p_called_party_id or diversion"),
        ("numbers: {trust_identity: no}", '98 C106 error "no" is not true or false; write false'),
        ("media: {dtmf: rtp}", "86 C103 error this must be auto, rfc4733, inband or info"),
        ("media: {silence: never}", "89 C103 error this must be continuous or suppressed"),
        ("limits: {try: 33s}", '86 C103 error "33s" is out of range; more than 0s, at most 32s'),
        ("limits: {live: 0}", '87 C103 error "0" is not a whole number from 1 to 10000'),
        ("limits: {per_second: 10001}",
         '93 C103 error "10001" is not a whole number from 1 to 10000'),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_told_at_its_place(problems: Problems, extra: str, line: str) -> None:
    text = SHORT.replace("}}", f", {extra}}}}}")
    assert problems(text, {"A": "x"}) == [f"1:{line}"]


@pytest.mark.parametrize("ports", ["20000-20003", "1024-1030", "60000-65535"])
def test_such_ports_are_taken(ports: str) -> None:
    assert Ports(ports) == ports


@pytest.mark.parametrize(
    "ports",
    ["", "x", "20000", "20000-", "20000-20002", "1000-3000", "20000-70000", "29999-20000",
     "20000 - 29999", "20000-29999x", "020000-29999"],
)  # fmt: skip
def test_other_ports_are_refused(ports: str) -> None:
    with pytest.raises(ShapeError) as told:
        Ports(ports)
    assert told.value.code == "C103"


@given(st.integers(0, 70000), st.integers(0, 70000))
def test_a_range_of_ports_always_has_room_for_a_call(low: int, high: int) -> None:
    try:
        ports = Ports(f"{low}-{high}")
    except ShapeError:
        assert low < LEAST_PORT or high > 65535 or high < low + 3
        return
    evens = [port for port in range(ports.low, ports.high) if port % 2 == 0]
    assert evens
    assert evens[0] >= LEAST_PORT
    assert evens[-1] + 1 <= 65535


@pytest.mark.parametrize(
    "server", ["sip:a", "a b", "a:0", "a:70000", "a:", "", "[x]:1", "-a", "a/b"]
)
def test_what_is_no_server_is_refused(problems: Problems, server: str) -> None:
    [line] = problems(SHORT.replace("open: true", f"servers: ['{server}']"))
    assert f'C103 error "{server}" is no server; write sip.carrier.example' in line


def test_flows_know_what_a_sip_trunk_cannot_do(whole: Config) -> None:
    shape = to_world(whole, NOW).trunks["carrier"]
    assert (shape.name, shape.provider, shape.dials, shape.survives_restart) == (
        *("carrier", "sip"),
        True,
        False,
    )
    assert (shape.speech, shape.can_pay, shape.two_timers, shape.keeps_keys) == (
        (),
        *(False, True, True),
    )
    assert not shape.keeps_secret_digits


@pytest.mark.parametrize("trunk", ["nowhere", "browser"])
def test_a_place_is_rung_up_by_a_sip_trunk_only(problems: Problems, trunk: str) -> None:
    lines = problems(
        f"places: {{desk: {{sip: 'sip:7@pbx.example', trunk: {trunk}}}}}\n"
        "trunks: {browser: {provider: simulator}}"
    )
    assert lines == [
        f'1:50 C120 error no SIP trunk "{trunk}" is there to ring place desk up',
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("media: {workers: 0}", '1:18 C103 error "0" is not a whole number from 1 to 64'),
        (
            "media: {legs_per_worker: 5001}",
            '1:26 C103 error "5001" is not a whole number from 1 to 5000',
        ),
        ("media: {sounds: ''}", "1:17 C103 error this value is empty"),
        (
            "media: {cores: 1}",
            '1:9 C101 error media has no key "cores"; '
            "its keys are workers, sounds, music, legs_per_worker",
        ),
        ("media: 3", "1:8 C104 error a map of settings is wanted here"),
    ],
)
def test_a_wrong_setting_of_the_workers_is_told(problems: Problems, text: str, line: str) -> None:
    assert problems(text) == [line]


def test_a_demo_password_is_for_loopback_only(problems: Problems, load: Load) -> None:
    text = (
        "trunks: {carrier: {provider: sip, listen: '%s:5060', servers: [a.example],"
        " login: {user: a, password: '${env:P:demo}'}}}\n"
    )
    assert sip(load(text % "127.0.0.1"), "carrier").secrets["password"].is_demo
    outside = "web: {listen: '0.0.0.0:80', public_base: 'https://a.example'}"
    [line] = problems(text % "127.0.0.1" + outside)
    assert " C113 " in line


TWO = """
trunks:
  a: {provider: sip, listen: "127.0.0.1:5060", registrar: true, advertise: 203.0.113.1}
  b: {provider: sip, listen: "127.0.0.1:5060", from: [198.51.100.0/28], MORE}
"""


@pytest.mark.parametrize("more", ["advertise: 203.0.113.1", "realm: x", "limits: {live: 5}"])
def test_trunks_may_share_an_address(load: Load, more: str) -> None:
    assert set(load(TWO.replace("MORE", more)).trunks) == {"a", "b"}


@pytest.mark.parametrize("more", ["advertise: 203.0.113.2", "registrar: true"])
def test_what_trunks_say_of_a_shared_address_must_agree(problems: Problems, more: str) -> None:
    key = more.partition(":")[0]
    [line] = problems(TWO.replace("MORE", more))
    assert f'C103 error trunk "a" has the same listen; only one {key} can be had there' in line


def test_calls_by_tls_need_a_way_back(problems: Problems) -> None:
    more = "open: true, servers: [a.example], transport: tls"
    lines = problems(SHORT.replace("open: true", more))
    assert any("C102 error calls by TLS need" in line for line in lines)
