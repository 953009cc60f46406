"""What the two kinds of TLS insist on."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip.endpoint.tls import client_tls, server_tls

if TYPE_CHECKING:
    from pathlib import Path

    from tests.channels.sip.endpoint.conftest import Papers


def test_connections_of_ours_check_names_and_speak_no_old_tls() -> None:
    context = client_tls()
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2


def test_who_connects_needs_a_certificate_only_if_authorities_are_listed(papers: Papers) -> None:
    plain = papers.server()
    strict = server_tls(papers.certificate, papers.key, callers=papers.certificate)
    assert plain.minimum_version == strict.minimum_version == ssl.TLSVersion.TLSv1_2
    assert plain.verify_mode is ssl.CERT_NONE
    assert strict.verify_mode is ssl.CERT_REQUIRED


def test_a_file_that_is_missing_or_garbled_is_an_error(papers: Papers, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        server_tls(tmp_path / "none.pem", papers.key)
    with pytest.raises(ssl.SSLError):
        server_tls(papers.key, papers.certificate)
    with pytest.raises(ssl.SSLError):
        client_tls(papers.key)
