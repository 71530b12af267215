"""Acts on many cases: by two people at the same moment, and cut off half-way."""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.audit.models import Entry as Audited
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.cases.services import ledger
from vamco.kernel.world.agencies import public as agencies
from vamco.systems.desk.tests import made

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

MANY = 12


@pytest.fixture
def found(fresh_db: str, settings: Any) -> list[cases.Case]:
    settings.VAMCO_TODAY = made.TODAY
    office = made.person("office", made.OFFICE, "Trần Giao")
    return [
        cases.open_case(
            "directive",
            key=f"many:{n}",
            title=f"Việc {n}",
            agency=agencies.get(made.FINANCE),
            issuer=agencies.get(made.OFFICE),
            due_at=clock.now() + dt.timedelta(days=3),
            by=office,
        )
        for n in range(MANY)
    ]


def done(person: Person, picked: list[cases.Case]) -> str:
    """What the page says after `accept` on the cases, in the order in which they are given."""
    sent = {"task": "accept", "confirmed": "accept", "pick": [f"{case.pk}-{case.seq}" for case in picked], "note": "Rõ"}
    return made.reader(person, language="en").post("/desk/?kind=directive", sent, follow=True).content.decode()


def accepted() -> Counter[tuple[int, str]]:
    return Counter(cases.Case.objects.filter(entries__act="accept").values_list("pk", "entries__by__name"))


def test_two_people_who_act_on_the_same_cases_at_once_share_them(found: list[cases.Case]) -> None:
    people = [made.person("department_official", made.FINANCE, name) for name in ("Lê Một", "Võ Hai")]
    said: dict[str, str] = {}
    start = threading.Barrier(2)

    def act(person: Person, picked: list[cases.Case]) -> None:
        start.wait()
        try:
            said[person.name] = done(person, picked)
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=act, args=(person, picked))
        for person, picked in zip(people, (found, found[::-1]), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    once = accepted()
    assert sorted(pk for pk, _name in once) == sorted(case.pk for case in found), "each by one of the two"
    assert set(once.values()) == {1}
    by = Counter(name for _pk, name in once)
    for person in people:
        rows = re.search(r"done for (\d+) row", said[person.name])
        assert int(rows[1] if rows else 0) == by[person.name], "each is told what they did themselves"
        left = said[person.name].count("was left as it is: ")
        more = re.search(r"(\d+) more rows? w(?:as|ere) left", said[person.name])
        assert by[person.name] + left + (int(more[1]) if more else 0) == MANY, "and what they did not"
    assert Audited.objects.filter(act="cases.accept").count() == MANY
    assert audit.verify() == {}


def test_what_was_done_before_a_cut_stays_whole_and_the_rest_is_as_it_was(
    found: list[cases.Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    person = made.person("department_official", made.FINANCE, "Lê Một")
    write, left = ledger.write, [5]

    def cut(*given: Any) -> None:
        write(*given)
        left[0] -= 1
        if not left[0]:
            raise SystemExit  # as if the process were told to go between the writing and the commit

    monkeypatch.setattr(ledger, "write", cut)
    with pytest.raises(SystemExit):
        done(person, found)
    monkeypatch.undo()
    connections.close_all()
    states = dict(cases.Case.objects.values_list("pk", "state"))
    assert Counter(states.values()) == {"accepted": 4, "issued": MANY - 4}
    assert {pk for pk, _name in accepted()} == {pk for pk, state in states.items() if state == "accepted"}
    assert Audited.objects.filter(act="cases.accept").count() == 4
    again = done(person, found)
    assert f"done for {MANY - 4} rows" in again
    assert set(cases.Case.objects.values_list("state", flat=True)) == {"accepted"}
    assert audit.verify() == {}
