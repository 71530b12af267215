"""Files that people attach: the field that takes several, and their storing in one transaction with the act they belong to."""

from __future__ import annotations

from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vamco.kernel.record.files import public as files
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Refused
from vamco.web.acting import NOTE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.core.files.uploadedfile import UploadedFile

    from vamco.kernel.world.people.models import Person

TERMS: Final = files.FROM_PEOPLE
MAX_BYTES: Final = TERMS.max_bytes
UNKNOWN_TYPE: Final = "application/octet-stream"
HEAD: Final = 8192


class FilesInput(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class EvidenceField(forms.FileField):
    """Several files; each is recognised by its content, never by its name."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        """Return the files, or say what is wrong with them."""
        uploads: list[UploadedFile[bytes]] = [super(EvidenceField, self).clean(one, initial) for one in data or [None]]
        uploads = [upload for upload in uploads if upload]
        try:
            files.demand_few(len(uploads), TERMS)
        except Refused as error:
            raise ValidationError(error.text(gettext)) from error
        for upload in uploads:
            _check(upload)
        return uploads


def _check(upload: UploadedFile[bytes]) -> None:
    if (upload.size or 0) > MAX_BYTES:
        raise ValidationError(
            _("“%(name)s” is larger than %(limit)s MB."), params={"name": upload.name, "limit": MAX_BYTES >> 20}
        )
    head = upload.read(HEAD)
    upload.seek(0)
    if files.media_type(head) == UNKNOWN_TYPE:
        raise ValidationError(
            _("“%(name)s” is not a PDF, a picture, a Word or Excel file or plain text."), params={"name": upload.name}
        )


class EvidenceForm(forms.Form):
    """A note and files."""

    note = forms.CharField(
        label=_("Note"),
        max_length=NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Please write a note.")},
    )
    evidence = EvidenceField(
        label=_("Evidence"),
        required=False,
        help_text=format_lazy(
            _("PDF, pictures, Word, Excel or text; up to {files} files of at most {megabytes} MB each."),
            files=TERMS.max_at_once,
            megabytes=MAX_BYTES >> 20,
        ),
        error_messages={
            "required": _("Please choose at least one file as evidence."),
            "empty": _("The file is empty."),
        },
    )


@contextmanager
def kept(uploads: Sequence[UploadedFile[bytes]], owner: str, by: Person) -> Iterator[list[files.File]]:
    """Store files in one transaction with what the caller does inside: when that is refused, none of them stays behind.

    `owner` is what they belong to, such as "case:12". They are examined before the transaction begins.
    """
    named: list[tuple[IO[bytes], str]] = [(upload, upload.name or "") for upload in uploads]
    with files.examined_together(named, terms=TERMS) as ready, transaction.atomic():
        home = people.home(by) if ready else None
        yield [files.keep(each, agency=home, by=str(by.pk), owner=owner) for each in ready]
