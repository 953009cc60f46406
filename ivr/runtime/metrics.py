"""Figures for Prometheus. Labels come from configuration or a closed list, never from a caller."""

from __future__ import annotations

from bisect import bisect_left
from itertools import groupby
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.registry import REGISTRY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus_client.samples import Sample

    from ivr.domain.events import Event
    from ivr.runtime.live import LiveCall

GATHERED = 256
"""Values that a histogram takes in before it sorts them into its buckets."""


class Gathering(Histogram):
    """A histogram that sorts its values into buckets by the hundred, or when somebody looks.

    Decision: values are gathered in a list first. Context: three are observed at each webhook, and
    one `observe` takes 1 us, more than reading the form. Price: it leans on two inner methods of
    prometheus_client, and it must be used from one thread. Reverse when `observe` is quicker.
    2026-11.
    """

    def _metric_init(self) -> None:
        super()._metric_init()
        self._gathered: list[float] = []

    def observe(self, amount: float, exemplar: dict[str, str] | None = None) -> None:
        """One more value; exemplars go the long way."""
        if exemplar is not None:
            super().observe(amount, exemplar)
            return
        self._gathered.append(amount)
        if len(self._gathered) >= GATHERED:
            self._sort_in()

    def _sort_in(self) -> None:
        values, self._gathered = self._gathered, []
        self._sum.inc(sum(values))
        places = sorted(bisect_left(self._upper_bounds, value) for value in values)
        for place, group in groupby(places):
            self._buckets[place].inc(len([*group]))

    def _child_samples(self) -> Iterable[Sample]:
        self._sort_in()
        return super()._child_samples()


_FAST = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)

CALLS_LIVE = Gauge("ivr_calls_live", "Calls going on", ["trunk"])
CALLS_ENDED = Counter("ivr_calls", "Calls that have ended", ["trunk", "outcome"])
STEP_SECONDS = Gathering("ivr_step_seconds", "Deciding one event", ["event"], buckets=_FAST)
JOURNAL_SECONDS = Gathering("ivr_journal_append_seconds", "Making one step durable", buckets=_FAST)
REPLY_SECONDS = Gathering(
    "ivr_webhook_reply_seconds", "From request to reply", ["trunk"], buckets=_FAST
)
REFUSED = Counter("ivr_webhook_refused", "Webhooks not accepted", ["trunk", "reason"])
FETCH_SECONDS = Gathering("ivr_fetch_seconds", "Lookups", ["source", "result"], buckets=_FAST)
TASK_FAILURES = Counter("ivr_task_failures", "Background work that failed", ["task"])
RELOADS = Counter("ivr_flow_reloads", "Reloads of flows and configuration", ["result"])
RTP_PACKETS = Counter("ivr_rtp_packets", "Packets of sound of ended legs", ["direction"])
RTP_LOST = Counter("ivr_rtp_lost", "Packets of sound that did not arrive, of ended legs")
RTP_LATE = Counter("ivr_rtp_late_frames", "Frames of sound that could not be sent in time")
RTP_JITTER_SECONDS = Histogram(
    "ivr_rtp_jitter_seconds", "Jitter of what arrived, per ended leg", buckets=_FAST
)
PHONES = Gauge("ivr_phones_registered", "Telephones that are registered and answer", ["trunk"])
SIP_REFUSED = Counter("ivr_sip_refused", "Calls refused before a flow began", ["trunk", "status"])
CALLBACKS = Counter("ivr_callbacks", "Promises to call back, by what became", ["queue", "state"])
RECORDINGS = Counter(
    "ivr_recordings", "Messages and spoken comments: kept, lost, swept up", ["result"]
)
RECORDINGS_OF_DAY = Gauge(
    "ivr_recordings_of_day", "Recordings that were due in a day, and those that are valid", ["what"]
)
SURVEYS_SKIPPED = Counter(
    "ivr_surveys_skipped", "Calls left out of surveys because something failed", ["step"]
)
SURVEY_CALLS = Counter(
    "ivr_survey_calls", "Calls of planned surveys, by how they ended", ["result"]
)
CALLBACKS_OPEN = Gauge("ivr_callbacks_open", "Promises to call back still to be kept", ["queue"])
ALARM_STATE = Gauge(
    "ivr_alarm_state",
    "1 for the state in which an alarm on a queue is",
    ["alarm", "queue", "state"],
)
ROUTING_ALARMS = Counter(
    "ivr_routing_alarms", "What routing found wrong, each also a line in the log", ["alarm"]
)
DRAINING = Gauge("ivr_draining", "1 while no new calls are taken")


def stepped(event: Event, took_s: float) -> None:
    """One event was decided."""
    _step(type(event).__name__).observe(took_s)


_STEPS: dict[str, Histogram] = {}


def _step(name: str) -> Histogram:
    """Bound once per event type: binding costs more than observing."""
    if name not in _STEPS:
        _STEPS[name] = STEP_SECONDS.labels(name)
    return _STEPS[name]


def call_begun(call: LiveCall) -> None:
    """A call is in memory."""
    CALLS_LIVE.labels(call.trunk).inc()


def call_gone(call: LiveCall) -> None:
    """A call has left memory."""
    CALLS_LIVE.labels(call.trunk).dec()


def call_ended(trunk: str, outcome: str) -> None:
    """An interaction was closed."""
    CALLS_ENDED.labels(trunk, outcome).inc()


def looked_up(source: str, result: str, took_s: float) -> None:
    """A lookup came back."""
    FETCH_SECONDS.labels(source, result).observe(took_s)


def page(registry: CollectorRegistry = REGISTRY) -> bytes:
    """Everything in the Prometheus text format."""
    return generate_latest(registry)
