"""How long personal data are kept, and what the nightly runs did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vamco.systems.privacy import public as privacy
from vamco.web import words
from vamco.web.components import Cell, Column, Table, Tone
from vamco.web.pages import Request, page, render

if TYPE_CHECKING:
    from django.http import HttpResponseBase


@page("privacy.view_retention")
def table(request: Request) -> HttpResponseBase:
    """The table, and the last runs."""
    rules, runs = privacy.retention_table(), privacy.last_runs()
    skipped = {
        "": "–",
        "unverified": _("Only counted: the rule has not been verified"),
        "no_term": _("No term is known"),
        "no_function": _("Its room deletes nothing by the clock yet"),
    }
    columns = (
        Column(label=_("Data")),
        Column(label=_("Months"), number=True),
        Column(label=_("On request")),
        Column(label=_("Why")),
        Column(label=_("Source")),
    )
    said = {"delete": _("Deleted"), "anonymise": _("Made anonymous"), "keep": _("Kept")}
    rows = tuple(
        (
            Cell(text=words.either(rule.name, rule.name_en), note=words.either(rule.counts_from, rule.counts_from_en)),
            words.number(rule.months),
            said[rule.on_request],
            words.either(rule.reason, rule.reason_en) or "–",
            Cell(
                text=_("Verified") if rule.mark == "verified" else _("Not verified"),
                tone=Tone.OK if rule.mark == "verified" else Tone.WATCH,
                note=rule.source,
            ),
        )
        for rule in rules.values()
    )
    shown = [
        (
            run,
            Table(
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
                        words.either(rules[line.holding].name, rules[line.holding].name_en)
                        if line.holding in rules
                        else line.holding,
                        words.number(line.due),
                        words.number(line.deleted),
                        skipped.get(line.skipped, line.skipped),
                    )
                    for line in sorted(run.lines.all(), key=lambda line: line.holding)
                ),
            ),
        )
        for run in runs
    ]
    context = {
        "table": Table(caption=_("Retention table"), hide_caption=True, columns=columns, rows=rows),
        "runs": shown,
    }
    return render(request, "privacy/retention.html", context)
