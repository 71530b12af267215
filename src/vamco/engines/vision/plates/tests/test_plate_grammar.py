"""The grammar over the pack's own table: what is a plate, what is repaired, and what is never."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from vamco.engines.vision.contracts import Colour
from vamco.engines.vision.plates import grammar as g

TABLE = YAML(typ="safe").load(Path(__file__).resolve().parents[6] / "packs" / "vietnam" / "traffic" / "plates.yaml")
GRAMMAR = g.load(TABLE)
UNUSED = ("13", "42", "44", "45", "46", "87", "91", "96")


def parse(text, counts, alternatives=None, chars=None):
    certain = [{character: 0.99} for character in text]
    return GRAMMAR.parse(text, chars or [0.99] * len(text), counts, alternatives or certain)


@st.composite
def plates(draw):
    form = draw(st.sampled_from(GRAMMAR.forms))
    text = [draw(st.sampled_from(place)) for place in form.places]
    if form.province_at is not None:
        code = draw(st.sampled_from(sorted(GRAMMAR.provinces)))
        text[form.province_at : form.province_at + 2] = code
    rows = tuple(len(row) for row in form.rows)
    counts = rows if 2 in form.lines and (1 not in form.lines or draw(st.booleans())) else (sum(rows),)
    return form, "".join(text), counts


def test_81_codes_are_issued_and_tay_ninh_has_two():
    assert len(GRAMMAR.provinces) == 81
    assert set(GRAMMAR.provinces).isdisjoint(UNUSED)
    assert {code for code, p in GRAMMAR.provinces.items() if p.unit == "80"} == {"62", "70"}
    assert TABLE["verified"] is False  # nothing of it was read in the law's own text


@pytest.mark.parametrize(
    ("text", "counts", "form", "shown"),
    [
        ("70A12345", (8,), "car", "70A-123.45"),
        ("70A12345", (3, 5), "car", "70A-123.45"),
        ("62A1234", (7,), "car_old", "62A-1234"),
        ("70B112345", (4, 5), "motorbike", "70-B1 123.45"),
        ("70B12345", (4, 4), "motorbike_old", "70-B1 2345"),
        ("70AB12345", (4, 5), "motorbike_letters", "70AB-123.45"),
        ("70MD112345", (5, 5), "electric", "70-MD1 123.45"),
        ("51LD00103", (9,), "joint_venture", "51LD-001.03"),
        ("MK1234", (6,), "army", "MK-1234"),
        ("MK1234", (2, 4), "army", "MK-1234"),
        ("80123NG45", (9,), "diplomatic", "80123-NG45"),
        ("T7012345", (8,), "temporary", "T70-123.45"),
    ],
)
def test_forms(text, counts, form, shown):
    found = parse(text, counts)
    assert (found.text, found.form.code, found.repaired) == (text, form, ())
    assert g.display(text, found.form) == shown


@given(plates())
def test_what_a_form_makes_is_a_plate_and_is_left_alone(made):
    form, text, counts = made
    assert form in GRAMMAR.matches(text, counts)
    found = parse(text, counts, alternatives=[dict.fromkeys(g.ALPHABET, 0.5) for _ in text])
    assert (found.text, found.repaired) == (text, ())


@given(plates())
def test_a_missing_line_is_never_a_plate(made):  # TC-06
    _form, text, counts = made
    assume(len(counts) == 2)
    for part, count in ((text[: counts[0]], counts[0]), (text[counts[0] :], counts[1])):
        assert parse(part, (count,)).form is None


@given(plates(), st.sampled_from(UNUSED))
def test_a_code_that_is_not_issued_is_no_plate(made, code):
    form, text, counts = made
    assume(form.province_at is not None)
    other = text[: form.province_at] + code + text[form.province_at + 2 :]
    found = parse(other, counts)
    assert found.text == other
    assert found.form is None or found.form.province_at != form.province_at


@given(plates(), st.data())
def test_repair_only_where_the_reader_saw_the_other_character(made, data):
    _form, text, counts = made
    at = data.draw(st.integers(0, len(text) - 1))
    wrong = data.draw(st.sampled_from([c for c in g.ALPHABET if c.isdigit() != text[at].isdigit()]))
    read = text[:at] + wrong + text[at + 1 :]
    assume(not GRAMMAR.matches(read, counts))
    blind = [{character: 0.9} for character in read]
    assert parse(read, counts, blind).form is None
    seeing = [dict(place) for place in blind]
    seeing[at][text[at]] = 0.07
    found = parse(read, counts, seeing, chars=[0.9] * len(read))
    assert (found.text, found.repaired) == (text, (at,))
    assert min(found.chars) == found.chars[at] == 0.07  # what was repaired is weak, and decides


def test_a_digit_never_becomes_another_digit():
    alternatives = [{"1": 0.6, "7": 0.4}, {"3": 0.6, "0": 0.4}, *({c: 0.9} for c in "A12345")]
    assert parse("13A12345", (8,), alternatives).form is None


def test_below_the_floor_nothing_is_repaired():
    alternatives = [{c: 0.9} for c in "70812345"]
    alternatives[2]["B"] = g.REPAIR_FLOOR / 2
    assert parse("70812345", (8,), alternatives).form is None


def test_what_ended_is_a_plate_of_its_time_only():
    ended = {**TABLE, "provinces": [{"code": "70", "name": "Tây Ninh", "until": dt.date(2026, 6, 30)}]}
    old = g.load(ended)
    assert old.matches("70A12345", (8,), dt.date(2026, 6, 30))
    assert not old.matches("70A12345", (8,), dt.date(2026, 7, 1))
    assert old.matches("70A12345", (8,))


def test_the_ground_fits_the_form():
    car, army = parse("70A12345", (8,)).form, parse("MK1234", (6,)).form
    assert GRAMMAR.colour_fits(car, "70A12345", Colour.BLUE)
    assert not GRAMMAR.colour_fits(car, "70V12345", Colour.BLUE)  # no letter of the state's
    assert not GRAMMAR.colour_fits(car, "70A12345", Colour.RED)
    assert not GRAMMAR.colour_fits(army, "MK1234", Colour.WHITE)
    assert GRAMMAR.colour_fits(army, "MK1234", Colour.UNKNOWN)


@pytest.mark.parametrize("entry", [{"rows": ["PP?"]}, {"rows": ["PPI"]}])
def test_a_sign_that_nobody_knows_is_refused(entry):
    form = {"code": "x", "lines": [1], "colours": ["white"], "vehicles": ["car"], **entry}
    with pytest.raises(ValueError, match="unknown signs"):
        g.load({**TABLE, "forms": [form]})


def test_a_code_stands_once():
    with pytest.raises(ValueError, match="twice"):
        g.load({**TABLE, "provinces": [*TABLE["provinces"], {"code": "70", "name": "Tây Ninh"}]})
