from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from vamco.kernel.base import clock
from vamco.kernel.record.files.adapters import stores
from vamco.kernel.record.files.contracts import Scan
from vamco.kernel.record.files.models import Content, File, PictureFacts
from vamco.kernel.record.files.rules import media
from vamco.lib.errors import N_, Forbidden, Missing, Unavailable

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from vamco.kernel.world.people.models import Person


@dataclass(frozen=True)
class Served:
    """What somebody may have of a file: always to be saved, never to be shown inside the site."""

    path: Path
    name: str
    media_type: str


def content_path(file: File) -> Path:
    """Where the content of a file lies on this machine, as it came in: for programs; people are given `served`."""
    return _path(file, file.content)


def served(file: File, *, to: Person | None, original: bool = False) -> Served:
    """Give a file to somebody who may see what it belongs to, which is for the caller to ask; of a picture the rendition.

    Forbidden for an infected content, Unavailable for one that no scanner has read yet; who stored it may have it meanwhile.
    """
    content = file.rendition if file.rendition_id and not original else file.content
    own = to is not None and file.stored_by == str(to.pk)
    for one in {file.content, content} - {None}:
        scan = Scan(one.scan)  # type: ignore[union-attr]
        if media.may_have(scan, scanning=bool(settings.VAMCO_SCANNER), own=own):
            continue
        if scan is Scan.INFECTED:
            raise Forbidden(
                "files.infected_later", N_("A virus was found in this file; it is not given out."), file=file.pk
            )
        raise Unavailable(
            "files.not_scanned", N_("This file waits for the virus scanner; please try again later."), file=file.pk
        )
    return Served(_path(file, content), file.name, file.media_type)


def _path(file: File, content: Content | None) -> Path:
    if content is None:
        raise Missing("files.dropped", N_("This file had to be kept only until a time that has passed."), file=file.pk)
    if path := stores.store().path(content.pk):
        return path
    raise Missing("files.no_content", N_("The content of this file is not stored here."), file=file.pk)


def contents() -> list[tuple[str, int]]:
    """Return the fingerprint and the size of every content that is kept, in order: what a backup has to hold."""
    return list(Content.objects.order_by("pk").values_list("pk", "size"))


def contents_folder() -> Path | None:
    """Return the folder in which the contents lie, each at `ab/cdef…` of its fingerprint; None where they lie in a bucket."""
    return stores.folder() if settings.VAMCO_FILES is None else None


def holds(sha256: str, size: int) -> bool:
    """Tell whether the store holds a content with that size."""
    return stores.store().has(sha256, size)


def owned_by(owner: str) -> list[File]:
    """Return the files of an owner that are kept, the first stored first."""
    return list(File.objects.filter(owner=owner, dropped_at=None).order_by("pk"))


def by_id(number: int) -> File | None:
    """Return the file with an id, whosever it is: for who has asked before whether it may be had."""
    return File.objects.filter(pk=number).first()


def find(number: int, *, owner: str) -> File | None:
    """Return a file that is kept and whose owner begins so, such as "case:"; None when there is none."""
    return File.objects.filter(pk=number, owner__startswith=owner, dropped_at=None).first()


def latest(content: str, name: str) -> File | None:
    """Return the file stored last with a content, by its fingerprint, under a name; None when it is not kept."""
    return File.objects.filter(content=content, name=name).order_by("-pk").first()


def facts(file: File) -> PictureFacts | None:
    """Give what a picture told of itself; only for those who may see the original."""
    return PictureFacts.objects.filter(file=file).first()


def link(file: File, *, holder: str, until: dt.datetime) -> str:
    """Give a token that opens a file without log-in: to one holder, "person:7" or "purpose:receipt", until a moment."""
    return media.sign_link(_key(), file.pk, holder, until)


def linked(token: str, *, holder: str) -> File:
    """Give the file that a token opens to this holder."""
    pk, wrong = media.read_link(_key(), token, holder, clock.now())
    if wrong == "expired":
        raise Forbidden("files.link_expired", N_("This link has expired; please ask for a new one."))
    file = None if wrong else File.objects.select_related("content", "rendition", "agency").filter(pk=pk).first()
    if file is None:
        raise Forbidden("files.link_wrong", N_("This link does not lead to a file for you."))
    return file


def _key() -> bytes:
    return hashlib.sha256(b"vamco.files.link\0" + settings.SECRET_KEY.encode()).digest()
