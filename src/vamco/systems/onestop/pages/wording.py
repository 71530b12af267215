"""What the catalogue says, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vamco.lib import money
from vamco.lib.errors import fill
from vamco.lib.time import format_date
from vamco.systems.onestop import queries
from vamco.systems.onestop.rules import reading
from vamco.web.words import either, language

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vamco.systems.onestop.declaration import (
        FeeRule,
        LegalBasis,
        NeededPaper,
        PaperItem,
        ProcedureItem,
        ProcessingTime,
        Told,
    )


def told(sentence: Told) -> str:
    """Write a sentence of the pack."""
    return either(sentence.vi, sentence.en)


def name(item: Any) -> str:
    """Write the name of anything in the catalogue."""
    return either(item.name, item.name_en)


def time(of: ProcessingTime) -> str:
    """Write how long it takes by law."""
    message, data = reading.time(of)
    note = f" {told(of.note)}" if of.note else ""
    return fill(_(message), data) + ("." + note if note else "")


def fee(rule: FeeRule) -> str:
    """Write what is paid, for what, through which channel and by whom."""
    message, data = reading.fee(rule)
    amount = fill(_(message), {key: money.format_dong(value, language()) for key, value in data.items()})
    per, channel = reading.PER[rule.per], reading.CHANNELS[rule.channel]
    said = f"{amount} / {_(per)}" if per and rule.amount else amount
    more = [_(channel)] if channel else []
    more += [told(rule.subject)] if rule.subject else []
    return f"{said} ({', '.join(more)})" if more else said


def fees(item: ProcedureItem) -> list[str]:
    """Write the fee rules; a sentence where none is known."""
    return [fee(rule) for rule in item.fees] or [_("Not known yet")]


def paper(need: NeededPaper, known: Mapping[str, PaperItem]) -> dict[str, str]:
    """Write a needed paper: what it is, how many, when, and whether the office can look it up itself."""
    found = known.get(need.paper)
    label = name(found) if found else need.paper
    form = _("form %(form)s") % {"form": found.form} if found and found.form else ""
    counts = []
    if need.originals:
        counts.append(ngettext("%(count)s original", "%(count)s originals", need.originals) % {"count": need.originals})
    if need.copies:
        counts.append(ngettext("%(count)s copy", "%(count)s copies", need.copies) % {"count": need.copies})
    if need.shown and not counts:
        counts.append(_("only to be shown"))
    return {
        "label": label,
        "count": ", ".join([*filter(None, [form]), *counts]),
        "when": either(need.when, need.when_en),
        "register": _("The office looks it up itself where the national database has it.")
        if found and found.from_register
        else "",
    }


def basis(document: LegalBasis) -> str:
    """Write a legal document with its articles, where they were read, and its days, as far as known."""
    said = ": ".join(filter(None, (document.document, document.title))) + (
        f" ({document.articles})" if document.articles else ""
    )
    days = []
    if document.valid_from:
        days.append(_("in force from %(day)s") % {"day": format_date(document.valid_from, language())})
    if document.valid_to:
        days.append(_("in force until %(day)s") % {"day": format_date(document.valid_to, language())})
    return f"{said}, {', '.join(days)}" if days else said


def code(item: ProcedureItem) -> str:
    """Write the national code; a sentence where it is not known."""
    return _("National code not known yet") if item.code.startswith(reading.PLACEHOLDER) else item.code


def receivers(item: ProcedureItem) -> list[str]:
    """Write where it is filed at a counter."""
    return [_(reading.RECEIVERS[each]) for each in item.received_by]


def applicants(item: ProcedureItem) -> str:
    """Write who may apply."""
    return ", ".join(_(reading.APPLICANTS[each]) for each in item.applicants)


def unverified(item: ProcedureItem) -> str:
    """Write what of it nobody has compared yet; "" when all of it has been."""
    return ", ".join(_(reading.UNVERIFIED[each]) for each in item.unverified)


def value(item: ProcedureItem, field: str) -> list[str]:
    """Write what a version says in one field, for a comparison with another."""
    found = getattr(item, field)
    if field in _BY_FIELD:
        return [text for text in _BY_FIELD[field](item) if text]
    if field in {"concerns", "steps", "results"}:
        return [told(each) for each in found]
    return [str(found)] if found is not None else []


def _papers(item: ProcedureItem) -> Iterable[str]:
    known = queries.papers()
    for need in item.papers:
        said = paper(need, known)
        yield ", ".join(filter(None, (said["label"], said["count"], said["when"])))


def _yes(found: object) -> str:
    return _("Yes") if found else _("No")


_BY_FIELD: Final[Mapping[str, Any]] = {
    "name": lambda item: [name(item)],
    "summary": lambda item: [told(item.summary)],
    "received_by": receivers,
    "applicants": lambda item: [applicants(item)],
    "papers": _papers,
    "time": lambda item: [time(item.time)],
    "fees": fees,
    "legal_basis": lambda item: [basis(each) for each in item.legal_basis],
    "route": lambda item: [name(way) for way in queries.ways(item)[:1]],
    "online": lambda item: [_(reading.ONLINE[item.online])],
    "eid_level": lambda item: [_(reading.LEVELS[item.eid_level])],
    "joined": lambda item: [_yes(item.joined)],
    "valid_from": lambda item: [format_date(item.valid_from, language())],
    "ended": lambda item: [format_date(item.ended, language()) if item.ended else ""],
}
