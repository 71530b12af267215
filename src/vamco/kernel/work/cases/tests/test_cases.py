from __future__ import annotations

import datetime as dt
import io
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.audit.models import Entry as AuditEntry
from vamco.kernel.base.events.models import Event
from vamco.kernel.record.files import public as files
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.cases.queries import definitions, kinds
from vamco.kernel.work.cases.tests.conftest import DEFINITION, KIND, World
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import Forbidden, Missing, Named, Refused, VamcoError

if TYPE_CHECKING:
    from collections.abc import Callable

    from vamco.kernel.world.people.models import Person


def evidence() -> files.File:
    return files.store(io.BytesIO(b"%PDF-1.7"), name="Báo cáo.pdf")


def refusal(do: Callable[[], object]) -> tuple[type, str]:
    with pytest.raises(VamcoError) as refused:
        do()
    return type(refused.value), refused.value.code


def traces() -> tuple[int, int, int]:
    """How many entries, audit entries and events there are."""
    return cases.Entry.objects.count(), AuditEntry.objects.count(), Event.objects.count()


def reported(world: World) -> cases.Case:
    case = world.open()
    cases.act(case.pk, "accept", by=world.handler)
    return cases.act(case.pk, "report", by=world.handler, note="Đã xong", files=[evidence()])


def test_a_new_case_stands_at_its_beginning_with_one_entry(world: World) -> None:
    case = world.open(note="  Gấp ")
    case.refresh_from_db()
    assert (case.state, case.open, case.seq, case.closed_at) == ("issued", True, 1, None)
    (entry,) = cases.timeline(case)
    assert (entry.act, entry.from_state, entry.to_state, entry.by, entry.note) == (
        "open",
        "issued",
        "issued",
        world.issuer,
        "Gấp",
    )
    assert AuditEntry.objects.get(act="cases.open", subject=f"case:{case.pk}").chain_id == "H53.01"
    assert Event.objects.get(name="cases.case_acted", payload__case=case.pk).payload == {
        "case": case.pk,
        "kind": KIND,
        "act": "open",
        "from_state": "issued",
        "to_state": "issued",
    }


def test_the_whole_way_of_a_case(world: World) -> None:
    case = reported(world)
    cases.act(case.pk, "send_back", by=world.verifier, note="Thiếu số liệu")
    cases.act(case.pk, "report", by=world.handler, note="Bổ sung", files=[evidence(), evidence()])
    closed = cases.act(case.pk, "close", by=world.verifier, note="Đạt")
    closed.refresh_from_db()
    assert (closed.state, closed.open, closed.seq) == ("closed", False, 6)
    line = list(cases.timeline(closed))
    assert [(entry.seq, entry.act, entry.to_state, entry.by.name, entry.files.count()) for entry in line] == [
        (6, "close", "closed", "Đặng Thẩm", 0),
        (5, "report", "reported", "Lê Làm", 2),
        (4, "send_back", "accepted", "Đặng Thẩm", 0),
        (3, "report", "reported", "Lê Làm", 1),
        (2, "accept", "accepted", "Lê Làm", 0),
        (1, "open", "issued", "Trần Giao", 0),
    ]
    assert closed.closed_at == line[0].at
    assert world.told == [
        ("accept", "accepted"),
        ("report", "reported"),
        ("send_back", "accepted"),
        ("report", "reported"),
        ("close", "closed"),
    ]
    assert Event.objects.filter(name="cases.case_acted", payload__case=case.pk).count() == 6
    acts = AuditEntry.objects.filter(subject=f"case:{case.pk}").order_by("pk").values_list("act", "actor", "chain_id")
    assert list(acts)[-1] == ("cases.close", str(world.verifier.pk), "H53.04")
    assert len(acts) == 6
    assert audit.verify() == {}


def test_the_same_key_opens_one_case(world: World) -> None:
    first = world.open(key="alarm:7")
    before = traces()
    again = world.open(key="alarm:7", title="Khác", by=world.verifier)
    assert again == first
    assert (again.title, again.opened_by) == ("Đẩy nhanh giải ngân", world.issuer)
    assert traces() == before
    assert world.open(key="alarm:8") != first


def test_an_unknown_kind_or_case_is_missing(world: World) -> None:
    case = world.open()
    more = {
        "key": "x",
        "title": "x",
        "agency": case.agency,
        "issuer": case.issuer,
        "due_at": case.due_at,
        "by": world.issuer,
    }
    assert refusal(lambda: cases.open_case("no_such_kind", **more)) == (Missing, "cases.no_kind")
    assert refusal(lambda: cases.act(2**40, "accept", by=world.handler)) == (Missing, "cases.no_case")


REFUSED = {
    "illegal move": ("close", "issuer", {"note": "x"}, Refused, "cases.illegal_move"),
    "unknown act": ("fly", "handler", {}, Refused, "cases.illegal_move"),
    "another agency": ("report", "neighbour", {"note": "x", "evidence": True}, Forbidden, "cases.not_allowed"),
    "the issuer for the handler": ("report", "issuer", {"note": "x", "evidence": True}, Forbidden, "cases.not_allowed"),
    "the handler for the issuer": ("withdraw", "handler", {"note": "x"}, Forbidden, "cases.not_allowed"),
    "no note": ("report", "handler", {"note": " \n ", "evidence": True}, Refused, "cases.note_missing"),
    "no evidence": ("report", "handler", {"note": "x"}, Refused, "cases.evidence_missing"),
    "stale": ("report", "handler", {"note": "x", "evidence": True, "seen": 1}, Refused, "cases.changed"),
    "from the future": ("report", "handler", {"note": "x", "evidence": True, "seen": 3}, Refused, "cases.changed"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_refused_changes_nothing(why: str, world: World) -> None:
    act, who, given, error, code = REFUSED[why]
    case = world.open()
    cases.act(case.pk, "accept", by=world.handler)
    more: dict[str, Any] = {key: value for key, value in given.items() if key != "evidence"}
    more["files"] = [evidence()] if given.get("evidence") else []
    before = traces()
    by: Person = getattr(world, who)
    assert refusal(lambda: cases.act(case.pk, act, by=by, **more)) == (error, code)
    case.refresh_from_db()
    assert (case.state, case.seq, traces()) == ("accepted", 2, before)


def test_nobody_closes_what_they_reported(world: World) -> None:
    case = world.open()
    cases.act(case.pk, "accept", by=world.handler)
    cases.act(case.pk, "report", by=world.both, note="x", files=[evidence()])
    for act in ("close", "send_back"):
        assert refusal(lambda act=act: cases.act(case.pk, act, by=world.both, note="x")) == (
            Refused,
            "cases.second_person",
        )
    case.refresh_from_db()
    assert [act.code for act in cases.acts_for(case, world.both)] == ["withdraw"]
    assert [act.code for act in cases.acts_for(case, world.verifier)] == ["send_back", "close", "withdraw"]
    cases.act(case.pk, "send_back", by=world.verifier, note="x")
    cases.act(case.pk, "report", by=world.handler, note="x", files=[evidence()])
    assert refusal(lambda: cases.act(case.pk, "close", by=world.both, note="x")) == (Refused, "cases.second_person")
    assert cases.act(case.pk, "close", by=world.verifier, note="x").state == "closed"


def test_who_looked_too_long_is_told_who_was_faster(world: World) -> None:
    case = world.open()
    cases.act(case.pk, "accept", by=world.handler, seen=1)
    with pytest.raises(Refused) as refused:
        cases.act(case.pk, "withdraw", by=world.issuer, seen=1, note="x")
    assert refused.value.data == {"person": "Lê Làm", "act": Named("Làm accepted", "accepted")}


def test_the_system_of_the_kind_may_refuse_and_nothing_stays(world: World) -> None:
    case = world.open()
    world.refusal = Refused("test.no", "no")
    before = traces()
    assert refusal(lambda: cases.act(case.pk, "accept", by=world.handler)) == (Refused, "test.no")
    case.refresh_from_db()
    assert (case.state, case.seq, traces()) == ("issued", 1, before)
    assert world.told == [("accept", "accepted")]


def test_a_kind_that_no_system_adds_to_works_all_the_same(world: World) -> None:
    with kinds._kinds.restored(empty=True):
        assert cases.act(world.open().pk, "accept", by=world.handler).state == "accepted"


def test_what_a_system_adds_is_found_by_the_kind() -> None:
    added = cases.Kind("other", lambda pk: f"/other/{pk}", lambda *_: None)
    with kinds._kinds.restored():
        cases.register(added)
        assert cases.kind("other") is added
        assert cases.kind("other").url(5) == "/other/5"
        with pytest.raises(TypeError, match="the kind of case 'other' is registered already"):
            cases.register(added)


def test_a_running_case_stays_on_the_version_that_it_began_with(world: World) -> None:
    old = world.open()
    definitions.put(
        replace(DEFINITION, acts={code: act for code, act in DEFINITION.acts.items() if code != "withdraw"})
    )
    new = world.open()
    assert (old.kind.version, new.kind.version) == (1, 2)
    assert cases.act(old.pk, "withdraw", by=world.issuer, note="x").state == "withdrawn"
    assert refusal(lambda: cases.act(new.pk, "withdraw", by=world.issuer, note="x")) == (Refused, "cases.illegal_move")


def test_an_inbox_holds_what_waits_for_the_person_what_is_due_first(world: World) -> None:
    late, soon = (world.open(due_at=clock.now() + dt.timedelta(days=days)) for days in (9, 3))
    elsewhere = world.open(agency=agencies.get("H53.09"))
    done = world.open()
    cases.act(done.pk, "withdraw", by=world.issuer, note="x")
    assert cases.Inbox(world.handler).page().cases == [soon, late]
    assert cases.Inbox(world.neighbour).page().cases == [elsewhere]
    assert cases.Inbox(world.verifier).page().cases == []  # to withdraw is always possible, and never awaited
    assert cases.Inbox(world.verifier).page("following").cases == [soon, late, elsewhere]
    assert cases.Inbox(None).page().cases == []
    cases.act(soon.pk, "accept", by=world.handler)
    cases.act(soon.pk, "report", by=world.handler, note="x", files=[evidence()])
    assert cases.Inbox(world.handler).page().cases == [late]
    assert cases.Inbox(world.verifier).page().cases == [soon]
    assert cases.Inbox(world.handler).page("following").cases == [soon]


def test_a_case_is_visible_to_its_parties_even_when_it_is_closed(world: World) -> None:
    case = world.open()
    cases.act(case.pk, "withdraw", by=world.issuer, note="x")
    assert [cases.get(case.pk, person) for person in (world.handler, world.verifier)] == [case, case]
    for person in (world.neighbour, None):
        assert refusal(lambda person=person: cases.get(case.pk, person)) == (Missing, "cases.no_case")


def test_the_acts_that_are_offered_are_those_that_work(world: World) -> None:
    case = world.open()
    assert [act.code for act in cases.acts_for(case, world.handler)] == ["accept"]
    assert [act.code for act in cases.acts_for(case, world.issuer)] == ["withdraw"]
    assert [act.code for act in cases.acts_for(case, world.both)] == ["accept", "withdraw"]
    assert cases.acts_for(case, world.neighbour) == []
    assert cases.acts_for(case, None) == []


def test_reads_and_acts_ask_the_database_as_often_for_many_as_for_one(
    world: World, django_assert_num_queries: Callable[[int], Any]
) -> None:
    case = reported(world)
    for _ in range(5):
        world.open()
    for _ in range(3):
        cases.act(case.pk, "send_back", by=world.verifier, note="x")
        cases.act(case.pk, "report", by=world.handler, note="x", files=[evidence()])
    case = cases.get(case.pk, world.verifier)
    with django_assert_num_queries(3):  # kinds, which cases, the cases themselves
        found = cases.Inbox(world.verifier).page("following").cases
        assert [case.agency.code + case.kind.code for case in found] == [f"H53.04{KIND}"] * 5
    with django_assert_num_queries(2):  # entries with people, files
        assert sum(len(entry.files.all()) + len(entry.by.name[:1]) for entry in cases.timeline(case)) == 4 + 9
    with django_assert_num_queries(1):
        cases.acts_for(case, world.verifier)
    with django_assert_num_queries(11):
        # Two of them a savepoint, two events, of which one is heard; grants are known, the audit entry goes with the commit.
        cases.act(case.pk, "send_back", by=world.verifier, note="x")


def both_at_once(*work: Callable[[], object]) -> list[object]:
    gate = threading.Barrier(len(work))
    results: list[object] = []

    def run(do: Callable[[], object]) -> None:
        gate.wait()
        try:
            results.append(do())
        except VamcoError as error:
            results.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(do,)) for do in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.usefixtures("fresh_db")
def test_of_two_who_act_at_once_one_wins_and_the_other_is_told(world: World) -> None:
    for _ in range(5):
        case = world.open()
        results = both_at_once(
            lambda pk=case.pk: cases.act(pk, "accept", by=world.handler, seen=1),
            lambda pk=case.pk: cases.act(pk, "withdraw", by=world.issuer, seen=1, note="x"),
        )
        assert sum(result == "cases.changed" for result in results) == 1
        assert sum(isinstance(result, cases.Case) for result in results) == 1
        case.refresh_from_db()
        assert (case.seq, case.entries.count()) == (2, 2)
    assert audit.verify() == {}


@pytest.mark.usefixtures("fresh_db")
def test_of_two_who_open_the_same_at_once_both_get_the_one_case(world: World) -> None:
    before = cases.Case.objects.count()
    one, two = both_at_once(lambda: world.open(key="alarm:7"), lambda: world.open(key="alarm:7"))
    assert one == two
    assert isinstance(one, cases.Case)
    assert cases.Case.objects.count() == before + 1
    assert one.entries.count() == 1


@pytest.mark.usefixtures("fresh_db")
def test_an_act_in_a_transaction_that_rolls_back_never_was(world: World) -> None:
    case = world.open()
    before = traces()
    with transaction.atomic():
        cases.act(case.pk, "accept", by=world.handler)
        transaction.set_rollback(True)
    case.refresh_from_db()
    assert (case.state, case.seq, traces()) == ("issued", 1, before)


@pytest.mark.usefixtures("fresh_db")
def test_an_act_asks_the_database_few_times_and_always_as_often(
    world: World, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    """Six today. What it takes in milliseconds is measured by `vamco bench kernel_cases`."""
    found = []
    for _ in range(3):
        case = world.open()
        with django_assert_max_num_queries(10) as asked:
            cases.act(case.pk, "accept", by=world.handler, seen=1)
        found.append(len(asked))
    assert len(set(found[1:])) == 1, found  # the first reads what is then known
