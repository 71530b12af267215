"""Rows in quarantine that are no data: declared void by who may, and open again by who takes that back."""

from __future__ import annotations

import datetime as dt
import html
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction

from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.base.events.models import Event
from vamco.lib.errors import Forbidden, Missing, Refused
from vamco.systems.desk.tests import made
from vamco.systems.hub import public as hub
from vamco.systems.hub.contracts import RunState
from vamco.systems.hub.models import Quarantined, Run, Voiding
from vamco.systems.hub.tests.building import AMOUNT, AT, KEY, delivery, field, put

if TYPE_CHECKING:
    from pathlib import Path

    from vamco.kernel.world.people.models import Person
    from vamco.systems.hub.contracts import RunView, Shortfall

pytestmark = pytest.mark.django_db
ANY = [{"property": "vamco.maxBad", "value": 1}, {"property": "vamco.maxBadValue", "value": 1}]
BASIC = {"property": "vamco.personalData", "value": "basic"}
DIRTY = "ma,so_tien\na,1\nMã,Số tiền\nb,-5\n,70\n"
"""A good row, a second header, a negative amount, and a row without a key."""


def give(folder: Path, content: str = DIRTY, day: int = 0, name: str = "in.csv", **more: Any) -> RunView:
    return hub.receive(
        "thu_nghiem", delivery(folder / "in", content, name=name, at=AT + dt.timedelta(days=day), **more)
    )


def short() -> Shortfall:
    return hub.shortfall("thu_nghiem")


def heard() -> int:
    return Event.objects.filter(name="hub.dataset_heard").count()


def void_marks(run: RunView) -> dict[int, bool]:
    return {each.row: each.void_id is not None for each in Quarantined.objects.filter(run=run.id)}


@pytest.fixture
def run(tmp_path: Path) -> RunView:
    put(delivery="append", custom=ANY)
    found = give(tmp_path)
    assert (found.state, found.rows, found.accepted, found.quarantined) == (RunState.PUBLISHED, 4, 1, 3)
    return found


def refused(act: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(Refused) as caught:
        act(*args, **more)
    return caught.value.code


def test_who_may_declares_all_open_rows_void_and_says_why(data_owner: Person, run: RunView) -> None:
    assert (short().rows, short().amounts, short().unread) == (3, {"so_tien": Decimal(65)}, {"so_tien"})
    assert hub.void_rows(run.id, shown=3, by=data_owner, note=" Dòng thử ") == 3
    assert (short().rows, short().amounts, short().runs) == (0, {}, ())
    assert hub.missing_rows("thu_nghiem", short(), ["so_tien"]) == []
    assert void_marks(run) == {2: True, 3: True, 4: True}
    assert heard() == 1
    assert hub.run(run.id) == run  # rows are still accepted + repeated + quarantined
    entry = Entry.objects.get(act="hub.void_rows")
    assert (entry.actor, entry.chain_id, entry.subject) == (str(data_owner.pk), "H53.04", "dataset:thu_nghiem")
    assert (entry.detail["run"], entry.detail["rows"], entry.detail["note"]) == (run.id, 3, " Dòng thử ")
    assert audit.verify() == {}
    found = hub.voidings(run.id)[0]
    assert (found.reason, found.rows, found.by, found.note, found.back, found.undone) == (
        None,
        3,
        data_owner.name,
        "Dòng thử",
        3,
        None,
    )


def test_rows_with_one_reason_only(operator: Person, run: RunView) -> None:
    offered = hub.open_rows(run.id)
    assert [(each.reason.code if each.reason else "", each.rows, each.amounts) for each in offered] == [
        ("", 3, {"so_tien": Decimal(65)}),
        ("minimum:so_tien", 1, {"so_tien": Decimal(-5)}),
        ("required:ma", 1, {"so_tien": Decimal(70)}),
        ("type:so_tien", 1, {}),
    ]
    assert [each.unread for each in offered] == [{"so_tien"}, frozenset(), frozenset(), {"so_tien"}]
    hub.void_rows(run.id, reason="type:so_tien", shown=1, by=operator, note="Tiêu đề thứ hai")
    assert void_marks(run) == {2: True, 3: False, 4: False}
    assert (short().rows, short().amounts, short().unread) == (2, {"so_tien": Decimal(65)}, frozenset())
    rows = hub.missing_rows("thu_nghiem", short(), ["so_tien"])
    assert [each.values for each in rows or []] == [{}, {"so_tien": Decimal(70)}]
    assert [each.rows for each in hub.open_rows(run.id)] == [2, 1, 1]


def test_personal_amounts_and_sums_of_years_are_not_told(operator: Person, tmp_path: Path) -> None:
    personal = field("luong", "integer", classification="personal", businessName="Lương")
    put(KEY, AMOUNT, personal, field("nam", "integer"), delivery="append", custom=[*ANY, BASIC])
    run = give(tmp_path, "ma,so_tien,luong,nam\na,1,5,2026\n,2,700,2026\n")
    assert [each.amounts for each in hub.open_rows(run.id)] == [{"so_tien": Decimal(2)}] * 2
    page = text(made.reader(operator).get(f"/desk/runs/{run.id}"))
    assert "Tất cả các dòng chưa xử lý: 1 dòng (Số tiền: 2)" in page
    assert "700" not in page


def test_twice_or_after_the_rows_changed_nothing_happens_and_it_is_said(
    data_owner: Person, run: RunView, tmp_path: Path
) -> None:
    give(tmp_path, "ma,so_tien\nb,5\n", 1, "sau.csv")  # the negative one comes corrected
    assert refused(hub.void_rows, run.id, shown=3, by=data_owner, note="x") == "hub.others_open"
    assert refused(hub.void_rows, run.id, reason="minimum:so_tien", shown=1, by=data_owner, note="x") == "hub.none_open"
    assert (Voiding.objects.count(), heard(), short().rows) == (0, 0, 2)
    hub.void_rows(run.id, shown=2, by=data_owner, note="x")
    assert void_marks(run) == {2: True, 3: False, 4: True}
    assert refused(hub.void_rows, run.id, shown=2, by=data_owner, note="x") == "hub.none_open"
    assert (Voiding.objects.count(), heard(), Entry.objects.filter(act="hub.void_rows").count()) == (1, 1, 1)


def test_nobody_else_and_nobody_without_a_reason(
    auditor: Person, data_owner: Person, farming: Person, run: RunView
) -> None:
    for person in (auditor, farming):
        with pytest.raises(Forbidden):
            hub.void_rows(run.id, shown=3, by=person, note="x")
    assert refused(hub.void_rows, run.id, shown=3, by=data_owner, note="  ") == "hub.no_note"
    assert (short().rows, Voiding.objects.count()) == (3, 0)
    hub.void_rows(run.id, shown=3, by=data_owner, note="x")
    voiding = hub.voidings(run.id)[0].id
    for person in (auditor, farming):
        with pytest.raises(Forbidden):
            hub.restore_rows(run.id, voiding, by=person, note="x")
    assert refused(hub.restore_rows, run.id, voiding, by=data_owner, note="") == "hub.no_note"
    assert (short().rows, heard()) == (0, 1)


def test_it_is_taken_back_once(data_owner: Person, operator: Person, run: RunView, tmp_path: Path) -> None:
    before = short()
    hub.void_rows(run.id, shown=3, by=data_owner, note="Nhầm")
    voiding = hub.voidings(run.id)[0].id
    other = give(tmp_path, "ma,so_tien\nz,x\ny,1\n", 1, "khac.csv")
    with pytest.raises(Missing):
        hub.restore_rows(other.id, voiding, by=operator, note="x")
    assert hub.restore_rows(run.id, voiding, by=operator, note="Là số liệu thật") == 3
    assert short().rows == 4
    assert Run.objects.get(pk=run.id).shortfall == {"rows": 3, "amounts": {"so_tien": "65"}, "unread": ["so_tien"]}
    assert before.rows == 3
    assert void_marks(run) == {2: False, 3: False, 4: False}
    assert refused(hub.restore_rows, run.id, voiding, by=operator, note="x") == "hub.undone"
    found = hub.voidings(run.id)[0]
    assert found.undone is not None
    assert (found.undone.by, found.undone.note) == (operator.name, "Là số liệu thật")
    assert (heard(), Entry.objects.filter(act="hub.restore_rows").count()) == (2, 1)
    hub.void_rows(run.id, shown=3, by=data_owner, note="Đã hỏi lại")  # and again, as another decision
    assert [each.undone is None for each in hub.voidings(run.id)] == [True, False]


def test_a_void_row_that_comes_corrected_is_settled_and_stays_so(
    data_owner: Person, run: RunView, tmp_path: Path
) -> None:
    hub.void_rows(run.id, shown=3, by=data_owner, note="x")
    later = give(tmp_path, "ma,so_tien\nb,5\n", 1, "sau.csv")
    assert later.accepted == 1
    found = hub.voidings(run.id)[0]
    assert (found.rows, found.back) == (3, 2)
    shown = {row.row: (row.void, row.settled) for row in hub.quarantine(run.id, data_owner)}
    assert shown == {2: (True, None), 3: (True, later.id), 4: (True, None)}
    assert hub.restore_rows(run.id, found.id, by=data_owner, note="x") == 2
    assert (short().rows, short().amounts) == (2, {"so_tien": Decimal(70)})


def test_only_rows_that_mark_values_may_be_void(data_owner: Person, tmp_path: Path) -> None:
    put(custom=ANY)
    first = give(tmp_path, "ma,so_tien\na,1\nb,-1\n")
    second = give(tmp_path, "ma,so_tien\na,-1\nc,1\nd,-2\n", 1)
    assert second.kept == 1
    assert hub.open_rows(first.id) == []  # another has taken its place
    assert refused(hub.void_rows, first.id, shown=1, by=data_owner, note="x") == "hub.none_open"
    assert [each.rows for each in hub.open_rows(second.id)] == [
        1,
        1,
    ]  # not the row of `a`, for which the older one stays
    hub.void_rows(second.id, shown=1, by=data_owner, note="x")
    assert (short().rows, short().kept) == (1, 1)
    nothing = give(tmp_path, "ma,so_tien\nq,-1\n", 2)
    assert (nothing.state, hub.open_rows(nothing.id)) == (RunState.REFUSED, [])


def test_a_delivery_of_repeats_that_settles_rows_is_heard(run: RunView, tmp_path: Path) -> None:
    again = give(tmp_path, "ma,so_tien\na,1\n", 1, "tat-ca.csv", complete=True)
    assert (again.state, short().rows, heard()) == (RunState.UNCHANGED, 0, 1)
    give(tmp_path, "ma,so_tien\na,1\n\n", 2, "tat-ca.csv", complete=True)
    assert heard() == 1


def test_a_decision_is_undone_whole_or_not(data_owner: Person, run: RunView) -> None:
    hub.void_rows(run.id, shown=3, by=data_owner, note="x")
    for wrong in ({"undone_note": "x"}, {"undone_by": data_owner}, {"undone_at": AT}):
        with pytest.raises(IntegrityError, match="hub_voiding_undone_whole"), transaction.atomic():
            Voiding.objects.update(**wrong)


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def test_the_page_offers_it_says_what_it_is_about_and_keeps_it_in_sight(data_owner: Person, run: RunView) -> None:
    client = made.reader(data_owner)
    url = f"/desk/runs/{run.id}"
    page = text(client.get(url))
    assert "Loại bỏ các dòng không phải số liệu" in page
    assert "Tất cả các dòng chưa xử lý: 3 dòng (Số tiền: ít nhất 65)" in page
    wrong = client.post(f"{url}/void", {"which": "3:", "note": " "})
    assert (wrong.status_code, short().rows) == (422, 3)
    assert '<details class="panel" open>' in text(wrong)
    done = client.post(f"{url}/void", {"which": "3:", "note": "Dòng thử"}, follow=True)
    page = text(done)
    assert "Đã loại bỏ 3 dòng." in page
    assert page.count("Đã loại bỏ</") == 3
    assert "Dòng thử" in page
    assert "Loại bỏ các dòng không phải số liệu" not in page
    csv = b"".join(client.get(f"{url}/quarantine.csv")).decode()
    assert csv.count("Đã loại bỏ") == 3
    again = text(client.post(f"{url}/void", {"which": "3:", "note": "Dòng thử"}, follow=True))
    assert "Không còn dòng nào trong số này chưa xử lý" in again
    voiding = hub.voidings(run.id)[0].id
    page = text(client.post(f"{url}/restore", {"voiding": voiding, "note": "Nhầm"}, follow=True))
    assert "Đã rút lại" in page
    assert short().rows == 3
    assert Voiding.objects.count() == 1


def test_who_may_only_look_is_offered_nothing_and_refused(auditor: Person, run: RunView) -> None:
    client = made.reader(auditor)
    url = f"/desk/runs/{run.id}"
    assert "Loại bỏ các dòng không phải số liệu" not in text(client.get(url))
    for act, sent in (("void", {"which": "3:", "note": "x"}), ("restore", {"voiding": 1, "note": "x"})):
        assert client.post(f"{url}/{act}", sent).status_code == 403
    assert (short().rows, Voiding.objects.count()) == (3, 0)
