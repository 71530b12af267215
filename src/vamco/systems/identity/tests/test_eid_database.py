"""The database goes away while somebody is at the issuer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.test import Client

from vamco.systems.identity.models import EidLink, SignIn
from vamco.systems.identity.tests import eid

if TYPE_CHECKING:
    from vamco.systems.identity.adapters.simulators.server import Service


def test_restarted_between_consent_and_code_it_goes_on_or_is_said(issuer: Service, fresh_db: str) -> None:
    client = Client(raise_request_exception=False)
    back = eid.path_of(eid.Away(issuer).agree(client.get("/eid/start?next=/verify").headers["Location"]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        before = cursor.fetchone()[0]
    connection.connection.close()  # as a server that was restarted leaves it, without Django's knowing
    answer = client.get(back)
    assert answer.status_code in {302, 503}
    if answer.status_code == 503:  # said in words, and nothing was spent
        assert "Cơ sở dữ liệu" in answer.content.decode()
        connection.close()
        answer = client.get(back)
    assert answer.headers["Location"] == "/verify"
    assert (EidLink.objects.count(), SignIn.objects.count()) == (1, 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        assert cursor.fetchone()[0] != before


def test_lost_after_the_code_was_taken_it_is_said_and_a_new_beginning_works(
    issuer: Service, fresh_db: str, monkeypatch: object
) -> None:
    from vamco.systems.identity.services import eid as services

    client = Client(raise_request_exception=False)
    back = eid.path_of(eid.Away(issuer).agree(client.get("/eid/start?next=/verify").headers["Location"]))
    real = services._account

    def lost(*args: object) -> object:
        services._account = real
        connection.connection.close()
        return real(*args)  # type: ignore[arg-type]

    services._account = lost  # type: ignore[assignment]
    try:
        answer = client.get(back)
    finally:
        services._account = real
    assert answer.status_code == 503
    connection.close()
    again = client.get(back)
    assert again.status_code == 422  # the code was spent: in words
    assert "đăng nhập lại" in again.content.decode()
    assert (EidLink.objects.count(), SignIn.objects.count()) == (0, 0)
    assert eid.sign_in(client, issuer, start="/eid/start?next=/verify").headers["Location"] == "/verify"
