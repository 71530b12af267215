"""What a procedure asks of the answers of its form: which papers they call for, and which dates stand in the wrong order. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from vamco.lib.partial_date import PartialDate

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from vamco.systems.onestop.declaration import AskedIf, DateCheck, NeededPaper

TODAY: Final = "today"


def answer(answers: Mapping[str, Any], path: str) -> Any:
    """Return the answer at a dotted path, None without one."""
    found: Any = answers
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def holds(asked: AskedIf, answers: Mapping[str, Any]) -> bool:
    """Tell whether an answer is one of those named; of a question with several answers, whether one of them is. True is not 1."""
    given = answer(answers, asked.answer)
    given = given if isinstance(given, list) else [given]
    return any(
        isinstance(one, bool) == isinstance(value, bool) and one == value for one in given for value in asked.equals
    )


def needed(papers: Iterable[NeededPaper], answers: Mapping[str, Any]) -> list[NeededPaper]:
    """Return the papers that the answers call for, without those that an answer rules out.

    One that depends on something nobody was asked (`when` alone) stays: the applicant says whether it is needed.
    """
    return [paper for paper in papers if paper.asked_if is None or holds(paper.asked_if, answers)]


def out_of_order(checks: Iterable[DateCheck], answers: Mapping[str, Any], today: dt.date) -> Sequence[DateCheck]:
    """Return the checks that fail for certain; a year alone is wrong only where no day of it would do."""
    found = []
    for check in checks:
        earlier, later = (_span(path, answers, today) for path in (check.earlier, check.later))
        if earlier and later and earlier.first > later.last:
            found.append(check)
    return found


def _span(path: str, answers: Mapping[str, Any], today: dt.date) -> PartialDate | None:
    given = today.isoformat() if path == TODAY else answer(answers, path)
    return PartialDate.read(given) if isinstance(given, str) else None
