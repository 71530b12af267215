"""What has happened to a case, in the reader's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_  # noqa: N812  # gettext's own name

from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.web import words
from vamco.web.casework import Look
from vamco.web.components import Entry, Link, Tone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vamco.web.casework import Face

ENGINE = {
    "claim": ("user", Tone.NONE),
    "assign": ("user", Tone.NONE),
    "release": ("leave", Tone.NONE),
    "receive": ("check", Tone.ACTIVE),
    "give_back": ("undo", Tone.WATCH),
    "recall": ("undo", Tone.NONE),
    "comment": ("edit", Tone.NONE),
    "attach": ("attach", Tone.NONE),
    "escalate": ("bell", Tone.WARNING),
    "part_ended": ("check", Tone.NONE),
    "called_back": ("close", Tone.NONE),
    "merged": ("link", Tone.NONE),
    "migrate": ("refresh", Tone.NONE),
    "succeed": ("back", Tone.NONE),
}
PLAIN = Look()
OWN = {
    "claim": N_("Claimed"),
    "assign": N_("Assigned to %(whom)s"),
    "release": N_("Released"),
    "receive": N_("Taken over"),
    "give_back": N_("Not taken over"),
    "recall": N_("Hand-over taken back from %(whom)s"),
    "comment": N_("Comment"),
    "attach": N_("Files added"),
    "escalate": N_("Brought before the head of the agency: the deadline is near or past"),
    "part_ended": N_("Part ended: %(whom)s"),
    "called_back": N_("No longer needed"),
    "merged": N_("Another case was merged into this one: %(whom)s"),
    "migrate": N_("Moved to another version of its kind"),
    "succeed": N_("Continued in the place of %(whom)s"),
}


def entries(
    case: cases.Case, of: cases.Definition, face: Face, more: Iterable[Entry], promises: Iterable[cases.Promise]
) -> list[Entry]:
    """The timeline of a case and what else belongs to it, newest first."""
    found = list(cases.timeline(case))
    names, clocks = _names(found), _clocks(case, found, promises)
    drawn = (_entry(of, one, names, face, clocks.get(one.seq, "")) for one in found)
    return sorted([*drawn, *more], key=lambda entry: entry.at, reverse=True)


def _clocks(case: cases.Case, found: list[cases.Entry], promises: Iterable[cases.Promise]) -> dict[int, str]:
    """Return what to say beside an entry about the deadline: that it stands still from there, or how long it did."""
    said = {entry.seq: _("From here on the deadline stands still.") for entry in found if entry.at == case.paused_at}
    by_seq = {entry.seq: entry for entry in found}
    for promise in promises:
        goes_on = by_seq.get(promise.seq)
        if promise.why != "resumed" or goes_on is None:
            continue
        began = next((entry for entry in found if entry.seq < goes_on.seq and _stops(entry, goes_on.from_state)), None)
        if began is not None:
            times = {"since": began.at, "until": goes_on.at, "due": promise.due_at}
            text = _("The deadline stood still from %(since)s until %(until)s and is now %(due)s.")
            said[goes_on.seq] = text % {name: words.moment(at) for name, at in times.items()}
    return said


def _stops(entry: cases.Entry, state: str) -> bool:
    """Tell whether a case came by an entry into a state, or onto the version by which its deadline stands still there."""
    return entry.to_state == state and (entry.from_state != state or entry.act == "migrate")


def _entry(of: cases.Definition, entry: cases.Entry, names: dict[str, str], face: Face, deadline: str) -> Entry:
    icon, tone = _look(of, entry, face)
    agency = words.either(entry.agency.name, entry.agency.name_en)
    return Entry(
        title=str(face.terms.opened) if entry.seq == 1 else _title(of, entry, names.get(entry.other, "")),
        at=entry.at,
        who=", ".join(filter(None, [_who(entry), _behalf(entry), agency])),
        text=entry.note,
        note=deadline,
        icon=icon,
        tone=tone,
        links=tuple(Link(file.name, reverse("desk:file", args=[file.pk])) for file in entry.files.all()),
    )


def _look(of: cases.Definition, entry: cases.Entry, face: Face) -> tuple[str, Tone]:
    """An act of the kind looks as the kind says; what the engine enters by itself looks the same in all kinds."""
    if entry.seq == 1:
        return face.icon, Tone.ACTIVE
    if entry.act in of.acts:
        look = face.looks.get(entry.act, PLAIN)
        return look.icon, look.tone
    return ENGINE.get(entry.act, ("", Tone.ACTIVE))


def _title(of: cases.Definition, entry: cases.Entry, whom: str) -> str:
    act = of.acts.get(entry.act)
    if act is None:
        own = OWN.get(entry.act)
        return _(own) % {"whom": whom} if own else entry.act
    title = words.either(act.name, act.name_en)
    reason = next((reason for reason in act.reasons if reason.code == entry.reason), None)
    about = words.either(reason.name, reason.name_en) if reason else whom
    return f"{title}: {about}" if about else title


def _behalf(entry: cases.Entry) -> str:
    principal = entry.acting_for or entry.acting_for_organisation
    return _("acting for %(person)s") % {"person": principal.name} if principal else ""


def _who(entry: cases.Entry) -> str:
    """Return who did it: a person, or a machine of the platform by its title; "" for what was done by the clock."""
    if entry.by:
        return entry.by.name
    machine = access.machines().get(entry.machine)
    return _(machine.title) if machine else entry.machine


def _names(found: Iterable[cases.Entry]) -> dict[str, str]:
    """Whom the entries are about, by what they keep of it: a statement for each sort of thing, however many there are."""
    about: dict[str, set[str]] = {"agency": set(), "person": set(), "case": set()}
    for entry in found:
        sort, _colon, key = entry.other.partition(":")
        if key and sort in about:
            about[sort].add(key)
    names = {}
    if about["agency"]:
        for agency in agencies.of_kind().filter(code__in=about["agency"]):
            names[f"agency:{agency.code}"] = words.either(agency.name, agency.name_en)
    if about["person"]:
        for person in people.by_id(map(int, about["person"])).values():
            names[f"person:{person.pk}"] = person.name
    if about["case"]:
        for case in cases.by_id(map(int, about["case"])).values():
            names[f"case:{case.pk}"] = cases.number(case)
    return names
