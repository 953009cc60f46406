"""The whole loader: from a folder of files to flows, versions and problems."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.domain.problem import Severity
from ivr.engine.verbs import SPECS
from ivr.flow.loader import load
from tests.flow.bank import bank_files, bank_world
from tests.flow.load.test_recordings import wav
from tests.flow.shop import HEAD, PIN, check, errors, files, loaded, shop

if TYPE_CHECKING:
    from ivr.flow.loader import Loaded


def bank(changed: dict[str, bytes] | None = None) -> Loaded:
    """The worked example with some files changed."""
    return load(bank_files() | (changed or {}), SPECS, bank_world())


def test_the_worked_example_loads_with_no_error_and_no_warning() -> None:
    found = bank()
    assert [str(one) for one in found.problems] == []
    assert list(found.flows) == ["bank", "identify"]
    assert list(found.bundles) == ["bank"]


def test_a_bundle_holds_its_sub_flows_and_every_file_to_load_it_again() -> None:
    sound = {"flows/prompts/tr/goodbye.wav": wav(), "flows/prompts/tr/main_menu.wav": wav()}
    extra = {"flows/other.prompts.yaml": b"hm: {tr: a}\n", "flows/prompts/de/goodbye.wav": wav()}
    bundle = bank(sound | extra).bundles["bank"]
    assert list(bundle.flows) == ["bank", "identify"]
    assert sorted(bundle.sources) == sorted({*bank_files(), *sound})
    again = load(bundle.sources, SPECS, bank_world())
    assert again.bundles["bank"].hash == bundle.hash


def test_a_recording_is_named_in_the_flow_by_its_hash() -> None:
    found = bank({"flows/prompts/tr/goodbye.wav": wav(seconds=1.5)}).flows["bank"]
    said = found.prompts["goodbye"]
    assert (len(said["tr"].audio), said["tr"].longest_s, said["en"].audio) == (64, 1.5, "")


def test_a_recording_that_cannot_be_played_is_an_error_at_its_start() -> None:
    folder = {"flows/prompts/tr/goodbye.wav": wav(channels=2, bits=24)}
    told = [str(one) for one in bank(folder).problems if one.severity is Severity.ERROR]
    assert told == [
        "flows/prompts/tr/goodbye.wav:1:1 F509 error"
        " 24-bit stereo; wants mono PCM16, A-law or mu-law"
    ]


def test_a_recording_that_is_far_too_soft_is_used_and_warned_of() -> None:
    quiet = wav()
    soft = quiet[:44] + b"\x00\x01\x00\xff" * ((len(quiet) - 44) // 4)
    found = bank({"flows/prompts/tr/goodbye.wav": soft})
    assert found.flows["bank"].prompts["goodbye"]["tr"].audio
    assert [str(one) for one in found.problems if one.code == "F511"] == [
        "flows/prompts/tr/goodbye.wav:1:1 F511 warning"
        " 19 dB softer than the other prompts; speech is -23 dBFS"
    ]


def test_a_flow_that_another_runs_is_a_sub_flow_even_without_inputs() -> None:
    pin = "flow: pin\nversion: 1\nlanguages: [tr, en]\nstart: a\nnodes: {a: [{go: exit.done}]}\n"
    steps = "- run: pin\n  failed: end\n- go: end"
    found = loaded(files(shop(steps), pin=pin))
    assert found.flows["pin"].is_sub_flow
    assert list(found.bundles) == ["shop"]


def test_a_flow_with_an_error_is_left_out_with_the_flows_that_run_it() -> None:
    steps = "- run: pin\n  with: {phone: =call.dnis}\n  failed: end\n  locked: end\n- go: end"
    other = HEAD.replace("flow: shop", "flow: other") + "  main: [hangup]\n  end: [hangup]\n"
    folder = files(shop(steps), pin=PIN.replace("say: hello", "say: §helo"), other=other)
    check(folder, 'F501 error no prompt "helo"; did you mean "hello"?')
    assert list(loaded(folder).flows) == ["other"]


def test_a_flow_whose_prompt_is_wrong_is_left_out() -> None:
    found = loaded(files(prompts="hello: {tr: a, en: b}\nbye: {tr: '[', en: b}\n"))
    assert list(found.flows) == ["pin"]


def test_a_sub_flow_that_is_no_yaml_is_told_once() -> None:
    steps = "- run: pin\n  failed: end\n- go: end"
    assert [line.split()[:2] for line in errors(files(shop(steps), pin="flow: [\n"))] == [
        ["flows/pin.yaml:1:8", "F002"]
    ]


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a\n", "hello\n"])
def test_a_file_that_is_no_flow_is_told_once(text: str) -> None:
    told = errors(files(more=text))
    assert told == ['flows/more.yaml:1:1 F102 error a flow begins with "flow: " and its name']


def test_mistakes_in_all_files_are_told_together() -> None:
    folder = files(
        shop("- say: helo\n- queue: sales\n  full: ent\n  done: end\n  nobody: end"),
        pin=PIN.replace("version: 1", "version: 2"),
        prompts="hello: {tr: '{x'}\nbye: {tr: a}\n",
    )
    assert [" ".join(line.split()[:2]) for line in errors(folder)] == [
        "flows/pin.yaml:2:10 F112",
        "flows/prompts.yaml:1:14 F507",
        "flows/prompts.yaml:2:6 F502",
        "flows/shop.yaml:13:12 F501",
        "flows/shop.yaml:14:7 F107",
        "flows/shop.yaml:15:13 F201",
    ]


EXAMPLE = bank_files()
PATHS = sorted(EXAMPLE)
WORDS = ': |\n|- |{|}|[|]|"|#|=|go|exit.|say: x|null|  |&a|*a|!t|1|-1|~|{}|[]|ç'
PIECES = st.sampled_from([b"", b"\xff", *(word.encode() for word in WORDS.split("|"))])


@pytest.mark.unmeasured
@settings(max_examples=100)
@given(st.sampled_from(PATHS), st.data())
def test_random_damage_is_told_and_never_raises(path: str, data: st.DataObject) -> None:
    whole = EXAMPLE[path]
    at = data.draw(st.integers(0, len(whole)))
    cut = data.draw(st.integers(0, 30))
    damaged = whole[:at] + data.draw(PIECES) + whole[at + cut :]
    found = load({**EXAMPLE, path: damaged}, SPECS, bank_world())
    assert all(one.at.line >= 1 and one.at.column >= 1 for one in found.problems)
    assert set(found.bundles) <= set(found.flows)
    lines = whole.count(b"\n") + 3
    assert all(one.at.line <= lines for one in found.problems if one.at.file == path)


@pytest.mark.unmeasured
@settings(max_examples=60)
@given(st.sampled_from(PATHS), st.data())
def test_lines_moved_or_doubled_are_told_and_never_raise(path: str, data: st.DataObject) -> None:
    lines = EXAMPLE[path].splitlines(keepends=True)
    one = data.draw(st.integers(0, len(lines) - 1))
    other = data.draw(st.integers(0, len(lines) - 1))
    lines[one], lines[other] = lines[other], lines[one]
    lines.insert(other, lines[data.draw(st.integers(0, len(lines) - 1))])
    load({**EXAMPLE, path: b"".join(lines)}, SPECS, bank_world())


@given(
    st.dictionaries(
        st.sampled_from(["flows/a.yaml", "flows/prompts.yaml", "b.yaml"]), st.binary(max_size=80)
    )
)
def test_any_bytes_are_taken(folder: dict[str, bytes]) -> None:
    load(folder, SPECS, bank_world())


def test_a_prompt_file_that_is_no_yaml_does_not_make_every_prompt_unknown() -> None:
    folder = files(prompts="hello: {tr: [\n")
    assert [line.split()[1] for line in errors(folder)] == ["F002"]
    assert loaded(folder).flows == {}
