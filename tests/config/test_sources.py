"""Settings of lookups: types, ways into the answer, and everything that contradicts itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.config.sources import HttpSource, TableSource, choose_source, priced, read_route
from ivr.flow.fields import ShapeError
from ivr.flow.types import Type

if TYPE_CHECKING:
    from tests.config.conftest import Load, Problems

HTTP = """
sources:
  customer:
    get: "https://crm.example/customers/{kind}?phone={phone}&key=${env:KEY}"
    takes: {phone: phone?, kind: text}
    gives:
      id: text
      debt: money = accounts[0].debt
      tags: list text?
    not_found: 404
    limit: 2s
    cache: 60s
    breaker: {fails: 3, in: 30s, open: 20s}
    headers: {Authorization: "Bearer ${env:KEY}", Accept-Language: tr}
    allow_private: true
    ports: [443, 8443]
  block:
    post: https://core.example/cards/block
    repeat: safe
    takes: {card: sealed digits, customer: text?}
  people:
    table: people.csv
    match: {Telefon: phone}
    takes: {phone: phone}
    gives: {name: text = Ad Soyad}
    otherwise: {name: nobody}
    took: 250ms
"""


def test_every_setting_of_a_web_source_is_read(load: Load) -> None:
    text = HTTP.replace(" = Ad Soyad", "")
    source = load(text, {"KEY": "k3y"}).sources["customer"]
    assert isinstance(source, HttpSource)
    assert source.url.endswith("?phone={phone}&key=k3y")
    assert source.gives["debt"].route == ("accounts", 0, "debt")
    assert source.gives["id"].route == ("id",)
    assert (source.not_found, source.limit, source.cache) == (404, 2.0, 60.0)
    assert (source.breaker.fails, source.breaker.in_, source.breaker.open) == (3, 30.0, 20.0)
    assert source.headers["Authorization"].reveal() == "Bearer k3y"
    assert (source.allow_private, source.ports) == (True, (443, 8443))
    assert "k3y" not in repr(source)


def test_every_setting_of_a_table_is_read(load: Load) -> None:
    text = HTTP.replace(" = Ad Soyad", " = Ad")
    source = load(text, {"KEY": "k3y"}).sources["people"]
    assert isinstance(source, TableSource)
    assert source.match == {"Telefon": "phone"}
    assert source.gives["name"].route == ("Ad",)
    assert (source.otherwise, source.took, source.limit) == ({"name": "nobody"}, 0.25, 1.5)


def test_defaults_are_those_of_the_design(load: Load) -> None:
    source = load("sources: {a: {get: https://x.example/}}").sources["a"]
    assert isinstance(source, HttpSource)
    assert (source.limit, source.ports, source.allow_private) == (1.5, (443,), False)
    assert (source.breaker.fails, source.breaker.in_, source.breaker.open) == (5, 10.0, 5.0)
    assert (source.cache, source.repeat, source.not_found) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("debt", ("debt",)),
        ("accounts[0].debt", ("accounts", 0, "debt")),
        ("[2].a-b", (2, "a-b")),
        ("a[0][1]", ("a", 0, 1)),
    ],
)
def test_a_way_into_the_answer_is_read(text: str, route: tuple[str | int, ...]) -> None:
    assert read_route(text) == route


@pytest.mark.parametrize("text", ["", ".a", "a.", "a..b", "a[x]", "a[-1]", "a b", "$.a", "a[0]b"])
def test_other_ways_are_refused(text: str) -> None:
    with pytest.raises(ShapeError, match="not a way into the answer"):
        read_route(text)


def test_plain_money_gets_the_currency_of_the_configuration() -> None:
    assert priced(Type("money"), "TRY").currency == "TRY"
    assert priced(Type("money", optional=True), "TRY").currency == "TRY"
    assert priced(Type("money", currency="USD"), "TRY").currency == "USD"
    inner = priced(Type("list", item=Type("money")), "TRY").item
    assert inner is not None
    assert inner.currency == "TRY"
    assert priced(Type("text"), "TRY") == Type("text")


@pytest.mark.parametrize("kind", ["sql", "python"])
def test_kinds_that_are_not_built_say_so(problems: Problems, kind: str) -> None:
    [line] = problems(f"sources: {{a: {{{kind}: x}}}}")
    assert line.endswith(
        f"C121 error sources of the kind {kind} are not built yet; use get, post or table"
    )


def test_the_kind_is_chosen_by_its_key() -> None:
    assert choose_source({"post": "x"}) is HttpSource
    assert choose_source({"table": "x"}) is TableSource
    with pytest.raises(ShapeError, match="found get and post"):
        choose_source({"get": "x", "post": "y"})


GET = "sources: {a: {get: '%s', %s}}"


@pytest.mark.parametrize(
    ("url", "rest", "code", "words"),
    [
        ("crm.example", "", "C103", "this is not a web address"),
        ("ftp://crm.example/", "", "C103", "this is not a web address"),
        ("https://u:p@crm.example/", "", "C103", "use headers"),
        ("https://crm.example/#x", "", "C103", "no # part"),
        ("https://crm.example/ü", "", "C103", "this is not a web address"),
        ("https://crm.example:99999/", "", "C103", "this is not a web address"),
        ("http://crm.example/", "", "C130", "asked by https"),
        ("https://crm.example:8443/", "", "C130", "write ports: [8443]"),
        ("https://10.0.0.1/", "", "C130", "allow_private: true"),
        ("https://169.254.169.254/", "", "C130", "allow_private: true"),
        ("https://crm.example/{x}", "", "C120", '"x" is not under takes'),
        (
            "https://crm.example/{fone}",
            "takes: {phone: phone}",
            "C120",
            'did you mean "phone"',
        ),
        ("https://{x}.example/", "takes: {x: text}", "C130", "in the path or in a query"),
        ("https://crm.example/?{x}=1", "takes: {x: text}", "C130", "not the name of one"),
        ("https://crm.example/{x}", "takes: {x: text?}", "C130", "cannot be part of the path"),
        ("https://crm.example/?a={x}", "takes: {x: list text}", "C130", "in a post only"),
        ("https://crm.example/?a={x}", "takes: {x: sealed text}", "C130", "in a post only"),
        ("https://crm.example/", "takes: {x: text}", "C130", "stands nowhere"),
        ("https://crm.example/", "repeat: safe", "C130", "only a post source"),
        ("https://crm.example/", "repeat: yes", "C103", "this must be safe"),
        ("https://crm.example/", "limit: 0s", "C103", "out of range"),
        ("https://crm.example/", "limit: 31s", "C103", "out of range"),
        ("https://crm.example/", "not_found: 200", "C103", "from 400 to 499"),
        ("https://crm.example/", "ports: [0]", "C103", "from 1 to 65535"),
        ("https://crm.example/", "breaker: {fail: 1}", "C101", 'did you mean "fails"'),
        ("https://crm.example/", "takes: {x: txt}", "C103", 'no type "txt"; did you mean "text"'),
        ("https://crm.example/", "takes: {x: ticket}", "C103", "takes single values"),
        ("https://crm.example/", "takes: {From: text}", "C105", '"From" is not a name'),
        ("https://crm.example/", "gives: {class: text}", "C105", "word of the expression"),
        ("https://crm.example/", "gives: {x: sealed digits}", "C103", "plain single values"),
        ("https://crm.example/", "gives: {x: text = a..b}", "C103", "not a way into the answer"),
        ("https://crm.example/", "gives: {x: [text]}", "C104", "one value is wanted"),
        ("https://crm.example/", "gives: [x]", "C104", "gives wants names and types"),
        ("https://crm.example/", "headers: {X-Api-Key: abc}", "C112", "X-Api-Key"),
        ("https://crm.example/", "headers: {Host: abc}", "C103", "set by the server itself"),
        ("https://crm.example/", "headers: {a b: abc}", "C103", "not the name of a header"),
        ("https://crm.example/", "headers: {X-A: ağ}", "C103", "plain ASCII"),
        ("https://crm.example/", "headers: x", "C104", "headers want names"),
    ],
)
def test_a_contradiction_in_a_web_source_is_told(
    problems: Problems, url: str, rest: str, code: str, words: str
) -> None:
    text = GET % (url, rest) if rest else f"sources: {{a: {{get: '{url}'}}}}"
    found = problems(text)
    assert any(f" {code} error " in line and words in line for line in found), found


TABLE = "sources: {a: {table: x.yaml, %s}}"


@pytest.mark.parametrize(
    ("rest", "code", "words"),
    [
        ("takes: {p: text}", "C102", 'a needs "match"'),
        ("match: {}", "C102", "at least one column"),
        ("match: {p: q}, takes: {p: text}", "C120", '"q" is not under takes'),
        ("match: {p: p}, takes: {p: text}, gives: {x: text = a.b}", "C103", "not a column"),
        ("match: {p: p}, takes: {p: text}, otherwise: {x: a}", "C120", "not under gives"),
        (
            "match: {p: p}, takes: {p: text}, gives: {x: text}, otherwise: {}",
            "C102",
            'otherwise needs "x"',
        ),
        ("match: {p: p}, takes: {p: text}, otherwise: x", "C104", "otherwise wants fields"),
        ("match: {p: p}, takes: {p: text}, cache: 60s", "C101", 'a has no key "cache"'),
        ("match: {p: p}, takes: {p: text}, took: 9", "C103", "not a duration"),
    ],
)
def test_a_contradiction_in_a_table_is_told(
    problems: Problems, rest: str, code: str, words: str
) -> None:
    found = problems(TABLE % rest)
    assert any(f" {code} error " in line and words in line for line in found), found


def test_nothing_sealed_is_kept_or_stands_in_an_address(problems: Problems) -> None:
    lines = problems(
        "sources: {a: {post: 'https://x.example/{card}', takes: {card: sealed digits}, cache: 9s}}"
    )
    assert ["sealed: it may not stand in an address" in lines[0], "never kept" in lines[1]] == [
        True,
        True,
    ]
    [line] = problems("sources: {a: {post: https://x.example/, cache: 9s}}")
    assert "only answers of a get source are kept" in line


@pytest.mark.parametrize("name", ["text", "digits", "ticket", "list"])
def test_a_source_may_not_be_called_like_a_type(problems: Problems, name: str) -> None:
    [line] = problems(f"sources: {{{name}: {{get: https://x.example/}}}}")
    assert line.startswith(f'1:11 C105 error "{name}" is the name of a type')


@pytest.mark.parametrize("url", ["http://127.0.0.1:5000/x", "http://localhost/", "http://[::1]/"])
def test_this_machine_may_be_asked_plainly_in_development_only(
    load: Load, problems: Problems, url: str
) -> None:
    text = f"sources: {{a: {{get: '{url}'}}}}"
    assert "a" in load(text).sources
    public = f"web: {{listen: 0.0.0.0:80, public_base: https://a.example}}\n{text}"
    assert any("asked by https" in line for line in problems(public))
