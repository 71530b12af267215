"""Forms for programs: their schema, and the check of answers by the same rules as on the pages. Nothing is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import RequestDataTooBig
from django.http import JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from vamco.kernel.work.forms import public as forms
from vamco.web.form_components import Words
from vamco.web.forms.building import sentence, words
from vamco.web.pages import PUBLIC, page

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.web.pages import Request

UNPROCESSABLE: Final = 422
TOO_LARGE: Final = 413


@page(PUBLIC)
def form(_request: Request, form: str) -> HttpResponseBase:
    """Give a form: JSON Schema of its answers, and the words for its questions in the reader's language."""
    version = forms.newest(form)
    found = forms.of(version)
    questions = {
        key: {"label": str(words(one.words).text), "hint": str(words(one.help).text)}
        for key, one in found.fields.items()
    }
    return JsonResponse(
        {
            "code": found.code,
            "version": version.version,
            "name": str(words(found.words).text),
            "schema": forms.published(found),
            "questions": questions,
        }
    )


@page(PUBLIC, methods=("POST",))
@csrf_exempt  # it changes nothing for anybody
def check(request: Request, form: str) -> HttpResponseBase:
    """Give the answers as they would be stored, or a problem with each thing that is wrong (RFC 9457, RFC 6901)."""
    try:
        data = forms.parse(request.body)
        return JsonResponse({"answers": forms.check(form, data)})
    except RequestDataTooBig:
        return _problem({"status": TOO_LARGE, "title": _("This is more than a form can hold. Send less.")})
    except forms.Invalid as invalid:
        labels = {key: words(one.words) for key, one in forms.of(forms.newest(form)).fields.items()}
        errors = [
            {
                "pointer": problem.pointer,
                "code": problem.code,
                "detail": sentence(problem, labels.get(forms.key_of(problem.path), Words())),
            }
            for problem in invalid.problems
        ]
        return _problem({"status": UNPROCESSABLE, "title": invalid.text(_), "code": invalid.code, "errors": errors})


def _problem(found: dict[str, Any]) -> JsonResponse:
    return JsonResponse(
        {"type": "about:blank", **found}, status=found["status"], content_type="application/problem+json"
    )
