"""Random values and random people: whatever they do, an alarm and its directive keep to their rules."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from django.db.models import Count
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from vamco.kernel.base.audit import public as audit
from vamco.kernel.record.files import public as files
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import VamcoError
from vamco.systems.indicators.tests.made import FINANCE, ROADS, values
from vamco.systems.warnings import public as warnings
from vamco.systems.warnings.models import Alarm, Step
from vamco.systems.warnings.services import deciding, judging
from vamco.systems.warnings.tests.made import directives

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vamco.kernel.world.people.models import Person
    from vamco.systems.indicators.tests.made import Clock

SUBJECTS = ("", FINANCE, ROADS)
THRESHOLDS = ((2, 60, 45), (1, 20, 15))  # level, begins above for three days, lasts above
MAY_CONFIRM, MAY_ISSUE = {"office", "verifier", "operator"}, {"office", "verifier"}
PEOPLE = ("office", "verifier", "operator", "finance", "farming", "auditor")
SOMEBODY = st.sampled_from(["office"] * 4 + [*PEOPLE])


@pytest.fixture(autouse=True)
def _machine(
    clock: Clock, office: Person, verifier: Person, operator: Person, finance: Person, farming: Person, auditor: Person
) -> Iterator[None]:
    Machine.clock = clock
    Machine.people = dict(zip(PEOPLE, (office, verifier, operator, finance, farming, auditor), strict=True))
    yield
    del Machine.clock, Machine.people


class Machine(RuleBasedStateMachine):
    """A model of what must be, written without the system's own rules."""

    clock: Clock
    people: dict[str, Person]

    @initialize()
    def begin(self) -> None:
        self.savepoint = transaction.savepoint()
        self.day = dt.date(2026, 3, 1)
        self.clock.set(self.day)
        self.amounts: dict[str, list[int | None]] = {subject: [] for subject in SUBJECTS}
        self.level = dict.fromkeys(SUBJECTS, 0)
        self.episodes = dict.fromkeys(SUBJECTS, 0)
        self.handling: dict[int, str] = {}
        self.evidence = files.store(io.BytesIO(b"%PDF-"), name="a.pdf")

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            transaction.savepoint_rollback(self.savepoint)

    # ── values ───────────────────────────────────────────────────────────────────────────────────────────────────────

    @rule(
        subject=st.sampled_from(SUBJECTS), amount=st.sampled_from([0, 16, 30, 30, 70, 70, None]), days=st.integers(1, 4)
    )
    def days_pass(self, subject: str, amount: int | None, days: int) -> None:
        """One subject takes a new course; the others stay where they are."""
        for _ in range(days):
            self.day += dt.timedelta(days=1)
            self.clock.set(self.day)
            for each, known in self.amounts.items():
                known.append(amount if each == subject else known[-1] if known else None)
            self.judge()

    @rule(subject=st.sampled_from(SUBJECTS), amount=st.sampled_from([0, 30, 70]), days=st.integers(1, 5))
    def the_last_days_are_revised(self, subject: str, amount: int, days: int) -> None:
        known = self.amounts[subject]
        known[-days:] = [amount] * min(days, len(known))
        self.judge()

    def judge(self) -> None:
        for subject, amounts in self.amounts.items():
            values("HCC08", *amounts, until=self.day, agency=subject)
        judging.judge("HCC08")
        judging.judge("HCC08")  # an event that comes twice
        deciding.end_over()  # as the job does
        for subject in SUBJECTS:
            before, self.level[subject] = self.level[subject], self.expected(subject)
            firing = Alarm.objects.filter(subject=subject, state="firing").first()
            assert (firing.level if firing else 0) == self.level[subject]
            if firing and not before:
                self.episodes[subject] += 1
                assert firing.pk not in self.handling
                self.handling[firing.pk] = "new"
            elif firing and self.level[subject] > before and self.handling[firing.pk] == "dismissed":
                self.handling[firing.pk] = "new"

    def expected(self, subject: str) -> int:
        kept = self.amounts[subject][-(31 if subject else 40) :]
        known = [(n, amount) for n, amount in enumerate(kept) if amount is not None]
        if not known:
            return self.level[subject]  # where nothing says anything, nothing ends
        newest = known[-1][0]
        last_three = [amount for n, amount in known if n > newest - 3]
        for level, begins, lasts in THRESHOLDS:
            if len(last_three) == 3 and min(last_three) > begins:
                return level
            silent = kept[-1] is None
            if self.level[subject] >= level and (silent or known[-1][1] >= lasts):
                return level
        return 0

    # ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def attempt(self, act: Callable[[], object], *, expected: bool) -> bool:
        try:
            with transaction.atomic():
                act()
        except VamcoError:
            assert not expected
            return False
        assert expected
        return True

    @rule(pick=st.integers(0, 9), who=SOMEBODY, note=st.sampled_from(["", " ", "Vì thế."]))
    def somebody_looks(self, pick: int, who: str, note: str) -> None:
        if not self.handling:
            return
        alarm = sorted(self.handling)[pick % len(self.handling)]
        if note:
            allowed = bool(note.strip()) and who in MAY_CONFIRM and self.handling[alarm] in {"new", "confirmed"}
            act, after = (lambda: warnings.dismiss(alarm, by=self.people[who], note=note)), "dismissed"
        else:
            allowed = who in MAY_CONFIRM and self.handling[alarm] == "new"
            act, after = (lambda: warnings.confirm(alarm, by=self.people[who])), "confirmed"
        if self.attempt(act, expected=allowed):
            self.handling[alarm] = after

    @rule(pick=st.integers(0, 9), who=SOMEBODY)
    def somebody_orders(self, pick: int, who: str) -> None:
        if not self.handling:
            return
        alarm = sorted(self.handling)[pick % len(self.handling)]
        due_on = self.day + dt.timedelta(days=7)
        agency = agencies.get(FINANCE)

        def act() -> None:
            warnings.issue_directive(alarm, agency=agency, due_on=due_on, text="Làm.", by=self.people[who])

        if self.attempt(act, expected=who in MAY_ISSUE and self.handling[alarm] == "confirmed"):
            self.handling[alarm] = "directed"

    @rule(pick=st.integers(0, 9), act=st.sampled_from(["close", "withdraw"]), who=SOMEBODY)
    def somebody_ends_a_directive(self, pick: int, act: str, who: str) -> None:
        found = list(directives().order_by("pk"))
        if not found:
            return
        case = found[pick % len(found)]
        if case.open and case.state != "reported":
            for step, evidence in (("accept", []), ("report", [self.evidence])):
                cases.act(case.pk, step, by=self.people["finance"], note="x", files=evidence)
        alarm = Alarm.objects.get(directives=case.pk)
        allowed = case.open and who in MAY_ISSUE and (act == "withdraw" or not self.level[alarm.subject])
        if self.attempt(lambda: cases.act(case.pk, act, by=self.people[who], note="x"), expected=allowed):
            self.handling[alarm.pk] = "closed" if act == "close" else "confirmed"
            assert act == "withdraw" or not Alarm.objects.filter(subject=alarm.subject, state="firing").exists()

    # ── what always holds ────────────────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def at_most_one_episode_fires_for_a_subject(self) -> None:
        twice = Alarm.objects.filter(state="firing").values("subject").annotate(n=Count("pk")).filter(n__gt=1)
        assert not twice.exists()
        for subject in SUBJECTS:
            assert Alarm.objects.filter(subject=subject).count() == self.episodes[subject]

    @invariant()
    def each_alarm_is_as_the_model_says(self) -> None:
        assert dict(Alarm.objects.values_list("pk", "handling")) == self.handling
        for alarm in Alarm.objects.all():
            assert (alarm.state == "resolved") is (alarm.resolved_at is not None)
            silent = alarm.state == "firing" and self.amounts[alarm.subject][-1:] == [None]
            assert alarm.unknown == ("silent" if silent else "")
            open_cases = cases.Case.objects.filter(directive__alarm=alarm, open=True).count()
            assert open_cases == (alarm.handling == "directed")
            waiting = cases.Case.objects.filter(decision__alarm=alarm, open=True).count()
            assert waiting == (alarm.handling == "confirmed" and alarm.state == "firing")

    @invariant()
    def the_lists_hold_each_alarm_once(self) -> None:
        office = self.people["office"]
        lists = [view.id for view in (*warnings.open_alarms(office), *warnings.past_alarms(office))]
        assert sorted(lists) == sorted(self.handling)
        assert warnings.levels() == {"HCC08": self.level[""]} if self.level[""] else warnings.levels() == {}

    @invariant()
    def nobody_acted_without_the_right(self) -> None:
        doers = {name: person.pk for name, person in self.people.items()}
        for what, may in {"confirmed": MAY_CONFIRM, "dismissed": MAY_CONFIRM, "directed": MAY_ISSUE}.items():
            acted = set(Step.objects.filter(what=what).values_list("by", flat=True))
            assert acted <= {doers[name] for name in may}


@pytest.mark.django_db
def test_random_values_and_random_people_break_no_rule() -> None:
    run_state_machine_as_test(Machine, settings=settings(max_examples=30, stateful_step_count=25, deadline=None))
    assert audit.verify() == {}
