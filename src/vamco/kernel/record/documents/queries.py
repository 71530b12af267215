from __future__ import annotations

from vamco.kernel.base.packs import public as packs
from vamco.kernel.record.documents import contracts
from vamco.kernel.record.documents.declaration import Template
from vamco.kernel.record.documents.models import Content, Issued, TemplateVersion
from vamco.lib.errors import N_, Missing


def _no_template(code: str) -> Missing:
    return Missing("documents.no_template", N_("There is no document template %(code)s."), code=code)


TEMPLATES: packs.Versioned[TemplateVersion, Template, Template] = packs.Versioned(
    TemplateVersion, Template, missing=_no_template
)


def template(code: str) -> tuple[TemplateVersion, Template]:
    """Give the version of a template that is in force."""
    version = TEMPLATES.newest(code)
    return version, TEMPLATES.get(version)


def by_content(sha256: str) -> contracts.IssuedView | None:
    """Give the issued document that consists of just these bytes, or None."""
    found = (
        Content.objects.select_related("document__agency", "document__template", "document__replaced_by")
        .filter(sha256=sha256)
        .first()
    )
    return described(found.document) if found else None


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
