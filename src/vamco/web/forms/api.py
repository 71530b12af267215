"""Forms for programs: their schema, and the check of answers by the same rules as on the pages. Nothing is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from django.utils.translation import gettext as _
from ninja import Path, Router, Schema
from pydantic import Field

from vamco.kernel.work.forms import public as forms
from vamco.web import rim
from vamco.web.form_components import Words
from vamco.web.forms.building import sentence, words

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

Code = Annotated[str, Path(max_length=60, pattern=r"^[A-Za-z0-9_.-]+$", description="the code of a form")]
router = Router(tags=["forms"])
_BODY = {"requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}}


class QuestionOut(Schema):
    """What is asked, in the reader's language."""

    label: str
    hint: str


class FormOut(Schema):
    """A form: the JSON Schema (2020-12) of its answers, and the words for its questions by JSON pointer's last part."""

    code: str
    version: int
    name: str
    answers: Annotated[dict[str, Any], Field(description="JSON Schema of the answers")]
    questions: dict[str, QuestionOut]


class AnswersOut(Schema):
    """Answers as they would be stored."""

    answers: dict[str, Any]


@router.get("/{form}", response=FormOut)
def form(request: HttpRequest, form: Code) -> object:  # noqa: ARG001  # the library's signature
    """A form, as a program needs it to fill it in."""
    version = forms.newest(form)
    found = forms.form_of(version)
    return {
        "code": found.code,
        "version": version.version,
        "name": str(words(found.words).text),
        "answers": forms.published(found),
        "questions": {
            key: {"label": str(words(one.words).text), "hint": str(words(one.help).text)}
            for key, one in found.fields.items()
        },
    }


@router.post("/{form}/check", response=AnswersOut, openapi_extra=_BODY)
def check(request: HttpRequest, form: Code) -> object:
    """The answers as they would be stored, or a problem with each thing that is wrong (RFC 9457, RFC 6901)."""
    try:
        return {"answers": forms.check(form, forms.parse(request.body))}
    except forms.Invalid as invalid:
        return _wrong(form, invalid)


def _wrong(form: str, invalid: forms.Invalid) -> HttpResponse:
    labels = {key: words(one.words) for key, one in forms.form_of(forms.newest(form)).fields.items()}
    errors = [
        {
            "pointer": problem.pointer,
            "code": problem.code,
            "detail": sentence(problem, labels.get(forms.key_of(problem.path), Words())),
        }
        for problem in invalid.problems
    ]
    return rim.problem(422, invalid.text(_), code=invalid.code, errors=errors)
