"""What a dossier costs, from the fee rules of its procedure's version: by channel, by whom, by count. Pure.

Of the rules for one thing (`per`) the most particular one that holds counts: one whose answer says so before one for everybody, one for the
channel before one for any. So an exempt group is a rule with an answer and the amount 0. What no rule can say the office names: an amount that
the province's council sets, a count that no answer holds, a subject that no answer decides where nothing else is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vamco.lib.errors import N_

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vamco.systems.onestop.contracts import Channel
    from vamco.systems.onestop.declaration import AskedIf, FeeRule

NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "case": ("Phí, lệ phí giải quyết hồ sơ", "Fee for the dossier"),
    "page": ("Phí theo số trang", "Fee for pages"),
    "copy": ("Phí theo số bản", "Fee for copies"),
    "item": ("Phí theo số lượng", "Fee for items"),
}
MOST_COUNTED: Final = 10_000
NOT_SET = N_("The amount is named by the office.")


@dataclass(frozen=True, slots=True)
class Charge:
    """A line to be paid."""

    name: str
    name_en: str
    count: int
    price: int


@dataclass(frozen=True, slots=True)
class Fees:
    """What is charged, and whether something is left for the office to name. No charge and nothing left: free of charge, or not known."""

    charges: tuple[Charge, ...]
    left: bool

    @property
    def total(self) -> int:
        """Return the sum in đồng."""
        return sum(charge.count * charge.price for charge in self.charges)


def of(rules: Sequence[FeeRule], channel: Channel, answers: Mapping[str, object]) -> Fees:
    """Return what a dossier that comes by a channel with some answers costs."""
    charges: list[Charge] = []
    left = False
    for per in dict.fromkeys(rule.per for rule in rules):
        rule = _particular([each for each in rules if each.per == per], channel, answers)
        if rule is None:
            left = True
            continue
        count = _count(rule, answers)
        if rule.amount is None or rule.upto is not None or count is None:
            left = True
        elif rule.amount and count:
            vi, en = (rule.subject.vi, rule.subject.en) if rule.subject else NAMES[rule.per]
            charges.append(Charge(vi, en, count, rule.amount))
    return Fees(tuple(charges), left)


def _particular(rules: Sequence[FeeRule], channel: Channel, answers: Mapping[str, object]) -> FeeRule | None:
    """Return the most particular rule that holds; None where only the office can say."""
    by = "online" if channel == "online" else "counter"
    held = [rule for rule in rules if rule.channel in {"any", by} and _holds(rule, answers)]
    return max(held, key=lambda rule: (rule.asked_if is not None, rule.channel == by), default=None)


def _holds(rule: FeeRule, answers: Mapping[str, object]) -> bool:
    if rule.asked_if is not None:
        return said(answers, rule.asked_if)
    return rule.subject is None


def said(answers: Mapping[str, object], asked: AskedIf) -> bool:
    """Return whether an answer is one of those asked for."""
    return answer(answers, asked.answer) in asked.equals


def answer(answers: Mapping[str, object], path: str) -> str | int | bool | None:
    """Return the answer at a path, None where there is none or it is no single value."""
    found: object = answers
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str | int | bool) else None


def _count(rule: FeeRule, answers: Mapping[str, object]) -> int | None:
    if rule.per == "case":
        return 1
    found = answer(answers, rule.count) if rule.count else None
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found <= MOST_COUNTED:
        return None
    return found


def finance(standings: Sequence[tuple[str, int, int]]) -> str:
    """Return the finance axis of a dossier from its invoices: standing, paid and refunded of each.

    What is no longer asked for and never was paid says nothing; the axis follows the furthest from being in order.
    """
    kept = [(standing, paid - back) for standing, paid, back in standings if standing != "cancelled"]
    if not kept:
        return "none"
    found = {standing for standing, _held in kept}
    if "refunding" in found:
        return "refunding"
    if found == {"refunded"}:
        return "refunded"
    if found <= {"paid", "refunded"}:
        return "paid"
    return "part" if any(held > 0 for _standing, held in kept) else "due"
