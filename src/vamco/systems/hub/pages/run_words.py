"""What the pages of runs say in words: states, what became of the rows, and what broke a check; never a code."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from vamco.lib.errors import N_
from vamco.systems.hub.contracts import Reason, ReceiptKind, RunState
from vamco.web import words
from vamco.web.components import Cell, Tone

if TYPE_CHECKING:
    from vamco.systems.hub.contracts import Finding, ReceiptView, RunView

REPEATS: Final = frozenset({"repeat"})
_OPEN: Final = re.compile(r"%\(\w+\)s")
_WITHOUT_FIGURES: Final = {
    "row_count": N_("The number of rows is not what the contract expects"),
    "ytd_monotone": N_("%(column)s: the cumulated amount would fall"),
    "jump": N_("%(column)s: the sum differs more from the delivery before than the contract allows"),
    "empties": N_("%(column)s: more cells are empty than the contract allows"),
    "coverage": N_("%(column)s: too few of those who are expected to report have done so"),
    "freshness": N_("%(column)s: the newest day is older than the contract allows"),
    "gone": N_("Rows that stood in the data before are missing in this delivery"),
}
_NO_COLUMN: Final = N_("The delivery does not meet a check of its contract")
_SOME_COLUMN: Final = N_("%(column)s: does not meet a check of the contract")
_LISTS: Final = {"communes": N_("Communes and wards"), "agencies": N_("Agencies"), "investors": N_("Investors")}


def state(run: RunView) -> tuple[Tone, str]:
    """What became of a run, as a badge."""
    return {
        RunState.RUNNING: (Tone.ACTIVE, _("Running")),
        RunState.PUBLISHED: (Tone.WATCH, _("Published, some rows apart"))
        if run.quarantined
        else (Tone.OK, _("Published")),
        RunState.UNCHANGED: (Tone.NONE, _("Nothing new")),
        RunState.REFUSED: (Tone.URGENT, _("Refused")),
        RunState.FAILED: (Tone.URGENT, _("Failed")),
        RunState.HELD: (Tone.WARNING, _("Held, waiting for a decision")),
    }[run.state]


def sentence(reason: Reason) -> str:
    """A reason in the reader's language: without the figures that nobody kept, and with code lists by their names."""
    kind = reason.code.partition(":")[0]
    data = dict(reason.data)
    named = _LISTS.get(str(data.get("value")))
    if named:
        data["value"] = _(named)
    text = replace(reason, data=data).text(_)
    if reason.message != kind and not _OPEN.search(text):
        return text
    plain = _WITHOUT_FIGURES.get(kind, _SOME_COLUMN if data.get("column") else _NO_COLUMN)
    return Reason(reason.code, plain, data).text(_)


def rows_of(run: RunView) -> list[str]:
    """What became of the rows of a run, like added to like, in sentences."""
    figures = {name: words.number(getattr(run, name)) for name in ("rows", "accepted", "repeated", "quarantined")}
    others = words.number(left_over(run))
    if run.state == RunState.PUBLISHED:
        found = [
            _(
                "The file has %(rows)s rows: %(accepted)s taken, %(repeated)s repeated and %(quarantined)s in quarantine."
            )
            % figures
        ]
        return found + _beside(run)
    if run.state == RunState.HELD:
        return [
            _(
                "The file has %(rows)s rows: %(accepted)s that would be taken, %(repeated)s repeated and %(quarantined)s wrong. Nothing of it is published yet."
            )
            % figures
        ]
    if run.state == RunState.UNCHANGED and run.rows:
        return [_("All %(rows)s rows of the file stand in the data already, word for word. Nothing changed.") % figures]
    if run.state == RunState.REFUSED and run.rows:
        told = _(
            "None of the %(rows)s rows was taken: %(quarantined)s are wrong, %(repeated)s repeat what the data say, and %(others)s were refused with them."
        )
        return [told % {**figures, "others": others}]
    return {
        RunState.RUNNING: [_("The file is being read and checked.")],
        RunState.FAILED: [_("The run broke off before it was done. Nothing was taken, and the data did not change.")],
        RunState.REFUSED: [_("No row could be read, so none was taken. The data did not change.")],
        RunState.UNCHANGED: [_("The delivery says that there is nothing to report. The data did not change.")],
    }[run.state]


def left_over(run: RunView) -> int:
    """How many rows of a refused delivery were at no fault of their own."""
    return max(run.rows - run.repeated - run.quarantined, 0)


def _beside(run: RunView) -> list[str]:
    found = []
    if run.revised:
        text = _("Of the rows taken, %(count)s corrected what the data said before.")
        found.append(text % {"count": words.number(run.revised)})
    if run.kept:
        text = _(
            "%(count)s rows of an earlier delivery stay in force, marked, because their successors are in quarantine."
        )
        found.append(text % {"count": words.number(run.kept)})
    return found


def no_findings(run: RunView) -> str:
    """What is known of the checks of a run that lists none that failed."""
    if run.state == RunState.RUNNING:
        return _("The checks are not done yet.")
    if run.state == RunState.FAILED:
        return _("The run broke off, so it is not known whether the rows pass the checks.")
    if not run.rows:
        return _("There were no rows to check.")
    if run.quarantined:
        return _("What the rows in quarantine did not pass stands beside each of them.")
    if run.state in {RunState.REFUSED, RunState.HELD}:
        return _("No single row broke a check; the reason above concerns the delivery as a whole.")
    return _("All rows passed all checks.")


def followed(run: RunView, finding: Finding) -> Cell:
    """What followed from a check that was not passed."""
    if finding.code.partition(":")[0] in REPEATS:
        return Cell(text=_("Passed over: it is in the data already"), tone=Tone.NONE)
    if finding.severity != "error":
        return Cell(text=_("Taken, with a remark") if run.accepted else _("Remark"), tone=Tone.WATCH)
    if run.state == RunState.REFUSED:
        return Cell(text=_("Nothing of the file was taken"), tone=Tone.URGENT)
    return Cell(text=_("Row set apart"), tone=Tone.WARNING)


def receipt(found: ReceiptView) -> tuple[Tone, str]:
    """What a look at a source found, as a badge."""
    return {
        ReceiptKind.DELIVERED: (Tone.OK, _("Delivered")),
        ReceiptKind.UNCHANGED: (Tone.NONE, _("Received, unchanged")),
        ReceiptKind.NOTHING: (Tone.NONE, _("Nothing to report")),
        ReceiptKind.EMPTY: (Tone.WARNING, _("Came empty")),
    }[found.kind]
