"""Filing at the counter for somebody without a phone; the head's page; what a new version would do."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from vamco.kernel.base.audit.models import Entry
from vamco.kernel.record.files.models import File
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Refused
from vamco.lib.time import HCM
from vamco.systems.onestop.models import Dossier, DossierPaper, Preparation
from vamco.systems.onestop.pages import office_counter
from vamco.systems.onestop.services import counter, leading, versions
from vamco.systems.onestop.tests import made
from vamco.systems.onestop.tests.test_desk import advance, at, browser, staff, text
from vamco.systems.tickets.services import calling
from vamco.systems.tickets.tests import made as hall

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

__all__ = ["at", "staff"]
pytestmark = pytest.mark.django_db
NUMBER = "072154001234"
ANSWERS = {
    "f.applicant.name": "Nguyễn Văn Tám", "f.applicant.born": "1/2/1954", "f.applicant.citizen_id": NUMBER,
    "f.applicant.phone": "0912345678", "f.residence.commune": "25708", "f.residence.address": "Ấp 3",
    "f.purpose": "loan", "f.status": "single", "f.copies": "1", "f.delivery": "desk", "f.truth": "yes", "do": "finish",
}  # fmt: skip


def answered(client: Any, address: str) -> dict[str, str]:
    """What a page of the form sends: all questions that it showed, and the answers."""
    shown = re.search(r'name="shown" value="([^"]*)"', text(client.get(address)))
    return {**ANSWERS, "shown": shown[1] if shown else ""}


def test_a_man_without_a_phone_files_at_the_counter_and_has_a_receipt(staff: dict[str, Person]) -> None:
    made.provincial()
    client, begin = browser(staff["clerk"]), reverse("onestop:counter")
    page = text(client.post(begin, {"task": "find", "number": NUMBER, "purpose": "Nộp hồ sơ tại quầy"}))
    assert "Chưa có ai mang số này" in page
    page = text(client.post(begin, {"task": "add", "number": NUMBER, "name": "Nguyễn Văn Tám"}))
    person = people.find_by_number("citizen_id", NUMBER)
    assert isinstance(person, people.Person)
    kept = re.search(r'name="person" value="([^"]*)"', page)
    assert kept is not None
    begun = client.post(begin, {"task": "begin", "person": kept[1], "procedure": made.PROCEDURE, "office": made.OFFICE})
    code = Preparation.objects.get().code
    form = reverse("onestop:counter_form", args=[code])
    assert begun.headers["Location"] == form
    put_in = reverse("onestop:counter_papers", args=[code])
    answer = client.post(form, answered(client, form))
    assert answer.headers.get("Location") == put_in, re.findall(r'class="error[^>]*>(.*?)<', text(answer))
    scan = {"task": "paper", "paper": "civil_declaration", "copy": "original", "pages": "1", "file": SimpleUploadedFile("quet.txt", b"To khai\n")}  # fmt: skip
    assert client.post(put_in, scan).status_code == 302
    seen = re.search(r'name="seen" value="(\d+)"', text(client.get(put_in)))
    assert seen is not None
    send = {"task": "send", "seen": seen[1], "phone": "", "email": "", "address": "", "delivery": "counter", "receive": "on"}  # fmt: skip
    done = reverse("onestop:counter_done", args=[code])
    for _twice in range(2):
        assert client.post(put_in, send).headers["Location"] == done
    dossier = Dossier.objects.get()
    assert (dossier.channel, dossier.filed_by, dossier.helped_at, dossier.case.state) == ("counter", staff["clerk"], None, "received")  # fmt: skip
    assert dossier.applicant_name == "Nguyễn Văn Tám"
    assert dossier.answers["purpose"] == "loan"
    paper = DossierPaper.objects.get()
    assert (paper.dossier, paper.digitised_by) == (dossier, staff["clerk"])
    assert dossier.number in text(client.get(done))
    look = Entry.objects.get(act="onestop.look_up_person")
    assert NUMBER not in str(look.detail)


def test_only_who_was_found_by_this_clerk_is_filed_for(staff: dict[str, Person]) -> None:
    made.provincial()
    victim = made.citizen("Trần Thị Mai")
    other = made.official("onestop_clerk", "Võ Thị Hạnh")
    client, begin = browser(staff["clerk"]), reverse("onestop:counter")
    foreign = signing.dumps([victim.pk, other.pk], salt=office_counter.SALT)
    for person in (str(victim.pk), foreign):
        posted = {"task": "begin", "person": person, "procedure": made.PROCEDURE, "office": made.OFFICE}
        assert client.post(begin, posted).status_code == 409
    assert not Preparation.objects.exists()
    found = counter.begin(victim, made.PROCEDURE, office=agencies.get(made.OFFICE), by=staff["clerk"])
    assert browser(other).get(reverse("onestop:counter_papers", args=[found.code])).status_code == 404
    assert browser(staff["specialist"]).get(begin).status_code == 403
    with pytest.raises(Refused) as refused:
        counter.begin(staff["clerk"], made.PROCEDURE, office=agencies.get(made.OFFICE), by=staff["clerk"])
    assert refused.value.code == "onestop.own_counter"


def filed(clerk: Person, who: Person) -> Dossier:
    """What a clerk files for somebody, with a form that nobody checks here."""
    found = counter.begin(who, made.PROCEDURE, office=agencies.get(made.OFFICE), by=clerk)
    assert found.draft is not None
    return counter.send(found.code, counter.Sent(seen=found.draft.revision, delivery="counter"), by=clerk)


def test_a_dossier_is_noted_on_the_number_at_this_clerks_counter_and_no_other(
    staff: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counter.forms, "finish", lambda *_a, **_k: (None, {}))
    made.provincial()
    clerk, colleague = staff["clerk"], hall.clerk("Võ Thị Hạnh")
    here, there = hall.sat(1, clerk), hall.sat(2, colleague)
    mine, theirs = hall.taken("A"), hall.taken("A")
    calling.call_next(here, clerk, after="")
    calling.call_next(there, colleague, after="")
    dossier = filed(clerk, made.citizen("Trần Thị Mai"))
    for each in (mine, theirs):
        each.refresh_from_db()
    assert (mine.subject, theirs.subject) == (f"dossier:{dossier.pk}", "")
    calling.finish(here, clerk, after=mine.code)
    other = filed(clerk, made.citizen("Trần Thị Lan"))  # nobody stands there: filed all the same, and noted nowhere
    mine.refresh_from_db()
    state = Dossier.objects.get(pk=other.pk).case.state
    assert (state, mine.subject) == ("received", f"dossier:{dossier.pk}")


def test_a_scan_that_is_taken_back_leaves_no_file(staff: dict[str, Person]) -> None:
    made.provincial()
    found = counter.begin(made.citizen("Trần Thị Mai"), made.PROCEDURE, office=agencies.get(made.OFFICE), by=staff["clerk"])  # fmt: skip
    client, address = browser(staff["clerk"]), reverse("onestop:counter_papers", args=[found.code])
    scan = {"task": "paper", "paper": "civil_declaration", "copy": "original", "pages": "1", "file": SimpleUploadedFile("quet.txt", b"To khai\n")}  # fmt: skip
    assert client.post(address, scan).status_code == 302
    paper = DossierPaper.objects.get()
    for _twice in range(2):
        assert client.post(address, {"task": "drop", "number": str(paper.pk)}).status_code == 302
    assert not DossierPaper.objects.exists()
    assert File.objects.get(pk=paper.file_id).dropped_at is not None


def test_a_helper_elsewhere_is_kept_as_the_place_of_help_and_receives_nothing(staff: dict[str, Person]) -> None:
    made.provincial()
    elsewhere = agencies.get("H53.25459")
    made.official("onestop_clerk", "Võ Thị Hạnh", "H53.25459")
    found = counter.begin(made.citizen("Trần Thị Mai"), made.PROCEDURE, office=elsewhere, by=staff["clerk"])
    assert counter.receives(staff["clerk"], found) is False
    assert next(agency.code for agency in counter.offices(staff["clerk"])) == made.OFFICE


def test_a_head_moves_work_and_sees_tomorrows_late_ones_today(staff: dict[str, Person], at: Any) -> None:
    dossiers = [made.dossier(made.citizen(f"Trần Thị {name}")) for name in ("Mai", "Lan")]
    colleague = made.official("onestop_specialist", "Lý Thị Thảo")
    for dossier in dossiers:
        advance(dossier, staff, "accept", "take_on")
        cases.claim(dossier.pk, by=staff["specialist"])
    client, address = browser(staff["head"]), reverse("onestop:team")
    assert "sẽ trễ hạn trước" not in text(client.get(address))  # due on Monday
    at(2026, 11, 20, 9)
    page = text(client.get(address))
    assert "2 hồ sơ sẽ trễ hạn trước" in page
    assert dossiers[0].number in text(client.get(address, {"due": "tomorrow"}))
    keys = [f"{dossier.pk}-{Dossier.objects.get(pk=dossier.pk).case.seq}" for dossier in dossiers]
    posted = {"task": "move", "confirmed": "move", "pick": keys[:1], "person": str(colleague.pk)}
    assert client.post(address, posted).status_code == 302
    hands = {Dossier.objects.get(pk=dossier.pk).case.taken_by for dossier in dossiers}
    assert hands == {colleague, staff["specialist"]}
    assert browser(staff["clerk"]).get(address).status_code == 403
    loads = leading.hands(staff["head"], leading.horizon(agencies.get(made.OFFICE)))
    assert {(load.person, load.open) for load in loads} == {(colleague, 1), (staff["specialist"], 1)}


def test_a_new_version_is_weighed_and_moves_nothing(staff: dict[str, Person]) -> None:
    old = made.provincial()
    dossier = made.dossier(made.citizen("Trần Thị Mai"), procedure=old)
    due = advance(dossier, staff, "accept").due_at
    item = made.queries.PROCEDURES.get(old)
    time = item.time.model_copy(update={"most": 5})
    made.queries.PROCEDURES.put(
        made.PROCEDURE, item.model_copy(update={"time": time, "valid_from": dt.date(2026, 12, 1)})
    )
    newest = made.queries.PROCEDURES.newest(made.PROCEDURE)
    (found,) = versions.what_if(made.PROCEDURE, newest.version)
    assert (found.number, found.due_at) == (dossier.number, due)
    assert found.would is not None
    assert found.would.astimezone(HCM).strftime("%d/%m") == "26/11"  # 24 November is a holiday
    client = browser(staff["head"])
    assert made.PROCEDURE in text(client.get(reverse("onestop:versions")))
    page = text(client.get(reverse("onestop:version", args=[made.PROCEDURE])))
    assert "Hạn muộn hơn: 1." in page
    assert Dossier.objects.get(pk=dossier.pk).procedure == old
    assert Dossier.objects.get(pk=dossier.pk).case.due_at == due
    assert browser(staff["clerk"]).get(reverse("onestop:versions")).status_code == 403
