"""One word per thing, and no word about the machine on which something was written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve()
FOLDERS = (".ci", "benchmarks", "flows", "ivr", "tests")
NOT_OURS = frozenset({"__pycache__", "node_modules", "vendor"})
SUFFIXES = frozenset(
    {"", ".cfg", ".css", ".csv", ".html", ".ini", ".js", ".json", ".mako", ".md", ".py"}
    | {".sh", ".sql", ".toml", ".txt", ".xml", ".yaml", ".yml"}
)

# Our word first. The HTTP header is spelled as its standard spells it.
HEADER_NAMES = r"(?<!content-)(?<!content_)(?<!request-)"  # names of headers
SYNONYMS = {"outcome": re.compile(HEADER_NAMES + "disposition", re.IGNORECASE)}
REGISTRY = re.compile(
    r"\b(?:pypi|pythonhosted|npmjs|debian|jsdelivr|unpkg)\.(?:com|io|net|org)\b", re.IGNORECASE
)
# A path that exists on its author's machine only.
MACHINE_PATH = re.compile(r"(?<![\w.~$}\-/*])/(?:Users|home|opt|root|tmp|work)/[\w.]")


def our_files() -> Iterator[Path]:
    """Every text file of the repository, this one excepted: it names what it looks for."""
    files = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*")]
    files += [
        ROOT / name
        for name in (".gitignore", "LICENSE", "Makefile", "config.yaml", "pyproject.toml")
    ]
    files += ROOT.glob("*.md")
    for file in sorted(files):
        if (
            file.is_file()
            and file != HERE
            and file.suffix in SUFFIXES
            and not NOT_OURS & set(file.parts)
        ):
            yield file


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    """`file:line: text` of each line that the pattern is found in."""
    return [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for file in our_files()
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


@pytest.mark.parametrize("word", SYNONYMS)
def test_a_thing_has_one_word(word: str) -> None:
    assert lines_with(SYNONYMS[word]) == []


def test_nothing_names_the_host_of_a_registry() -> None:
    assert lines_with(REGISTRY) == []


def test_nothing_names_a_path_of_its_author() -> None:
    assert lines_with(MACHINE_PATH) == []


@pytest.mark.parametrize("text", ["see /tmp/x", "'/root/.x'", '"/home/me/ivr"', "(/work/x)"])
def test_a_path_of_a_machine_is_found(text: str) -> None:
    assert MACHINE_PATH.search(text)


@pytest.mark.parametrize(
    "text", ["http://x.test/home/page", "$TMPDIR/tmp/x", "/var/lib", "a/work/b"]
)
def test_other_paths_are_left_alone(text: str) -> None:
    assert not MACHINE_PATH.search(text)
