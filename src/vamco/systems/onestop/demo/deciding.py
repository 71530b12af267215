"""Results of the demonstration's dossiers: what is known of each, and made-up words where an official would write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from vamco.kernel.base import clock
from vamco.kernel.record.documents import public as documents
from vamco.systems.onestop.rules import filling
from vamco.systems.onestop.services import results

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person
    from vamco.systems.onestop.models import Dossier

_MADE_UP: Final[dict[str, Any]] = {"text": "Theo hồ sơ trình diễn", "whole": 1, "number": 1, "money": 0}


def prepare(dossier: Dossier, *, by: Person) -> None:
    """Prepare the result of a dossier that is to be proposed, as who appraises it; once."""
    made = results.of(dossier)
    if made is None:
        results.save(dossier.pk, values(dossier), by=by, seen=results.stamp(made))


def values(dossier: Dossier) -> dict[str, Any]:
    """Return values for all that the template of the result demands. Days are ISO texts."""
    known = results.proposed(dossier)
    _row, declared = documents.template(results.template_of(dossier))
    return known | _rest({name: field for name, field in declared.fields.items() if name not in known})


def _rest(fields: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, field in fields.items():
        if name in filling.BY_SIGNATURE or not field.required:
            continue
        if field.type == "list":
            found[name] = [_rest(field.fields)]
        elif field.type == "date":
            found[name] = clock.today().isoformat()
        elif field.type == "moment":
            found[name] = clock.now().isoformat()
        else:
            found[name] = _MADE_UP[field.type]
    return found
