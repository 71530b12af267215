"""What is prepared for the national portal, reminders, results in one's papers, and estimates: by services and pages."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from vamco.kernel.base import clock
from vamco.kernel.record.files.models import File
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.notices import public as notices
from vamco.lib.errors import Missing, Refused
from vamco.systems.onestop import queries
from vamco.systems.onestop.models import Dossier, DossierDocument, OutsideDossier, Preparation
from vamco.systems.onestop.services import acting, following, giving, preparing, reminding, sending
from vamco.systems.onestop.tests import made, test_filing
from vamco.systems.onestop.tests.test_filing import filed, mother, released, scan, surely

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db
procedure = pytest.fixture(test_filing.procedure.__wrapped__)  # type: ignore[attr-defined]
register = pytest.fixture(autouse=True)(test_filing._register.__wrapped__)  # type: ignore[attr-defined]


# ── the national portal ──────────────────────────────────────────────────────────────────────────────────────────────


def test_what_the_national_portal_takes_is_prepared_here_and_sent_there(procedure: Any) -> None:
    item = queries.PROCEDURES.get(procedure)
    queries.PROCEDURES.put(made.PROCEDURE, item.model_copy(update={"route": "national"}))
    who = mother()
    client = surely(who)
    page = client.get(reverse("onestop:procedure", args=[made.PROCEDURE])).content.decode()
    assert reverse("onestop:begin", args=[made.PROCEDURE]) in page
    found = test_filing.ready(who)
    check = reverse("onestop:preparation_check", args=[found.code])
    said = client.get(check).content.decode()
    assert queries.ways(queries.PROCEDURES.get(found.procedure))[0].url in said
    assert 'name="mark"' not in said
    with pytest.raises(Refused) as refused:
        sending.send(found.code, mark=test_filing.mark(found), by=who)
    assert refused.value.code == "onestop.not_filed_here"
    assert not Dossier.objects.exists()
    client.post(check, {"do": "elsewhere", "number": "G12.99-261201-0007"})
    listed = client.get(reverse("onestop:dossiers")).content.decode()
    assert "G12.99-261201-0007" in listed
    assert reverse("onestop:preparation", args=[found.code]) in listed
    row = OutsideDossier.objects.create(
        source="national", number="G12.99-261201-0007", procedure=made.PROCEDURE, person=who, agency_name="Bộ Tư pháp",
        handler_name="Nguyễn Văn Tám", status=4, as_of=clock.now(),
    )  # fmt: skip
    assert following.handed(who, [row]) == []
    listed = client.get(reverse("onestop:dossiers")).content.decode()
    for told in ("Bộ Tư pháp", "Nguyễn Văn Tám", "Đang xử lý"):
        assert told in listed
    other = surely(made.citizen("Lê Văn Hai")).get(reverse("onestop:dossiers")).content.decode()
    assert "G12.99-261201-0007" not in other


def test_only_what_the_national_portal_takes_is_said_to_be_sent_there(procedure: Any) -> None:
    who = mother()
    found = test_filing.ready(who)
    with pytest.raises(Refused) as refused:
        preparing.sent_elsewhere(found.code, "1", by=who)
    assert refused.value.code == "onestop.sent_here"
    assert Preparation.objects.get().handed_at is None


# ── reminders ────────────────────────────────────────────────────────────────────────────────────────────────────────


def told(who: Any) -> list[str]:
    return [each.title for each in notices.inbox(who).notices]


def test_somebody_is_told_once_that_a_draft_ends(procedure: Any) -> None:
    who = mother()
    found = preparing.begin(made.PROCEDURE, by=who)
    assert found.draft is not None
    now = clock.now()
    assert reminding.remind_of_drafts(now) == 0
    late = found.draft.expires_at - dt.timedelta(days=2)
    assert [reminding.remind_of_drafts(late), reminding.remind_of_drafts(late)] == [1, 0]
    assert notices.unread(who) == 1


def test_an_applicant_is_told_every_few_days_that_something_is_asked_for(procedure: Any) -> None:
    who = mother()
    dossier = filed(who)
    clerk = made.official("onestop_clerk", "Lê Thị Cẩm Tú")
    cases.act(dossier.pk, "ask_correction", by=clerk, note="Thiếu bản sao", reason="paper")
    before, since = notices.unread(who), clock.now()
    counts = [reminding.remind_of_supplements(since + dt.timedelta(days=days, minutes=1)) for days in (1, 5, 6, 10)]
    assert counts == [0, 1, 0, 1]
    assert notices.unread(who) == before + 2
    acting.supply(dossier.number, note="Đã có", seen=None, by=who)
    assert reminding.remind_of_supplements(since + dt.timedelta(days=30)) == 0


def test_what_a_dead_draft_leaves_is_cleared_with_its_files(procedure: Any) -> None:
    who = mother()
    found = preparing.begin(made.PROCEDURE, by=who)
    paper = giving.give(found.code, "old_copies", scan(), name="x.pdf", by=who)
    assert found.draft is not None
    late = found.draft.expires_at + dt.timedelta(days=2)
    assert reminding.clear(clock.now()) == 0
    assert reminding.clear(late) == 1
    assert not Preparation.objects.exists()
    assert File.objects.get(pk=paper.file_id).dropped_at is not None


def test_what_was_sent_is_never_cleared(procedure: Any) -> None:
    filed(mother())
    assert reminding.clear(clock.now() + dt.timedelta(days=400)) == 0


# ── results and estimates ────────────────────────────────────────────────────────────────────────────────────────────


def issued(dossier: Dossier, who: Any, monkeypatch: pytest.MonkeyPatch) -> File:
    """A result whose document the register knows, without making one."""
    from vamco.kernel.record.documents.contracts import IssuedView
    from vamco.kernel.record.files import public as files

    file = files.store(scan("ket-qua.pdf").file, name="ket-qua.pdf")
    view = IssuedView(
        code="ABCD1234", name="Giấy xác nhận", name_en="Certificate", agency=made.OFFICE, agency_name="UBND", agency_name_en="PC",
        number="12/GXN", issued_on=clock.today(), template="t", version=1, sha256="", file=file.pk,
    )  # fmt: skip
    monkeypatch.setattr(
        "vamco.kernel.record.documents.public.by_code", lambda codes: {view.code: view} if view.code in codes else {}
    )
    DossierDocument.objects.create(dossier=dossier, form="result", document=view.code, seq=1, at=clock.now())
    return file


def test_a_result_lies_in_ones_papers_when_it_is_released_and_in_nobody_elses(
    procedure: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    who, other = mother(), made.citizen("Lê Văn Hai")
    dossier = filed(who)
    file = issued(dossier, who, monkeypatch)
    with pytest.raises(Missing):
        following.document_file("ABCD1234", who)  # made, not released
    assert following.results(who) == []
    released(dossier)
    assert following.document_file("ABCD1234", who).pk == file.pk
    assert [row.dossier_id for row, _view in following.results(who)] == [dossier.pk]
    with pytest.raises(Missing):
        following.document_file("ABCD1234", other)
    assert following.results(other) == []
    page = surely(who).get(reverse("onestop:my_papers")).content.decode()
    assert reverse("onestop:document", args=["ABCD1234"]) in page
    assert surely(other).get(reverse("onestop:document", args=["ABCD1234"])).status_code == 404


def test_an_estimate_counts_this_procedure_at_this_office_only(procedure: Any) -> None:
    who = mother()
    dossier = filed(who)
    assert following.estimate(dossier).within is None
    now, make = clock.now(), done_in(who, procedure)
    for hours in range(1, 20):
        make(hours)
    assert following.estimate(dossier) == type(following.estimate(dossier))(None, 19)
    make(20)
    make(500, finished=now - dt.timedelta(days=400))  # too long ago to say anything
    assert following.estimate(dossier).within == dt.timedelta(hours=16)


def done_in(who: Any, procedure: Any) -> Callable[..., None]:
    def make(hours: int, finished: dt.datetime | None = None) -> None:
        end = finished or clock.now()
        row = made.dossier(who, procedure=procedure)
        Dossier.objects.filter(pk=row.pk).update(finished_at=end, received_at=end - dt.timedelta(hours=hours))

    return make
