"""What the SIP core, its sockets and the media workers count, as figures of /metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import Counter, Gauge

from ivr.runtime import metrics

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.channels.sip.wire.control import Counters, Load

DROPPED = Counter("ivr_sip_dropped", "SIP messages that were dropped or odd", ["kind"])
TURNED_AWAY = Counter(
    "ivr_sip_turned_away", "Connections and datagrams refused, cut or not sent", ["reason"]
)
LEGS = Gauge("ivr_media_legs", "Legs whose sound a media worker carries", ["worker"])
CPU = Gauge("ivr_media_cpu", "Share of one core that a media worker uses", ["worker"])
LATE_SECONDS = Gauge(
    "ivr_media_late_seconds", "How late sound is sent, 99 % of the last 5 s", ["worker"]
)
WILLING = Gauge("ivr_media_willing", "1 while a media worker takes new calls", ["worker"])
_OF_WORKERS = (LEGS, CPU, LATE_SECONDS, WILLING)
_IN, _OUT = (metrics.RTP_PACKETS.labels(way) for way in ("in", "out"))


class Growth:
    """Adds to a figure what counts have grown by since the last look. Their names are ours."""

    def __init__(self, figure: Counter) -> None:
        self._figure = figure
        self._seen: dict[str, int] = {}

    def look(self, counts: Mapping[str, int]) -> None:
        """The counts as they are now, since the start."""
        for name, count in counts.items():
            self._figure.labels(name).inc(count - self._seen.get(name, 0))
            self._seen[name] = count


def worker_told(worker: int, load: Load) -> None:
    """What a media worker has to do now."""
    values = (load.legs, load.cpu, load.late_ms / 1000, load.willing)
    for figure, value in zip(_OF_WORKERS, values, strict=True):
        figure.labels(str(worker)).set(value)


def worker_lost(worker: int) -> None:
    """A media worker died: until the next one tells its load, nothing is carried there."""
    for figure in _OF_WORKERS:
        figure.labels(str(worker)).set(0)


def passed(sound: Counters) -> None:
    """What passed on a leg that is over."""
    _IN.inc(sound.packets_in)
    _OUT.inc(sound.packets_out)
    metrics.RTP_LOST.inc(sound.lost)
    metrics.RTP_LATE.inc(sound.late_frames)
    if sound.packets_in:
        metrics.RTP_JITTER_SECONDS.observe(sound.jitter_ms / 1000)
