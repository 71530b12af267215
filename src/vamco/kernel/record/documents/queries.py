from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vamco.kernel.base.packs import public as packs
from vamco.kernel.record.documents import contracts
from vamco.kernel.record.documents.declaration import Template
from vamco.kernel.record.documents.models import Content, Issued, TemplateVersion
from vamco.kernel.record.search import public as search
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Missing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

KIND: Final = "document"
FIND: Final = access.declare("documents.find", N_("Find the documents that an agency has issued"))


def _no_template(code: str) -> Missing:
    return Missing("documents.no_template", N_("There is no document template %(code)s."), code=code)


TEMPLATES: packs.Versioned[TemplateVersion, Template, Template] = packs.Versioned(
    TemplateVersion, Template, missing=_no_template
)


def template(code: str, number: int = 0) -> tuple[TemplateVersion, Template]:
    """Give the version of a template that is in force, or the one with a number, as something was signed by it."""
    if not number:
        version = TEMPLATES.newest(code)
        return version, TEMPLATES.get(version)
    found = next((row for row in TEMPLATES.versions(code) if row.version == number), None)
    if found is None:
        raise _no_template(code)
    return found, TEMPLATES.get(found)


def by_content(sha256: str) -> contracts.IssuedView | None:
    """Give the issued document that consists of just these bytes, or None."""
    found = (
        Content.objects.select_related("document__agency", "document__template", "document__replaced_by")
        .filter(sha256=sha256)
        .first()
    )
    return described(found.document) if found else None


def by_code(found: Sequence[str]) -> dict[str, contracts.IssuedView]:
    """Return what the register knows of the documents with some codes, by code."""
    rows = Issued.objects.filter(code__in=list(found)).select_related("agency", "template", "replaced_by")
    return {row.code: described(row) for row in rows}


def described(document: Issued) -> contracts.IssuedView:
    """Give what the register knows of a document."""
    template = TEMPLATES.get(document.template)
    content = Content.objects.filter(document=document).order_by("-pk").values_list("sha256", flat=True).first()
    return contracts.IssuedView(
        code=document.code,
        name=template.name,
        name_en=template.name_en,
        agency=document.agency.code,
        agency_name=document.agency.name,
        agency_name_en=document.agency.name_en,
        number=document.number,
        issued_on=document.issued_on,
        template=document.template.code,
        version=document.template.version,
        sha256=content or "",
        file=document.file_id,
        revoked_at=document.revoked_at,
        revoked_reason=document.revoked_reason,
        replaced_by=document.replaced_by.code if document.replaced_by else "",
    )


def found(ids: Sequence[str]) -> Iterator[search.Item]:
    """Return how issued documents are found: by their number, their code and what they are; who is named in them nobody knows here."""
    rows = Issued.objects.filter(pk__in=[int(pk) for pk in ids]).select_related("template", "agency")
    for row in rows:
        of = TEMPLATES.get(row.template)
        yield search.Item(
            kind=KIND,
            id=str(row.pk),
            title=f"{of.name} {row.number}".strip(),
            text=f"{of.name_en} {row.code} {row.agency.name}",
            act=FIND,
            agency=row.agency,
            url=f"/v/{row.code}",
            at=row.issued_at,
        )


def by_id(ids: Sequence[str]) -> dict[str, contracts.IssuedView]:
    """Return what the register knows of the documents with some ids."""
    rows = Issued.objects.filter(pk__in=[int(pk) for pk in ids])
    return {str(row.pk): described(row) for row in rows.select_related("template", "agency", "replaced_by")}


SOURCE: Final = search.Source(
    lambda: map(str, Issued.objects.order_by("pk").values_list("pk", flat=True).iterator()), found
)
