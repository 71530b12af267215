"""What traffic holds of persons, for copies of their data and for retention: violations of their vehicle, and plate searches they made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vamco.kernel.work.cases import public as cases
from vamco.lib.errors import N_
from vamco.lib.time import HCM
from vamco.systems.privacy import public as privacy
from vamco.systems.traffic.models import PlateSearch, Statement, VehicleAnswer, Violation
from vamco.systems.traffic.queries import table

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet

    from vamco.kernel.world.people.models import Person

_AT_ONCE: Final = 500


def violations_of(person: Person) -> list[privacy.Section]:
    """Violations of which somebody was notified as the owner, and what was said against them. No official is named."""
    rows = Violation.objects.filter(owner=person).select_related("case__kind", "camera", "rule").order_by("at")
    said = Statement.objects.filter(violation__in=rows).select_related("violation").order_by("at")
    statements = tuple(
        (
            privacy.Line(N_("Number of the notice"), each.violation.notice),
            privacy.Line(N_("Time"), _at(each.at)),
            privacy.Line(N_("Text"), each.text),
        )
        for each in said
    )
    return [
        privacy.Section(N_("Violations of your vehicle"), tuple(_record(each) for each in rows)),
        privacy.Section(N_("What you said against a violation"), statements),
    ]


def searches_of(person: Person) -> list[privacy.Section]:
    """Searches by plate that somebody made as an official; the plate belongs to somebody else and is left out."""
    records = tuple(
        (
            privacy.Line(N_("Time"), _at(each.at)),
            privacy.Line(N_("Agency"), each.agency.name),
            privacy.Line(N_("Purpose"), each.purpose),
            privacy.Line(N_("Legal basis"), each.basis),
        )
        for each in PlateSearch.objects.filter(person=person).select_related("agency").order_by("at")
    )
    return [privacy.Section(N_("Plate searches that you made"), records)]


def due_owners(before: dt.datetime) -> int:
    """Count what the register answered, and what owners said, about violations that ended before a moment."""
    return _answers(before).count() + _statements(before).count()


def expire_owners(before: dt.datetime) -> int:
    """Delete it, some at a time. The case stays: it names no owner."""
    answers = list(_answers(before).order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])
    statements = list(_statements(before).order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])
    gone = VehicleAnswer.objects.filter(pk__in=answers).delete()[0]
    gone += Statement.objects.filter(pk__in=statements).delete()[0]
    ended = Violation.objects.filter(case__open=False, case__closed_at__lt=before)
    ended.exclude(owner=None).update(owner=None)
    return gone


def due_searches(before: dt.datetime) -> int:
    """Count searches made before a moment."""
    return PlateSearch.objects.filter(at__lt=before).count()


def expire_searches(before: dt.datetime) -> int:
    """Delete them, some at a time; that each was made stays in the audit log."""
    batch = list(PlateSearch.objects.filter(at__lt=before).order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])
    return PlateSearch.objects.filter(pk__in=batch).delete()[0]


def _answers(before: dt.datetime) -> QuerySet[VehicleAnswer]:
    return VehicleAnswer.objects.filter(violation__case__open=False, violation__case__closed_at__lt=before)


def _statements(before: dt.datetime) -> QuerySet[Statement]:
    return Statement.objects.filter(violation__case__open=False, violation__case__closed_at__lt=before)


def _record(row: Violation) -> tuple[privacy.Line, ...]:
    rule = table.rule_of(row.rule, row.at.astimezone(HCM).date())
    state = cases.definition_of(row.case.kind).states[row.case.state]
    amount = (privacy.Line(N_("Fine in đồng"), str(row.amount)),) if row.amount else ()
    return (
        privacy.Line(N_("Number of the notice"), row.notice),
        privacy.Line(N_("Act on the road"), rule.title),
        privacy.Line(N_("Plate"), row.plate),
        privacy.Line(N_("Time"), _at(row.at)),
        privacy.Line(N_("Where it happened"), row.camera.name),
        privacy.Line(N_("State"), state.shown or state.name),
        *amount,
    )


def _at(moment: dt.datetime) -> str:
    return moment.isoformat(timespec="seconds")


HOLDINGS: Final = (
    privacy.Holding(
        "traffic.violations", N_("Traffic violations"), violations_of, due=due_owners, expire=expire_owners
    ),
    privacy.Holding("traffic.searches", N_("Plate searches"), searches_of, due=due_searches, expire=expire_searches),
)
