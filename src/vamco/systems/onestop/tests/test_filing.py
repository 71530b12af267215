"""A citizen's dossier from the first question to the rating, by services and by pages."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from vamco.kernel.base import clock
from vamco.kernel.record.files.models import File
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.forms import public as forms
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Missing, Refused
from vamco.systems.desk.tests.made import pdf, reader
from vamco.systems.onestop import queries
from vamco.systems.onestop.declaration import AskedIf, NeededPaper, Told
from vamco.systems.onestop.models import Dossier, DossierPaper, Preparation
from vamco.systems.onestop.rules.prefilling import Known
from vamco.systems.onestop.services import acting, following, giving, prefill, preparing, sending, telling
from vamco.systems.onestop.tests import made
from vamco.web import assurance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from vamco.kernel.world.people.models import Person

pytestmark = pytest.mark.django_db

NUMBER = "072190000444"
ANSWERS = {
    "residence": {"commune": "25708", "address": "Ấp 3"},
    "purpose": "loan",
    "status": "single",
    "copies": 1,
    "delivery": "desk",
    "truth": True,
}
REGISTER = {
    "born": Known("1990-03-27", "population", dt.date(2026, 11, 30)),
    "phone": Known("0912345678", "own", dt.date(2026, 11, 30)),
}


@pytest.fixture(autouse=True)
def _register() -> Iterator[None]:
    """A register that knows everybody's day of birth."""
    with prefill._sources.restored(empty=True):
        prefill.register(prefill.Source("population", "the population register", lambda _applicant, _by: REGISTER))
        yield


@pytest.fixture
def procedure() -> Any:
    """A procedure that is filed here and asks for papers of every kind."""
    item = queries.PROCEDURES.get(made.provincial())
    assert item.filing is not None
    papers = [
        NeededPaper(paper="civil_declaration", originals=1),
        NeededPaper(paper="old_copies", copies=1),
        NeededPaper(paper="divorce_proof", copies=1, asked_if=AskedIf(answer="status", equals=["divorced"])),
        NeededPaper(paper="authorisation", originals=1, when="Khi nộp thay", when_en="When filing for another"),
    ]
    own = {"refusals": [Told(vi="Chưa đủ tuổi", en="Too young")], "result": "", "form": "marital_status", "checks": []}
    filing = item.filing.model_copy(update=own)
    queries.PROCEDURES.put(made.PROCEDURE, item.model_copy(update={"papers": papers, "filing": filing}))
    return queries.PROCEDURES.newest(made.PROCEDURE)


def mother() -> Person:
    return made.citizen("Trần Thị Mai", NUMBER)


def scan(name: str = "giay.pdf", said: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf(said), content_type="application/pdf")


def ready(by: Person, owner: access.Owner | None = None) -> Preparation:
    """A preparation in which nothing is missing."""
    found = preparing.begin(made.PROCEDURE, by=by, owner=owner)
    assert found.draft is not None
    answers = {**found.draft.data, **ANSWERS}
    answers["applicant"] = {"citizen_id": NUMBER, "name": "Trần Thị Mai", **found.draft.data["applicant"]}
    forms.amend(found.draft.code, answers, by=by, seen=found.draft.revision)
    giving.give(found.code, "old_copies", scan(), name="giay.pdf", by=by)
    preparing.choose(found.code, {"authorisation": "not_needed"}, by=by)
    preparing.settle(
        found.code,
        office=agencies.get(made.OFFICE),
        delivery="online",
        phone="0912345678",
        email="",
        address="",
        by=by,
    )
    return preparing.get(found.code, by=by)


def mark(found: Preparation) -> str:
    return sending.seen(found, preparing.papers_of(found))


def surely(who: Person, **more: Any) -> Client:
    client = reader(who, **more)
    session = client.session
    assurance.write(session, assurance.Assurance(2, ("pwd", "otp"), clock.now(), ""))
    session.save()
    return client


# ── prefill ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_known_is_filled_in_with_its_source_and_day(procedure: Any) -> None:
    found = preparing.begin(made.PROCEDURE, by=mother())
    assert found.draft is not None
    assert found.draft.data["applicant"] == {
        "name": "Trần Thị Mai",
        "born": "1990-03-27",
        "citizen_id": NUMBER,
        "phone": "0912345678",
    }
    assert found.prefilled["applicant.born"] == {
        "value": "1990-03-27",
        "source": "population",
        "on": "2026-11-30",
        "locked": True,
    }
    assert found.prefilled["applicant.name"]["locked"] is False  # only a register locks


def test_a_year_does_not_become_the_first_of_january(procedure: Any) -> None:
    with prefill._sources.restored(empty=True):
        known = {"born": Known("1938", "population", dt.date(2026, 11, 30))}
        prefill.register(prefill.Source("population", "the register", lambda _applicant, _by: known))
        found = preparing.begin(made.PROCEDURE, by=mother())
    assert found.draft is not None
    assert "born" not in found.draft.data["applicant"]  # this form asks for a whole day
    assert "applicant.born" not in found.prefilled
    assert "01-01" not in str(found.draft.data)


def test_a_register_that_is_away_stops_nobody(procedure: Any) -> None:
    def away(_applicant: object, _by: object) -> Any:
        raise Refused("away", "away")

    with prefill._sources.restored(empty=True):
        prefill.register(prefill.Source("population", "the register", away))
        found = preparing.begin(made.PROCEDURE, by=mother())
    assert set(found.prefilled) == {"applicant.name", "applicant.citizen_id"}


def test_a_locked_answer_is_sent_as_the_register_said_it(procedure: Any) -> None:
    who = mother()
    found = ready(who)
    assert found.draft is not None
    data = {**found.draft.data, "applicant": {**found.draft.data["applicant"], "born": "1999-09-09"}}
    forms.amend(found.draft.code, data, by=who, seen=found.draft.revision)
    found = preparing.get(found.code, by=who)
    assert [note.code for note in preparing.check(found).notes] == ["locked_changed"]
    dossier = sending.send(found.code, mark=mark(found), by=who)
    assert dossier.answers["applicant"]["born"] == "1990-03-27"


def test_a_page_cannot_change_a_locked_answer(procedure: Any) -> None:
    who = mother()
    found = preparing.begin(made.PROCEDURE, by=who)
    assert found.draft is not None
    client = surely(who)
    at = reverse("onestop:preparation_page", args=[found.code, "applicant"])
    page = client.get(at)
    assert re.search(r'name="f.applicant.born"[^>]* readonly', page.content.decode())
    posted = {
        "f.applicant.name": "Trần Thị Mai",
        "f.applicant.born": "09/09/1999",
        "f.applicant.citizen_id": NUMBER,
        "f.applicant.phone": "0987654321",
        "do": "next",
        "shown": "f.applicant.name f.applicant.born f.applicant.citizen_id f.applicant.phone f.applicant.email",
    }
    assert client.post(at, posted).status_code == 302
    data = forms.draft(found.draft.code, by=who).data
    assert (data["applicant"]["born"], data["applicant"]["phone"]) == ("1990-03-27", "0987654321")


# ── before sending ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_all_that_is_missing_is_said_at_once(procedure: Any) -> None:
    who = mother()
    found = preparing.begin(made.PROCEDURE, by=who)
    check = preparing.check(found)
    assert [finding.target for finding in check.papers] == ["old_copies", "authorisation"]
    assert [finding.code for finding in check.where] == ["office_missing"]  # the phone is known
    assert check.form
    with pytest.raises(Refused) as refused:
        sending.send(found.code, mark=mark(found), by=who)
    assert refused.value.code == "onestop.incomplete"
    assert not Dossier.objects.exists()


def test_a_paper_is_asked_for_only_with_the_answer_on_which_it_depends(procedure: Any) -> None:
    who = mother()
    found = ready(who)
    assert found.draft is not None
    assert preparing.check(found).complete
    forms.amend(found.draft.code, {**found.draft.data, "status": "divorced"}, by=who, seen=found.draft.revision)
    found = preparing.get(found.code, by=who)
    assert [finding.target for finding in preparing.check(found).papers] == ["divorce_proof"]


def test_a_paper_that_an_answer_made_superfluous_is_not_sent_along(procedure: Any) -> None:
    who = mother()
    found = ready(who)
    hidden = giving.give(found.code, "divorce_proof", scan(said=b"ly hon"), name="an.pdf", by=who)
    dossier = sending.send(found.code, mark=mark(found), by=who)
    assert [paper.paper for paper in dossier.papers.all()] == ["old_copies"]
    assert File.objects.get(pk=hidden.file_id).dropped_at is not None


def test_an_empty_file_is_refused_at_once(procedure: Any) -> None:
    who = mother()
    found = preparing.begin(made.PROCEDURE, by=who)
    with pytest.raises(Refused) as refused:
        giving.give(found.code, "old_copies", SimpleUploadedFile("x.pdf", b""), name="x.pdf", by=who)
    assert refused.value.code == "files.empty"
    with pytest.raises(Missing):
        giving.give(found.code, "drawings", scan(), name="x.pdf", by=who)
    assert not DossierPaper.objects.exists()


# ── sending ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_sent_again_it_is_the_same_dossier(procedure: Any) -> None:
    who = mother()
    found = ready(who)
    seen = mark(found)
    first = sending.send(found.code, mark=seen, by=who)
    assert sending.send(found.code, mark=seen, by=who).pk == first.pk
    assert Dossier.objects.count() == 1
    assert (first.applicant_name, first.phone, first.channel, first.delivery) == (
        "Trần Thị Mai",
        "0912345678",
        "online",
        "online",
    )
    assert first.answers["purpose"] == "loan"
    assert preparing.under_way(who) == []


def test_what_was_changed_in_another_window_is_looked_at_again(procedure: Any) -> None:
    who = mother()
    found = ready(who)
    seen = mark(found)
    giving.give(found.code, "old_copies", scan(said=b"moi"), name="them.pdf", by=who)
    with pytest.raises(Refused) as refused:
        sending.send(found.code, mark=seen, by=who)
    assert refused.value.code == "onestop.changed"
    assert not Dossier.objects.exists()


def test_a_failure_behind_the_form_leaves_the_draft_as_it_was(procedure: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    who = mother()
    found = ready(who)
    with monkeypatch.context() as broken:
        broken.setattr("vamco.systems.onestop.services.filing.numbers.take", lambda *_a, **_k: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sending.send(found.code, mark=mark(found), by=who)
    found = preparing.get(found.code, by=who)
    assert found.draft is not None
    assert (found.dossier, found.draft.finished_at, len(preparing.papers_of(found))) == (None, None, 1)
    assert sending.send(found.code, mark=mark(found), by=who).number.endswith("-0001")


def test_a_new_version_is_looked_at_before_it_is_sent(procedure: Any) -> None:
    who = mother()
    found = ready(who)
    item = queries.PROCEDURES.get(procedure)
    queries.PROCEDURES.put(made.PROCEDURE, item.model_copy(update={"name": "Cấp giấy độc thân"}))
    with pytest.raises(Refused) as refused:
        sending.send(found.code, mark=mark(found), by=who)
    assert refused.value.code == "onestop.new_version"
    found = preparing.renew(found.code, by=who)
    assert found.procedure_id == queries.PROCEDURES.newest(made.PROCEDURE).pk
    assert sending.send(found.code, mark=mark(found), by=who).case.title == "Cấp giấy độc thân"


# ── whose ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_mandate_lets_somebody_file_and_follow_and_its_end_does_not(procedure: Any) -> None:
    parent, daughter = mother(), made.citizen("Trần Thị Út")
    owner = access.Owner(parent.pk)
    with pytest.raises(Refused) as refused:
        preparing.begin(made.PROCEDURE, by=daughter, owner=owner)
    assert refused.value.code == "onestop.mandate"
    held = people.give_mandate(
        parent, daughter, acts=["onestop.apply"], since=clock.today() - dt.timedelta(days=3), actor=parent.actor
    )
    daughter = people.get(daughter.pk)
    found = preparing.begin(made.PROCEDURE, by=daughter, owner=owner)
    assert "citizen_id" not in found.draft.data["applicant"]  # type: ignore[union-attr]  # a principal's number is not given out
    found = ready(daughter, owner)
    dossier = sending.send(found.code, mark=mark(found), by=daughter)
    assert (dossier.case.applicant_id, dossier.filed_by_id) == (parent.pk, daughter.pk)
    assert [each.pk for each in following.own(daughter)] == [dossier.pk]
    assert [each.pk for each in following.own(people.get(parent.pk))] == [dossier.pk]
    assert {each.pk for each in telling.readers(dossier, dossier.case)} == {parent.pk, daughter.pk}
    people.end_mandate(held, until=clock.today() - dt.timedelta(days=1), actor=parent.actor)
    daughter = people.get(daughter.pk)
    dossier = type(dossier).objects.select_related("case", "filed_by").get(pk=dossier.pk)
    assert [each.pk for each in telling.readers(dossier, dossier.case)] == [parent.pk]
    assert following.own(daughter) == []
    with pytest.raises(Missing):
        following.one(dossier.number, daughter)


def test_papers_given_before_are_offered_again_to_nobody_else(procedure: Any) -> None:
    who, other = mother(), made.citizen("Lê Văn Hai")
    sent = ready(who)
    dossier = sending.send(sent.code, mark=mark(sent), by=who)
    given = dossier.papers.get()
    found, theirs = (preparing.begin(made.PROCEDURE, by=each) for each in (who, other))
    assert [row.pk for row in giving.earlier(found, who)["old_copies"]] == [given.pk]
    again = giving.give_again(found.code, given.pk, by=who)
    assert (again.file_id, again.again) == (given.file_id, True)
    assert giving.earlier(preparing.get(found.code, by=who), who) == {"old_copies": []}
    assert giving.earlier(theirs, other) == {}
    with pytest.raises(Refused):
        giving.give_again(theirs.code, given.pk, by=other)
    giving.take_back(found.code, again.pk, by=who)
    assert File.objects.get(pk=given.file_id).dropped_at is None  # the dossier still holds it


def test_nothing_of_somebody_else_is_there_by_any_address(procedure: Any) -> None:
    who, other = mother(), made.citizen("Lê Văn Hai")
    found, sent = ready(who), ready(who)
    dossier = sending.send(sent.code, mark=mark(sent), by=who)
    own, strange = surely(who), surely(other)
    paper = DossierPaper.objects.filter(preparation=found).get()
    addresses = [
        *(reverse(f"onestop:{name}", args=[found.code]) for name in ("preparation", "preparation_papers", "preparation_where", "preparation_check")),
        reverse("onestop:preparation_page", args=[found.code, "applicant"]),
        *(reverse(f"onestop:{name}", args=[dossier.number]) for name in ("dossier", "receipt", "supply", "withdraw")),
        reverse("onestop:dossier", args=[dossier.pk]),
        reverse("onestop:paper_file", args=[paper.pk]),
        reverse("onestop:paper_file", args=[dossier.papers.get().pk]),
    ]  # fmt: skip
    for address in addresses:
        answer = own.get(address)
        assert answer.status_code in {200, 302}, address
        for close in answer._resource_closers:  # all of `close()` would end the test's transaction
            close()
        for answer in (strange.get(address), strange.post(address, {"do": "discard", "rating": "5", "seen": "1"})):
            assert answer.status_code in {404, 405}, address
            assert "Trần Thị Mai" not in answer.content.decode()
    assert strange.post(reverse("onestop:rate", args=[dossier.number]), {"rating": "5"}).status_code == 404
    assert preparing.get(found.code, by=who).pk == found.pk
    assert dossier.number not in strange.get(reverse("onestop:dossiers")).content.decode()


# ── after sending ────────────────────────────────────────────────────────────────────────────────────────────────────


def filed(who: Person) -> Dossier:
    found = ready(who)
    return sending.send(found.code, mark=mark(found), by=who)


def test_a_supplement_is_given_in_pieces_and_sent_once(procedure: Any) -> None:
    who, clerk = mother(), made.official("onestop_clerk", "Lê Thị Cẩm Tú")
    specialist = made.official("onestop_specialist", "Nguyễn Thị Bích Trâm")
    dossier = filed(who)
    with pytest.raises(Refused) as refused:
        acting.stage(dossier.number, "old_copies", scan(said=b"2"), name="2.pdf", by=who)
    assert refused.value.code == "onestop.nothing_asked"
    cases.act(dossier.pk, "accept", by=clerk)
    cases.act(dossier.pk, "ask_supplement", by=specialist, note="Bản chụp mờ", reason="unreadable")
    with pytest.raises(Refused):
        acting.supply(dossier.number, note=" ", seen=None, by=who)
    for name in ("2.pdf", "3.pdf"):
        acting.stage(dossier.number, "old_copies", scan(said=name.encode()), name=name, by=who)
    acting.unstage(dossier.number, acting.staged(dossier)[0].pk, by=who)
    assert dossier.papers.count() == 1
    acting.supply(dossier.number, note="Đã chụp lại", seen=None, by=who)
    assert [(row.file.name, row.round) for row in dossier.papers.order_by("pk")] == [("giay.pdf", 0), ("3.pdf", 1)]
    own = following.one(dossier.number, who)[1]
    assert (own.state, own.entries[0].note, [file.name for file in own.entries[0].files]) == (
        "appraising",
        "Đã chụp lại",
        ["3.pdf"],
    )


def test_a_withdrawn_dossier_stays_readable(procedure: Any) -> None:
    who = mother()
    dossier = filed(who)
    acting.withdraw(dossier.number, note="", seen=None, by=who)
    page = surely(who).get(reverse("onestop:dossier", args=[dossier.number]))
    assert page.status_code == 200
    assert following.one(dossier.number, who)[1].state == "withdrawn"


def test_a_rating_is_given_once_and_only_at_the_end(procedure: Any) -> None:
    who = mother()
    dossier = filed(who)
    with pytest.raises(Refused):
        acting.rate(dossier.number, rating=5, note="", by=who)
    assert Dossier.objects.get(pk=dossier.pk).rating is None
    released(dossier)
    for wrong in (0, 6):
        with pytest.raises(Refused):
            acting.rate(dossier.number, rating=wrong, note="", by=who)
    acting.rate(dossier.number, rating=4, note="Nhanh", by=who)
    assert Dossier.objects.get(pk=dossier.pk).rating == 4
    with pytest.raises(Refused):
        acting.rate(dossier.number, rating=1, note="", by=who)
    assert Dossier.objects.get(pk=dossier.pk).rating == 4


def released(dossier: Dossier) -> None:
    from vamco.systems.onestop.services import moving

    clerk = made.official("onestop_clerk", "Lê Thị Cẩm Tú")
    specialist = made.official("onestop_specialist", "Nguyễn Thị Bích Trâm")
    head = made.official("onestop_head", "Hồ Văn Phước")
    for act, by in (
        ("accept", clerk),
        ("take_on", specialist),
        ("propose", specialist),
        ("approve", head),
        ("sign", head),
        ("number", clerk),
        ("issue", clerk),
        ("store", moving.MACHINE),
    ):
        cases.act(dossier.pk, act, by=by)


# ── following without signing in ─────────────────────────────────────────────────────────────────────────────────────


def test_number_and_digits_show_where_it_stands_and_never_whose_it_is(procedure: Any, client: Client) -> None:
    who = mother()
    dossier = filed(who)
    at = reverse("onestop:track")
    assert dossier.number in client.get(f"{at}?number={dossier.number}").content.decode()  # only what was asked
    right = client.post(at, {"number": dossier.number.lower(), "digits": "5678"})
    said = right.content.decode()
    assert right.status_code == 200
    assert "Đã nộp" in said
    wrong, unknown = (
        client.post(at, {"number": number, "digits": digits})
        for number, digits in ((dossier.number, "0000"), ("H53.25708-261118-9999", "5678"))
    )
    assert (wrong.status_code, unknown.status_code) == (404, 404)
    for page in (right, wrong, unknown):
        for secret in ("Trần Thị Mai", NUMBER, "0912345678", "Ấp 3"):
            assert secret not in page.content.decode()


def test_digits_cannot_be_tried_one_after_the_other(procedure: Any, client: Client) -> None:
    dossier = filed(mother())
    at = reverse("onestop:track")
    answers = [client.post(at, {"number": dossier.number, "digits": f"{n:04d}"}).status_code for n in range(30)]
    assert answers[0] == 404
    assert answers[-1] != 404
    assert client.post(at, {"number": dossier.number, "digits": "5678"}).status_code != 200


# ── by pages ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_whole_way_by_pages(procedure: Any) -> None:
    who = mother()
    client = surely(who)
    at = reverse("onestop:begin", args=[made.PROCEDURE])
    assert client.get(reverse("onestop:procedure", args=[made.PROCEDURE])).content.decode().count(at) == 1
    assert client.get(at).status_code == 200
    assert client.post(at).status_code == 422
    assert "Chưa đủ tuổi" in client.post(at, {"refusal": "0"}).content.decode()
    assert not Preparation.objects.exists()
    page = client.post(at, {"refusal": "none"})
    found = Preparation.objects.get()
    assert page["Location"] == reverse("onestop:preparation_page", args=[found.code, "applicant"])
    assert found.draft is not None
    forms.amend(found.draft.code, {**found.draft.data, **ANSWERS}, by=who, seen=found.draft.revision)
    check = reverse("onestop:preparation_check", args=[found.code])
    said = client.get(check).content.decode()
    assert f"{reverse('onestop:preparation_papers', args=[found.code])}#paper-old_copies" in said
    assert 'name="mark"' in said
    assert "Send the dossier" not in said
    assert "Gửi hồ sơ" not in said
    papers = reverse("onestop:preparation_papers", args=[found.code])
    bad = client.post(papers, {"file.old_copies": SimpleUploadedFile("x.pdf", b""), "do": "next"})
    assert bad.status_code == 422
    good = client.post(papers, {"photo.old_copies": scan(), "say.authorisation": "not_needed", "do": "next"})
    assert good.status_code == 302
    where = reverse("onestop:preparation_where", args=[found.code])
    assert client.post(where, {"office": made.OFFICE, "delivery": "post", "phone": "12"}).status_code == 422
    sent = {"office": made.OFFICE, "delivery": "online", "phone": "0912 345 678"}
    assert client.post(where, sent).status_code == 302
    token = re.search(r'name="mark" value="(\w+)"', client.get(check).content.decode())
    assert token
    first, second = (client.post(check, {"mark": token[1]}) for _ in range(2))
    dossier = Dossier.objects.get()
    assert first["Location"] == second["Location"] == reverse("onestop:receipt", args=[dossier.number])
    receipt = client.get(first["Location"]).content.decode()
    assert dossier.number in receipt
    assert "giay.pdf" in receipt
    listed = client.get(reverse("onestop:dossiers")).content.decode()
    assert dossier.number in listed


def test_who_is_not_surely_known_confirms_first(procedure: Any) -> None:
    client = reader(mother())
    answer = client.post(reverse("onestop:begin", args=[made.PROCEDURE]), {"refusal": "none"})
    assert answer.status_code == 302
    assert "level=2" in answer["Location"]
    assert not Preparation.objects.exists()


def test_a_draft_is_resumed_and_deleted_with_its_files(procedure: Any) -> None:
    who = mother()
    found = ready(who)
    client = surely(who)
    assert reverse("onestop:preparation", args=[found.code]) in client.get(reverse("onestop:dossiers")).content.decode()
    client.post(reverse("onestop:preparation", args=[found.code]), {"do": "discard"})
    assert not Preparation.objects.exists()
    assert not forms.drafts(who)
    assert not File.objects.filter(dropped_at=None).exists()
