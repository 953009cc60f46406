"""The smallest project that every command can work on: one menu, two prompts, three tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """\
zone: Europe/Istanbul
web: {listen: "127.0.0.1:0"}
languages: [en]
trunks: {browser: {provider: simulator}}
numbers: {"+908502220001": {flow: line}}
"""
FLOW = """\
flow: line
version: 1
languages: [en]
start: begin
listen: {first: 1s, between: 1s, tries: 2, barge_in: true}
rescue: {error: bye, emergency: bye}
nodes:
  begin:
    - menu: choose
      keys:
        "1": {go: bye, words: {en: [leave]}}
        "2": {go: begin, words: {en: [again]}}
      giveup: bye
  bye:
    - hangup: goodbye
"""
PROMPTS = """\
choose: {en: "Press 1 or 2."}
goodbye: {en: "Bye."}
"""
TESTS = """\
flow: line
calls:
  - name: leaves at once
    talk: [{presses: "1"}]
    expect: {heard: [goodbye]}
  - name: hears it again
    talk: [{presses: "2"}, {hears: choose}, {presses: "1"}]
  - name: says nothing
    talk: [{silence: 2 times}]
    expect: {heard: [goodbye]}
"""


@dataclass(frozen=True, slots=True)
class Project:
    """The files of the project, below one folder."""

    folder: Path

    @classmethod
    def made(cls, folder: Path) -> Project:
        """Write it down."""
        project = cls(folder)
        project.write("config.yaml", CONFIG)
        project.write("flows/line.yaml", FLOW)
        project.write("flows/prompts.yaml", PROMPTS)
        project.write("flows/tests/line.test.yaml", TESTS)
        return project

    def write(self, name: str, text: str) -> Path:
        """A file of the project, its folder too."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def change(self, name: str, old: str, new: str) -> Path:
        """Replace text that must be there."""
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text, f"{name} does not say {old}"
        return self.write(name, text.replace(old, new, 1))
