"""What the pack says: purposes, clocks, the retention table and the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.base.packs import public as packs
from vamco.lib.errors import N_, Missing
from vamco.systems.privacy.contracts import Clock, Purpose, Rule
from vamco.systems.privacy.models import ClockVersion, PurposeVersion, RuleVersion, Setting
from vamco.systems.privacy.rules import clocks

if TYPE_CHECKING:
    import datetime as dt

    from vamco.systems.privacy.contracts import Term


def _no_purpose(code: str) -> Missing:
    return Missing("privacy.no_purpose", N_("There is no purpose %(code)s."), code=code)


def _no_clock(code: str) -> Missing:
    return Missing("privacy.no_clock", N_("There is no clock %(code)s."), code=code)


def _no_rule(code: str) -> Missing:
    return Missing("privacy.no_rule", N_("The retention table has no line %(code)s."), code=code)


PURPOSES: packs.Versioned[PurposeVersion, Purpose, Purpose] = packs.Versioned(
    PurposeVersion, Purpose, missing=_no_purpose
)
CLOCKS: packs.Versioned[ClockVersion, Clock, Clock] = packs.Versioned(ClockVersion, Clock, missing=_no_clock)
RULES: packs.Versioned[RuleVersion, Rule, Rule] = packs.Versioned(RuleVersion, Rule, missing=_no_rule)


def term(code: str, day: dt.date) -> Term:
    """Return the term of a clock on a day."""
    return clocks.term_on(CLOCKS.get(CLOCKS.newest(code)), day)


def rules() -> dict[str, Rule]:
    """Return the retention table by holding."""
    return {code: RULES.get(row) for code, row in RULES.in_force().items()}


def settings() -> Setting:
    """Return the settings; without any, the cautious ones."""
    return Setting.objects.first() or Setting(code="privacy", show_officials=False, export_days=7, handler="")
