"""The pages of the score and of the synchronisation, as those who may see them do; and others do not."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from vamco.kernel.base import clock
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.systems.identity import public as identity
from vamco.systems.national import public as national
from vamco.systems.onestop.tests import made
from vamco.systems.service_quality import public as quality

pytestmark = pytest.mark.django_db
PASSWORD = "sông Vàm Cỏ Đông"


def browser(role: str, agency: str = made.OFFICE) -> Client:
    person = people.add(f"Người {role}")
    people.appoint(person, agencies.get(agency), role, since=clock.today())
    account = identity.open_account(f"{role}-{agency}", PASSWORD, person)
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def dossier() -> Any:
    found = made.dossier(made.citizen("Trần Thị Mai"))
    quality.note(found.pk)
    national.put(found.pk, found.number, 1)
    return found


def test_a_head_sees_the_own_office_from_the_league_to_the_dossier(dossier: Any) -> None:
    head = browser("onestop_head")
    page = head.get("/desk/quality").content.decode()
    assert f"/desk/quality/{made.OFFICE}?day=" in page
    office = head.get(f"/desk/quality/{made.OFFICE}")
    assert office.status_code == 200
    assert "chưa phát sinh hồ sơ" in office.content.decode()
    assert f"/desk/quality/{made.OFFICE}/synced?day=" in office.content.decode()
    shown = head.get(f"/desk/quality/{made.OFFICE}/synced").content.decode()
    assert (dossier.number in shown, "Trần Thị Mai" in shown) == (True, False)
    assert head.get("/desk/quality/H53.25459").status_code == 404  # another office
    assert head.get(f"/desk/quality/{made.OFFICE}/khac").status_code == 404
    assert browser("onestop_clerk").get("/desk/quality").status_code == 403


def test_the_administrator_sees_what_waits_and_others_do_not(dossier: Any) -> None:
    page = browser("administrator", "H53.15").get("/desk/national")
    assert page.status_code == 200
    assert (dossier.number in page.content.decode(), "Trần Thị Mai" in page.content.decode()) == (True, False)
    assert browser("onestop_clerk").get("/desk/national").status_code == 403
