"""The strict YAML reader: from the bytes of a file to a tree in which every value is text.

Plain YAML turns `0212` into 138, `09:00` into a number and `no` into false, and can unfold 2 KB
into a machine's whole memory. So this reader takes only the parser's event stream and builds the
tree itself (flow-language.md section 3; codes F001 to F008). Needs PyYAML with libyaml: the parser
written in Python reads some files differently.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ivr.flow.reader_compose import Composer, Event
from ivr.flow.reader_faults import Fault
from ivr.flow.reader_rules import Rules
from ivr.flow.reader_text import MOST_PROBLEMS, Source, decode
from ivr.flow.reader_tree import Document, Entry, List, Map, Node, Text, locate, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ivr.domain.problem import Problem

try:
    import yaml
    from yaml.cyaml import CParser
except ImportError as missing:
    raise ImportError(
        "flow files need PyYAML with libyaml (yaml.CParser), and this PyYAML has none;"
        " install the PyYAML wheel for this platform"
    ) from missing

__all__ = ["Document", "Entry", "List", "Map", "Node", "Text", "locate", "plain", "read"]

_TAKE: Final[dict[type, Callable[[Composer, Event], bool]]] = {
    yaml.StreamStartEvent: Composer.skip,
    yaml.DocumentStartEvent: Composer.document,
    yaml.ScalarEvent: Composer.scalar,
    yaml.AliasEvent: Composer.alias,
    yaml.MappingStartEvent: Composer.open_map,
    yaml.SequenceStartEvent: Composer.open_list,
    yaml.MappingEndEvent: Composer.close,
    yaml.SequenceEndEvent: Composer.close,
    yaml.DocumentEndEvent: Composer.skip,
    yaml.StreamEndEvent: Composer.finish,
}


def hangup_only(key: str) -> bool:
    """The keys of a flow file that may stand without a value."""
    return key == "hangup"


def read(
    file: str, data: bytes, *, empty_ok: Callable[[str], bool] = hangup_only
) -> tuple[Document | None, tuple[Problem, ...]]:
    """Read one file; all its problems in the order they stand, at most 200. Raises nothing.

    `empty_ok` says which keys may have no value. The document is None when the end of the file was
    not reached (not UTF-8, too large, not YAML, a second document, hundreds of errors). Otherwise
    it is there even with problems, without doubled and merge keys, for later checks to find more.
    """
    source, problems = decode(file, data)
    if source is None:
        return None, tuple(problems)
    composer = Composer(Rules(source, empty_ok, problems))
    whole = _feed(composer, source)
    gaps = composer.gaps
    document = Document(composer.root, gaps.comments, gaps.columns) if whole else None
    return document, _in_order([*problems, *gaps.problems])


def _feed(composer: Composer, source: Source) -> bool:
    """Give every event to the composer; whether the end of the file was reached."""
    try:
        parser = CParser(source.text)
        while parser.check_event():
            event = parser.get_event()
            if not _TAKE[type(event)](composer, event):
                return False
    except yaml.MarkedYAMLError as error:
        composer.fault(_fault(error))
    except UnicodeDecodeError:
        composer.fault_in_tag()
    else:
        return True
    return False


def _fault(error: yaml.MarkedYAMLError) -> Fault:
    index = error.problem_mark.index
    begin = error.context_mark.index if error.context_mark else index
    return Fault(error.problem or "", error.context or "", index, begin)


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each problem once, by place. A syntax error right after a bad character or an unquoted key
    is left out: it is most likely only its echo."""
    once = dict.fromkeys(problems)
    causes = [problem.at.line for problem in once if problem.code in {"F001", "F007"}]
    echoes = {line + below for line in causes for below in (0, 1)}
    kept = [problem for problem in once if problem.code != "F002" or problem.at.line not in echoes]
    return tuple(sorted(kept, key=lambda problem: (problem.at, problem.code))[:MOST_PROBLEMS])
