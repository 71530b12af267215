from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.base import clock
from vamco.kernel.record.files import public as files
from vamco.kernel.work.forms.contracts import FileFacts
from vamco.kernel.work.forms.models import Draft
from vamco.lib.errors import N_, Missing

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person


def draft(code: str, *, by: Person) -> Draft:
    """Give somebody's own draft. Missing for another's, one that was handed in, and one whose time is over: all the same."""
    found = Draft.objects.select_related("form").filter(code=code, person=by, finished_at=None).first()
    if found is None or found.expires_at <= clock.now():
        raise missing()
    return found


def missing() -> Missing:
    """Give the error for a draft that is not there, whyever."""
    return Missing("forms.no_draft", N_("This draft is not there: it was handed in or dropped, or its time is over."))


def drafts(person: Person, form: str = "") -> list[Draft]:
    """Give somebody's drafts, the last saved first; of one form or all."""
    found = Draft.objects.select_related("form").filter(person=person, finished_at=None, expires_at__gt=clock.now())
    return list((found.filter(form__code=form) if form else found).order_by("-saved_at", "-pk"))


def files_of(draft: Draft) -> dict[int, FileFacts]:
    """Give the files that may be answers of a draft, by id."""
    return {file.pk: FileFacts(file.pk, file.name, file.size) for file in files.owned_by(draft.owner)}
