"""Which rows a reader sees, and what of them is masked."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.kernel.base.audit.models import Entry
from vamco.kernel.world.access import rules as access
from vamco.lib.errors import Forbidden, Missing, Refused
from vamco.systems.hub import public as hub
from vamco.systems.hub.contracts import MASK
from vamco.systems.hub.rules import grading
from vamco.systems.hub.tests.building import AMOUNT, KEY, contract, delivery, field, put, rule

if TYPE_CHECKING:
    from pathlib import Path

    from vamco.kernel.world.people.models import Person
    from vamco.systems.hub.contracts import RunView

db = pytest.mark.django_db
LENIENT = [{"property": "vamco.maxBad", "value": 0.9}]
WHO = field("ho_ten", businessName="Họ tên", classification="personal")


def give(folder: Path, content: str, name: str = "in.csv", **more: Any) -> RunView:
    return hub.receive("thu_nghiem", delivery(folder / name, content, **more))


@db
def test_quarantine_gives_all_reasons_and_leads_to_the_row_in_the_file(auditor: Person, tmp_path: Path) -> None:
    put(KEY, AMOUNT, custom=[{"property": "vamco.maxBad", "value": 0.9}])
    run = give(tmp_path, 'ma;Số tiền;lạ\na;1;\n;-1;"hai\ndòng"\nc;3\n')
    rows = hub.quarantine(run.id, auditor)
    assert [(q.row, [r.code for r in q.reasons], q.values) for q in rows] == [
        (2, ["required:ma", "minimum:so_tien"], {"ma": None, "so_tien": "-1"}),
        (3, ["columns"], {"ma": "c", "so_tien": "3"}),
    ]
    assert rows[0].reasons[1].text(str) == "Số tiền: below 0"
    assert list(rows[0].values) == ["ma", "so_tien"]
    assert hub.quarantine(run.id, auditor, page=2, size=1)[0].row == 3
    found = hub.source_row(run.id, 2, auditor)
    assert (found.file, found.line, found.values) == ("in.csv", 4, {"ma": None, "Số tiền": "-1", "lạ": MASK})
    assert hub.source_row(run.id, 3, auditor).values == {"ma": "c", "Số tiền": "3", "lạ": None}
    assert hub.source_file(run.id, auditor, "Kiểm tra").sha256 == run.sha256
    for row in (0, 4):
        with pytest.raises(Missing, match=f"no row {row}"):
            hub.source_row(run.id, row, auditor)
    with pytest.raises(Missing):
        hub.run(10**9)


@db
def test_a_reader_without_reach_finds_no_run(tmp_path: Path) -> None:
    put()
    run = give(tmp_path, "ma,so_tien\na,1\n")
    for ask in (hub.quarantine, hub.file_access, hub.source_file):
        with pytest.raises(Missing):
            ask(run.id, None)
    with pytest.raises(Missing):
        hub.source_row(run.id, 1, None)


@db
def test_marked_columns_are_masked_and_what_may_be_misplaced(auditor: Person, tmp_path: Path) -> None:
    put(KEY, AMOUNT, WHO, custom=LENIENT)
    run = give(
        tmp_path, "ma,so_tien,Họ tên\na,1,Nguyễn Văn A\nb,-1,Nguyễn Văn B\nc,Nguyễn Văn C,3\nd,-2,\ne,Nguyễn Văn E\n"
    )
    assert [dict(each.values) for each in hub.quarantine(run.id, auditor)] == [
        {"ma": "b", "so_tien": "-1", "ho_ten": MASK},
        {"ma": "c", "so_tien": MASK, "ho_ten": MASK},
        {"ma": "d", "so_tien": "-2", "ho_ten": None},
        {"ma": MASK, "so_tien": MASK, "ho_ten": None},
    ]
    assert [dict(hub.source_row(run.id, n, auditor).values) for n in (1, 3)] == [
        {"ma": "a", "so_tien": "1", "Họ tên": MASK},
        {"ma": "c", "so_tien": MASK, "Họ tên": MASK},
    ]
    whole = hub.source_row(run.id, 1, auditor, "Đối chiếu")
    assert (whole.values["Họ tên"], whole.masked) == ("Nguyễn Văn A", frozenset())
    entry = Entry.objects.get(act="hub.see_personal")
    assert (entry.subject, entry.purpose, entry.detail) == (
        f"run:{run.id}", "Đối chiếu", {"dataset": "thu_nghiem", "fields": ["Họ tên"], "rows": {str(run.id): [1]}},
    )  # fmt: skip
    with pytest.raises(Refused, match="purpose"):
        hub.quarantine(run.id, auditor, " ")
    assert Entry.objects.filter(act="hub.see_personal").count() == 1


@db
@pytest.mark.parametrize(
    ("content", "fields", "may"),
    [
        ("ma,so_tien\na,1\n", (KEY, AMOUNT), "free"),
        ("ma,Số tiền\na,1\n", (KEY, AMOUNT), "free"),
        ("ma,so_tien,ghi chú\na,1,\n", (KEY, AMOUNT), "purpose"),  # what the contract does not name may be anything
        ("ma,so_tien\na,1\n", (KEY, AMOUNT, WHO), "purpose"),
        ('{"ma": "a", "so_tien": 1}\n{"ma": "b", "so_tien": 1, "ho_ten": "B"}\n', (KEY, AMOUNT), "purpose"),
        ('{"ma": "a", "so_tien": 1}\n', (KEY, AMOUNT), "free"),
        ("\xff\xfe", (KEY, AMOUNT), "purpose"),  # cannot be read
    ],
)
def test_the_file_is_free_only_when_it_holds_what_the_contract_names(
    auditor: Person, tmp_path: Path, content: str, fields: tuple[Any, ...], may: str
) -> None:
    from vamco.systems.hub.contracts import Layout

    put(*fields)
    run = give(tmp_path, content, layout=Layout("jsonl" if content.startswith("{") else "csv"))
    assert hub.file_access(run.id, auditor) == may
    if may == "free":
        assert hub.source_file(run.id, auditor).sha256 == run.sha256
        return
    with pytest.raises(Forbidden):
        hub.source_file(run.id, auditor)
    assert hub.source_file(run.id, auditor, "Đối chiếu").sha256 == run.sha256
    entry = Entry.objects.get(act="hub.see_personal")
    assert (entry.purpose, entry.detail["file"]) == ("Đối chiếu", run.sha256)


def test_a_row_with_two_cells_that_do_not_fit_looks_shifted() -> None:
    terms = contract(KEY, {**AMOUNT, "businessName": "Số tiền"}, WHO, field("ngay", "date"))
    every = {"ma", "so_tien", "số tiền", "ngay"}
    assert grading.plain_labels(terms) == every
    assert grading.plain_labels(terms, codes=["minimum:so_tien", "not_in_future:ngay", "unique:ma"]) == every
    assert grading.plain_labels(terms, codes=["type:so_tien"]) == {"ma", "ngay"}
    assert grading.plain_labels(terms, codes=["type:so_tien", "type:ngay"]) == frozenset()
    assert grading.plain_labels(terms, codes=["columns"]) == frozenset()
    assert grading.plain_labels(contract(KEY, AMOUNT), codes=["columns"]) == {"ma", "so_tien", "số tiền"}


# ── which rows lie within ────────────────────────────────────────────────────────────────────────────────────────────

PATHS = {"A": "A/", "B": "A/B/", "C": "A/C/"}
PLACES = {"1": frozenset({1, 11}), "2": frozenset({2}), "3": frozenset({3})}
TERMS = contract(
    field("xa", quality=[rule("reference", list="communes")]),
    field("co_quan", quality=[rule("reference", list="agencies")]),
)
AREAS = st.builds(
    access.Area,
    st.sampled_from(["all", "subtree", "agency"]),
    st.sampled_from(list(PATHS.values())),
    st.none() | st.frozensets(st.sampled_from([1, 2, 3, 11])),
    st.none() | st.just(frozenset({"open"})),
)


def scope(areas: list[access.Area]) -> access.Scope:
    grants = [
        access.Grant(
            frozenset({"see"} if each.states is None else ()), each.reach, each.path,
            {} if each.states is None else {"see": each.states}, each.places,
        )
        for each in areas
    ]  # fmt: skip
    return access.scope(grants, "see")


@given(st.lists(AREAS, max_size=4), st.sampled_from(list(PATHS.values())))
def test_a_row_lies_within_when_access_covers_its_owner_or_agency_at_its_place(
    areas: list[access.Area], owner: str
) -> None:
    reach = scope(areas)
    found = grading.within(reach, owner, TERMS, PATHS, PLACES)
    for place, agency in itertools.product((*PLACES, "unknown", None), (*PATHS, "unknown", None)):
        units: frozenset[int | None] = frozenset(PLACES.get(place or "", ())) | {None}
        expected = any(
            reach.covers(path, unit) for path in (owner, PATHS.get(agency or "", "")) if path for unit in units
        )
        assert grading.lies_within(found, {"xa": place, "co_quan": agency}) is expected
