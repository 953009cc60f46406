"""Flow tests: plays `*.test.yaml` calls on a virtual clock against a `step` that is passed in.

Pure and deterministic: no clock, no sockets, chance out of SHA-256. Normative: flow-engine.md
section 4, merging and counting of exits as README "Settled". Order of use: `read_cases`, then
`run_file` (or `play` and `fuzz`, and `gathered`), then `text`, `as_json` or `junit`.

Of verbs that are not built yet, tests compare what the flow asked for, see `expect`.
"""

from __future__ import annotations

from ivr.flow.cases.channel import Channel, LineChannel, Retried, Sound
from ivr.flow.cases.coverage import Coverage, coverage, missed_problems
from ivr.flow.cases.fuzzing.fuzz import FuzzFailure, FuzzResult, fuzz
from ivr.flow.cases.model import Case, CaseFile, CaseResult
from ivr.flow.cases.play import play
from ivr.flow.cases.report import FileResult, as_json, conversation, gathered, junit, run_file, text
from ivr.flow.cases.stage import Stage
from ivr.flow.cases.written.parse import read_cases

__all__ = [
    "Case",
    "CaseFile",
    "CaseResult",
    "Channel",
    "Coverage",
    "FileResult",
    "FuzzFailure",
    "FuzzResult",
    "LineChannel",
    "Retried",
    "Sound",
    "Stage",
    "as_json",
    "conversation",
    "coverage",
    "fuzz",
    "gathered",
    "junit",
    "missed_problems",
    "play",
    "read_cases",
    "run_file",
    "text",
]
