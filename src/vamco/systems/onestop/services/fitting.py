"""The guard of the kind `dossier`: an act that this dossier's procedure does not have is neither offered nor done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.work.cases import public as cases
from vamco.lib.errors import Refused
from vamco.systems.onestop.models import Dossier
from vamco.systems.onestop.queries import PROCEDURES
from vamco.systems.onestop.rules import fitting

if TYPE_CHECKING:
    from vamco.systems.onestop.declaration import FilingItem

    Known = tuple[int, FilingItem | None, fitting.Past]

ANSWERED = "answered"
_KNOWN = "_onestop_fitting"


def guard(case: cases.Case, act: cases.Act) -> None:
    """Refuse an act that the dossier's procedure does not have, or not yet, or not again."""
    filing, past = _known(case)
    found = fitting.refusal(filing, act.code, past) if filing else None
    if found is not None:
        code, message, data = found
        if "parts" in data:
            data = data | {"parts": ", ".join(part_names(case, data["parts"]))}
        raise Refused(code, message, **data)


def part_names(case: cases.Case, codes: list[str]) -> list[str]:
    """Return what parts are called in the record, which is Vietnamese."""
    of = cases.definition_of(case.kind)
    return [of.parts[code].name for code in codes]


def _known(case: cases.Case) -> tuple[FilingItem | None, fitting.Past]:
    """Return the procedure's part about filing and what was done so far: asked once for a case as it stands, for all its acts."""
    known: Known | None = getattr(case, _KNOWN, None)
    if known is None or known[0] != case.seq:
        found = Dossier.objects.select_related("procedure").only("procedure").filter(pk=case.pk).first()
        filing = PROCEDURES.get(found.procedure).filing if found else None
        known = (case.seq, filing, _past(case))
        setattr(case, _KNOWN, known)
    return known[1], known[2]


def _past(case: cases.Case) -> fitting.Past:
    parts = list(case.parts.values_list("part", "state", "open"))
    return fitting.Past(
        supplements=case.entries.filter(act="ask_supplement").count(),
        open_parts=frozenset(part for part, _state, is_open in parts if is_open),
        answered=frozenset(part for part, state, _open in parts if state == ANSWERED),
    )
