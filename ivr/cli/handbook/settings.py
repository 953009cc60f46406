"""The keys of config.yaml and the figures of /metrics, read from the code that uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.metrics import MetricWrapperBase

from ivr.cli.handbook.entry import Entry
from ivr.config.reference import every_key
from ivr.runtime import metrics

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS, FIGURES = "Keys of config.yaml", "Figures of /metrics"


def keys() -> Iterator[Entry]:
    """Every key; NAME stands for a name of one's own choice."""
    seen: dict[str, str] = {}
    for key in every_key():
        if seen.get(key.path) == key.meaning:
            continue
        seen[key.path] = key.meaning
        yield Entry(KEYS, key.path, key.meaning, ("  Must be written.",) if key.needed else ())


def figures() -> Iterator[Entry]:
    """Every figure that this server exports beside those of the interpreter."""
    for made in vars(metrics).values():
        if isinstance(made, MetricWrapperBase):
            [described] = made.describe()
            name = described.name + ("_total" if described.type == "counter" else "")
            labels = made._labelnames  # noqa: SLF001 - nothing public names the labels
            shown = f"{described.type}, by {' and '.join(labels)}" if labels else described.type
            yield Entry(FIGURES, name, described.documentation, (f"  {shown}",))
