"""Numbers taken, called, sent on and given up, as people do it at the same time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from vamco.kernel.base.audit.models import Entry
from vamco.lib.errors import Missing, Refused
from vamco.lib.time import HCM
from vamco.systems.tickets import public as tickets
from vamco.systems.tickets import queries
from vamco.systems.tickets.models import Announcement, Counter, Ticket
from vamco.systems.tickets.services import calling, queue
from vamco.systems.tickets.tests import made

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Set the clock; it begins on a Wednesday morning, and goes on by a second with each look."""
    state = {"now": dt.datetime(2026, 11, 18, 9, tzinfo=HCM)}

    def now() -> dt.datetime:
        state["now"] += dt.timedelta(milliseconds=10)
        return state["now"]

    def set_to(*moment: int) -> None:
        state["now"] = dt.datetime(*moment, tzinfo=HCM)  # type: ignore[arg-type,misc]

    monkeypatch.setattr("vamco.kernel.base.clock.now", now)
    return set_to


def test_numbers_count_by_office_service_and_day(at: Any) -> None:
    found = [made.taken("A"), made.taken("B"), made.taken("A"), made.taken("A", made.OTHER)]
    assert [each.text for each in found] == ["A001", "B001", "A002", "A001"]
    at(2026, 11, 19, 9)
    assert made.taken("A").text == "A001"
    assert len({each.code for each in Ticket.objects.all()}) == 5
    assert min(len(each.code) for each in Ticket.objects.all()) >= 22  # 128 bits


def test_outside_working_hours_only_an_open_counter_lets_numbers_be_taken(at: Any) -> None:
    at(2026, 11, 18, 19)
    with pytest.raises(Refused) as refused:
        made.taken("A")
    assert refused.value.code == "tickets.closed"
    made.sat(3, made.clerk())
    assert made.taken("C").text == "C001"
    with pytest.raises(Refused):
        made.taken("A")
    assert [each.letter for each in Ticket.objects.all()] == ["C"]


def test_a_person_holds_one_number_in_an_office(at: Any) -> None:
    mai = made.citizen()
    first = made.taken("A", person=mai)
    assert made.taken("B", person=mai).pk == first.pk
    assert made.taken("A", made.OTHER, person=mai).pk != first.pk
    for letter in "BC":
        queue.leave(queries.open_ticket(mai, made.office()).code, mai)  # type: ignore[union-attr]
        made.taken(letter, person=mai)
    queue.leave(queries.open_ticket(mai, made.office()).code, mai)  # type: ignore[union-attr]
    with pytest.raises(Refused) as refused:
        made.taken("A", person=mai)
    assert refused.value.code == "tickets.too_many"
    at(2026, 11, 19, 9)
    assert made.taken("A", person=mai).state == "waiting"


def test_nobody_gives_up_the_number_of_another() -> None:
    mai, other = made.citizen(), made.citizen("Võ Văn Kha")
    ticket = made.taken("A", person=mai)
    for who in (None, other):
        with pytest.raises(Missing):
            queue.leave(ticket.code, who)
    assert queries.by_code(ticket.code).state == "waiting"
    slip = made.taken("A")
    queue.leave(slip.code)
    assert queries.by_code(slip.code).state == "left"


def test_next_finishes_and_calls_and_a_second_press_calls_nobody() -> None:
    clerk = made.clerk()
    desk = made.sat(1, clerk)
    first, second = made.taken("A"), made.taken("B")
    assert calling.call_next(desk, clerk, after="") == first
    assert calling.call_next(desk, clerk, after="") == first  # the same press once more
    assert Ticket.objects.filter(state="called").count() == 1
    assert calling.call_next(desk, clerk, after=first.code) == second
    assert calling.call_next(desk, clerk, after=second.code, outcome="no_show") is None
    assert [each.state for each in Ticket.objects.order_by("pk")] == ["done", "no_show"]
    acts = list(Entry.objects.filter(chain_id=made.OFFICE).order_by("id").values_list("act", flat=True))
    acts = [act for act in acts if act.startswith("tickets.")]
    assert acts == ["tickets.open_counter", "tickets.call", "tickets.finish", "tickets.call", "tickets.no_show"]


def test_calls_are_shown_one_after_the_other_also_a_repeated_one() -> None:
    clerk, other = made.clerk(), made.clerk("Mai Thị Lan")
    one, two = made.sat(1, clerk), made.sat(2, other)
    for _ in range(2):
        made.taken("A")
    calling.call_next(one, clerk, after="")
    calling.recall(one, clerk)
    calling.call_next(two, other, after="")
    found = list(Announcement.objects.select_related("ticket").order_by("id"))
    assert [(each.ticket.text, each.counter) for each in found] == [("A001", 1), ("A001", 1), ("A002", 2)]
    assert [each.ends_at - each.begins_at for each in found] == [dt.timedelta(seconds=10)] * 3
    assert found[1].begins_at == found[0].ends_at
    assert found[2].begins_at == found[1].ends_at


def test_who_is_sent_on_keeps_the_place_of_their_time() -> None:
    clerk, business = made.clerk(), made.clerk("Mai Thị Lan")
    desk, other = made.sat(1, clerk), made.sat(3, business)
    first = made.taken("A")
    later = made.taken("C")
    calling.call_next(desk, clerk, after="")
    calling.transfer(desk, clerk, after=first.code, service="C")
    assert [each.text for each in queries.waiting_for(made.counter(3))] == ["A001", "C001"]
    assert queries.before(Ticket.objects.get(pk=later.pk)) == 1
    assert calling.call_next(other, business, after="") == first
    with pytest.raises(Refused):
        calling.transfer(other, business, after=first.code, to_counter=3)
    calling.transfer(other, business, after=first.code, to_counter=4)
    assert queries.waiting_for(made.counter(3)) == [later]
    assert [each.text for each in queries.waiting_for(made.counter(4))] == ["A001"]
    for aim in ({"service": "Z"}, {"to_counter": 77}, {}):
        with pytest.raises(Missing):
            calling.transfer(other, business, after="", **aim)  # type: ignore[arg-type]


def test_priority_goes_first_for_a_reason_that_the_hall_knows() -> None:
    clerk = made.clerk()
    desk = made.sat(1, clerk)
    made.taken("A")
    old = made.taken("A")
    with pytest.raises(Refused):
        calling.prioritise(desk, clerk, text="A002", reason="friend")
    with pytest.raises(Missing):
        calling.prioritise(desk, clerk, text="A099", reason="elderly")
    calling.prioritise(desk, clerk, text=" a2 ", reason="elderly")
    assert queries.before(Ticket.objects.get(number=1)) == 1
    assert calling.call_next(desk, clerk, after="") == old


def test_a_clerk_of_another_office_or_without_the_counter_calls_nobody() -> None:
    made.taken("A")
    stranger, clerk = made.clerk("Cao Văn Bình", made.OTHER), made.clerk()
    desk = made.sat(1, clerk)
    for act in (calling.open_counter, calling.close_counter, calling.recall):
        with pytest.raises(Missing):
            act(desk, stranger)
    with pytest.raises(Missing):
        calling.call_next(desk, stranger, after="")
    colleague = made.clerk("Mai Thị Lan")
    with pytest.raises(Refused):
        calling.call_next(desk, colleague, after="")
    with pytest.raises(Refused):
        calling.open_counter(desk, colleague)
    with pytest.raises(Refused):
        made.sat(2, clerk)
    assert not Announcement.objects.exists()
    assert Ticket.objects.get().state == "waiting"


def test_the_clerk_s_ticket_is_linked_to_what_they_begin() -> None:
    clerk = made.clerk()
    assert tickets.serving(clerk) is None
    desk = made.sat(1, clerk)
    ticket = made.taken("A")
    assert tickets.serving(clerk) is None
    calling.call_next(desk, clerk, after="")
    served = tickets.serving(clerk)
    assert served is not None
    assert (served.code, served.text, served.counter, served.subject) == (ticket.code, "A001", 1, "")
    with pytest.raises(Missing):
        tickets.link(ticket.code, "dossier:17", made.clerk("Mai Thị Lan"))
    tickets.link(ticket.code, "dossier:17", clerk)
    assert tickets.serving(clerk).subject == "dossier:17"  # type: ignore[union-attr]


def test_a_day_is_closed_and_forgets_who_held_a_number(at: Any) -> None:
    mai, clerk = made.citizen(), made.clerk()
    made.sat(1, clerk)
    ticket = made.taken("A", person=mai)
    calling.prioritise(made.counter(1).pk, clerk, text="A001", reason="disabled")
    at(2026, 11, 19, 9)
    assert queries.state_now(queries.by_code(ticket.code)) == "expired"  # whether the job has run or not
    assert queries.open_ticket(mai, made.office()) is None
    assert queue.close_days() == 1
    found = Ticket.objects.get()
    assert (found.state, found.person_id, found.priority_reason, found.priority) == ("expired", None, "", True)
    assert Counter.objects.get(pk=made.counter(1).pk).clerk_id is None
    assert queue.close_days() == 0
    figures = tickets.figures(made.office(), dt.date(2026, 11, 18))
    assert (figures.expired, figures.waiting, figures.median_wait_s) == (1, 0, None)
