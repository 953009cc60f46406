"""Reading the top of a flow file. `§` marks the mistake."""

from __future__ import annotations

import pytest

from tests.flow.shop import HEAD, check, check_warning, errors, files, loaded, shop


def changed(old: str, new: str) -> dict[str, bytes]:
    """The shop with one line of its top changed."""
    assert old in HEAD
    return files(shop(head=HEAD.replace(old, new)))


USES = "uses: {queues: [sales], sources: [customer], places: [desk], flows: [pin]}"
MORE = """\
promises: {human_within: 90s, keys_are_spoken: true, never_leaves: [pin.a]}
listen: {first: 6s, end_key: "#"}
always:
  "0": {go: end, words: {tr: [son]}}
  "*": {do: repeat}
"""
MISTAKES = [
    ("flow: shop", "flow: §shops", 'F113 error flow is "shops" but the file is shop.yaml'),
    ("flow: shop", "flow: §Shop", 'F105 error "Shop" is not a name; use a-z, 0-9 and _'),
    (
        "version: 1",
        "version: §2",
        "F112 error schema version 2 is newer than this server knows (1)",
    ),
    ("version: 1", "version: §0", "F112 error schema version 0 never was; write 1"),
    ("version: 1", "version: §one", 'F103 error version is "one"; write 1'),
    (
        "languages: [tr, en]",
        "languages: [tr, §EN]",
        'F103 error "EN" is not a language; write it as tr or en',
    ),
    ("languages: [tr, en]", "languages: §tr", "F103 error languages wants a list"),
    ("languages: [tr, en]", "languages: §[]", "F103 error a flow has one language at least"),
    ("languages: [tr, en]", "languages: §[tr, tr]", 'F103 error language "tr" is here twice'),
    ("start: start", "start: §strat", 'F201 error no node "strat"; did you mean "start"?'),
    (
        USES,
        "uses: {§queue: [sales], sources: [customer]}",
        'F101 error uses has no field "queue"; did you mean "queues"?',
    ),
    (
        USES,
        "promises: {human_within: §90, menu_depth: 2}",
        'F103 error "90" is not a duration; write 90s or 90m',
    ),
    (USES, "listen: {tries: §0}", "F409 error tries is 0; 1 to 5"),
    (USES, "listen: {§trys: 3}", 'F101 error listen has no field "trys"; did you mean "tries"?'),
    (USES, "always: {§x: {go: end}}", 'F103 error "x" is not a key; write digits, "*" or "#"'),
    (
        USES,
        'always: {"0": §{words: {tr: [a]}}}',
        "F103 error an always-key either leads to a node (go) or acts (do)",
    ),
    (
        USES,
        'always: {"0": §{go: end, do: back}}',
        "F103 error an always-key either leads to a node (go) or acts (do)",
    ),
    (
        USES,
        'always: {"0": {do: §bcak}}',
        'F103 error do is "bcak"; write repeat, language or back; did you mean "back"?',
    ),
    (USES, 'always: {"0": {go: §ent}}', 'F201 error no node "ent"; did you mean "end"?'),
    (
        "rescue: {error: end,",
        "rescue: {error: §ent,",
        'F201 error no node "ent"; did you mean "end"?',
    ),
    (USES, "exits: [§next]", 'F206 error "next" is a reserved word'),
    (USES, "exits: [§into]", 'F206 error "into" is a reserved word'),
    (
        USES,
        "resume: {within: 10m, say: §helo}",
        'F501 error no prompt "helo"; did you mean "hello"?',
    ),
    (
        USES,
        "resume: {within: §10, say: hello}",
        'F103 error "10" is not a duration; write 10s or 10m',
    ),
]


@pytest.mark.parametrize(("old", "new", "message"), MISTAKES)
def test_a_wrong_top_is_told_where_it_is(old: str, new: str, message: str) -> None:
    check(changed(old, new), message)


def test_a_missing_field_is_told_once_and_the_rest_is_read() -> None:
    folder = changed("version: 1\n", "")
    assert errors(folder) == ['flows/shop.yaml:1:1 F102 error a flow needs "version"']


def test_a_mistyped_field_is_not_missed_too() -> None:
    check(
        changed("start: start", "§strat: start"),
        'F101 error a flow has no field "strat"; did you mean "start"?',
    )


def test_mistakes_at_the_top_do_not_hide_those_in_the_nodes() -> None:
    folder = files(shop("- say: helo\n- go: ent", head=HEAD.replace("version: 1", "version: x")))
    assert [line.split()[1] for line in errors(folder)] == ["F103", "F501", "F201"]


def test_wrong_uses_are_not_told_again_at_every_step() -> None:
    folder = files(
        shop(
            "- fetch: customer\n  with: {phone: =call.ani}\n  failed: end\n"
            "  missing: next\n- go: end",
            head=HEAD.replace(USES, "uses: §none"),
        )
    )
    check(folder, "F103 error uses wants a map of name: value")


def test_resume_is_read_and_not_built_yet() -> None:
    folder = changed(USES, "resume: §{within: 10m, say: hello}")
    check_warning(
        folder,
        "F121 warning resume is not built yet: a caller who was lost starts from the beginning",
    )
    resume = loaded(folder).flows["shop"].resume
    assert resume is not None
    assert (resume.within_s, resume.say) == (600.0, "hello")


def test_everything_at_the_top_reaches_the_flow() -> None:
    flow = loaded(files(shop(head=HEAD.replace("rescue:", MORE + "rescue:")))).flows["shop"]
    assert (flow.promises.human_within, flow.promises.menu_depth) == (90.0, None)
    assert flow.promises.never_leaves == ("pin.a",)
    assert (flow.listen.first, flow.listen.end_key, flow.listen.between) == (6.0, "#", 3.0)
    assert flow.always is not None
    assert (flow.always["0"].go, flow.always["0"].words["tr"]) == ("end", ("son",))
    assert (flow.always["*"].do, flow.always["*"].go) == ("repeat", "")
    assert (flow.rescue.error, flow.rescue.hangup) == ("end", "")
    assert flow.uses["queues"] == ("sales",)
    assert "hours" not in flow.uses
