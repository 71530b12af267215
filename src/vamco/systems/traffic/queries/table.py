"""What the pack says: road rules by day, days of the procedure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vamco.kernel.base.packs import public as packs
from vamco.lib.errors import N_, Missing
from vamco.systems.traffic.contracts import ActCode
from vamco.systems.traffic.declaration import PlatesItem, RuleItem
from vamco.systems.traffic.models import PlateTable, RuleVersion, Setting

if TYPE_CHECKING:
    import datetime as dt

    from vamco.systems.traffic.contracts import RoadRule


def _no_rule(code: str) -> Missing:
    return Missing("traffic.no_rule", N_("There is no road rule %(code)s."), code=code)


RULES: packs.Versioned[RuleVersion, RuleItem, RuleItem] = packs.Versioned(RuleVersion, RuleItem, missing=_no_rule)


def rules_on(day: dt.date) -> dict[ActCode, tuple[RuleVersion, RoadRule]]:
    """Return the road rules in the wording of a day, each with the version of the pack that says so."""
    found: dict[ActCode, tuple[RuleVersion, RoadRule]] = {}
    for code, row in RULES.in_force().items():
        for rule in RULES.get(row).rules():
            if rule.valid_from <= day and (rule.valid_to is None or day <= rule.valid_to):
                found[ActCode(code)] = row, rule
    return found


def rule_of(version: RuleVersion, day: dt.date) -> RoadRule:
    """Return a rule as a version said it for a day."""
    for rule in RULES.get(version).rules():
        if rule.valid_from <= day and (rule.valid_to is None or day <= rule.valid_to):
            return rule
    raise _no_rule(version.code)


def plates() -> dict[str, Any] | None:
    """Return the pack's table of number plates as `engines.vision.plates.grammar` takes it; None where there is none."""
    row = PlateTable.objects.first()
    return None if row is None else PlatesItem.model_validate(row.table).model_dump()


def settings() -> Setting:
    """Return the days of the procedure; without any, the cautious ones."""
    return Setting.objects.first() or Setting(
        code="traffic",
        notice_days=10,
        answer_days=20,
        limitation_days=365,
        silent_days=60,
        clock_off_s=2.0,
        weakest=0.8,
        source="",
        verified=False,
    )
