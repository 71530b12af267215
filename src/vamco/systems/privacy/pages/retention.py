"""How long personal data are kept, and what the nightly runs did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vamco.systems.privacy import public as privacy
from vamco.web import words
from vamco.web.components import Cell, Column, Table, Tone
from vamco.web.pages import Request, page, render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponseBase


@page("privacy.view_retention")
def table(request: Request) -> HttpResponseBase:
    """The table, and the last runs."""
    rules = privacy.retention_table()
    runs = [(run, _run(run, rules)) for run in privacy.last_runs()]
    return render(request, "privacy/retention.html", {"table": _rules(rules), "runs": runs})


def _rules(rules: Mapping[str, privacy.Rule]) -> Table:
    said = {"delete": _("Delete"), "anonymise": _("Make anonymous"), "keep": _("Keep")}
    return Table(
        caption=_("Retention table"),
        hide_caption=True,
        columns=(
            Column(label=_("Data")),
            Column(label=_("Months"), number=True),
            Column(label=_("On request")),
            Column(label=_("Why")),
            Column(label=_("Source")),
        ),
        rows=tuple(
            (
                Cell(
                    text=words.either(rule.name, rule.name_en), note=words.either(rule.counts_from, rule.counts_from_en)
                ),
                words.number(rule.months),
                said[rule.on_request],
                words.either(rule.reason, rule.reason_en) or "–",
                _marked(rule),
            )
            for rule in rules.values()
        ),
    )


def _marked(rule: privacy.Rule) -> Cell:
    if rule.mark == "verified":
        return Cell(text=_("Verified"), tone=Tone.OK, note=rule.source)
    return Cell(text=_("Not verified"), tone=Tone.WATCH, note=rule.source)


def _run(run: privacy.RetentionRun, rules: Mapping[str, privacy.Rule]) -> Table:
    skipped = {
        "": "–",
        "unverified": _("Only counted: the rule has not been verified"),
        "no_term": _("No term is known"),
        "no_function": _("Its room deletes nothing by the clock yet"),
    }
    names = {code: words.either(rule.name, rule.name_en) for code, rule in rules.items()}
    return Table(
        caption=_("What was found and deleted"),
        hide_caption=True,
        columns=(
            Column(label=_("Data")),
            Column(label=_("Due"), number=True),
            Column(label=_("Deleted"), number=True),
            Column(label=_("Remark")),
        ),
        rows=tuple(
            (
                names.get(line.holding, line.holding),
                words.number(line.due),
                words.number(line.deleted),
                skipped.get(line.skipped, line.skipped),
            )
            for line in sorted(run.lines.all(), key=lambda line: line.holding)
        ),
    )
