"""What the pages about kinds of cases and about the load of an agency show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.access import public as access
from vamco.systems.desk.pages import drawing as pictures
from vamco.web import words
from vamco.web.components import Cell, Column, Table, Tone

if TYPE_CHECKING:
    from collections.abc import Sequence


def listed(kinds: Sequence[cases.Definition]) -> Table:
    """All kinds of cases."""
    return Table(
        caption=_("Kinds of cases"),
        hide_caption=True,
        columns=(Column(label=_("Kind")), Column(label=_("Letters")), Column(label=_("Deadline"))),
        rows=tuple(
            (
                Cell(text=words.either(of.name, of.name_en), url=reverse("desk:kind", args=[of.code])),
                of.prefix,
                deadline(of),
            )
            for of in kinds
        ),
    )


def deadline(of: cases.Definition) -> str:
    """How long a case of a kind may take."""
    if of.deadline is None:
        return _("said by whoever opens it")
    unit = {"day": _("%(n)s working days"), "half": _("%(n)s half days"), "hour": _("%(n)s working hours")}
    return unit[of.deadline.unit] % {"n": of.deadline.amount}


def drawing(of: cases.Definition) -> pictures.Drawing:
    """A kind as a picture; the numbers on the arrows are those of the table of acts."""
    names = {code: words.either(state.name, state.name_en) for code, state in of.states.items()}
    numbers = {code: number for number, code in enumerate(of.acts, start=1)}
    return pictures.draw(cases.draw(of), of.initial, names, numbers)


def states(of: cases.Definition) -> Table:
    """The states of a kind, and whose turn it is in each."""
    declared = access.acts()

    def turn(state: cases.State) -> str:
        if state.turn is None:
            return "–"
        side = _("who acts") if state.turn.party == "handler" else _("who asked")
        may = declared.get(state.turn.may)
        return f"{side}: {_(may.title) if may else state.turn.may}"

    return Table(
        caption=_("States"),
        columns=(
            Column(label=_("State")),
            Column(label=_("Whose turn it is")),
            Column(label=_("Planned hours"), number=True),
            Column(label=_("Deadline")),
        ),
        rows=tuple(
            (
                Cell(
                    text=words.either(state.name, state.name_en),
                    tone=Tone.OK if state.final else Tone.WATCH if state.clock == "paused" else Tone.ACTIVE,
                ),
                turn(state),
                str(state.turn.hours) if state.turn and state.turn.hours else "–",
                _("ended") if state.final else _("stands still") if state.clock == "paused" else _("runs"),
            )
            for state in of.states.values()
        ),
    )


def acts(of: cases.Definition) -> Table:
    """The acts of a kind, numbered as in the drawing."""

    def name(code: str) -> str:
        return words.either(of.states[code].name, of.states[code].name_en)

    return Table(
        caption=_("Acts"),
        columns=(
            Column(label=_("No."), number=True),
            Column(label=_("Act")),
            Column(label=_("From")),
            Column(label=_("To")),
            Column(label=_("What it needs")),
        ),
        rows=tuple(
            (
                str(number),
                words.either(act.name, act.name_en),
                ", ".join(name(code) for code in of.states if code in act.sources),
                name(act.target) if act.target else _("stays"),
                _needs(of, act),
            )
            for number, act in enumerate(of.acts.values(), start=1)
        ),
    )


def _needs(of: cases.Definition, act: cases.Act) -> str:
    """What an act asks of whoever does it."""
    needs = {"note": _("a note"), "evidence": _("evidence"), "parts": _("all parts ended")}
    found = [needs[need] for need in ("note", "evidence", "parts") if need in act.needs]
    if act.reasons:
        found.append(_("a reason"))
    if act.effect == "hand_over":
        found.append(_("that the other agency takes it"))
    if act.not_by:
        did = ", ".join(words.either(of.acts[code].name, of.acts[code].name_en) for code in sorted(act.not_by))
        found.append(_("somebody else than who did: %(acts)s") % {"acts": did})
    return "; ".join(found) or "–"


def effect(of: cases.Definition, found: cases.Effect) -> Table:
    """Where running cases would go."""
    return Table(
        caption=_("Running cases on older versions"),
        columns=(Column(label=_("State now")), Column(label=_("State after")), Column(label=_("Cases"), number=True)),
        rows=(
            *(
                (_state(of, before), _state(of, after), str(number))
                for (before, after), number in sorted(found.states.items())
            ),
            *(
                (code, Cell(text=_("no such state any more"), tone=Tone.URGENT), str(number))
                for code, number in sorted(found.homeless.items())
            ),
        ),
    )


def lost(of: cases.Definition, found: cases.Effect) -> list[str]:
    """Which acts could no longer be done, by state."""
    return [f"{_state(of, code)}: {', '.join(acts)}" for code, acts in sorted(found.lost.items())]


def _state(of: cases.Definition, code: str) -> str:
    state = of.states.get(code)
    return words.either(state.name, state.name_en) if state else code


def loads(found: Sequence[cases.Load]) -> Table | None:
    """How much waits for whom; None where nothing does."""
    if not found:
        return None
    return Table(
        caption=_("Who has how much to do"),
        hide_caption=True,
        columns=(
            Column(label=_("In hand with")),
            Column(label=_("Agency")),
            Column(label=_("Open"), number=True),
            Column(label=_("Overdue"), number=True),
            Column(label=_("Due within three days"), number=True),
            Column(label=_("The oldest is due")),
        ),
        rows=tuple(
            (
                Cell(text=load.person.name if load.person else _("nobody yet")),
                words.either(load.agency.name, load.agency.name_en),
                str(load.open),
                Cell(text=str(load.overdue), tone=Tone.URGENT) if load.overdue else "0",
                str(load.soon),
                Cell(text=words.moment(load.oldest_due), moment=load.oldest_due),
            )
            for load in found
        ),
    )
