"""What makes the site an app: manifest, service worker, the page for times without a connection, drafts on the device."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.web.components import Link
from vamco.web.context import province
from vamco.web.pages import PUBLIC, page, render

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.web.pages import Request

_SHELL: Final = (
    "web/tokens.css", "web/base.css", "web/components.css", "web/citizen.css", "web/web.js", "web/citizen.js", "web/drafts.js",
    "web/icons.svg", "web/mark.svg", "vendor/be-vietnam-pro/latin-400.woff2", "vendor/be-vietnam-pro/latin-600.woff2",
    "vendor/be-vietnam-pro/vietnamese-400.woff2", "vendor/be-vietnam-pro/vietnamese-600.woff2",
)  # fmt: skip


@page(PUBLIC)
def manifest(request: Request) -> HttpResponseBase:
    """Give the manifest by which the site is installed as an app."""
    sizes = (
        ("web/app-192.png", "192x192", "any"),
        ("web/app-512.png", "512x512", "any"),
        ("web/app-maskable.png", "512x512", "maskable"),
    )
    named = province()
    content = {
        "id": "/",
        "name": f"{named} Smart" if named else "Vàm Cỏ",
        "short_name": "Vàm Cỏ",
        "description": _("Services, offices and notices of the province in one place."),
        "lang": request.LANGUAGE_CODE,
        "start_url": "/?app=1",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f5f6f3",
        "theme_color": "#0a5a63",
        "icons": [
            {"src": static(name), "sizes": size, "type": "image/png", "purpose": use} for name, size, use in sizes
        ],
        "shortcuts": [
            {"name": _("Search"), "url": reverse("portal:search")},
            {"name": _("Offices and hours"), "url": reverse("portal:offices")},
        ],
    }
    return _file(json.dumps(content, ensure_ascii=False), "application/manifest+json")


@page(PUBLIC)
def worker(_request: Request) -> HttpResponseBase:
    """Give the service worker; it stands at the root, for it may serve only what lies below it."""
    shell = [static(name) for name in _SHELL]
    known: dict[str, Any] = {
        "shell": shell,
        "offline": reverse("portal:offline"),
        "pages": ["/services", "/offices", "/downtime"],
    }
    known["version"] = hashlib.sha256(json.dumps(known).encode() + _source().encode()).hexdigest()[:12]
    response = _file(f"const KNOWN = {json.dumps(known)};\n{_source()}", "text/javascript")
    response.headers["Service-Worker-Allowed"] = "/"
    return response


@cache
def _source() -> str:
    found = finders.find("web/worker.js")
    assert isinstance(found, str)  # noqa: S101  # it comes with the code
    with open(found, encoding="utf-8") as file:  # noqa: PTH123  # a name as the finder gives it
        return file.read()


@page(PUBLIC)
def offline(request: Request) -> HttpResponseBase:
    """Show what can be done without a connection."""
    return render(request, "portal/offline.html", {})


@page(PUBLIC)
def drafts(request: Request) -> HttpResponseBase:
    """Show what this device keeps of forms that were begun; the page's script reads it, the server never has it."""
    crumbs = [Link(_("Home"), "/"), Link(_("Drafts on this device"), reverse("portal:drafts"))]
    return render(request, "portal/drafts.html", {"crumbs": crumbs})


def _file(text: str, media_type: str) -> HttpResponse:
    response = HttpResponse(text, content_type=f"{media_type}; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"  # the browser asks each time whether there is a newer one
    return response
