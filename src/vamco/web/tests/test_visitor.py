from __future__ import annotations

from typing import Any

import pytest

from vamco.web import visitor


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.1.2.3", "10.1.2.0/24"),
        ("::ffff:10.1.2.3", "10.1.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_the_network_of_an_address(address: str, expected: str) -> None:
    assert visitor.network(address) == expected


def test_what_a_client_says_of_itself_counts_only_behind_a_proxy(settings: Any) -> None:
    assert visitor.known_as("192.0.2.1", "1.2.3.4, 5.6.7.8") == "192.0.2.1"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert visitor.known_as("192.0.2.1", "1.2.3.4, 5.6.7.8") == "5.6.7.8"
    assert visitor.known_as("192.0.2.1", None) == "192.0.2.1"
