"""Which file in the folder is what."""

from __future__ import annotations

from ivr.flow.load.places import sort_files

PATHS = [
    "flows/bank.yaml",
    "flows/bank.prompts.yaml",
    "flows/bank.test.yaml",
    "flows/prompts.yaml",
    "flows/prompts/tr/goodbye.wav",
    "flows/prompts/tr/words/bir.wav",
    "flows/prompts/tr/balance.1.wav",
    "flows/prompts/en/readme.txt",
    "flows/tests/bank.test.yaml",
    "flows/surveys/csat.yaml",
    "flows/tickets/forms.yaml",
    "flows/data/pharmacies.csv",
    "flows/data/more.yaml",
]


def test_each_file_is_what_its_name_says() -> None:
    folder = sort_files(PATHS)
    assert folder.flows == {"bank": "flows/bank.yaml"}
    assert folder.shared_prompts == "flows/prompts.yaml"
    assert folder.own_prompts == {"bank": "flows/bank.prompts.yaml"}
    assert folder.recordings == {("tr", "goodbye"): "flows/prompts/tr/goodbye.wav"}


def test_the_folder_may_have_any_name_or_none() -> None:
    bare = sort_files(["bank.yaml", "prompts/tr/a.wav", "tests/x.yaml"])
    assert (bare.flows, bare.recordings) == (
        {"bank": "bank.yaml"},
        {("tr", "a"): "prompts/tr/a.wav"},
    )
    deep = sort_files(["etc/ivr/bank.yaml", "etc/ivr/surveys/csat.yaml"])
    assert deep.flows == {"bank": "etc/ivr/bank.yaml"}


def test_files_of_tickets_are_known_by_their_name() -> None:
    assert sort_files(PATHS).tickets == {"forms.yaml": "flows/tickets/forms.yaml"}
    assert sort_files(["tickets/sla.yaml", "sla.yaml"]).tickets == {"sla.yaml": "tickets/sla.yaml"}


def test_tickets_and_surveys_are_never_flows_even_where_there_are_none() -> None:
    alone = sort_files(["flows/tickets/sla.yaml", "flows/surveys/csat.yaml"])
    assert (alone.flows, alone.shared_prompts) == ({}, "")
    mixed = sort_files(["a/flows/bank.yaml", "tickets/sla.yaml"])
    assert mixed.flows == {"bank": "a/flows/bank.yaml"}


def test_a_folder_without_flows_is_empty() -> None:
    assert sort_files([]).flows == {}
    assert sort_files(["flows/readme.md"]).shared_prompts == ""
