from __future__ import annotations

import datetime as dt
import io
import threading
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from vamco.kernel.base import clock
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.record.files import public as files
from vamco.kernel.work.forms import public as forms
from vamco.kernel.work.forms import services
from vamco.kernel.work.forms.models import Draft, FormVersion
from vamco.kernel.work.forms.queries import definitions
from vamco.kernel.work.forms.rules import answers
from vamco.kernel.work.forms.tests import made
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Missing, Refused
from vamco.systems.desk.tests.made import PDF

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

CODE = "marital_status"


@pytest.fixture
def person(db: None) -> Person:
    return people.add("Nguyễn Thị Ngọc Hường")


def filled(draft: Draft, person: Person, data: dict[str, Any] | None = None) -> Draft:
    form = forms.form_of(draft.form)
    posted = answers.posted(form, data or made.EXAMPLE, "vi")
    return forms.fill(draft.code, posted, by=person, language="vi")[0]


def acts() -> list[str]:
    return list(Entry.objects.filter(act__startswith="forms.").order_by("pk").values_list("act", flat=True))


def test_a_draft_is_begun_filled_and_handed_in_once(person: Person) -> None:
    draft = forms.begin(CODE, by=person)
    assert len(forms.problems(draft)) == 11
    draft = filled(draft, person)
    assert forms.problems(draft) == []

    form, data = forms.finish(draft.code, by=person, seen=draft.revision)

    assert (form.code, data) == (CODE, made.EXAMPLE)
    kept = Draft.objects.get()
    assert (kept.data, kept.finished_at is not None) == ({}, True)
    assert acts() == ["forms.begin", "forms.finish"]
    for _ in range(2):
        with pytest.raises(Missing):
            forms.finish(draft.code, by=person, seen=draft.revision)
    with pytest.raises(Missing):
        forms.draft(draft.code, by=person)
    assert acts() == ["forms.begin", "forms.finish"]


def test_what_is_handed_in_is_what_was_seen(person: Person) -> None:
    draft = filled(forms.begin(CODE, by=person), person)
    seen = draft.revision
    filled(draft, person, made.EXAMPLE | {"copies": 9})  # in another window
    with pytest.raises(Refused) as refused:
        forms.finish(draft.code, by=person, seen=seen)
    assert refused.value.code == "forms.changed"
    assert forms.draft(draft.code, by=person).data["copies"] == 9
    with pytest.raises(Refused):
        forms.amend(draft.code, {}, by=person, seen=seen)


def test_an_incomplete_draft_cannot_be_handed_in_and_says_all_that_is_missing(person: Person) -> None:
    draft = forms.begin(CODE, by=person, data={"purpose": "other", "nonsense": 1, "applicant": {"name": "H"}})
    assert draft.data == {"purpose": "other", "applicant": {"name": "H"}}
    with pytest.raises(forms.Invalid) as invalid:
        forms.finish(draft.code, by=person, seen=0)
    said = [(problem.pointer, problem.code) for problem in invalid.value.problems]
    assert said == [
        ("/applicant/name", "too_short"),
        ("/applicant/born", "missing"),
        ("/applicant/citizen_id", "missing"),
        ("/applicant/phone", "missing"),
        ("/residence/commune", "missing"),
        ("/residence/address", "missing"),
        ("/reason", "missing"),
        ("/status", "missing"),
        ("/copies", "missing"),
        ("/delivery", "missing"),
        ("/truth", "missing"),
    ]
    assert forms.draft(draft.code, by=person).finished_at is None


def test_another_persons_draft_is_not_there(person: Person) -> None:
    stranger = people.add("Trần Văn Đức")
    draft = filled(forms.begin(CODE, by=person), person)
    attempts = [
        lambda: forms.draft(draft.code, by=stranger),
        lambda: forms.fill(draft.code, {}, by=stranger, language="vi"),
        lambda: forms.amend(draft.code, {}, by=stranger, seen=draft.revision),
        lambda: forms.finish(draft.code, by=stranger, seen=draft.revision),
        lambda: forms.discard(draft.code, by=stranger),
        lambda: forms.attach(
            draft.code, io.BytesIO(PDF), name="a.pdf", field=made.example().fields["proof"], by=stranger
        ),
        lambda: forms.draft("forged", by=person),
    ]
    for attempt in attempts:
        with pytest.raises(Missing):
            attempt()
    assert forms.drafts(stranger) == []
    assert forms.draft(draft.code, by=person).data == made.EXAMPLE
    assert files.File.objects.count() == 0


def test_a_draft_stays_on_its_version(person: Person) -> None:
    draft = forms.begin(CODE, by=person)
    raw = made.raw() | {"fields": made.raw()["fields"] | {"copies": {"label": "Số bản sao"}}, "keep_days": 5}
    definitions.put([forms.Form.model_validate(raw)])

    again = forms.draft(draft.code, by=person)
    assert forms.form_of(again.form).fields["copies"].label == "Số bản cần cấp"
    newer = forms.begin(CODE, by=person)
    assert (again.form.version, newer.form.version) == (1, 2)
    assert forms.form_of(newer.form).fields["copies"].label == "Số bản sao"
    assert newer.expires_at - newer.begun_at == dt.timedelta(days=5)
    assert list(forms.form_of(newer.form).fields) == list(raw["fields"])  # the order survives the database


def test_time_ends_a_draft_with_its_files(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = filled(forms.begin(CODE, by=person), person)
    file = forms.attach(draft.code, io.BytesIO(PDF), name="a.pdf", field=made.example().fields["proof"], by=person)
    other = forms.begin(CODE, by=person)
    Draft.objects.filter(pk=other.pk).update(expires_at=draft.expires_at + dt.timedelta(days=1))
    over = draft.expires_at
    assert services.purge(over - dt.timedelta(seconds=1)) == 0
    monkeypatch.setattr(clock, "now", lambda: over)
    with pytest.raises(Missing):
        forms.draft(draft.code, by=person)
    with pytest.raises(Missing):
        forms.fill(draft.code, {}, by=person, language="vi")
    assert [one.pk for one in forms.drafts(person)] == [other.pk]

    assert services.purge(over) == 1

    assert list(Draft.objects.values_list("pk", flat=True)) == [other.pk]
    assert files.File.objects.get(pk=file.id).dropped_at == over
    assert acts()[-1] == "forms.expire"
    assert services.purge(over) == 0


def test_files_are_answers_only_of_the_draft_that_they_were_given_to(person: Person) -> None:
    field = made.example().fields["proof"]
    draft, other = forms.begin(CODE, by=person), forms.begin(CODE, by=person)
    own = forms.attach(draft.code, io.BytesIO(PDF), name="Bản án.pdf", field=field, by=person)
    spare = forms.attach(draft.code, io.BytesIO(PDF), name="Thừa.pdf", field=field, by=person)
    foreign = forms.attach(other.code, io.BytesIO(PDF), name="b.pdf", field=field, by=person)
    data = made.EXAMPLE | {"status": "divorced", "proof": [own.id, foreign.id]}
    draft = filled(draft, person, data)
    assert [(problem.pointer, problem.code) for problem in forms.problems(draft)] == [("/proof", "no_file")]
    draft = filled(draft, person, data | {"proof": [own.id]})
    assert forms.problems(draft) == []

    forms.finish(draft.code, by=person, seen=draft.revision)

    gone = {file.pk: file.dropped_at is not None for file in files.File.objects.all()}
    assert gone == {own.id: False, spare.id: True, foreign.id: False}


def test_a_file_that_is_not_what_it_says_is_refused_and_leaves_nothing(person: Person) -> None:
    field = made.example().fields["proof"]
    draft = forms.begin(CODE, by=person)
    for name, content in {"a.pdf": b"MZ\x90\x00", "a.docx": PDF, "a.exe": b"MZ\x90\x00", "a.pdf ": b""}.items():
        with pytest.raises(Refused):
            forms.attach(draft.code, io.BytesIO(content), name=name, field=field, by=person)
    assert files.File.objects.count() == 0


def test_there_is_an_end_to_drafts(person: Person) -> None:
    drafts = [forms.begin(CODE, by=person) for _ in range(services.MOST_DRAFTS)]
    with pytest.raises(Refused) as refused:
        forms.begin(CODE, by=person)
    assert refused.value.code == "forms.too_many_drafts"
    forms.discard(drafts[0].code, by=person)
    assert acts()[-1] == "forms.discard"
    assert forms.begin(CODE, by=person).pk
    assert len({draft.code for draft in drafts}) == len(drafts)
    assert all(len(draft.code) == 22 for draft in drafts)


def test_two_windows_on_two_pages_lose_nothing(fresh_db: str) -> None:
    """Eight threads, each sends one page many times; in the end each page has what its thread sent last."""
    person = people.add("Nguyễn Thị Ngọc Hường")
    draft = forms.begin(CODE, by=person)
    form = forms.form_of(draft.form)
    pages = {"applicant": "applicant.name", "residence": "residence.address", "delivery": "copies"}
    failed: list[BaseException] = []

    def send(page: str, key: str, count: int) -> None:
        try:
            for number in range(1, count + 1):
                posted = {f"f.{key}": [str(number)]}
                forms.fill(draft.code, posted, by=person, language="vi", page=form.page(page))
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(page, key, 10)) for page, key in pages.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    found = forms.draft(draft.code, by=person)
    assert found.data == {"applicant": {"name": "10"}, "residence": {"address": "10"}, "copies": 10}
    assert found.revision == 30
    assert found.seen == sorted(pages)


def test_of_two_who_hand_in_at_once_one_does(fresh_db: str) -> None:
    person = people.add("Nguyễn Thị Ngọc Hường")
    draft = filled(forms.begin(CODE, by=person), person)
    outcomes: list[str] = []
    start = threading.Barrier(4)

    def finish() -> None:
        start.wait()
        try:
            forms.finish(draft.code, by=person, seen=draft.revision)
            outcomes.append("handed in")
        except Missing as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=finish) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["forms.no_draft"] * 3 + ["handed in"]
    assert acts() == ["forms.begin", "forms.finish"]


@pytest.mark.django_db
def test_a_form_that_nobody_declared_is_missing() -> None:
    with pytest.raises(Missing):
        forms.check("khong_co", {})
    assert FormVersion.objects.filter(code=CODE).count() == 1
    assert (
        forms.check(CODE, made.EXAMPLE | {"applicant": made.EXAMPLE["applicant"] | {"phone": "+84 912.345.678"}})
        == made.EXAMPLE
    )
