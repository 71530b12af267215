from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypedDict, cast

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, Subquery

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import N_, Missing
from vamco.lib.time import HCM
from vamco.systems.warnings.contracts import AlarmView, DirectiveView, Doubt, Registered, RegisterFilter, Step, Waiting
from vamco.systems.warnings.models import Alarm, Decision, Directive
from vamco.systems.warnings.models import Step as StepRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Unpack

    from django.db.models import QuerySet

    from vamco.kernel.world.people.models import Person
    from vamco.systems.warnings.contracts import Cause, Handling, Standing, State

VIEW = "warnings.view"
KIND = "directive"
WITHDRAWN = "withdrawn"
KNOWING = ("unknown", "known")
"""The steps after which nobody knows, or somebody knows again, whether an alarm is over."""


def _alarms() -> QuerySet[Alarm]:
    """All alarms with their agencies and, as `current`, the newest directive's case."""
    return Alarm.objects.select_related("agency").annotate(current=Max("directives__case"))


def _seen_by(person: Person | None) -> QuerySet[Alarm]:
    return _alarms().filter(access.within(access.scope(person, VIEW)))


def open_alarms(person: Person | None, *, limit: int = 200, **only: Unpack[Narrowed]) -> list[AlarmView]:
    """Alarms that fire or whose directive is not closed, the most urgent first; those that the person may see."""
    found = _seen_by(person).filter(Q(state="firing") | Q(handling="directed")).exclude(handling="dismissed")
    return _views(_narrowed(found, only).order_by("-level", "raised_at", "pk")[:limit])


def past_alarms(person: Person | None, *, limit: int = 100, **only: Unpack[Narrowed]) -> list[AlarmView]:
    """Alarms that are over, newest first."""
    over = ~Q(state="firing") & ~Q(handling="directed")
    found = _seen_by(person).filter(over | Q(handling="dismissed"))
    return _views(_narrowed(found, only).order_by("-raised_at", "-pk")[:limit])


def unanswered(person: Person | None) -> dict[str, int]:
    """How many alarms of each indicator fire without a directive, of those that the person may see."""
    found = Alarm.objects.filter(access.within(access.scope(person, VIEW)), state="firing", cause="behind")
    rows = found.filter(handling__in=("new", "confirmed")).values("indicator").annotate(open=Count("pk"))
    return {row["indicator"]: row["open"] for row in rows}


class Narrowed(TypedDict, total=False):
    """Which alarms are wanted; what is left empty does not narrow the list."""

    indicator: str
    cause: str
    level: int | None
    handling: str
    agency: str
    state: str
    unknown: bool | None


def _narrowed(found: QuerySet[Alarm], only: Narrowed) -> QuerySet[Alarm]:
    fields = {"agency": "agency__code"}
    wanted = {fields.get(name, name): value for name, value in only.items() if value not in {"", None}}
    unknown = wanted.pop("unknown", None)
    found = found.filter(**wanted)
    return found if unknown is None else found.exclude(unknown="") if unknown else found.filter(unknown="")


def _views(rows: Iterable[Alarm]) -> list[AlarmView]:
    found = list(rows)
    waiting = _waiting([row.pk for row in found if row.handling == "confirmed"])
    numbers = cases.numbers({row.current for row in found if row.current})  # type: ignore[attr-defined]  # annotated
    return [_view(row, waiting.get(row.pk), numbers) for row in found]


def _waiting(alarm_ids: Sequence[int]) -> dict[int, Waiting]:
    """At whom alarms wait, by the number of the alarm."""
    if not alarm_ids:
        return {}
    rows = Decision.objects.filter(alarm__in=alarm_ids, case__open=True).select_related(
        "case__agency", "case__taken_by"
    )
    return {
        row.alarm_id: Waiting(
            case=row.case_id,
            seq=row.case.seq,
            agency=row.case.agency.code,
            agency_name=row.case.agency.name,
            due_at=row.case.due_at,
            taken_by=row.case.taken_by.name if row.case.taken_by else "",
            taken_by_id=row.case.taken_by_id,
            being_passed_on=row.case.handed_to_id is not None,
        )
        for row in rows
    }


def alarm(alarm_id: int, person: Person | None) -> AlarmView:
    """One alarm that the person may see."""
    row = _seen_by(person).filter(pk=alarm_id).first()
    if row is None:
        raise Missing("warnings.no_alarm", N_("There is no alarm %(alarm)s."), alarm=alarm_id)
    return _views([row])[0]


def alarm_of(case_id: int) -> AlarmView:
    """The alarm that waits, or waited, in a case; whether the person may see the case is the kernel's to say."""
    row = _alarms().filter(decisions=case_id).first()
    if row is None:
        raise Missing("warnings.no_decision", N_("No alarm waits in the case %(case)s."), case=case_id)
    return _views([row])[0]


def steps(alarm_id: int) -> list[Step]:
    """The history of an alarm, newest first."""
    rows = StepRow.objects.filter(alarm=alarm_id).select_related("by").order_by("-pk")
    return [
        Step(row.at, row.what, row.by.name if row.by else "", row.note, row.level, _doubt(row.detail)) for row in rows
    ]


def _doubt(kept: dict[str, Any]) -> Doubt | None:
    """Return a doubt as it was kept."""
    if not kept:
        return None
    said: dict[str, Any] = {name: Decimal(kept[name]) for name in ("before", "now") if name in kept}
    return Doubt(**(kept | said))


def directive(case_id: int) -> DirectiveView:
    """What a directive orders; whether the person may see the case is the kernel's to say."""
    row = Directive.objects.filter(case=case_id).first()
    if row is None:
        raise Missing("warnings.no_directive", N_("There is no directive %(directive)s."), directive=case_id)
    return DirectiveView(case_id, row.text, _views([_alarms().get(pk=row.alarm_id)])[0])


# ── the register of directives ───────────────────────────────────────────────────────────────────────────────────────


def register(person: Person | None, standing: Standing, wanted: RegisterFilter) -> QuerySet[cases.Case]:
    """Return the directives, open or ended, of which the person may open the case; `registered` says what is beside each."""
    beside = ("kind", "agency", "issuer", "opened_by", "directive__alarm")
    notes = Prefetch("entries", cases.notes_by(_told()), "told")
    found = _wanted(person, wanted).filter(_standings()[standing])
    return found.select_related(*beside).defer("kind__content").prefetch_related(notes)


def register_counts(person: Person | None, wanted: RegisterFilter) -> dict[Standing, int]:
    """Return how many directives stand how; one statement for all."""
    counts = {f"count_{name}": Count("pk", filter=condition) for name, condition in _standings().items()}
    found = _wanted(person, wanted).aggregate(**counts)
    return {name: found[f"count_{name}"] for name in _standings()}


def registered(case: cases.Case) -> Registered:
    """Return what the register says of a directive, of a case that `register` found."""
    row, told = case.directive, case.told  # type: ignore[attr-defined]  # joined and fetched by `register`
    last: tuple[str, str] = (told[-1].note, told[-1].act) if told else ("", "")
    return Registered(
        row.alarm.indicator,
        row.alarm.dataset,
        row.period,
        row.gap,
        *last,
        _doubt(row.alarm.unknown_detail),
    )


def words_of(case: cases.Case) -> str:
    """Return by what the search finds a directive beside its title: its whole text, and the codes of what it is about."""
    row = Directive.objects.filter(case=case).select_related("alarm").first()
    return f"{row.text} {row.alarm.indicator} {row.alarm.dataset}" if row else ""


def directed_about() -> tuple[list[str], list[str]]:
    """Return the codes of the indicators and of the datasets that any directive is about."""
    found = Alarm.objects.filter(Exists(Directive.objects.filter(alarm=OuterRef("pk"))))
    codes = list(found.order_by().values_list("indicator", "dataset").distinct())
    return sorted({code for code, _dataset in codes if code}), sorted({code for _code, code in codes if code})


def _told() -> list[str]:
    """Return the acts whose notes say what became of a directive: of the kind, whatever a province calls them."""
    return list(cases.newest(KIND).acts)


def _wanted(person: Person | None, wanted: RegisterFilter) -> QuerySet[cases.Case]:
    found = cases.visible(person).filter(directive__isnull=False)
    for side in ("agency", "issuer"):
        if code := getattr(wanted, side):
            found = found.filter(**{side: agencies.of_kind().filter(code=code).values("pk")[:1]})
    if wanted.about:
        about = Q(directive__alarm__indicator=wanted.about) | Q(directive__alarm__dataset=wanted.about)
        found = found.filter(about)
    if wanted.due_from or wanted.due_before:  # what has ended is not due
        found = found.filter(open=True)
    if wanted.due_from:
        found = found.filter(due_at__gte=wanted.due_from)
    if wanted.due_before:
        found = found.filter(due_at__lt=wanted.due_before)
    if wanted.issued_from:
        found = found.filter(opened_at__gte=_midnight(wanted.issued_from))
    return found.filter(opened_at__lt=_midnight(wanted.issued_until, 1)) if wanted.issued_until else found


def _midnight(day: dt.date, later: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), HCM) + later * dt.timedelta(days=1)


def _standings() -> dict[Standing, Q]:
    return {
        "open": Q(open=True),
        "overdue": Q(open=True) & cases.overdue(clock.now()),
        "done": Q(open=False) & ~Q(state=WITHDRAWN),
        "withdrawn": Q(open=False, state=WITHDRAWN),
        "all": Q(),
    }


def standings(*, subject: str = "", at: dt.datetime | None = None) -> dict[str, tuple[int, bool]]:
    """By indicator, the level of the alarm that fires, or fired at a time, for a subject (the whole province by default).

    And whether nobody knows, or knew, if it is over. In January it may be one of two plan years: the more urgent one.
    """
    if at is None:
        firing = Alarm.objects.filter(cause="behind", state="firing", subject=subject)
        rows = [(code, level, bool(why)) for code, level, why in firing.values_list("indicator", "level", "unknown")]
    else:
        steps = StepRow.objects.filter(alarm__cause="behind", alarm__subject=subject, at__lte=at)
        known = StepRow.objects.filter(alarm=OuterRef("alarm"), at__lte=at, what__in=KNOWING).order_by("-pk")
        last = steps.exclude(alarm__resolved_at__lte=at).order_by("alarm", "-pk").distinct("alarm")
        found = last.annotate(knowing=Subquery(known.values("what")[:1]))
        rows = [
            (code, level, what == "unknown")
            for code, level, what in found.values_list("alarm__indicator", "level", "knowing")
        ]
    return {code: (level, unknown) for code, level, unknown in sorted(rows)}


def levels(*, subject: str = "", at: dt.datetime | None = None) -> dict[str, int]:
    """The level of the alarm that fires, or fired at a time, for a subject (the whole province by default), by indicator."""
    return {code: level for code, (level, _unknown) in standings(subject=subject, at=at).items()}


def unknown(*, subject: str = "", at: dt.datetime | None = None) -> set[str]:
    """The indicators whose alarms fire, or fired at a time, for a subject while nobody knows whether they are over."""
    return {code for code, (_level, unknown) in standings(subject=subject, at=at).items() if unknown}


def directives_by_indicator(*, at: dt.datetime | None = None) -> dict[str, int]:
    """How many directives are open, or were at a time, for each indicator."""
    found = Directive.objects.exclude(alarm__indicator="")
    if at is None:
        found = found.filter(case__open=True)
    else:
        found = found.filter(case__opened_at__lte=at).exclude(case__closed_at__lte=at)
    rows = found.values("alarm__indicator").annotate(open=Count("pk"))
    return {row["alarm__indicator"]: row["open"] for row in rows}


def _view(row: Alarm, waiting: Waiting | None, numbers: Mapping[int, str]) -> AlarmView:
    current = getattr(row, "current", None)
    return AlarmView(
        id=row.pk,
        cause=cast("Cause", row.cause),
        indicator=row.indicator,
        dataset=row.dataset,
        place=row.place,
        subject=row.subject,
        agency=row.agency.code,
        agency_name=row.agency.name,
        level=row.level,
        state=cast("State", row.state),
        handling=cast("Handling", row.handling),
        raised_at=row.raised_at,
        resolved_at=row.resolved_at,
        period=row.period,
        value=row.value,
        target=row.target,
        gap=row.gap,
        value_id=row.value_id,
        due_at=row.due_at,
        directive=current,
        directive_number=numbers.get(current, "") if current else "",
        waiting=waiting,
        plan_year=row.plan_year,
        doubt=_doubt(row.unknown_detail),
        unknown_since=row.unknown_since,
    )
