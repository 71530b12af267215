"""A clerk who moves to another agency: what was open, kept or known of the old one's cases opens nothing any more."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from vamco.kernel.base.audit.models import Entry as Audited
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.systems.desk import services
from vamco.systems.desk.tests import made

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

pytestmark = pytest.mark.django_db
OLD, NEW = "Rà soát vốn mật-A", "Rà soát ruộng mật-B"


def test_from_the_next_request_on_the_old_agencys_cases_do_not_exist(office: Person, finance: Person) -> None:
    old = made.directive(made.alarm(), office, text=OLD)
    new = made.directive(made.alarm("DTC01", 30, agency=made.FARMING), office, agency=made.FARMING, text=NEW)
    services.act(old.pk, "accept", by=finance, seen=1, note="", uploads=[])
    report = SimpleUploadedFile("báo cáo.pdf", made.PDF)
    services.act(old.pk, "report", by=finance, seen=2, note="xong", uploads=[report])
    file = cases.Entry.objects.get(act="report").files.get().pk
    old_alarm = made.late(owner=made.FINANCE)
    services.act(
        made.directive(old_alarm, office, text=OLD, days=3).pk, "accept", by=finance, seen=1, note="", uploads=[]
    )
    open_case = cases.Case.objects.latest("pk").pk
    client = made.reader(finance)
    mine = [f"/desk/cases/{old.pk}", f"/desk/cases/{open_case}", f"/desk/files/{file}", f"/desk/alarms/{old_alarm}"]
    for address in mine:
        answer = client.get(address)
        assert (answer.status_code, b"".join(answer)[:1] != b"") == (200, True), address
        for close in answer._resource_closers:  # all of `close()` would end the test's transaction
            close()
    page = client.get(f"/desk/cases/{open_case}?act=report").content.decode()  # stays open in the browser
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    assert OLD in client.get("/desk/").content.decode() + client.get("/desk/following/").content.decode()

    people.move(people.memberships(finance).get(), agencies.get(made.FARMING), on=made.TODAY)

    before = Audited.objects.count(), cases.Entry.objects.count()
    for address in mine:
        answer = client.get(address)
        assert answer.status_code == 404, address
        assert OLD not in answer.content.decode()
        assert client.get(address, headers={"If-None-Match": "*"}).status_code == 404
    form = {"seen": seen[1], "note": "Báo cáo sau khi chuyển", "evidence": SimpleUploadedFile("a.pdf", made.PDF)}
    assert client.post(f"/desk/cases/{open_case}?act=report", form).status_code == 404
    for address in ("/desk/", "/desk/following/", "/desk/alarms/", "/desk/alarms/past/"):
        assert OLD not in client.get(address).content.decode(), address
    assert (Audited.objects.count(), cases.Entry.objects.count()) == before
    assert NEW in client.get("/desk/").content.decode()
    assert client.get(f"/desk/cases/{new.pk}").status_code == 200


def test_who_acts_for_the_absent_clerk_is_named_so_in_the_log(office: Person, finance: Person, farming: Person) -> None:
    case = made.directive(made.alarm(), office)
    client = made.reader(farming)
    assert client.get(f"/desk/cases/{case.pk}").status_code == 404
    row = people.substitute(finance, farming, since=made.TODAY, until=made.TODAY, acts=["warnings.handle_directive"])
    assert client.get(f"/desk/cases/{case.pk}").status_code == 200
    assert client.post(f"/desk/cases/{case.pk}?act=accept", {"seen": "1", "note": ""}).status_code == 302
    entry = Audited.objects.get(act="cases.accept")
    assert (entry.actor, entry.detail["acting_for"]) == (str(farming.pk), finance.pk)
    people.end_substitution(row, until=made.TODAY - made.dt.timedelta(days=1))
    assert client.get(f"/desk/cases/{case.pk}").status_code == 404
    services.act(case.pk, "report", by=finance, seen=2, note="xong", uploads=[SimpleUploadedFile("a.pdf", made.PDF)])
    assert "acting_for" not in Audited.objects.get(act="cases.report").detail
