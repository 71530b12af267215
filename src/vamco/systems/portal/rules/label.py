"""Verdicts of the platform's label. Source: NĐ 224/2026/NĐ-CP, Đ. 27–28 (from 1 July 2027): what a digital platform must have.

A verdict rests on a measurement. What nobody has measured is not measured, however likely it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt

    from vamco.systems.portal.contracts import Verdict

BEATS_A_DAY: Final = 144  # one every ten minutes
GOOD: Final = 99_50  # hundredths of a per cent
FAIR: Final = 95_00
FEWEST: Final = 36  # beats: six hours, before anything is said of availability


def availability(beats: int, *, first_at: dt.datetime | None, now: dt.datetime, days: int) -> tuple[Verdict, int]:
    """Return a verdict and the share of the time, in hundredths of a per cent, in which the platform showed that it runs.

    The time begins with the first beat, or `days` ago.
    """
    if first_at is None:
        return "not_measured", 0
    minutes = min((now - first_at).total_seconds() / 60, days * 24 * 60)
    due = int(minutes // 10)
    if due < FEWEST:
        return "not_measured", 0
    share = min(100_00, round(beats / due * 100_00))
    return ("met" if share >= GOOD else "partly" if share >= FAIR else "not_met"), share


def stale(at: dt.datetime, *, now: dt.datetime, hours: int) -> bool:
    """Whether a measurement is too old to rest a verdict on."""
    return (now - at).total_seconds() > hours * 3600
