"""Puts the parser's syntax errors into the words of this server, at the place to mend."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.flow.reader_text import Source, refused, short

if TYPE_CHECKING:
    from ivr.domain.problem import Problem

ALIAS = "aliases (*) are not allowed; write the value out"
ANCHOR = "anchors (&) are not allowed; write the value out"
TAG = "tags (!) are not allowed; leave it out, or quote the text"
DIRECTIVE = "directives (%) are not allowed; delete this line"

_TAB = "a tab cannot indent; use spaces"
_UNCLOSED = "this quote is never closed"
# Context of libyaml -> message of F004, told at the place where the context began.
_REFUSED_CONTEXT = {
    "while scanning an anchor": ANCHOR,
    "while scanning a directive": DIRECTIVE,
    "while scanning a %YAML directive": DIRECTIVE,
    "while scanning a %TAG directive": DIRECTIVE,
    "while scanning a tag": TAG,
    "while parsing a tag": TAG,
    "while parsing a %TAG directive": DIRECTIVE,
}
_REFUSED_PROBLEM = {
    "found undefined tag handle": TAG,
    "found duplicate %YAML directive": DIRECTIVE,
    "found duplicate %TAG directive": DIRECTIVE,
    "found incompatible YAML document": DIRECTIVE,
    "mapping keys are not allowed in this context": '"? " keys are not allowed; write key: value',
}
# Problem of libyaml -> our words, told where the parser stopped.
_HERE = {
    "mapping values are not allowed in this context": (
        'a ": " is not expected here; quote the text or check the indentation'
    ),
    "block sequence entries are not allowed in this context": (
        "a dash is not expected here; begin the list on its own line"
    ),
    "did not find expected '-' indicator": ("expected a dash or a key here; check the indentation"),
    "did not find expected key": "expected a dash or a key here; check the indentation",
    "did not find expected <document start>": (
        "expected the end of the file here; check the indentation"
    ),
    "did not find expected node content": "expected a value here",
    "did not find expected ',' or ']'": "expected , or ] here",
    "did not find expected ',' or '}'": "expected , or } here",
    "found unexpected ':'": "inside [ ] or { } put a space after the colon, or quote the text",
    "found a tab character where an indentation space is expected": _TAB,
    "found a tab character that violates indentation": _TAB,
    "found an indentation indicator equal to 0": "the number after | or > is 1 to 9",
    "did not find expected comment or line break": (
        "nothing may follow | or > in its line but a comment"
    ),
    "found unknown escape character": (
        r"this is not an escape; write \\ for a backslash or use single quotes"
    ),
    "did not find expected hexdecimal number": (
        r"\x, \u and \U want 2, 4 and 8 hexadecimal digits"
    ),
}
# The same, told where the parser's context began.
_AT_CONTEXT = {
    "found unexpected end of stream": _UNCLOSED,
    "found unexpected document indicator": _UNCLOSED,
    "could not find expected ':'": (
        'expected "key: value" here; put a space after the colon or check the indentation'
    ),
}
_OPEN = {"while parsing a flow sequence": "[", "while parsing a flow mapping": "{"}
_STAR_TOKEN = re.compile(r"\*[^\s,\[\]{}:]*")
_COLON = re.compile(r"[ \t]*:(?:\s|\Z)")


@dataclass(frozen=True, slots=True)
class Fault:
    """What the parser said: its two sentences and their places, counted in characters."""

    problem: str
    context: str
    index: int
    context_index: int


def tell(source: Source, fault: Fault) -> Problem:
    """The one problem that a syntax error makes: mostly F002, else the rule that was broken."""
    if fault.problem == "found invalid Unicode character escape code":
        return _bad_escape(source, fault.index)
    if fault.context == "while scanning an alias":
        return _bare_star(source, fault.context_index)
    rule = _REFUSED_CONTEXT.get(fault.context) or _REFUSED_PROBLEM.get(fault.problem)
    if rule:
        return source.error("F004", fault.context_index, rule)
    index, message = _words(source, fault)
    last = len(source.text.rstrip())
    return source.error("F002", min(index, last), f"not YAML: {message}")


def _words(source: Source, fault: Fault) -> tuple[int, str]:
    if fault.problem in _AT_CONTEXT:
        return fault.context_index, _AT_CONTEXT[fault.problem]
    if fault.problem == "found character that cannot start any token":
        return fault.index, _cannot_start(source, fault.index)
    bracket = _OPEN.get(fault.context)
    if bracket and not source.text[fault.index :].strip():
        return fault.context_index, f"this {bracket} is never closed"
    return fault.index, _HERE.get(fault.problem, short(fault.problem))


def _cannot_start(source: Source, index: int) -> str:
    character = source.text[index : index + 1]
    return _TAB if character == "\t" else f'text cannot begin with "{character}"; quote it'


def _bad_escape(source: Source, index: int) -> Problem:
    """The parser stops at the first digit, two characters after the backslash."""
    width = 4 if source.text[index - 1] == "u" else 8 if source.text[index - 1] == "U" else 2
    return refused(source, index - 2, int(source.text[index : index + width], 16))


def _bare_star(source: Source, index: int) -> Problem:
    """A star that names no anchor is a key or a text that was not quoted."""
    token = _STAR_TOKEN.match(source.text, index)
    star = short(token[0], 20) if token else "*"
    if token and _COLON.match(source.text, token.end()):
        return source.error("F007", index, f'quote this key: "{star}"')
    return source.error("F004", index, f'aliases (*) are not allowed; quote this text: "{star}"')
