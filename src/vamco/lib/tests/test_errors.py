import pickle
from datetime import date
from decimal import Decimal

import pytest

from vamco.lib.errors import N_, Forbidden, Missing, Named, Refused, Unavailable, VamcoError, fill

NOT_YET = "“%(act)s” cannot be done to a case that is %(state)s."


@pytest.mark.parametrize("kind", [Refused, Forbidden, Missing, Unavailable])
def test_every_kind_is_a_vamco_error_and_no_other_kind(kind):
    error = kind("cases.illegal_move", NOT_YET, act="close", state="open")
    assert isinstance(error, VamcoError)
    assert [other for other in (Refused, Forbidden, Missing, Unavailable) if isinstance(error, other)] == [kind]


def test_str_is_the_filled_english_message():
    assert str(Refused("a.b", NOT_YET, act="close", state="open")) == "“close” cannot be done to a case that is open."


def test_text_is_filled_after_translation():
    error = Refused("a.b", NOT_YET, act="close", state="open")
    catalogue = {NOT_YET: "Hồ sơ %(state)s không thể %(act)s.", "en": "vi"}
    assert error.text(catalogue.__getitem__) == "Hồ sơ open không thể close."


def test_a_name_is_given_in_the_readers_language() -> None:
    error = Refused("a.b", NOT_YET, act=Named("đóng", "close"), state="open")
    assert error.text({NOT_YET: "%(state)s: không thể %(act)s.", "en": "vi"}.__getitem__) == "open: không thể đóng."
    assert "close" in error.text(lambda text: text)
    assert "close" in str(error)
    assert error.problem()["data"] == {"act": "close", "state": "open"}


def test_a_code_and_a_message_may_be_data_too():
    assert str(Missing("a.b", "no %(code)s: %(message)s", code="X1", message="gone")) == "no X1: gone"


def test_pickled_and_back_it_says_the_same():
    error = pickle.loads(pickle.dumps(Refused("a.b", NOT_YET, act="close", state="open")))
    assert type(error) is Refused
    assert (error.code, error.message, error.data) == ("a.b", NOT_YET, {"act": "close", "state": "open"})


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("100 %", "100 %"),
        ("%(share)s %% of %(share)s", "5 % of 5"),
        ("%(absent)s stays", "%(absent)s stays"),
        ("%s %d %(share)d %", "%s %d %(share)d %"),
    ],
)
def test_filling_never_fails(message, expected):
    assert fill(message, {"share": 5}) == expected


def test_data_is_not_filled_again():
    assert fill("%(a)s", {"a": "%(b)s", "b": "secret"}) == "%(b)s"


def test_problem_has_only_what_json_knows():
    error = Refused(
        "a.b",
        "no",
        n=1,
        on=True,
        none=None,
        day=date(2026, 11, 20),
        amount=Decimal("1.5"),
        rows=[{"line": 3, 4: date(2026, 1, 1)}, (1, "x")],
    )
    assert error.problem() == {
        "code": "a.b",
        "data": {
            "n": 1,
            "on": True,
            "none": None,
            "day": "2026-11-20",
            "amount": "1.5",
            "rows": [{"line": 3, "4": "2026-01-01"}, [1, "x"]],
        },
    }


def test_a_marked_message_is_itself():
    assert N_(NOT_YET) is NOT_YET
