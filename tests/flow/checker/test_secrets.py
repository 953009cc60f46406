"""Secrets come in by secret questions only and never leave."""

from __future__ import annotations

from tests.flow.checker.bank import told

FLOW = """\
vars: {{code: {kind}}}
{top}nodes:
  start:
    - {step}
    - hangup: bye
"""


def flow(step: str, kind: str = "sealed digits?", top: str = "") -> list[str]:
    """What is said of a flow of one step."""
    return told(FLOW.format(step=step, kind=kind, top=top))


def test_a_secret_entry_needs_a_sealed_variable() -> None:
    step = "{ask: hello, into: code, secret: true, giveup: start}"
    assert flow(step) == []
    assert flow(step, "digits?") == [
        '8:20 F701 secret entry into "code", which is not sealed; declare code: sealed digits?'
    ]
    assert flow(step, "phone?") == [
        '8:20 F701 secret entry into "code", which is not sealed; declare code: sealed phone?'
    ]


def test_a_sealed_variable_needs_a_secret_entry() -> None:
    assert flow("{ask: hello, into: code, giveup: start}") == [
        '8:20 F701 entry into "code", which is sealed, is not secret; write secret: true'
    ]


def test_an_entry_of_a_menu_is_never_secret() -> None:
    step = (
        "{menu: menu, entry: {digits: 3, into: code, go: start}, keys: {'0': start}, giveup: start}"
    )
    said = told(
        FLOW.format(step=step, kind="sealed digits?", top="").replace("    - hangup: bye\n", "")
    )
    assert said == [
        '8:39 F701 an entry in a menu is not secret, but "code" is sealed;'
        " ask for it with secret: true"
    ]


def test_a_secret_is_not_read_back() -> None:
    step = "{ask: hello, into: code, secret: true, confirm: hello, giveup: start}"
    assert flow(step) == ['8:55 F702 sealed "code" would be read back by confirm']


def test_what_never_leaves_is_sealed_and_never_masked() -> None:
    top = "promises: {never_leaves: [code, other.code, cod]}\n"
    ask = "{ask: hello, into: code, secret: true, giveup: start}"
    masked = "    - outcome: self_served\n      note: =mask(code)\n"
    body = FLOW.format(step=ask, kind="sealed digits?", top=top)
    said = told(body.replace("    - hangup", f"{masked}    - hangup"))
    assert said == [
        '6:33 F704 never_leaves names the flow "other", which is not run here',
        '6:45 F204 no variable "cod"; did you mean "code"?',
        '11:14 F704 never_leaves names "code", but mask() shows its end here',
    ]


def test_a_secret_that_was_not_promised_may_be_masked() -> None:
    ask = "{ask: hello, into: code, secret: true, giveup: start}"
    body = FLOW.format(step=ask, kind="sealed digits?", top="")
    masked = "    - outcome: self_served\n      note: =mask(code)\n"
    assert told(body.replace("    - hangup", f"{masked}    - hangup")) == []
