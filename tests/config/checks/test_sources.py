"""Small questions about addresses; the checks themselves are driven from test_sources.py."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from ivr.config.checks.sources import local_url, port_of


@pytest.mark.parametrize(
    ("url", "port"),
    [("https://a/", 443), ("http://a/", 80), ("https://a:8443/", 8443), ("http://[::1]:7/", 7)],
)
def test_the_port_is_that_of_the_scheme_unless_written(url: str, port: int) -> None:
    assert port_of(urlsplit(url)) == port


def test_only_development_has_sources_on_this_machine() -> None:
    here, there = urlsplit("http://127.9.9.9:1/"), urlsplit("https://crm.example/")
    assert local_url(here, is_local=True)
    assert not local_url(here, is_local=False)
    assert not local_url(there, is_local=True)
