"""What dossiers hold of a person: copies, deletion of what was not sent, and who looked."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from vamco.kernel.base import clock
from vamco.kernel.record.files import public as files
from vamco.kernel.world.agencies import public as agencies
from vamco.systems.onestop.models import DossierPaper, Preparation
from vamco.systems.onestop.services import holdings, preparing
from vamco.systems.onestop.tests import made
from vamco.systems.onestop.tests.test_desk import at, browser, staff
from vamco.systems.privacy import public as privacy

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person
    from vamco.systems.onestop.models import Dossier

__all__ = ["at", "staff"]
pytestmark = pytest.mark.django_db


def said(sections: list[privacy.Section]) -> str:
    return " | ".join(f"{line.name}={line.value}" for each in sections for record in each.records for line in record)


def sent(mai: Person, **changes: object) -> Dossier:
    return made.dossier(mai, phone="0912345678", answers={"purpose": "loan"}, **changes)


def test_a_copy_holds_the_dossiers_of_the_applicant_and_of_nobody_else(staff: dict[str, Person]) -> None:
    mai, other = made.citizen("Trần Thị Mai"), made.citizen("Võ Văn Khác")
    dossier = sent(mai)
    content = files.store(io.BytesIO(b"Giay to"), name="giay-to.txt", agency=agencies.get(made.OFFICE), by="1")
    DossierPaper.objects.create(dossier=dossier, paper="id_card", file=content, given_at=dossier.sent_at)
    copy = said(holdings.dossiers(mai))
    for part in (f"Number={dossier.number}", "Telephone=0912345678", '"purpose": "loan"', "Paper=giay-to.txt"):
        assert part in copy
    assert said(holdings.dossiers(other)) == ""
    assert {"onestop.dossiers", "onestop.preparations", "payments", "privacy.looks"} <= {
        holding.code for holding in privacy.holdings()
    }


def test_what_was_not_sent_is_erased_with_its_draft_and_what_was_sent_stays(staff: dict[str, Person]) -> None:
    mai, other = made.citizen("Trần Thị Mai"), made.citizen("Võ Văn Khác")
    dossier = sent(mai)
    mine, foreign = preparing.begin(made.PROCEDURE, by=mai), preparing.begin(made.PROCEDURE, by=other)
    assert said(holdings.preparations(mai)).startswith(f"Procedure={made.PROCEDURE}")
    assert holdings.erase_preparations(mai, "DL-1", "system") == privacy.Erased(deleted=1)
    assert holdings.erase_preparations(mai, "DL-1", "system") == privacy.Erased()
    assert list(Preparation.objects.all()) == [foreign]
    assert mine.draft is not None
    assert not type(mine.draft).objects.filter(pk=mine.draft_id).exists()
    dossier.refresh_from_db()
    assert said(holdings.dossiers(mai)) != ""


def test_retention_drops_what_was_saved_long_ago_and_nothing_younger(staff: dict[str, Person]) -> None:
    mai, other = made.citizen("Trần Thị Mai"), made.citizen("Võ Văn Khác")
    made.provincial()
    old, young = preparing.begin(made.PROCEDURE, by=mai), preparing.begin(made.PROCEDURE, by=other)
    before = clock.now() - dt.timedelta(days=90)
    Preparation.objects.filter(pk=old.pk).update(saved_at=before - dt.timedelta(seconds=1))
    assert holdings.due_preparations(before) == 1
    assert (holdings.expire_preparations(before), holdings.expire_preparations(before)) == (1, 0)
    assert list(Preparation.objects.all()) == [young]


def test_who_opened_a_paper_is_told_to_the_applicant_and_stands_in_the_copy(staff: dict[str, Person]) -> None:
    mai = made.citizen("Trần Thị Mai")
    dossier = sent(mai)
    content = files.store(io.BytesIO(b"Giay to"), name="giay-to.txt", agency=agencies.get(made.OFFICE), by="1")
    paper = DossierPaper.objects.create(dossier=dossier, paper="id_card", file=content, given_at=dossier.sent_at)
    assert privacy.looks_at(mai).looks == ()
    opened = browser(staff["clerk"]).get(reverse("onestop:office_paper_file", args=[paper.pk]))
    assert opened.status_code == 200
    assert b"".join(opened.streaming_content) == b"Giay to"
    for close in opened._resource_closers:  # all of `close()` would end the test's transaction
        close()
    look = privacy.looks_at(mai).looks[0]
    assert (look.act, look.looked, look.said) == ("onestop.see_paper", True, "Opened a paper of your dossier")
    held = next(each for each in privacy.holdings() if each.code == "privacy.looks")
    assert f"Agency={look.agency}" in said(list(held.sections(mai)))
