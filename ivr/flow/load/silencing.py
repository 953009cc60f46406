"""Takes out warnings that their author has answered with `# ok F406: reason` in the same line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.domain.problem import Position, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ivr.flow.reader_tree import Document

MOST_PROBLEMS = 200
_OK = re.compile(r"#+\s*ok\s+(F\d{3}|V\d{2})\b\s*(?::\s*(.*))?")
_RANK = {Severity.ERROR: 0, Severity.FAIL: 0, Severity.WARNING: 1, Severity.NOTE: 2}


@dataclass(frozen=True, slots=True)
class _Answer:
    """One comment. at: its `#`."""

    code: str
    at: Position
    reason: str


def silenced(problems: Iterable[Problem], documents: Mapping[str, Document]) -> tuple[Problem, ...]:
    """The problems that are left, and F190 for comments that silence nothing or give no reason.

    Errors are never silenced. While there are errors, a comment may wait for a check that has not
    run yet, so only missing reasons are told.
    """
    found = tuple(dict.fromkeys(problems))
    answers = [answer for file in sorted(documents) for answer in _answers(file, documents[file])]
    reasoned = {(one.at.file, one.at.line, one.code) for one in answers if one.reason}
    gone = {_key(one) for one in found if one.severity in _QUIET} & reasoned
    left = [one for one in found if one.severity not in _QUIET or _key(one) not in gone]
    has_errors = any(one.severity is Severity.ERROR for one in found)
    for answer in answers:
        if not answer.reason:
            left.append(_remark(answer, f"needs a reason; write # ok {answer.code}: why"))
        elif (answer.at.file, answer.at.line, answer.code) not in gone and not has_errors:
            left.append(_remark(answer, "silences nothing here"))
    return tuple(left)


_QUIET = (Severity.WARNING, Severity.NOTE)


def arranged(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sorted by place, at most 200; warnings and notes give way to errors."""
    weighty = sorted(problems, key=lambda one: (_RANK[one.severity], one.at, one.code))
    return tuple(sorted(weighty[:MOST_PROBLEMS], key=lambda one: (one.at, one.code)))


def _key(problem: Problem) -> tuple[str, int, str]:
    return problem.at.file, problem.at.line, problem.code


def _remark(answer: _Answer, what: str) -> Problem:
    return Problem("F190", Severity.WARNING, answer.at, f'"# ok {answer.code}" {what}')


def _answers(file: str, document: Document) -> Iterator[_Answer]:
    for line, comment in sorted(document.comments.items()):
        found = _OK.match(comment)
        if found:
            at = Position(file, line, document.columns.get(line, 1))
            yield _Answer(found[1], at, (found[2] or "").strip())
