"""From the configuration to the rules of pops."""

from __future__ import annotations

from datetime import UTC, datetime

from ivr.config.load import load_config
from ivr.config.world import to_world
from ivr.cti.matching import DEFAULT_RULES, MatchRule
from ivr.cti.pop_config import pop_rules_of
from ivr.cti.pop_rules import PopLookup, PopRules

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def rules(text: str) -> PopRules:
    config = load_config({"c.yaml": f"zone: UTC\ncountry: TR\n{text}".encode()}, {}, now=NOW)
    return pop_rules_of(config, to_world(config, NOW))


def test_what_is_not_written_is_as_the_rules_have_it() -> None:
    found = rules("")
    assert (found.country, found.deadline_s, found.hold_s, found.unknown) == (
        "TR",
        0.8,
        0.3,
        "draft",
    )
    assert (found.lookups, found.last_contacts) == ((), True)
    by_name = {rule.by: rule for rule in DEFAULT_RULES}
    assert all(by_name[rule.by] == rule for rule in found.rules)


def test_sources_and_rules_are_taken_over() -> None:
    found = rules(
        """
sources:
  crm:
    get: 'https://crm.example/c?n={customer_no}'
    takes: {customer_no: digits}
    gives: {id: text}
pop:
  lookups: {deadline: 500ms, sources: [crm]}
  match:
    - {by: entered_id, level: 3, one: open}
    - {by: previous_call, within: 2h}
  unknown: nothing
"""
    )
    assert found.lookups == (PopLookup("crm", {"customer_no": "customer_no"}, by="entered_id"),)
    assert (found.last_contacts, found.deadline_s, found.unknown) == (False, 0.5, "nothing")
    assert found.rules == (
        MatchRule(("entered_id",), 3, "open"),
        MatchRule(("previous_call",), within_s=7200.0),
    )


def test_what_agents_see_is_taken_over() -> None:
    found = rules(
        """
sources:
  crm:
    get: 'https://crm.example/c?n={phone}'
    takes: {phone: phone}
    gives: {id: text, debt: text}
trunks:
  carrier: {provider: sip, listen: "127.0.0.1:5060", from: [192.0.2.1], attested: true}
  phones: {provider: sip, listen: "127.0.0.1:5062", registrar: true}
pop:
  lookups: {sources: [crm]}
  url: 'https://crm.example/{kind}/{record}?n={ani}'
  url_personal: true
  hidden: [ani]
  sensitive: {crm: [debt]}
"""
    )
    assert found.lookups[0].sensitive == ("debt",)
    assert (found.hidden, found.url_personal) == (("ani",), True)
    assert found.url == "https://crm.example/{kind}/{record}?n={ani}"
    assert found.attested == {"carrier"}


def test_our_own_customers_and_tickets_are_asked_unless_the_list_leaves_them_out() -> None:
    assert rules("").own == ("contacts", "tickets")
    assert rules("pop: {lookups: {sources: [last_contacts, tickets]}}").own == ("tickets",)
    hidden = rules("pop: {sensitive: {contacts: [segment], tickets: [subject]}}")
    assert hidden.sensitive("customer") == {"segment"}
    assert hidden.sensitive("ticket") == {"subject"}


def test_a_source_called_as_one_of_our_own_lookups_is_the_source() -> None:
    found = rules(
        """
sources:
  tickets:
    get: 'https://crm.example/t?n={phone}'
    takes: {phone: phone}
    gives: {id: text}
"""
    )
    assert found.own == ("contacts",)
    assert [lookup.source for lookup in found.lookups] == ["tickets"]
