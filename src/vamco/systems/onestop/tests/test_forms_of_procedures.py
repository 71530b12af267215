"""Forms of the procedures: what is right is accepted, and what people really bring is, too."""

from __future__ import annotations

import datetime as dt
import random
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest

from vamco.kernel.work.forms import public as forms
from vamco.kernel.work.forms.rules import validating
from vamco.kernel.world.places import public as places
from vamco.systems.onestop import queries
from vamco.systems.onestop.demo import answers
from vamco.systems.onestop.rules import prechecks

if TYPE_CHECKING:
    from vamco.kernel.work.forms.public import Form
    from vamco.systems.onestop.declaration import ProcedureItem

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 30)
WHOLE = (
    "1.001193", "1.000656", "1.000894", "1.004873", "2.000635", "2.000908", "2.000815", "2.000884", "1.001612", "2.000720", "1.001266",
    "1.013225", "1.001776", "1.013831", "1.014199", "1.001699",
)  # fmt: skip
CHILD = {
    "child.name": "Lê Nguyễn An Nhiên", "child.born": "2026-10-20", "child.sex": "female", "birthplace.here": True, "birthplace.commune": "25708",
}  # fmt: skip


def item(code: str) -> ProcedureItem:
    return queries.procedure(code).item


def form(code: str) -> Form:
    filing = item(code).filing
    assert filing is not None
    return forms.form_of(forms.newest(filing.form))


def filled(code: str, seed: int = 0, **known: Any) -> dict[str, Any]:
    """Answers that are complete; what is `known` by key ("__" for ".") is not drawn."""
    given = {key.replace("__", "."): value for key, value in known.items()}
    return answers.complete(form(code), given, random.Random(seed), TODAY, ("25708",))


def wrong(code: str, data: dict[str, Any]) -> list[tuple[str, str]]:
    found = validating.problems(form(code), data, today=TODAY)
    return [(problem.pointer, problem.code) for problem in found]


def disordered(code: str, data: dict[str, Any]) -> list[str]:
    filing = item(code).filing
    assert filing is not None
    return [check.earlier for check, _ in prechecks.dates(filing.checks, data, TODAY)]


def asked_for(code: str, data: dict[str, Any]) -> set[str]:
    """The papers that the answers call for."""
    needs = {paper.paper: prechecks.need(paper, None, data, own_form=True) for paper in item(code).papers}
    return {paper for paper, need in needs.items() if need is not prechecks.Need.NONE}


# ── all of them ──


def test_every_procedure_says_how_it_is_filed() -> None:
    found = queries.procedures()
    assert all(each.item.filing is not None for each in found)
    whole = {each.item.code for each in found if each.item.filing and not each.item.filing.general}
    assert whole == set(WHOLE)
    for code in WHOLE:
        filing = item(code).filing
        assert filing is not None
        assert filing.steps, code
        assert filing.prefill, code
        assert item(code).steps, code
        assert item(code).papers, code


@pytest.mark.parametrize("code", [*WHOLE, "1.004884"])
def test_complete_answers_are_accepted(code: str) -> None:
    for seed in range(12):
        data = filled(code, seed)
        assert wrong(code, data) == []


@pytest.mark.parametrize("code", WHOLE)
def test_nothing_is_right_when_it_is_empty(code: str) -> None:
    assert ("/truth", "missing") in wrong(code, {})
    assert len(wrong(code, {})) >= 4


# ── what people really bring ──


def test_a_child_without_a_father() -> None:
    data = filled("1.001193", **CHILD, father_known=False)
    assert "father" not in data
    assert "parents_married" not in data
    assert wrong("1.001193", data) == []
    assert "marriage_certificate" not in asked_for("1.001193", data)
    hidden = {**data, "father": {"name": "Người Khác", "born": "1990"}}
    assert wrong("1.001193", hidden) == [("", "unknown")]
    married = filled("1.001193", **CHILD, father_known=True, parents_married=True)
    assert "marriage_certificate" in asked_for("1.001193", married)


@pytest.mark.parametrize("code", ["1.000894", "1.004873", "2.000635", "2.000815"])
def test_a_foreigner_without_a_number(code: str) -> None:
    data = filled(code, applicant__foreign=True)
    assert "citizen_id" not in data["applicant"]
    assert wrong(code, data) == []
    del data["applicant"]["passport"]
    assert wrong(code, data) == [("/applicant/passport", "missing")]
    citizen = filled(code)
    del citizen["applicant"]["citizen_id"]
    assert wrong(code, citizen) == [("/applicant/citizen_id", "missing")]


def test_a_worker_has_a_passport_and_no_number() -> None:
    data = filled("1.014199")
    assert "citizen_id" not in data["worker"]
    assert data["worker"]["passport"]
    data["worker"]["citizen_id"] = "072188000901"
    assert ("/worker", "unknown") in wrong("1.014199", data)


def test_a_birth_in_a_commune_that_has_ended() -> None:
    old = places.communes(dt.date(2025, 6, 20)).first()
    new = places.communes(TODAY).get(code="25708")
    assert old is not None
    before = {**CHILD, "child.born": "2025-06-20", "birthplace.commune": old.code}
    assert not places.communes(TODAY).filter(code=old.code, full_name=old.full_name, parent=old.parent).exists()
    assert wrong("1.001193", filled("1.001193", **before)) == []
    after = {**before, "child.born": "2025-07-02"}
    data = filled("1.001193", **after)
    known = places.communes(dt.date(2025, 7, 2)).filter(code=old.code).exists()
    assert wrong("1.001193", data) == ([] if known else [("/birthplace/commune", "not_then")])
    ended = places.ended_communes
    assert callable(ended)
    assert wrong("1.001193", filled("1.001193", **{**CHILD, "birthplace.commune": new.code})) == []


def test_a_death_before_the_birth_is_refused() -> None:
    data = filled("1.000656", deceased__born="1980-05-02", deceased__died="1980-05-01")
    assert wrong("1.000656", data) == []  # each date by itself is one
    assert disordered("1.000656", data) == ["deceased.born"]
    assert disordered("1.000656", filled("1.000656", deceased__born="1980-05-02", deceased__died="1980-05-02")) == []


@pytest.mark.parametrize(
    ("born", "died", "order"),
    [
        ("1938", "1938-01-02", []),
        ("1938", "1937-12-31", ["deceased.born"]),
        ("1938-05", "1938-04-30", ["deceased.born"]),
        ("1938-05", "1938-05-01", []),
    ],
)
def test_a_year_alone_is_wrong_only_where_no_day_would_do(born: str, died: str, order: list[str]) -> None:
    data = filled("1.000656", deceased__born=born, deceased__died=died)
    assert wrong("1.000656", data) == []
    assert disordered("1.000656", data) == order
    assert data["deceased"]["born"] == born


@pytest.mark.parametrize("born", ["2026-10-20", "2024-02-29"])
def test_a_mother_is_born_before_her_child(born: str) -> None:
    data = filled("1.001193", **{**CHILD, "child.born": born}, mother__born="1988-04-12")
    assert disordered("1.001193", data) == []
    data["mother"]["born"] = "2027"
    assert "mother.born" in disordered("1.001193", data)


def test_names_as_people_have_them() -> None:
    assert wrong("1.004873", filled("1.004873", applicant__name="Sóc", applicant__born="1971")) == []
    assert wrong("1.004873", filled("1.004873", applicant__name="Y", applicant__born="1996-02-29")) == []
    decomposed = unicodedata.normalize("NFD", "Đặng Thị Tuyết Hường")
    kept = validating.accept(form("1.004873"), filled("1.004873", applicant__name=decomposed), today=TODAY, files={})
    assert kept["applicant"]["name"] == unicodedata.normalize("NFC", decomposed) != decomposed
    assert wrong("1.004873", filled("1.004873", applicant__born="1997-02-29")) == [("/applicant/born", "format")]


def test_papers_follow_the_answers() -> None:
    for status, asked in (("single", False), ("divorced", True), ("widowed", True)):
        data = filled("1.004873", status=status)
        assert ("divorce_proof" in asked_for("1.004873", data)) is asked
    for group, asked in (("disabled", True), ("orphan", False)):
        data = filled("1.001776", group=group)
        assert ("disability_certificate" in asked_for("1.001776", data)) is asked


def test_the_form_itself_is_no_paper_that_somebody_gives() -> None:
    known = queries.papers()
    filled_in = {code: [paper.paper for paper in item(code).papers if known[paper.paper].filled_in] for code in WHOLE}
    without = {"2.000815", "2.000884"}  # what is certified is brought; its slip is filled in at the counter
    assert {code for code, papers in filled_in.items() if len(papers) != 1} == without
    assert filled_in["1.001193"] == ["birth_declaration"]


def test_who_decides_depends_on_where_it_was_received() -> None:
    filing = item("1.013225").filing
    assert filing is not None
    assert (filing.handled_by, filing.handled_above) == ("office", "H53.10")
    assert item("1.014199").filing.handled_by == "H53.02"  # type: ignore[union-attr]
    assert item("1.013831").filing.duty  # type: ignore[union-attr]
    assert item("1.013831").filing.parts == ["tax"]  # type: ignore[union-attr]
