"""The simulated issuer as a program of the demonstration."""

from __future__ import annotations

import http.client
import json
import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from vamco.cli import issuer
from vamco.cli.processes import Log, Supervisor

if TYPE_CHECKING:
    from collections.abc import Iterator

PACK = Path(__file__).parents[4] / "packs" / "tayninh"
SITE = "http://localhost:8000"


@pytest.fixture(autouse=True)
def _no_other_issuer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VAMCO_EID_ISSUER", raising=False)


def settings(folder: Path, pack: Path = PACK) -> dict[str, str]:
    return issuer.settings(folder, "127.0.0.1", "localhost", SITE, pack)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The program, started as `up` starts it."""
    environment = {**os.environ, **settings(tmp_path)}
    with Supervisor(lambda _message, _data: None) as supervisor:
        supervisor.start(issuer.program(environment, "127.0.0.1", Log(tmp_path / "issuer.log")))
        yield environment


def asked(address: str, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    connection.request("GET", path)
    answer = connection.getresponse()
    found = answer.status, answer.read()
    connection.close()
    return found


def test_it_serves_what_an_issuer_publishes_and_says_what_it_is(served: dict[str, str]) -> None:
    address = served["VAMCO_EID_ISSUER"]
    status, body = asked(address, "/.well-known/openid-configuration")
    assert status == 200
    assert json.loads(body)["issuer"] == address
    (key,) = json.loads(asked(address, "/jwks")[1])["keys"]
    assert "d" not in key
    assert "mô phỏng" in asked(address, "/")[1].decode()
    assert served["VAMCO_EID_SECRET"] not in asked(address, "/")[1].decode()


def test_it_is_known_by_the_same_address_at_the_next_start(tmp_path: Path) -> None:
    first, second = settings(tmp_path), settings(tmp_path)
    assert first["VAMCO_EID_ISSUER"] == second["VAMCO_EID_ISSUER"]
    assert first["VAMCO_EID_SECRET"] != second["VAMCO_EID_SECRET"]
    with socket.create_server(("127.0.0.1", urlsplit(first["VAMCO_EID_ISSUER"]).port or 0)):
        assert settings(tmp_path)["VAMCO_EID_ISSUER"] != first["VAMCO_EID_ISSUER"]


def test_another_issuer_that_the_operator_names_is_not_pushed_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAMCO_EID_ISSUER", "https://sso.example")
    assert settings(tmp_path) == {}
    assert not issuer.simulated(os.environ)


def test_a_pack_without_made_up_citizens_has_no_issuer(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text("code: trong\n")
    assert settings(tmp_path, tmp_path) == {}


def test_without_a_secret_it_does_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    from vamco.systems.identity.adapters.simulators import __main__ as simulator

    monkeypatch.delenv("VAMCO_EID_SECRET", raising=False)
    citizens = str(PACK / "demonstration" / "citizens.yaml")
    monkeypatch.setattr(
        "sys.argv", ["x", "--citizens", citizens, "--site", SITE, "--address", "http://127.0.0.1:1", "--port", "0"]
    )
    assert simulator.main() == 2
    assert "VAMCO_EID_SECRET" in capsys.readouterr().err
