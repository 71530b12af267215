"""What the inbox shows: what waits for the reader, and what they follow while others work on it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from textwrap import shorten
from typing import TYPE_CHECKING, Any, Final, cast

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.notices import public as notices
from vamco.kernel.world.access import public as access
from vamco.lib.text import row_number
from vamco.lib.time import HCM
from vamco.systems.desk.pages.forms import CaseFilters, FollowedFilters, NoteForm, SaidForm
from vamco.web import addresses, casework, words
from vamco.web.components import Cell, Column, Link, Tone
from vamco.web.tables.public import Act, Listing, Outcome, Row, Slice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from vamco.kernel.world.people.public import Person

HIGHEST = 2**63
DAY: Final = dt.timedelta(days=1)
SHOWN: Final = 19  # letters of a key that is none
LETTERS: Final = 120  # of a reason in a row


def to_open(person: Person) -> list[Link]:
    """The kinds of cases that the reader may open by hand, each as a link."""
    return [
        Link(words.either(of.name, of.name_en), reverse("desk:open", args=[of.code]))
        for of in cases.kinds()
        if of.may_open and access.allow(person, of.may_open)
    ]


def tabs(box: cases.Inbox, view: cases.View | None) -> list[Link]:
    """The parts of the inbox, each with how much is in it; without a view the reader is at the notices."""
    parts: tuple[tuple[cases.View, str, str], ...] = (
        ("waiting", _("What waits for me"), reverse("desk:inbox")),
        ("following", _("What I follow"), reverse("desk:following")),
    )
    links = [Link(label, url, count=_number_of(box.count(part)), current=part == view) for part, label, url in parts]
    unread = notices.unread(box.person) if box.person else 0
    told = unread if unread <= notices.MOST_COUNTED else f"{notices.MOST_COUNTED}+"
    return [*links, Link(_("Notices"), reverse("desk:notices"), count=told, current=view is None)]


def _number_of(count: int) -> int | str:
    return count if count <= cases.MOST_COUNTED else f"{cases.MOST_COUNTED}+"


def key(after: cases.Key) -> str:
    """The key with which the next page of an inbox begins, for an address."""
    return f"{after[0].isoformat()}~{after[1]}"


def read_key(text: str) -> cases.Key | None:
    """The key that an address holds; None when it holds none, or nonsense."""
    moment, _tilde, number = text.partition("~")
    try:
        due = dt.datetime.fromisoformat(moment)
        return (due, int(number)) if due.tzinfo and 0 <= int(number) < HIGHEST else None
    except ValueError:
        return None


# ── the list ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Rows:
    """The rows of an inbox, as a listing asks for them."""

    box: cases.Inbox
    view: cases.View
    only: cases.Filter

    def slice(self, _sort: str, *, after: str, before: str, limit: int) -> Slice:
        """Give the cases behind or before a key."""
        found = self.box.page(self.view, only=self.only, after=read_key(after), before=read_key(before), count=limit)
        ends = (key(end) if end else "" for end in (found.after, found.before))
        return Slice(self._drawn(found), *ends)

    def every(self, _sort: str) -> Iterator[Row]:
        """Give all cases, page by page."""
        after = None
        while True:
            found = self.box.page(self.view, only=self.only, after=after, count=cases.MOST_COUNTED)
            yield from self._drawn(found)
            if (after := found.after) is None:
                return

    def count(self, _most: int) -> int:
        """Count them, no further than an inbox counts."""
        return self.box.count(self.view, only=self.only)

    @staticmethod
    def _drawn(found: cases.Page) -> tuple[Row, ...]:
        now, returned = clock.now(), cases.sent_back(found.cases)
        return tuple(_row(case, now, returned.get(case.pk)) for case in found.cases)


def listing(box: cases.Inbox, view: cases.View, kind: str) -> Listing:
    """One of the two parts of an inbox; `kind` is the code of the kind that the reader has narrowed it to, "" for none."""
    following = view == "following"
    nothing, first_step, step = _nothing(following=following)
    return Listing(
        code=f"desk.{view}",
        caption=_("What I follow") if following else _("What waits for me"),
        columns=COLUMNS,
        filters=FollowedFilters if following else CaseFilters,
        rows=lambda asked: _Rows(box, view, _only(asked.filters)),
        acts=() if following else (*HOLDING, *_acts(kind)),
        per_page=25,
        counts_to=cases.MOST_COUNTED,
        nothing=nothing,
        first_step=first_step,
        step=step,
    )


COLUMNS: Final = (
    Column(label=_l("What it is about"), key="case", sorts=False, noted=_l("Case number")),
    Column(label=_l("Due"), key="due", sorts=False, tight=True),
    Column(label=_l("State"), key="state", sorts=False, noted=_l("Sent back by, and why")),
    Column(label=_l("Agency that acts"), key="agency", sorts=False),
    Column(label=_l("In hand of"), key="taken", sorts=False),
    Column(label=_l("Asked by"), key="issuer", sorts=False, optional=True),
    Column(label=_l("Opened on"), key="opened", sorts=False, optional=True, tight=True),
)


def _row(case: cases.Case, now: dt.datetime, returned: cases.Entry | None) -> Row:
    of = cases.definition_of(case.kind)
    state = of.states[case.state]
    possible = {act.code for act in cases.possible(of, case.state)}
    return Row(
        key=f"{case.pk}-{case.seq}",
        takes=frozenset(possible | {"release" if case.taken_by else "claim"}),
        cells=(
            Cell(text=case.title, url=casework.address(case), note=cases.number(case)),
            _due(case, now),
            _sent_back(returned)
            if returned
            else Cell(text=words.either(state.name, state.name_en), tone=casework.tone(case, of)),
            words.either(case.agency.name, case.agency.name_en),
            case.taken_by.name if case.taken_by else "–",
            words.either(case.issuer.name, case.issuer.name_en),
            Cell(moment=case.opened_at),
        ),
    )


def _due(case: cases.Case, now: dt.datetime) -> Cell:
    """Say until when: while the deadline of the agency stands still, by when the step should be done, if its kind says so."""
    if case.paused_at is None or cases.is_overdue(case, now):
        return words.due_cell(case.due_at, now)
    if case.step_due_at is None:
        return Cell(text=_("Deadline paused"), tone=Tone.WATCH, moment=case.due_at)
    tone, text = words.due(case.step_due_at, now)
    note = _("this step: %(moment)s") % {"moment": words.moment(case.step_due_at)}
    return Cell(text=text, tone=tone, note=note, moment=case.step_due_at)


def _sent_back(entry: cases.Entry) -> Cell:
    """Mark a case that came back, with by whom and why."""
    who = entry.by.name if entry.by else words.either(entry.agency.name, entry.agency.name_en)
    why = shorten(entry.note, LETTERS, placeholder="…")
    return Cell(text=_("Sent back"), tone=Tone.WARNING, note=f"{who}: {why}" if why else who)


def _only(asked: Mapping[str, Any]) -> cases.Filter:
    """What the filters say; an end of a day is the province's."""
    midnight = dt.datetime.combine(clock.today() + DAY, dt.time(), HCM)
    ends = {"overdue": clock.now(), "today": midnight, "week": midnight + 7 * DAY}
    return cases.Filter(
        kind=asked.get("kind") or "",
        agency=asked.get("agency") or "",
        taken=asked.get("taken") or "",
        due_before=ends.get(asked.get("due") or ""),
    )


def _nothing(*, following: bool) -> tuple[str, str, Link]:
    """What an empty list says, and the first step from there."""
    if following:
        text = _("A directive that your office issued stands here while the agency works on it. As soon as the agency reports back, it moves to what waits for you.")  # fmt: skip
        return _("You follow nothing at present"), text, Link("")
    text = _("A directive to your agency, or a report that your office must verify, appears here with the day by which it is due. Open it, read what is ordered, and do the next step on the same page.")  # fmt: skip
    return _("Nothing waits for you"), text, Link(_("See the board"), addresses.to("board"))


# ── acts on many ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _acts(kind: str) -> Iterator[Act]:
    """What can be done to many cases of one kind at once: acts that want no more than a note."""
    found = next((of for of in cases.kinds() if of.code == kind), None) if kind else None
    for act in found.acts.values() if found else ():
        if act.needs <= {"note"} and not (act.reasons or act.effect or act.parts):
            yield Act(
                code=act.code,
                label=words.either(act.name, act.name_en),
                says=_("Each case gets this act in its history, under your name. What somebody else has changed meanwhile is left as it is, and said so."),
                run=partial(_do, act.code),
                act=act.may,
                form=SaidForm if "note" in act.needs else NoteForm,
            )  # fmt: skip


def _do(code: str, person: Person | None, keys: Sequence[str], said: Mapping[str, Any]) -> Outcome:
    by, note = cast("Person", person), said.get("note") or ""
    return _each(by, keys, lambda case, seen: cases.act(case, code, by=by, seen=seen, note=note))


def _hold(
    change: Callable[..., object], person: Person | None, keys: Sequence[str], _said: Mapping[str, Any]
) -> Outcome:
    by = cast("Person", person)
    return _each(by, keys, lambda case, seen: change(case, by=by, seen=seen))


def _each(by: Person, keys: Sequence[str], do: Callable[[int, int | None], object]) -> Outcome:
    """Do it to each picked case that the person may see; a key is a case's number and what was seen of it."""
    picked = dict(filter(None, map(_picked, keys)))
    numbers = {
        case.pk: cases.number(case)
        for case in cases.visible(by).filter(pk__in=picked).select_related("kind").defer("kind__content")
    }
    outcomes = cases.each({case: seen for case, seen in picked.items() if case in numbers}, do)
    refused = [(numbers[found.case], found.error.text(_)) for found in outcomes if found.error]
    refused += [(str(case), _("You see no such case.")) for case in picked if case not in numbers]
    refused += [(key[:SHOWN], _("You see no such case.")) for key in keys if _picked(key) is None]
    return Outcome(sum(found.error is None for found in outcomes), tuple(refused))


def _picked(key: str) -> tuple[int, int] | None:
    number, _dash, seen = key.partition("-")
    case_id, seq = row_number(number), row_number(seen)
    return None if case_id is None or seq is None else (case_id, seq)


HOLDING: Final = (
    Act(code="claim", label=_l("Take in hand"), run=partial(_hold, cases.claim), icon="check",
        says=_l("You take these cases in hand: colleagues see so, and leave them to you.")),
    Act(code="release", label=_l("Put back"), run=partial(_hold, cases.release), icon="back",
        says=_l("The cases wait for your agency again, for whoever takes them in hand.")),
)  # fmt: skip
