from __future__ import annotations

import datetime as dt
import secrets
from typing import IO, TYPE_CHECKING, Any, Final

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.record.files import public as files
from vamco.kernel.work.forms.contracts import FileFacts, Invalid, Kind, Problem
from vamco.kernel.work.forms.models import Draft
from vamco.kernel.work.forms.queries import definitions, drafts
from vamco.kernel.work.forms.rules import answers, nodes, validating
from vamco.lib.errors import N_, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vamco.kernel.work.forms.contracts import Data, Posted
    from vamco.kernel.work.forms.declaration import FieldOf, Form, PageOf
    from vamco.kernel.work.forms.rules.answers import Filled
    from vamco.kernel.world.people.models import Person

MOST_DRAFTS: Final = 20
MOST_FILES: Final = 40
MOST_BYTES: Final = 200 << 20
BATCH: Final = 500
CHAIN: Final = "forms"


def check(form: str, data: Any) -> Data:
    """Give answers from outside as they are stored, or Invalid with all that is wrong. Nothing is kept; files cannot be given."""
    return validating.accept(definitions.form_of(definitions.newest(form)), data, today=clock.today(), files={})


def begin(form: str, *, by: Person, data: Mapping[str, Any] | None = None) -> Draft:
    """Begin a draft of the form's newest version, perhaps with answers that are known already."""
    version, now = definitions.newest(form), clock.now()
    declared = definitions.form_of(version)
    with transaction.atomic():
        if len(drafts.drafts(by, form)) >= MOST_DRAFTS:
            raise Refused(
                "forms.too_many_drafts",
                N_("You have %(limit)s drafts of this form. Hand one in or delete one first."),
                limit=MOST_DRAFTS,
            )
        draft = Draft.objects.create(
            code=secrets.token_urlsafe(16),
            form=version,
            person=by,
            data=nodes.prune(declared, dict(data or {})),
            begun_at=now,
            saved_at=now,
            expires_at=now + dt.timedelta(days=declared.keep_days),
        )
        _record("forms.begin", draft, by=by)
    return draft


def _record(act: str, draft: Draft, by: Person | None = None) -> None:
    actor = str(by.pk) if by else audit.SYSTEM
    audit.record(act, actor=actor, chain=CHAIN, subject=f"draft:{draft.pk}", detail={"form": draft.form.code})


def fill(code: str, posted: Posted, *, by: Person, language: str, page: PageOf | None = None) -> tuple[Draft, Filled]:
    """Save what a page sent, however incomplete, and give the draft with what could not be read.

    Only the answers of that page change, so two windows on two pages lose nothing; on the same page the last one stays.
    """
    with transaction.atomic():
        draft = _locked(code, by)
        form = definitions.form_of(draft.form)
        filled = answers.fill(form, draft.data, posted, language, page)
        draft.seen = sorted({*draft.seen, *([page.code] if page else [one.code for one in form.pages])})
        _save(draft, form, filled.data)
    return draft, filled


def amend(code: str, data: Any, *, by: Person, seen: int) -> Draft:
    """Put other answers in the place of a draft's, complete or not: for programs. Refused when it was saved since `seen`."""
    if problem := nodes.too_much(data):
        raise Invalid("", [problem])
    with transaction.atomic():
        draft = _locked(code, by)
        if draft.revision != seen:
            raise changed()
        form = definitions.form_of(draft.form)
        _save(draft, form, nodes.prune(form, data))
    return draft


def changed() -> Refused:
    """Give the error for answers that are no longer those that somebody saw."""
    return Refused("forms.changed", N_("The answers were changed meanwhile. Look through them once more."))


def _locked(code: str, by: Person) -> Draft:
    found = Draft.objects.select_for_update(of=("self",)).select_related("form").filter(code=code, person=by).first()
    if found is None or found.finished_at or found.expires_at <= clock.now():
        raise drafts.missing()
    return found


def _save(draft: Draft, form: Form, data: Data) -> None:
    now = clock.now()
    draft.data, draft.revision, draft.saved_at = data, draft.revision + 1, now
    draft.expires_at = now + dt.timedelta(days=form.keep_days)
    draft.save(update_fields=["data", "seen", "revision", "saved_at", "expires_at"])


def attach(code: str, stream: IO[bytes], *, name: str, field: FieldOf, by: Person) -> FileFacts:
    """Take a file in for a question of a draft; Refused when it is not what the question accepts. `fill` makes it an answer."""
    draft = drafts.draft(code, by=by)
    kinds = frozenset(files.EXTENSIONS[extension] for extension in field.accept)
    terms = files.Terms(kinds, field.max_mb << 20, max_files=MOST_FILES, max_total=MOST_BYTES)
    with files.examined(stream, name=name, terms=terms) as ready, transaction.atomic():
        draft = _locked(code, by)
        file = files.keep(ready, by=str(by.pk), owner=draft.owner)
    return FileFacts(file.pk, file.name, file.size)


def problems(draft: Draft, data: Data | None = None) -> list[Problem]:
    """Give what is wrong or missing in a draft, in the order of its pages; with the answers given instead of its own."""
    form = definitions.form_of(draft.form)
    return validating.problems(
        form, draft.data if data is None else data, today=clock.today(), files=drafts.files_of(draft)
    )


def finish(code: str, *, by: Person, seen: int) -> tuple[Form, Data]:
    """End a draft and give its answers to whoever makes something of them, in whose transaction this must run.

    Invalid when something is wrong or missing; Refused when they are not the answers that were seen. Files that are answers
    stay, and are the caller's to `retain` or `drop`; the others go with the draft.
    """
    with transaction.atomic():
        draft = _locked(code, by)
        if draft.revision != seen:
            raise changed()
        form = definitions.form_of(draft.form)
        data = validating.accept(form, draft.data, today=clock.today(), files=drafts.files_of(draft))
        draft.data, draft.finished_at = {}, clock.not_before(draft.begun_at)
        draft.save(update_fields=["data", "finished_at"])
        _drop_files(draft, keep=_files_in(form, data))
        _record("forms.finish", draft, by=by)
    return form, data


def _files_in(form: Form, data: Data) -> set[int]:
    found: set[int] = set()
    for node in nodes.nodes(form, data):
        if node.kind in {Kind.FILE, Kind.FILES}:
            value = nodes.get(data, node.path)
            found |= set(value if isinstance(value, list) else [value]) - {None}
    return found


def _drop_files(draft: Draft, keep: set[int] | frozenset[int] = frozenset()) -> None:
    for file in drafts.files_of(draft).keys() - keep:
        # Not when somebody stores the same content just now: then the purge takes it later.
        if not files.drop(file, act="forms.drop_file"):
            files.retain(file, clock.today() - dt.timedelta(days=1))


def discard(code: str, *, by: Person) -> None:
    """Delete a draft and its files."""
    with transaction.atomic():
        draft = _locked(code, by)
        _record("forms.discard", draft, by=by)
        _drop_files(draft)
        draft.delete()


def drop(draft: Draft) -> None:
    """Delete a draft and its files because a law or a term asks for it, whoever holds it. Part of the act's transaction."""
    found = Draft.objects.select_for_update(of=("self",)).select_related("form").filter(pk=draft.pk).first()
    if found is not None:
        _record("forms.expire", found)
        _drop_files(found)
        found.delete()


def purge(now: dt.datetime) -> int:
    """Delete the drafts whose time is over, with their files, and the rows of those handed in; gives their number."""
    due: Sequence[int] = list(
        Draft.objects.filter(expires_at__lte=now).order_by("pk").values_list("pk", flat=True)[:BATCH]
    )
    count = 0
    for pk in due:
        with transaction.atomic():
            draft = (
                Draft.objects.select_for_update(of=("self",), skip_locked=True)
                .select_related("form")
                .filter(pk=pk)
                .first()
            )
            if draft is None or draft.expires_at > now:
                continue
            if draft.finished_at is None:
                _record("forms.expire", draft)
                _drop_files(draft)
            draft.delete()
            count += 1
    return count
