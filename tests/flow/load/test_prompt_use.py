"""Which flow uses which prompt. `§` marks the mistake."""

from __future__ import annotations

from dataclasses import replace

from ivr.engine.verbs import SPECS
from ivr.flow.loader import load
from ivr.flow.world import QueueShape, QueueTaping
from tests.flow.shop import (
    PROMPTS,
    check,
    check_warning,
    errors,
    files,
    loaded,
    problems,
    shop,
    shop_world,
)


def test_a_flow_has_the_prompts_it_uses_in_its_languages_and_no_other() -> None:
    prompts = PROMPTS.replace("hello: {", "hello: {de: Hallo., ") + "old: {tr: a, en: b}\n"
    flows = loaded(files(prompts=prompts)).flows
    assert list(flows["shop"].prompts) == ["hello", "bye"]
    assert list(flows["pin"].prompts) == ["hello"]
    assert list(flows["shop"].prompts["hello"]) == ["tr", "en"]


def test_a_language_of_the_flow_may_not_be_missing() -> None:
    check(
        files(prompts=PROMPTS.replace("bye: {tr: Güle güle., ", "bye: §{")),
        "F502 error bye has no tr",
    )


def test_two_flows_that_miss_a_language_tell_it_once() -> None:
    check(
        files(prompts=PROMPTS.replace("hello: {tr: Merhaba., en: Hello.}", "hello: §{tr: a}")),
        "F502 error hello has no en",
    )


def test_a_prompt_that_nobody_uses_may_lack_a_language() -> None:
    folder = files(prompts=PROMPTS + "§old_news: {tr: a}\n")
    check_warning(folder, 'F506 warning prompt "old_news" is never used')


def test_a_flow_in_which_callers_wait_has_what_queues_want_said() -> None:
    notice = QueueShape("sales", taping=QueueTaping("old_news"))
    world = replace(shop_world(), queue_shapes={"sales": notice})
    prompts = PROMPTS + "old_news: {tr: a, en: b}\n"
    waits = shop("- queue: sales\n  full: end\n  timeout: end\n  nobody: end\n  done: end")
    found = load(files(waits, prompts=prompts), SPECS, world)
    assert "old_news" in found.flows["shop"].prompts
    assert "old_news" not in found.flows["pin"].prompts
    assert "F506" not in {one.code for one in found.problems}


def test_a_prompt_that_forms_of_tickets_ask_with_is_used() -> None:
    folder = files(prompts=PROMPTS + "old_news: {tr: a}\n")
    world = replace(shop_world(), asked_prompts=frozenset({"old_news"}))
    assert "F506" not in {one.code for one in load(folder, SPECS, world).problems}


def test_an_own_prompt_hides_the_shared_one_of_that_name() -> None:
    folder = files(prompts="hello: {tr: a, en: b}\n§bye: {tr: a, en: b}\n")
    folder["flows/shop.prompts.yaml"] = b"bye: {tr: a, en: b}\n"
    check_warning(folder, 'F506 warning prompt "bye" is never used')


def test_own_prompts_of_no_flow_are_never_used() -> None:
    folder = files() | {"flows/nobody.prompts.yaml": "§bye: {tr: a, en: b}\n".encode()}
    check_warning(folder, 'F506 warning prompt "bye" is never used')


def test_while_a_flow_has_errors_no_prompt_counts_as_unused() -> None:
    folder = files(shop("- say: helo\n- go: end"), prompts=PROMPTS + "old: {tr: a}\n")
    assert len(errors(folder)) == 1
    assert "F506" not in {one.code for one in problems(folder)}
