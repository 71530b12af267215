"""Cases for everybody: an applicant who sees only what is theirs, a machine that acts, a place that bounds roles."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vamco.kernel.base import clock
from vamco.kernel.base.audit.models import Entry as Logged
from vamco.kernel.record.files import public as files
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.cases.contracts import Deadline, Definition, Terms
from vamco.kernel.work.cases.models import Audience, Case, KindVersion
from vamco.kernel.work.cases.queries import definitions
from vamco.kernel.work.cases.rules import moves
from vamco.kernel.work.cases.tests.conftest import HANDLE, ISSUE, VERIFY, World, _state, an_act, official, set_clock
from vamco.kernel.world.access import public as access
from vamco.kernel.world.access.models import Role
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.kernel.world.places import public as places
from vamco.lib.errors import Forbidden, Missing, Refused
from vamco.lib.time import HCM

if TYPE_CHECKING:
    from collections.abc import Callable

PAYMENTS, TRAFFIC = access.Machine("test_payments", "Payments"), access.Machine("test_traffic", "Traffic")
APPLY = ISSUE  # an act that officials hold by their role: as an applicant's act that gives them nothing
TAX = "tax"
PERMIT = Definition(
    "test_permit",
    "Giấy phép thử",
    "Trial permit",
    "received",
    {
        state.code: state
        for state in (
            replace(_state("received", "handler", HANDLE, hours=4), shown="Đang xử lý", shown_en="In progress"),
            replace(_state("checking", "issuer", VERIFY), shown="Đang xử lý", shown_en="In progress"),
            _state("waiting", "applicant", APPLY, clock="paused"),
            _state("paying", "system", "test_payments"),
            _state("done", None),
            _state("withdrawn", None),
        )
    },
    {
        act.code: act
        for act in (
            an_act("check", "received", "checking", HANDLE, "handler", "note"),
            an_act("checked", "checking", "received", VERIFY, "issuer"),
            replace(an_act("ask", "received", "waiting", HANDLE, "handler", "note"), shown=True),
            an_act("supplement", "waiting", "received", APPLY, "applicant", "note"),
            an_act("withdraw", "received checking waiting", "withdrawn", APPLY, "applicant"),
            replace(an_act("charge", "received", "paying", HANDLE, "handler"), shown=True),
            replace(an_act("paid", "paying", "received", "test_payments", "system"), shown=True),
            replace(an_act("finish", "received", "done", HANDLE, "handler", "note"), shown=True),
            replace(an_act("rate", "done", "", APPLY, "applicant", "note"), at_most=1),
            replace(an_act("reopen", "done", "received", APPLY, "applicant", "note"), at_most=1),
        )
    },
    deadline=Deadline(5, "day", dt.time(15)),
    applicant=APPLY,
)
DAY = dt.date(2025, 7, 1)


@pytest.fixture
def hall(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world of officials with a kind for applicants; it is Monday, 7 September 2026, at nine."""
    definitions.put(PERMIT)
    set_clock(monkeypatch, dt.datetime(2026, 9, 7, 9, tzinfo=HCM))
    return world


def apply_for(applicant: Any, by: Any = None, **more: Any) -> Case:
    given = {"title": "Xin phép", "agency": agencies.get("H53.04"), "by": by or applicant, "applicant": applicant}
    return cases.open_case("test_permit", key=str(Case.objects.count()), **(given | more))


def refusal(do: Callable[[], object]) -> tuple[type[Exception], str]:
    with pytest.raises((Refused, Forbidden, Missing)) as caught:
        do()
    return type(caught.value), caught.value.code


def codes(case: Case, person: people.Person) -> list[str]:
    return [act.code for act in cases.acts_for(Case.objects.get(pk=case.pk), person)]


def test_definition_has_no_fault() -> None:
    assert moves.faults(PERMIT) == []
    assert "acts.withdraw.of: a party of this kind, which has no applicant" in moves.faults(
        replace(PERMIT, applicant="")
    )
    hands_over = replace(PERMIT.acts["supplement"], effect="hand_over")
    assert any(
        "acts.supplement.of: an agency" in fault
        for fault in moves.faults(replace(PERMIT, acts={**PERMIT.acts, "supplement": hands_over}))
    )


def test_an_applicant_acts_on_their_own_case_and_sees_nothing_internal(hall: World) -> None:
    mother, stranger = people.add("Nguyễn Thị Mẹ"), people.add("Kẻ Lạ")
    case = apply_for(mother)
    paper = files.store(io.BytesIO(b"%PDF-1"), name="noi-bo.pdf")
    cases.act(case.pk, "check", by=hall.handler, given=cases.Given(note="nghi ngờ giả mạo", files=[paper]))
    shown = cases.own_case(case.pk, mother)
    assert (shown.state_name.vi, [entry.act for entry in shown.entries]) == ("Đang xử lý", ["open"])
    assert [act.code for act in shown.acts] == ["withdraw"]
    cases.comment(case.pk, by=hall.handler, note="bí mật nội bộ")
    # What she had before her eyes has not changed for her.
    assert refusal(lambda: cases.act(case.pk, "supplement", by=mother, seen=1, note="x")) == (
        Refused,
        "cases.illegal_move",
    )
    cases.act(case.pk, "checked", by=hall.issuer)
    cases.act(case.pk, "ask", by=hall.handler, note="Thiếu giấy chứng sinh")
    shown = cases.own_case(case.pk, mother)
    assert shown.waits_for_applicant
    assert shown.paused
    assert [(entry.act, entry.note, entry.who) for entry in shown.entries] == [
        ("ask", "Thiếu giấy chứng sinh", "Lê Làm"),
        ("open", "", "Nguyễn Thị Mẹ"),
    ]
    text = repr(shown)
    assert "nghi ngờ" not in text
    assert "bí mật" not in text
    assert "noi-bo" not in text
    for act in ("supplement", "withdraw", "ask", "paid"):
        assert refusal(lambda act=act: cases.act(case.pk, act, by=stranger, note="x"))[0] in {Forbidden, Refused}
    assert refusal(lambda: cases.own_case(case.pk, stranger)) == (Missing, "cases.no_case")
    assert refusal(lambda: cases.own_case(case.pk, hall.issuer)) == (Missing, "cases.no_case")  # ISSUE by role only
    cases.act(case.pk, "supplement", by=mother, seen=shown.seq, note="Đây ạ")
    assert cases.get(case.pk, hall.handler).taken_by_id is None
    assert not cases.visible(mother).exists()
    assert list(cases.own(mother)) == [case]
    assert not cases.own(stranger).exists()
    assert not cases.own(None).exists()


def test_what_has_ended_can_be_rated_once_and_opened_again_once(hall: World) -> None:
    mother = people.add("Nguyễn Thị Mẹ")
    case = apply_for(mother)
    cases.act(case.pk, "finish", by=hall.handler, note="Xong")
    closed = Case.objects.get(pk=case.pk).closed_at
    assert [act.code for act in cases.own_case(case.pk, mother).acts] == ["rate", "reopen"]
    rated = cases.act(case.pk, "rate", by=mother, note="5")
    assert (rated.open, rated.closed_at, rated.state) == (False, closed, "done")
    assert refusal(lambda: cases.act(case.pk, "rate", by=mother, note="1")) == (Refused, "cases.too_often")
    again = cases.act(case.pk, "reopen", by=mother, note="chưa đúng")
    assert (again.open, again.closed_at, again.holder.code) == (True, None, "H53.04")
    assert [promise.why for promise in cases.promises(again)] == ["reopened", "opened"]


def test_the_clock_stands_while_the_applicant_has_the_turn_and_the_clerk_has_it_again(
    hall: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    mother = people.add("Nguyễn Thị Mẹ")
    case = apply_for(mother)
    due = case.due_at
    cases.claim(case.pk, by=hall.handler)
    cases.act(case.pk, "ask", by=hall.handler, note="Thiếu")
    waiting = Case.objects.get(pk=case.pk)
    assert (waiting.holder, waiting.needed, waiting.taken_by, waiting.left_with) == (None, APPLY, None, hall.handler)
    inbox = cases.Inbox(hall.handler)
    assert (inbox.page().cases, [c.pk for c in inbox.page("following").cases]) == ([], [case.pk])
    assert refusal(lambda: cases.claim(case.pk, by=hall.handler)) == (Refused, "cases.waits_for_applicant")
    set_clock(monkeypatch, dt.datetime(2026, 9, 9, 9, tzinfo=HCM))
    back = cases.act(case.pk, "supplement", by=mother, note="Đủ")
    assert (back.taken_by, back.due_at) == (hall.handler, due + dt.timedelta(days=2))


def test_a_machine_does_its_own_acts_and_no_other(hall: World) -> None:
    mother = people.add("Nguyễn Thị Mẹ")
    case = apply_for(mother, by=TRAFFIC)
    assert (case.opened_by, case.entries.get().machine) == (None, "test_traffic")
    assert refusal(lambda: cases.act(case.pk, "charge", by=PAYMENTS)) == (Forbidden, "cases.not_allowed")
    cases.act(case.pk, "charge", by=hall.handler)
    for who in (TRAFFIC, hall.handler, hall.both):
        assert refusal(lambda who=who: cases.act(case.pk, "paid", by=who)) == (Forbidden, "cases.not_allowed")
    assert refusal(lambda: cases.act(case.pk, "paid", by=mother)) == (Forbidden, "cases.own_case")
    cases.act(case.pk, "paid", by=PAYMENTS)
    assert refusal(lambda: cases.act(case.pk, "paid", by=PAYMENTS)) == (Refused, "cases.illegal_move")  # told twice
    assert [(e.act, e.machine) for e in cases.own_case(case.pk, mother).entries][:2] == [
        ("paid", "test_payments"),
        ("charge", ""),
    ]


def test_the_audit_log_names_the_machine_and_for_whom(fresh_db: str, hall: World) -> None:
    with transaction.atomic():
        firm, clerk = people.add_organisation("Công ty Vàm", "enterprise"), people.add("Trần Kế Toán")
        people.give_mandate(firm, clerk, since=DAY, matters={TAX}, actor="system")
        case = apply_for(firm, by=clerk, matter=TAX)
    with transaction.atomic():
        cases.act(case.pk, "charge", by=hall.handler)
    with transaction.atomic():
        cases.act(case.pk, "paid", by=PAYMENTS)
    entries = Logged.objects.filter(subject=f"case:{case.pk}").order_by("at", "seq")
    assert [(entry.act, entry.actor) for entry in entries] == [
        ("cases.open", str(clerk.pk)),
        ("cases.charge", str(hall.handler.pk)),
        ("cases.paid", "system:test_payments"),
    ]
    assert entries[0].detail["acting_for_organisation"] == firm.pk


def test_a_mandate_reaches_the_matters_it_names_until_it_ends(hall: World) -> None:
    firm, clerk = people.add_organisation("Công ty Vàm", "enterprise"), people.add("Trần Kế Toán")
    mandate = people.give_mandate(firm, clerk, since=DAY, matters={TAX}, actor="system")
    tax, land = (apply_for(firm, by=clerk, matter=matter) for matter in (TAX, "land"))
    assert list(cases.own(clerk)) == [tax]
    assert refusal(lambda: cases.act(land.pk, "withdraw", by=clerk)) == (Forbidden, "cases.not_allowed")
    assert cases.own_case(tax.pk, clerk).for_whom == access.Owner(organisation=firm.pk)
    cases.act(tax.pk, "withdraw", by=clerk)
    assert Case.objects.get(pk=tax.pk).entries.get(act="withdraw").acting_for_organisation == firm
    people.end_mandate(mandate, until=DAY, actor="system")
    later = people.Person.objects.get(pk=clerk.pk)
    assert not cases.own(later).exists()
    assert refusal(lambda: cases.own_case(tax.pk, later)) == (Missing, "cases.no_case")


def test_nobody_handles_their_own_case(hall: World) -> None:
    case, other = apply_for(hall.handler), apply_for(people.add("Người Khác"))
    colleague = official("Lê Bạn", ("department_official", "H53.04"))
    assert [c.pk for c in cases.Inbox(hall.handler).page().cases] == [other.pk]
    assert {c.pk for c in cases.Inbox(colleague).page().cases} == {case.pk, other.pk}
    assert refusal(lambda: cases.get(case.pk, hall.handler)) == (Missing, "cases.no_case")
    assert refusal(lambda: cases.act(case.pk, "finish", by=hall.handler, note="x")) == (Forbidden, "cases.own_case")
    assert refusal(lambda: cases.claim(case.pk, by=hall.handler)) == (Forbidden, "cases.not_your_turn")
    assert refusal(lambda: cases.assign(case.pk, hall.handler, by=colleague))[0] in {Forbidden, Refused}
    assert codes(case, hall.handler) == ["withdraw"]
    assert set(codes(case, colleague)) == {"check", "ask", "charge", "finish"}


def test_who_stands_in_for_an_official_does_not_see_what_is_their_own(hall: World) -> None:
    case = apply_for(hall.handler)
    people.substitute(hall.handler, hall.neighbour, since=DAY, until=dt.date(2027, 1, 1))
    neighbour = people.Person.objects.get(pk=hall.neighbour.pk)
    assert not cases.own(neighbour).exists()
    assert cases.visible(neighbour).filter(pk=case.pk).exists()  # as a substitute at work, like any colleague


def test_a_kind_without_applicant_takes_none(hall: World) -> None:
    with pytest.raises(Refused, match="no applicant"):
        hall.open(applicant=people.add("Ai Đó"))


def test_a_case_keeps_its_own_terms(hall: World, monkeypatch: pytest.MonkeyPatch) -> None:
    mother = people.add("Nguyễn Thị Mẹ")
    own = apply_for(mother, terms=Terms(Deadline(1, "day"), {"received": 2}))
    kinds = apply_for(mother)
    assert (own.due_at.astimezone(HCM).date(), kinds.due_at.astimezone(HCM).date()) == (
        dt.date(2026, 9, 8),
        dt.date(2026, 9, 14),
    )
    assert (own.step_due_at.astimezone(HCM).hour, kinds.step_due_at.astimezone(HCM).hour) == (11, 14)
    cases.act(own.pk, "ask", by=hall.handler, note="Thiếu")
    set_clock(monkeypatch, dt.datetime(2026, 9, 9, 9, tzinfo=HCM))
    back = cases.act(own.pk, "supplement", by=mother, note="Đủ")
    assert back.due_at.astimezone(HCM).date() == dt.date(2026, 9, 10)  # in days, as promised, not in hours


def test_kinds_with_the_same_rights_share_an_audience_and_cost_no_statement_more(hall: World) -> None:
    official_ = hall.handler
    apply_for(people.add("A"))

    def measured() -> tuple[int, list[int]]:
        person = people.Person.objects.get(pk=official_.pk)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            inbox = cases.Inbox(person)
            inbox.page()
            inbox.page("following")
            found = list(cases.visible(person).values_list("pk", flat=True))
        return len(captured), found

    before, audiences = measured(), Audience.objects.count()
    for n in range(30):
        for version in range(3):
            definitions.put(replace(PERMIT, code=f"test_procedure_{n}", name=f"Thủ tục {n}, bản {version}"))
    assert KindVersion.objects.filter(code__startswith="test_procedure_").count() == 90
    assert Audience.objects.count() == audiences
    assert measured() == before


# Random worlds: a plain reading of who may see what against `visible`, `own`, the inbox, and what may be done.

ROLES = st.builds(
    dict,
    reach=st.sampled_from(["all", "subtree", "agency"]),
    place_bound=st.booleans(),
    acts=st.dictionaries(
        st.sampled_from([HANDLE, VERIFY, APPLY]),
        st.sampled_from([None, None, ["received"], ["received", "checking"]]),
        min_size=1,
    ),
)
AGENCIES = ("H53.04", "H53.09", "H53.25708", "H53.25459")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(
    held=st.lists(st.tuples(ROLES, st.sampled_from(AGENCIES)), min_size=1, max_size=3),
    mandated=st.booleans(),
    matters=st.sampled_from([None, [TAX]]),
    draw=st.randoms(use_true_random=False),
)
def test_lists_and_rights_say_the_same(hall: World, held: Any, mandated: Any, matters: Any, draw: Any) -> None:
    with transaction.atomic():
        _agree(held, matters if mandated else (), draw)
        transaction.set_rollback(True)


def _agree(held: Any, matters: Any, draw: Any) -> None:
    me, other, firm = people.add("Tôi"), people.add("Khác"), people.add_organisation("Hãng", "enterprise")
    units = [agency for agency in map(agencies.get, AGENCIES) if agency is not None]
    spots = [None, *(agency.place for agency in units), *places.communes(clock.today())[:2]]
    for n, (role, agency) in enumerate(held):
        Role.objects.create(code=f"drawn{n}", name="x", name_en="x", **role)
        people.appoint(me, agencies.get(agency), f"drawn{n}", since=DAY)
    if matters != ():
        people.give_mandate(firm, me, since=DAY, matters=matters, actor="system")
    kind = definitions.newest("test_permit")
    rows = []
    for n in range(40):
        state = draw.choice(sorted(PERMIT.states))
        turn = PERMIT.states[state].turn
        agency, issuer = draw.choice(units), draw.choice(units)
        who = draw.choice([None, None, me, other, firm])
        holder = {"handler": agency, "issuer": issuer}.get(turn.party) if turn else None
        rows.append(
            Case(
                kind=kind, audience=kind.audience, title="x", key=f"r{n}", state=state, open=not PERMIT.states[state].final,
                agency=agency, issuer=issuer, place=draw.choice(spots), matter=draw.choice(["", TAX]),
                applicant=who if isinstance(who, people.Person) else None,
                applicant_organisation=who if isinstance(who, people.Organisation) else None,
                opened_at=clock.now(), due_at=clock.now() + dt.timedelta(hours=draw.randrange(-9, 9)), holder=holder,
                needed=turn.may if turn else "", seq=1,
            )
        )  # fmt: skip
    Case.objects.bulk_create(rows)
    me = people.Person.objects.get(pk=me.pk)

    def may(case: Case, act: str, agency: Any) -> bool:
        return access.allow(me, act, agency, place=case.place_id, state=case.state)

    def mine(case: Case) -> bool:
        return case.applicant_id == me.pk or (case.applicant_organisation_id == firm.pk and matters != ())

    def reached(case: Case) -> bool:
        sides = {"handler": case.agency, "issuer": case.issuer}
        return any(may(case, act.may, sides[act.party]) for act in PERMIT.acts.values() if act.party in sides)

    waits = {c.pk for c in rows if c.open and c.holder and not mine(c) and may(c, c.needed, c.holder)}
    sees = {c.pk for c in rows if not mine(c) and reached(c)}
    owned = {c.pk for c in rows if mine(c) and (c.applicant_id == me.pk or matters is None or c.matter in matters)}
    inbox = cases.Inbox(me)
    assert {c.pk for c in inbox.page(count=100).cases} == waits
    assert {c.pk for c in inbox.page("following", count=100).cases} == {
        c.pk for c in rows if c.open and c.pk in sees
    } - waits
    assert set(cases.visible(me).filter(key__startswith="r").values_list("pk", flat=True)) == sees
    assert set(cases.own(me).values_list("pk", flat=True)) == owned
    for case in rows:
        parties = {act.party for act in cases.acts_for(case, me)}
        assert not parties & {"handler", "issuer"} or case.pk in sees
        assert "applicant" not in parties or case.pk in owned
        assert "system" not in parties
