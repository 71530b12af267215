"""What is looked at before a dossier is sent: papers, files, dates, answers from registers. Pure and total.

What the form itself finds is beside this (`forms.problems`). Nothing here is a legal judgement: it is what the clerk would
otherwise send back.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Literal

from vamco.lib.errors import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vamco.systems.onestop.declaration import DateCheck, NeededPaper, PaperItem

Part = Literal["form", "papers", "where"]
NOT_NEEDED: Final = "not_needed"
REGISTER: Final = "register"
TODAY: Final = "today"
_DATE: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


class Need(StrEnum):
    """How a paper stands with the answers given so far."""

    NEEDED = "needed"
    CHOICE = "choice"  # the applicant gives it, or says that it does not concern them
    LOOKED_UP = "looked_up"  # the applicant gives it, or asks the office to look it up
    OPTIONAL = "optional"  # shown at a counter; online it may be given
    FILLED_IN = "filled_in"  # the online form is this paper
    NONE = "none"  # an answer says that it does not apply


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file as the check sees it; `state` is "" where it can be read, else gone or infected."""

    paper: str
    size: int
    state: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to put right, or to know (`blocks` False): where, a code for machines, a msgid, and its data."""

    part: Part
    target: str
    code: str
    message: str
    data: Mapping[str, object] = field(default_factory=dict)
    blocks: bool = True


def answer_at(answers: Any, path: str) -> Any:
    """Return the answer at a dotted path, None where there is none."""
    for name in path.split("."):
        answers = answers.get(name) if isinstance(answers, dict) else None
    return answers


def need(of: NeededPaper, paper: PaperItem | None, answers: Any, *, own_form: bool) -> Need:
    """Say how a paper stands. `own_form`: the procedure has its own form, in whose place no declaration on paper is asked for."""
    if paper is not None and paper.filled_in and own_form:
        return Need.FILLED_IN
    if of.asked_if is not None:
        found = answer_at(answers, of.asked_if.answer)
        if not any(type(found) is type(value) and found == value for value in of.asked_if.equals):
            return Need.NONE
    elif of.when:
        return Need.CHOICE
    if of.shown and not of.originals and not of.copies:
        return Need.OPTIONAL
    return Need.LOOKED_UP if paper is not None and paper.from_register else Need.NEEDED


_MISSING: Final = {
    Need.NEEDED: ("paper_missing", N_("Give this paper: %(paper)s.")),
    Need.CHOICE: ("paper_undecided", N_("Give this paper, or say that it does not concern you: %(paper)s.")),
    Need.LOOKED_UP: (
        "paper_undecided",
        N_("Give this paper, or say that the office should look it up: %(paper)s."),
    ),
}
_WAY_OUT: Final = {Need.CHOICE: NOT_NEEDED, Need.LOOKED_UP: REGISTER}


def papers(needs: Sequence[tuple[str, Need]], given: Iterable[GivenFile], chosen: Mapping[str, str]) -> list[Finding]:
    """Return what is missing or wrong among the papers, in their order; `needs` are codes with how they stand."""
    files: dict[str, list[GivenFile]] = {}
    for each in given:
        files.setdefault(each.paper, []).append(each)
    found = []
    for code, how in needs:
        if how in {Need.NONE, Need.FILLED_IN}:
            continue
        found += [wrong for each in files.get(code, []) if (wrong := _file(each))]
        missing = _MISSING.get(how)
        if missing and not files.get(code) and (how not in _WAY_OUT or chosen.get(code) != _WAY_OUT[how]):
            found.append(Finding("papers", code, missing[0], missing[1], {"paper": code}))
    return found


def _file(given: GivenFile) -> Finding | None:
    if given.size <= 0:
        return Finding("papers", given.paper, "file_empty", N_("A file is empty. Give it again: %(paper)s."), {"paper": given.paper})  # fmt: skip
    if given.state:
        return Finding("papers", given.paper, f"file_{given.state}", N_("A file cannot be read. Give it again: %(paper)s."), {"paper": given.paper})  # fmt: skip
    return None


# ── dates ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def span(value: Any) -> tuple[dt.date, dt.date] | None:
    """Return the first and last day that a date can mean: "1938" is any day of that year; None for what is no date."""
    found = _DATE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    year, month, day = (int(part) if part else 0 for part in found.groups())
    try:
        if day:
            return dt.date(year, month, day), dt.date(year, month, day)
        if month:
            return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])
        return dt.date(year, 1, 1), dt.date(year, 12, 31)
    except (ValueError, calendar.IllegalMonthError):
        return None


def dates(checks: Iterable[DateCheck], answers: Any, today: dt.date) -> list[tuple[DateCheck, Finding]]:
    """Return the checks whose dates surely stand in the wrong order, each with its finding."""

    def read(path: str) -> tuple[dt.date, dt.date] | None:
        return (today, today) if path == TODAY else span(answer_at(answers, path))

    found = []
    for check in checks:
        earlier, later = read(check.earlier), read(check.later)
        if earlier is not None and later is not None and earlier[0] > later[1]:
            target = check.later if check.later != TODAY else check.earlier
            found.append((check, Finding("form", target, "dates_order", "", {})))
    return found


# ── answers from registers ───────────────────────────────────────────────────────────────────────────────────────────


def locked_changed(prefilled: Mapping[str, Mapping[str, Any]], answers: Any) -> list[Finding]:
    """Return the answers that a register locks and that say something else now; they are set back when the dossier is sent."""
    return [
        Finding(
            "form",
            path,
            "locked_changed",
            N_("This answer comes from a register and is sent as it stands there."),
            blocks=False,
        )
        for path, origin in prefilled.items()
        if origin.get("locked") and answer_at(answers, path) is not None and answer_at(answers, path) != origin["value"]
    ]
