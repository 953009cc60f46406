"""Which exits calls took, the bar, and the remark at each exit that no test takes."""

from __future__ import annotations

from ivr.flow.cases import coverage, missed_problems
from ivr.flow.cases.coverage import bar_problem
from tests.flow.cases.scene import bank_stage, call, case_file, played, stage


def test_the_exits_of_the_bank_are_counted_with_those_of_its_survey() -> None:
    found = coverage(bank_stage().bundle("bank"), ())
    assert (found.total, found.percent) == (53, 0)


def test_what_was_taken_counts_once() -> None:
    found = coverage(stage().bundle("shop"), [played('[{presses: "2"}]')] * 2)
    assert [place.name for place in found.taken] == ["shop.hello.menu.2"]


def test_an_always_key_that_repeats_counts_too() -> None:
    talk, nobody = '[{presses: "*"}, {presses: "0"}]', "{queues: {desk: {nobody: true}}}"
    found = coverage(stage().bundle("shop"), [played(talk, given=nobody)])
    names = [place.name for place in found.taken]
    assert names == [
        "shop.desk.queue.nobody",
        "shop.opinion.survey.done",
        "shop.always.0",
        "shop.always.*",
    ]


def test_skipped_exits_count_nowhere() -> None:
    bundle = stage().bundle("shop")
    whole = coverage(bundle, ())
    less = coverage(bundle, (), ["shop.desk.queue.full", "desk.queue.done"])
    assert less.total == whole.total - 2


def test_below_the_bar_is_a_failure_that_names_what_is_missed() -> None:
    file = case_file(call(more="cover: {exits: 50%, skip: [hello.menu.1]}\n"))
    found = coverage(stage().bundle("shop"), [played('[{presses: "2"}]')], file.cover.skip)  # type: ignore[union-attr]
    problem = bar_problem(file, found)
    assert problem is not None
    assert str(problem).startswith(
        f"shop.test.yaml:7:8 T204 fail exits 1 of {found.total} ({found.percent}%), wanted 50%;"
        " not taken: shop.hello.when 1, shop.hello.menu 3, "
    )
    assert problem.message.endswith(", ...")


def test_at_the_bar_or_without_one_nothing_is_said() -> None:
    results = [played('[{presses: "2"}]')]
    found = coverage(stage().bundle("shop"), results)
    assert bar_problem(case_file(call(more="cover: {exits: 1%}\n")), found) is None
    assert bar_problem(case_file(call()), found) is None


def test_each_missed_exit_is_remarked_where_it_is_written() -> None:
    found = coverage(stage().bundle("shop"), [played('[{presses: "2"}]')])
    told = [str(problem) for problem in missed_problems(found)]
    assert 'flows/shop.yaml:26:9 F610 warning no test takes exit "1" of shop.hello' in told
    assert len(told) == len(found.missed)
