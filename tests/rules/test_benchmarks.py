"""Every bar has a benchmark that measures it, tables say what missed; nothing is timed here."""

from __future__ import annotations

import os
import socket
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from benchmarks import checking, flow_tests, layers, soak_sip
from benchmarks.__main__ import BENCHMARKS, main
from benchmarks.callers import Tally
from benchmarks.load import next_url, signed
from benchmarks.server import ROOT, free_port, shipped
from benchmarks.sip_bed import RATE, family, recording
from benchmarks.sip_peer import Peer
from benchmarks.sip_signals import SCENARIO
from benchmarks.sip_sound import SILENCE, Gaps, Sound
from benchmarks.soak import Watched, benchmark, grown, without_one_outcome
from benchmarks.table import BARS, Bar, Benchmark, CannotRunError, Row, bars_of, report, shown
from ivr.channels.twilio.wire.signature import Secret, SignedRequest, verify
from ivr.engine.checking import check_flows
from ivr.flow.world import World

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = BARS.parent
SHARED = {
    *{"__init__", "__main__", "callers", "filled", "layers", "load", "server", "table"},
    *{"sip_bed", "sip_limit", "sip_peer", "sip_signals", "sip_sound"},
}
"""Modules of benchmarks/ that measure nothing themselves."""


@pytest.fixture(scope="module")
def bars() -> dict[str, dict[str, Bar]]:
    found = bars_of(BARS.read_text(encoding="utf-8"))
    return {name: dict(rows) for name, rows in found.items()}


def test_every_bar_has_a_benchmark_and_every_benchmark_knows_its_bars(
    bars: dict[str, dict[str, Bar]],
) -> None:
    every = {**BENCHMARKS, "soak": benchmark(1.0), "soak_sip": soak_sip.benchmark(1.0)}
    assert {name: set(one.bars) for name, one in every.items() if one.bars} == {
        name: set(rows) for name, rows in bars.items()
    }


def test_every_module_that_measures_is_run_by_its_own_name() -> None:
    modules = {path.stem for path in FOLDER.glob("*.py")} - SHARED
    assert modules == {*BENCHMARKS, "soak", "soak_sip"}


def test_a_bar_is_named_in_the_module_that_measures_it(bars: dict[str, dict[str, Bar]]) -> None:
    for name, rows in bars.items():
        source = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
        assert [row for row in rows if f'"{row}"' not in source] == []


@pytest.mark.parametrize("text", ["[a.b]\nover = 1", "[a.b]\nunder = 1\nat_least = 0", "[a.b]"])
def test_a_bar_of_any_other_shape_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"a\.b needs at_least or under"):
        bars_of(text)


def test_a_table_tells_pass_miss_and_what_was_not_measured() -> None:
    rows = [Row("slow", 2.0, "s", "quick"), Row("many", 5, "", "enough")]
    bars = {"quick": Bar("under", 2.0), "enough": Bar("at_least", 5), "gone": Bar("under", 1)}
    text, missed = report(Benchmark("x", "y", tuple(bars), lambda: rows), rows, bars)
    _title, slow, many, gone, _end = text.split("\n")
    assert slow.split() == ["slow", "2.000", "s", "under", "2", "MISS"]
    assert many.split() == ["many", "5", "at", "least", "5", "pass"]
    assert gone.split() == ["gone:", "NOT", "MEASURED"]
    assert missed == 2


@pytest.mark.parametrize(
    ("figure", "text"), [(12345, "12,345"), (0.1234, "0.123"), (12.34, "12.3"), (1234.5, "1,234")]
)
def test_a_figure_has_about_three_digits_and_a_count_all_of_them(figure: float, text: str) -> None:
    assert shown(figure) == text


def test_a_benchmark_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["bench", "speed"])
    assert "no benchmark speed; there are " in capsys.readouterr().err


def test_a_benchmark_that_cannot_run_is_told_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> list[Row]:
        raise CannotRunError("no disk")

    for name, work in (("start", broken), ("memory", list[Row])):
        monkeypatch.setitem(BENCHMARKS, name, Benchmark(name, "", (), work))
    assert main(["bench", "start", "memory"]) == 2
    said = capsys.readouterr().out
    assert "machine: " in said
    assert "start could not run: no disk" in said
    assert "memory: " in said


def test_the_generated_flow_checks_clean_and_uses_every_prompt() -> None:
    flow, prompts = checking.big_flow(21), checking.big_prompts(21)
    files = {"big.yaml": flow.encode(), "prompts.yaml": prompts.encode()}
    book, problems = check_flows(files, World())
    assert book is not None
    assert len(book.bundles[book.live["big"]].root.nodes) == 21
    assert prompts.count("tr:") == prompts.count("en:") == 42
    assert [str(problem) for problem in problems] == []


def test_the_call_tests_that_are_timed_pass_and_have_eight_turns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(flow_tests, "CALLS", 3)
    recorder = flow_tests.Recorder()
    flow_tests.play_all(flow_tests.book(), recorder.step)
    names = [[type(event).__name__ for event in events] for events in recorder.calls]
    assert [one.count("KeysCollected") for one in names] == [flow_tests.TURNS] * 3


def test_the_shipped_configuration_can_be_moved_to_another_port() -> None:
    port = free_port()
    with shipped(port) as folder:
        text = (folder / "config.yaml").read_text(encoding="utf-8")
        assert text.count(f"127.0.0.1:{port}") == 2
        assert (folder / "flows" / "bank.yaml").is_file()


def test_a_request_of_the_generator_is_one_that_the_server_accepts() -> None:
    octets = signed("http://127.0.0.1:1/hooks/main/next?c=1&t=2#rc=2", {"To": "+90", "x": "ş"})
    head, _gap, body = octets.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    assert first == "POST /hooks/main/next?c=1&t=2 HTTP/1.1"
    assert headers["content-length"] == str(len(body))
    request = SignedRequest(
        "/hooks/main/next?c=1&t=2",
        [headers["x-twilio-signature"]],
        headers["content-type"],
        body,
    )
    assert verify(request, [Secret("auth_token", "demo")], "http://127.0.0.1:1").accepted


def test_the_generator_goes_where_a_document_leads() -> None:
    menu = b'<Response><Gather input="dtmf" action="http://h/next?c=1&amp;t=2#ct=1"/></Response>'
    assert next_url(menu) == ("http://h/next?c=1&t=2", True)
    wait = b'<Response><Redirect method="POST">http://h/next?c=1&amp;p=1#ct=1</Redirect></Response>'
    assert next_url(wait) == ("http://h/next?c=1&p=1", False)
    with pytest.raises(CannotRunError, match="does not go on"):
        next_url(b"<Response><Hangup/></Response>")


def test_a_wrong_status_and_a_repeat_with_other_octets_are_counted() -> None:
    tally = Tally()
    tally.judge("http://h/hooks/main/next?c=1", [(200, b"a"), (200, b"a")], 200)
    assert (tally.answers, tally.repeated, sum(tally.wrong.values())) == (2, 1, 0)
    tally.judge("http://h/hooks/main/next?c=1", [(200, b"a"), (500, b"b")], 200)
    assert dict(tally.wrong) == {"500 at next": 1, "another answer to a repeat at next": 1}


def test_calls_that_are_missing_open_or_there_twice_have_not_one_outcome(tmp_path: Path) -> None:
    path = tmp_path / "ivr.db"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE interaction (provider_ref, outcome, ended_at)")
        rows = [("good", "abandoned", 1), ("open", "open", None), *[("twice", "done", 1)] * 2]
        database.executemany("INSERT INTO interaction VALUES (?, ?, ?)", rows)
    assert without_one_outcome(path, ["good"]) == 0
    assert without_one_outcome(path, ["good", "open", "twice", "missing"]) == 3


def test_growth_compares_the_last_third_with_the_middle_one() -> None:
    watched = Watched([1, 1, 100, 100, 110, 110], [9, 9, 20, 20, 25, 25])
    figures = {row.bar: row.figure for row in grown(watched) if row.bar}
    assert figures["rss_growth_percent"] == pytest.approx(10)
    assert figures["descriptor_growth"] == 5


def test_gaps_are_told_by_share_and_by_limit() -> None:
    gaps = Gaps()
    gaps.us.extend([20_000] * 998 + [45_000, 70_000])
    assert gaps.percentile_ms(0.5) == 20
    assert gaps.percentile_ms(0.999) == 70
    assert gaps.above(40) == 2


def test_the_recorded_prompt_never_falls_silent() -> None:
    octets = recording(0.5)[44:]
    assert len(octets) == RATE
    frames = [octets[at : at + 320] for at in range(0, len(octets), 320)]
    assert all(any(frame) for frame in frames)
    assert len(SILENCE) == 160


def test_a_key_of_a_phone_is_said_while_it_is_held_and_three_times_at_its_end() -> None:
    sound = Sound(1)
    sound.press(5)
    ends = [packet[1] >> 7 for packet in sound.keys]
    lengths = [int.from_bytes(packet[2:], "big") for packet in sound.keys]
    sound.socket.close()
    assert ends == [0, 0, 0, 0, 1, 1, 1]
    assert lengths == [160, 320, 480, 640, 800, 800, 800]


def test_a_call_that_nobody_takes_is_tried_again_and_counted_as_lost() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(2)
        with Peer.open(server.getsockname()[1]) as peer:
            call = peer.call("menu")
            assert server.recv(4096).startswith(b"INVITE sip:menu@127.0.0.1:")
            peer.live(0.7, lambda: peer.counts.again == 1)
            assert server.recv(4096).count(call.ref.encode()) == 3
            peer.finish(within_s=0.01)
            assert peer.counts.lost == 1


def test_the_scenario_of_sipp_is_whole() -> None:
    scenario = ElementTree.fromstring(SCENARIO)  # noqa: S314 - our own text
    assert [step.tag for step in scenario] == ["send", *["recv"] * 3, "send", "send", "recv"]


def test_a_process_is_its_own_family() -> None:
    assert os.getpid() in family(os.getpid())


def test_samples_count_for_the_layer_of_the_innermost_file_of_ours() -> None:
    main, ours = "thread (7): MainThread", f"run ({ROOT}/ivr/runtime/switch.py:9)"
    lines = [
        f"{main};main (/usr/lib/events.py:1);{ours};step ({ROOT}/ivr/engine/step.py:4) 3",
        f"{main};{ours};dumps (/usr/lib/json/encoder.py:2) 2",
        f"{main};run_until_complete (uvloop/loop.pyx:1) 5",
        f"thread (8): store-writer;work ({ROOT}/ivr/store/writer.py:1) 90",
    ]
    found = layers.by_layer("\n".join(lines))
    assert found == {"engine": 3, "mailbox, tasks, metrics": 2, layers.LOOP: 5}
    told = {layers.LOOP: 0.4, "engine": 0.24, layers.OTHERS: 0.2, "mailbox, tasks, metrics": 0.16}
    assert layers.shares(found, 0.8) == pytest.approx(told)


def test_a_load_that_breaks_ends_the_sampling_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sampler = tmp_path / "sampler"
    sampler.write_text("#!/bin/sh\nexec sleep 600\n")
    sampler.chmod(0o755)
    monkeypatch.setattr(layers, "_program", lambda: str(sampler))
    with pytest.raises(CannotRunError, match="no call"), layers.sampled(os.getpid()):
        raise CannotRunError("no call was answered")


def test_it_is_said_when_there_is_nothing_to_sample_with(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(layers, "_program", lambda: None)
    with layers.sampled(os.getpid()) as found:
        pass
    assert (found, capsys.readouterr().out) == ({}, "py-spy is not installed, no rows by layer\n")


def test_every_layer_is_there() -> None:
    ours = ROOT / "ivr"
    there = [
        (ours / where).is_dir() or (ours / f"{where}.py").is_file() for where, _ in layers.LAYERS
    ]
    assert all(there)
