from __future__ import annotations

import pytest

from vamco.lib.errors import Refused
from vamco.lib.traces import reason, trace

NAME = "Nguyễn Văn A"


class Diagnosis:
    constraint_name = "people_once"


class UniqueViolation(Exception):  # noqa: N818  # as the driver names it
    sqlstate = "23505"
    diag = Diagnosis()


class Lost(Exception):  # noqa: N818
    sqlstate = "08006"


class IntegrityError(Exception):
    pass


def fail(error: BaseException) -> None:
    raise error


def test_reason_names_class_and_code_and_nothing_else() -> None:
    assert reason(ValueError(NAME)) == "ValueError"
    assert reason(Refused("cases.illegal_move", "%(name)s", name=NAME)) == "Refused cases.illegal_move"
    assert reason(UniqueViolation(NAME)) == "UniqueViolation 23505 people_once"
    assert reason(Lost(NAME)) == "Lost 08006"
    wrapped = IntegrityError(NAME)
    wrapped.__cause__ = UniqueViolation(NAME)
    assert reason(wrapped) == "UniqueViolation 23505 people_once"


def test_a_trace_leads_from_the_first_error_to_the_last_without_their_words() -> None:
    def deep() -> None:
        try:
            fail(KeyError(NAME))
        except KeyError as error:
            raise Refused("a.b", "no %(who)s", who=NAME) from error

    with pytest.raises(Refused) as caught:
        deep()
    found = trace(caught.value)
    assert found.reason == "Refused a.b"
    assert NAME not in found.text
    lines = found.text.splitlines()
    assert [line for line in lines if not line.startswith("  ")] == ["KeyError", "Refused a.b"]
    assert lines[0].startswith(f"  {__name__}:")
    assert lines[0].endswith(" deep")
    assert lines[1].endswith(" fail")


def test_an_error_while_another_was_handled_is_told_unless_it_was_hidden() -> None:
    def during(*, hidden: bool) -> BaseException:
        first, second = KeyError(NAME), ValueError(NAME)
        with pytest.raises(ValueError, match=NAME) as caught:  # noqa: PT012  # the one while the other is handled
            try:
                fail(first)
            except KeyError:
                if hidden:
                    raise second from None
                raise second  # noqa: B904  # so it happens
        return caught.value

    assert "KeyError" in trace(during(hidden=False)).text
    assert "KeyError" not in trace(during(hidden=True)).text


def test_errors_that_lead_to_each_other_end() -> None:
    one, two = ValueError("a"), TypeError("b")
    one.__cause__, two.__cause__ = two, one
    assert trace(one).text.splitlines() == ["TypeError", "ValueError"]


def test_only_the_last_frames_are_kept() -> None:
    def down(depth: int) -> None:
        if not depth:
            raise ValueError(NAME)
        down(depth - 1)

    with pytest.raises(ValueError, match=NAME) as caught:
        down(50)
    assert len(trace(caught.value).text.splitlines()) == 13
