"""The points of QĐ 766 out of ratios. Pure, in exact decimals.

Source: formulas rebuilt by others from the public page and fitted on one province (second-hand); the interface's own score decides.
What has no source is no data: its points lie anywhere from none to all, and so does what is summed from it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from vamco.systems.service_quality.contracts import Group, GroupScore, PartScore, Points, Ratio

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vamco.systems.service_quality.contracts import Measure, Part

NOTHING: Final = Decimal(0)
BANDS: Final = ((90, "excellent"), (80, "good"), (70, "fair"), (50, "average"), (0, "weak"))
"""The lowest score of each class; the two in the middle are general knowledge, to be compared with the decision."""


def of_part(part: Part, ratio: Ratio | None, kind: str) -> PartScore:
    """Return the points of an indicator for an office of a kind. Exempt is only who the decision exempts, whatever is measured."""
    if kind in part.exempt:
        return PartScore(part, Points(part.most, part.most), ratio, "exempt")
    if part.measure == "none" or ratio is None:
        return PartScore(part, Points(NOTHING, part.most), None, "no_source")
    if ratio.total == 0:
        return PartScore(part, Points(NOTHING, part.most), ratio, "no_cases")
    reached = min(part.most, part.weight * Decimal(ratio.counted) / Decimal(ratio.total))
    return PartScore(part, Points(reached, reached), ratio, "measured")


def of_group(group: Group, ratios: Mapping[Measure, Ratio], kind: str) -> GroupScore:
    """Return the points of a group, never above its most."""
    parts = tuple(of_part(part, ratios.get(part.measure), kind) for part in group.parts)
    least = min(group.most, sum((each.points.least for each in parts), NOTHING))
    most = min(group.most, sum((each.points.most for each in parts), NOTHING))
    return GroupScore(group, Points(least, most), parts)


def of_office(
    groups: Sequence[Group], ratios: Mapping[Measure, Ratio], kind: str
) -> tuple[Points, tuple[GroupScore, ...]]:
    """Return the points of an office and of each group."""
    found = tuple(of_group(group, ratios, kind) for group in groups)
    return Points(
        sum((each.points.least for each in found), NOTHING), sum((each.points.most for each in found), NOTHING)
    ), found


def band(points: Decimal) -> str:
    """Return the class of a score."""
    return next(name for lowest, name in BANDS if points >= lowest)


def bands(points: Points) -> tuple[str, ...]:
    """Return the classes that an interval reaches, the lowest first: only one of them is a statement."""
    low, high = (
        next(n for n, (lowest, _) in enumerate(BANDS) if each >= lowest) for each in (points.least, points.most)
    )
    return tuple(BANDS[n][1] for n in range(low, high - 1, -1))
