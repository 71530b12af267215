"""The file of a receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.systems.payments import public
from vamco.web.answers import download

if TYPE_CHECKING:
    from django.http import FileResponse

    from vamco.kernel.world.people.public import Person
    from vamco.systems.payments.public import Receipt


def file(receipt: Receipt, reader: Person) -> FileResponse:
    """Give the signed document of a receipt, made now where no job has made it yet."""
    found = public.make_receipt(receipt.pk)
    if found.file is None:
        raise public.no_receipt()
    return download(found.file, reader)
