"""What an admin can write or meet is documented and tested, and the README is as the code is."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer
from prometheus_client.metrics import MetricWrapperBase

from ivr.cli import app
from ivr.cli.handbook import commands, flow_files, settings, verbs
from ivr.cli.handbook.markdown import TOPICS, filled, topics
from ivr.cli.handbook.whole import every_entry
from ivr.config.load import load_config
from ivr.config.reference import every_key
from ivr.config.world import to_world
from ivr.domain.problem import Severity
from ivr.engine.checking import check_flows
from ivr.engine.verbs import SPECS
from ivr.flow.codes import CODES
from ivr.flow.expressions.signatures import FUNCTIONS
from ivr.flow.load.heads import HeadFields
from ivr.media.say.formats import FORMATS
from ivr.runtime import metrics

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CODE = re.compile(r"(?:[FCTE]\d{3}|V\d{2}|(?:ACD|ALM)-[EW]\d{2})")
BLOCK = re.compile(r"^```yaml\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
# Where the register itself stands, and where it is tested as a whole.
REGISTER = ("ivr/flow/remedies", "tests/flow/test_codes.py", "tests/rules/test_documented.py")
ENTRIES = {(each.kind, each.name): each for each in every_entry()}


def sources(folder: str) -> list[Path]:
    """Python and text files of a folder, those of the register left out."""
    found = [file for kind in ("py", "txt", "yaml") for file in (ROOT / folder).rglob(f"*.{kind}")]
    return sorted(file for file in found if not str(file.relative_to(ROOT)).startswith(REGISTER))


def codes_in(source: str) -> set[str]:
    """Codes that a module can report: whole string literals, docstrings are none."""
    return {
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and CODE.fullmatch(node.value)
    }


@cache
def emitted() -> dict[str, str]:
    """Code -> a file that names it. The configuration turns some F into C (config/mistakes.py)."""
    found: dict[str, str] = {}
    for file in sources("ivr"):
        if file.suffix == ".py":
            for code in codes_in(file.read_text(encoding="utf-8")):
                found.setdefault(code, str(file.relative_to(ROOT)))
    shared = {"C" + code[1:]: file for code, file in found.items() if "C" + code[1:] in CODES}
    return {**shared, **found}


def test_a_code_is_found_in_the_source() -> None:
    assert codes_in('"""F001 is said here."""\nx = ("F002", f"F003 {y}", "+E164")\n') == {"F002"}


def test_every_code_that_is_reported_is_in_the_register() -> None:
    assert {code: file for code, file in emitted().items() if code not in CODES} == {}


def test_every_code_in_the_register_is_reported_somewhere() -> None:
    assert [code for code in CODES if code not in emitted()] == []


def test_every_code_has_a_test() -> None:
    text = "\n".join(file.read_text(encoding="utf-8") for file in sources("tests"))
    mentioned = set(re.findall(rf"\b{CODE.pattern}\b", text))
    assert [code for code in CODES if code not in mentioned] == []


def test_every_verb_and_field_says_what_it_is() -> None:
    assert [name for name in SPECS if (verbs.KIND, name) not in ENTRIES] == []
    fields = [each for each in ENTRIES.values() if each.kind in {verbs.KIND, verbs.FIELDS}]
    assert [each.name for each in fields if len(each.short) < 10] == []
    assert [name for name, spec in SPECS.items() if len(verbs.exits(spec)) < 5] == []


def test_every_field_of_every_verb_is_there() -> None:
    written = {
        f"{name}.{info.alias or field}"
        for name, spec in SPECS.items()
        for field, info in spec.fields.model_fields.items()
    }
    assert sorted(written - {each.name for each in ENTRIES.values()}) == []


def test_every_field_of_a_flow_file_says_what_it_is() -> None:
    named = {key.path: key.meaning for key in every_key(HeadFields)}
    short = [n for n, m in named.items() if len(m or flow_files.MEANINGS.get(n, "")) < 10]
    assert short == []
    assert sorted(set(flow_files.MEANINGS) - set(named)) == []


def test_every_config_key_says_what_it_is() -> None:
    keys = {key.path for key in every_key()}
    assert sorted(keys - {name for kind, name in ENTRIES if kind == settings.KEYS}) == []
    assert [key.path for key in every_key() if len(key.meaning) < 10] == []


def test_every_command_and_option_says_what_it_is() -> None:
    found = [each for each in ENTRIES.values() if each.kind == commands.KIND]
    assert [each.name for each in found if len(each.short) < 10] == []
    lines = [line for each in found for line in each.lines]
    assert [line for line in lines if len(line.strip().split("  ", 1)) < 2] == []
    assert {each.name.partition(" ")[0] for each in found} == set(
        typer.main.get_command(app).commands  # type: ignore[attr-defined]
    )


def test_every_figure_says_what_it_is() -> None:
    made = [each for each in vars(metrics).values() if isinstance(each, MetricWrapperBase)]
    found = [each for each in ENTRIES.values() if each.kind == settings.FIGURES]
    assert len(found) == len(made) > 5
    assert [each.name for each in found if len(each.short) < 5] == []
    assert [each.name for each in found if not each.name.startswith("ivr_")] == []


def test_the_readme_has_every_table_as_the_code_has_it() -> None:
    assert sorted(topics(README)) == sorted(TOPICS)
    assert filled(README) == README, "run: python -m ivr.cli.handbook.markdown README.md"


@pytest.mark.parametrize(("word", "known"), [("Functions", FUNCTIONS), ("Formats", FORMATS)])
def test_the_readme_names_every_function_and_format(word: str, known: Mapping[str, object]) -> None:
    said = re.search(rf"{word}: `([a-z_ ]+)`", README)
    assert said is not None
    assert sorted(said[1].split()) == sorted(name for name in known if name)


def blocks() -> dict[str, str]:
    """The files of the README's example, by the path in their first line."""
    found = (match["text"] for match in BLOCK.finditer(README))
    return {
        text.splitlines()[0].removeprefix("# flows/"): text
        for text in found
        if text.startswith("# flows/")
    }


def test_the_flow_of_the_readme_has_no_mistake() -> None:
    files = {name: text.encode() for name, text in blocks().items()}
    assert sorted(files) == ["shop.prompts.yaml", "shop.yaml"]
    [hours] = [each["text"] for each in BLOCK.finditer(README) if "\nhours:" in each["text"]]
    raw = f"zone: Europe/Istanbul\nlanguages: [en]\n{hours}".encode()
    config = load_config({"config.yaml": raw}, {}, now=NOW)
    book, problems = check_flows(files, to_world(config, NOW))
    assert [str(each) for each in problems if each.severity is not Severity.NOTE] == []
    assert book is not None
