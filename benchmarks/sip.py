"""Calls by SIP with sound: CPU time, even sound, set-ups, memory, and how fast a key acts.

Server and media worker share one core, the load has the other one. CPU time is that of all our
processes. Gaps between packets are by the kernel's clock at the far end. Rows marked `*` began
while other work ran. Set-ups are made by sipp (left out without it), all other calls by `sip_peer`.

A media worker that is late by more than 10 ms in 1 % of the last 5 s takes no new calls: one pause
of 60 ms, by other work on the machine, is enough for rows "refused".

The rows of Asterisk 20 are stored figures of this same load, measured once, not in this run.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks import layers
from benchmarks.server import ROOT, cpu_s, on_cores
from benchmarks.sip_bed import Bed, Quiet, rest, serving
from benchmarks.sip_peer import Call, Peer
from benchmarks.sip_signals import SIPP, signals, there
from benchmarks.table import Benchmark, CannotRunError, Row, parameter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SECONDS = parameter("SECONDS", 4.0)
LEGS = (50, 900, 200, 500, 1200)
"""The least and the usual most come first: a call that was leaves transactions for 32 s, and they
would count as memory of a call that is."""
LIMITS = (200, 900)
RATES = (50, 200, 400, 800)
FEW_LEGS, USUAL_LEGS, MANY_LEGS, USUAL_RATE = 50, 200, 900, 400
LINES, BRIDGES = 100, 100
OPENED_PER_S = 250
SETTLES_S = 1.0
ALL_UP_WITHIN_S = 10.0
CALLS_AGAIN_S = 0.5
GAP_MS, LATE_START_MS = 40.0, 200.0
"""A gap that is heard; how long after our ACK the first packet may come."""
LISTENS_S, SILENT_WITHIN_S = 1.0, 0.4
ASTERISK = "asterisk (stored, not this run)"
ASTERISK_HOLD, ASTERISK_LEGS = 0.0027, 300
ASTERISK_SIG = {50: 1.7, 400: 0.98, 800: 0.62}


@dataclass(slots=True)
class Held:
    """What a number of legs cost while sound went both ways."""

    legs: int
    cpu: float
    gap_ms: float
    late_starts: int
    missing: int
    refused: int
    rss_bytes: int
    threads: int
    generator: float

    @property
    def is_good(self) -> bool:
        """Whether every caller heard an even sound from the beginning."""
        return self.gap_ms < GAP_MS and not self.late_starts and not self.missing


@dataclass(slots=True)
class Bench:
    """The run. rows: the table so far."""

    bed: Bed
    quiet: Quiet
    rows: list[Row] = field(default_factory=list)
    held: dict[int, Held] = field(default_factory=dict)
    limit: dict[int, float] = field(default_factory=dict)

    def measure(self, kind: Callable[..., None], *numbers: int) -> None:
        """Rows of one kind, begun when it is quiet; what cannot be measured costs only itself."""
        self.quiet.wait()
        try:
            kind(*numbers)
        except CannotRunError as error:
            sys.stdout.write(f"sip, {kind.__name__} {numbers or ''}: {error}\n")

    def add(
        self, what: str, figure: float, unit: str, bar: str = "", *, base: bool = False
    ) -> None:
        """One row; marked if other work ran."""
        name = f"{what} *" if self.quiet.noisy else what
        self.rows.append(Row(name, figure, unit, bar, is_baseline=base))

    # --- limit -----------------------------------------------------------------------------------

    def bare(self, legs: int) -> None:
        """The loop without any logic."""
        words = [sys.executable, "-m", "benchmarks.sip_limit", str(legs)]
        with on_cores(self.bed.core):
            pipe = subprocess.PIPE
            loop = subprocess.Popen(words, stdin=pipe, stdout=pipe, cwd=ROOT)  # noqa: S603 - ours
        with loop, Peer.open(0) as peer:
            far = _far_ends(loop, peer)
            peer.live(SETTLES_S)
            spent = _Spent([loop.pid], peer)
            peer.live(SECONDS)
            self.limit[legs] = spent.per_leg_s(far)
            gap_ms = peer.air.gaps.percentile_ms(0.999)
            loop.kill()
        self.add(f"limit, {legs} legs: CPU", self.limit[legs] * 1000, "ms/call-s", base=True)
        self.add(f"limit, {legs} legs: gap p99.9", gap_ms, "ms", base=True)

    # --- hold ------------------------------------------------------------------------------------

    def hold(self, legs: int) -> None:
        """A prompt out and sound in, on so many legs."""
        with Peer.open(self.bed.sip, self.bed.peer) as peer:
            self.held[legs] = held = _hold(self.bed, peer, "menu", legs)
            peer.finish()
        bar = "cpu_ms_per_call_s" if legs == USUAL_LEGS else ""
        self.add(f"hold, {legs} legs: CPU", held.cpu * 1000, "ms/call-s", bar)
        if legs in self.limit:
            self.add(f"hold, {legs} legs: against limit", held.cpu / self.limit[legs], "x")
        self.add(f"hold, {legs} legs: gap p99.9", held.gap_ms, "ms")
        bar = "late_starts" if legs == MANY_LEGS else ""
        self.add(f"hold, {legs} legs: late starts", held.late_starts + held.missing, "", bar)
        if held.refused:
            self.add(f"hold, {legs} legs: refused at first (503)", held.refused, "")
        self.add(f"hold, {legs} legs: generator's core", held.generator * 100, "% busy")

    def all_held(self) -> None:
        """What the numbers of legs say together."""
        if len(self.held) < len(LEGS):
            return
        good = [legs for legs, held in self.held.items() if held.is_good]
        small = self.held[FEW_LEGS]
        large = self.held[MANY_LEGS]
        more = max(1, large.legs - small.legs)
        self.add(f"{ASTERISK}: legs", ASTERISK_LEGS, "legs", base=True)
        self.add("hold: most legs with even sound", max(good, default=0), "legs", "legs")
        cost = self.held[MANY_LEGS].cpu / small.cpu
        self.add(f"hold: a call at {MANY_LEGS} against {small.legs} legs", cost, "x", "growth")
        memory = (large.rss_bytes - small.rss_bytes) / more / 1024
        whole = not (large.refused or large.missing or small.missing)
        name = "hold: memory of a call" + ("" if whole else ", some refused")
        self.add(name, memory, "KB", "call_kb")
        threads = (large.threads - small.threads) / more
        self.add("hold: threads of a call", threads, "", "call_threads")
        self.add(f"{ASTERISK}: CPU, 200 legs", ASTERISK_HOLD * 1000, "ms/call-s", base=True)
        share = self.held[USUAL_LEGS].cpu / ASTERISK_HOLD
        self.add(f"hold, {USUAL_LEGS} legs: against {ASTERISK}", share, "x")

    # --- sig -------------------------------------------------------------------------------------

    def sig(self, rate: int) -> None:
        """INVITE, 200, ACK, BYE, so many times a second."""
        before_s, refused = self.bed.cpu_s, self.bed.refused
        server_s = self.bed.process.cpu_s
        found = signals(self.bed.sip, "menu", rate, SECONDS)
        rest(SETTLES_S)
        good = max(1, found.calls - found.failed)  # who is refused costs, and is no set-up
        server_s = self.bed.process.cpu_s - server_s
        each_ms = 1000 * (self.bed.cpu_s - before_s) / good
        is_usual = rate == USUAL_RATE
        if rate in ASTERISK_SIG:
            self.add(f"{ASTERISK}: {rate}/s", ASTERISK_SIG[rate], "ms/set-up", base=True)
        self.add(f"sig, {rate}/s: CPU", each_ms, "ms/set-up", "setup_cpu_ms" if is_usual else "")
        bar = "answer_p99_ms" if is_usual else ""
        self.add(f"sig, {rate}/s: answer p99", found.percentile_ms(0.99), "ms", bar)
        refused = self.bed.refused - refused
        self.add(f"sig, {rate}/s: refused, sound was late (503)", refused, "")
        self.add(f"sig, {rate}/s: failed otherwise", found.failed - refused, "")
        self.add(f"sig, {rate}/s: sent again", found.again, "")
        if is_usual:
            self._layers(rate, 1000 * server_s / good, each_ms)

    def _layers(self, rate: int, server_ms: float, all_ms: float) -> None:
        """Where the CPU goes: the same load once more, with samples of the server's stacks."""
        with layers.sampled(self.bed.process.popen.pid) as found:
            signals(self.bed.sip, "menu", rate, SECONDS)
        for layer, share in found.items():
            self.add(f"sig, {rate}/s: of it {layer}", share * server_ms, "ms/set-up")
        self.add(f"sig, {rate}/s: of it media worker", all_ms - server_ms, "ms/set-up")

    # --- ivr, bridge, barge ----------------------------------------------------------------------

    def ivr(self) -> None:
        """Lines that call again and again: prompt, key, prompt, BYE."""
        with Peer.open(self.bed.sip, self.bed.peer) as peer:
            lines = Lines(peer, "menu", (LISTENS_S, LISTENS_S))
            before_s = self.bed.cpu_s
            lines.work(SECONDS)
            spent_s = self.bed.cpu_s - before_s
        calls, seconds = len(lines.calls), sum(lines.lasted_s)
        if not seconds:
            raise CannotRunError("no call was answered")
        self.add(f"ivr, {LINES} lines: calls", calls / SECONDS, "calls/s")
        self.add(f"ivr, {LINES} lines: CPU", 1000 * spent_s / seconds, "ms/call-s")
        self.add(f"ivr, {LINES} lines: CPU of a call", 1000 * spent_s / calls, "ms")
        self.add(f"ivr, {LINES} lines: failed", lines.failed, "")

    def bridge(self) -> None:
        """Callers who are put through to a phone; sound goes through us both ways."""
        with Peer.open(self.bed.sip, self.bed.peer) as peer:
            held = _hold(self.bed, peer, "desk", BRIDGES, legs=2 * BRIDGES)
            peer.finish()
        self.add(f"bridge, {BRIDGES} calls: CPU", held.cpu * 1000, "ms/leg-s")
        self.add(f"bridge, {BRIDGES} calls: gap p99.9", held.gap_ms, "ms")
        self.add(f"bridge, {BRIDGES} calls: missing", held.missing, "")

    def barge(self) -> None:
        """A key into a prompt: until its last frame that is no silence."""
        with Peer.open(self.bed.sip, self.bed.peer) as peer:
            lines = Lines(peer, "asks", (LISTENS_S, SILENT_WITHIN_S))
            lines.work(SECONDS)
        if not lines.silent_ms:
            raise CannotRunError("no call came as far as its key")
        ordered = sorted(lines.silent_ms)
        p99 = ordered[int(0.99 * len(ordered))]
        self.add(f"barge, {LINES} lines: keys", len(ordered), "")
        self.add(f"barge, {LINES} lines: failed", lines.failed, "")
        self.add(f"barge, {LINES} lines: to the last frame, p50", ordered[len(ordered) // 2], "ms")
        self.add(f"barge, {LINES} lines: to the last frame, p99", p99, "ms", "barge_p99_ms")


class _Spent:
    """CPU time of processes from now on; notes gaps meanwhile."""

    def __init__(self, pids: Sequence[int], peer: Peer) -> None:
        self._pids, self._peer = tuple(pids), peer
        self._cpu_s, self._began_s = self._now_s(), time.monotonic()
        self._own_s = time.process_time()
        peer.air.gaps.on = True

    def _now_s(self) -> float:
        return sum(cpu_s(pid) for pid in self._pids)

    def per_leg_s(self, legs: int) -> float:
        """CPU seconds for each leg and second."""
        self._peer.air.gaps.on = False
        self.seconds = time.monotonic() - self._began_s
        self.generator = (time.process_time() - self._own_s) / self.seconds
        return (self._now_s() - self._cpu_s) / legs / self.seconds


@dataclass(slots=True, eq=False)
class Lines:
    """Lines that call, listen, press a key, listen again and hang up, and call again.

    pauses: seconds before the key and after it. silent_ms: from each key to the last sound.
    """

    peer: Peer
    called: str
    pauses: tuple[float, float]
    calls: list[Call] = field(default_factory=list)
    lasted_s: list[float] = field(default_factory=list)
    silent_ms: list[float] = field(default_factory=list)
    failed: int = 0
    _open: bool = True

    def work(self, seconds: float) -> None:
        """All lines, spread over the time that one call lasts."""
        apart_s = sum(self.pauses) / LINES
        for line in range(LINES):
            self.peer.later(line * apart_s, self._call)
        self.peer.live(seconds)
        self._open = False
        self.peer.live(sum(self.pauses) + 2.0, lambda: not self.peer.calls)
        self.failed += len(self.peer.calls)

    def _call(self) -> None:
        if self._open:
            self.peer.call(self.called, self._up, self._over)

    def _up(self, call: Call) -> None:
        call.sound.listens = True
        before_s, after_s = self.pauses
        self.peer.later(before_s, lambda: call.sound.press(1))
        self.peer.later(before_s + after_s, lambda: self._hang_up(call))

    def _hang_up(self, call: Call) -> None:
        if not call.is_over:
            sound = call.sound
            self.silent_ms.append(max(0, sound.heard_ns - sound.key_ns) / 1e6)
            self.peer.hang_up(call)

    def _over(self, call: Call) -> None:
        if not call.up_ns:
            self.failed += 1
            self.peer.later(CALLS_AGAIN_S, self._call)
            return
        self.calls.append(call)
        self.lasted_s.append((time.time_ns() - call.up_ns) / 1e9)
        self._call()


def _hold(bed: Bed, peer: Peer, called: str, calls: int, legs: int = 0) -> Held:
    """Open so many calls, let sound go both ways for a while, and look."""
    up = _all_up(peer, called, calls)
    peer.live(SETTLES_S)
    spent = _Spent(bed.pids, peer)
    peer.live(SECONDS)
    there = len(peer.calls)
    cpu = spent.per_leg_s(max(1, there))
    starts_ms = [(call.sound.first_ns - call.up_ns) / 1e6 for call in up if call.sound.packets]
    return Held(
        legs=there,
        cpu=cpu,
        gap_ms=peer.air.gaps.percentile_ms(0.999),
        late_starts=sum(start_ms > LATE_START_MS for start_ms in starts_ms),
        missing=(legs or calls) - there + len(up) - len(starts_ms),
        refused=peer.counts.refused,
        rss_bytes=bed.rss_bytes,
        threads=bed.threads,
        generator=spent.generator,
    )


def _all_up(peer: Peer, called: str, calls: int) -> list[Call]:
    """Open so many calls; one that is refused calls again, as people do."""
    up: list[Call] = []

    def ring() -> None:
        peer.call(called, up.append, once_more)

    def once_more(call: Call) -> None:
        if call.status != 200:
            peer.later(CALLS_AGAIN_S, ring)

    for place in range(calls):
        peer.later(place / OPENED_PER_S, ring)
    peer.live(calls / OPENED_PER_S + ALL_UP_WITHIN_S, lambda: len(up) == calls)
    return up


def _far_ends(loop: subprocess.Popen[bytes], peer: Peer) -> int:
    """Join the phones and the sockets of the bare loop; how many there are."""
    assert loop.stdin is not None
    assert loop.stdout is not None
    ports = json.loads(loop.stdout.readline())
    phones = [peer.air.new_sound() for _ in ports]
    loop.stdin.write(json.dumps([phone.port for phone in phones]).encode() + b"\n")
    loop.stdin.flush()
    for phone, port in zip(phones, ports, strict=True):
        peer.air.speak(phone, port)
    return len(ports)


def measure() -> Sequence[Row]:
    """All rows, on one server."""
    quiet = Quiet()
    with serving() as bed:
        bench = Bench(bed, quiet)
        for legs in LIMITS:
            bench.measure(bench.bare, legs)
        for legs in LEGS:
            bench.measure(bench.hold, legs)
        bench.all_held()
        if not there():
            sys.stdout.write(f"sip: {SIPP} is not installed, no rows of set-ups\n")
        for rate in RATES if there() else ():
            bench.measure(bench.sig, rate)
        for kind in (bench.ivr, bench.bridge, bench.barge):
            bench.measure(kind)
    return bench.rows


BENCHMARK = Benchmark(
    name="sip",
    title="calls by SIP, server and media worker on one core (* = other work ran)",
    bars=(
        *("cpu_ms_per_call_s", "legs", "late_starts", "growth", "setup_cpu_ms", "answer_p99_ms"),
        *("call_kb", "call_threads", "barge_p99_ms"),
    ),
    run=measure,
)
