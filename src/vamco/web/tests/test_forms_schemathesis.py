"""The API of forms under schemathesis: whatever is sent, no answer is a 5xx, and each is of the declared kind."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from vamco.kernel.work.forms import public as forms
from vamco.kernel.work.forms.rules import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORT, FULL = 60, 20_000


def loose(schema: Any) -> Any:
    """The schema without conditions, which the generator cannot satisfy: all questions of all branches side by side."""
    if schema.get("type") == "array":
        return schema | {"items": loose(schema["items"])}
    if schema.get("type") != "object":
        return schema
    properties = {name: loose(shape) for name, shape in nodes.declared(schema).items()}
    return {"type": "object", "properties": properties, "required": schema.get("required", [])}


def description() -> dict[str, Any]:
    """An OpenAPI description of the two addresses, with the example's questions as the body."""
    schema = loose(forms.published(forms.form_of(forms.newest("marital_status"))))
    answers = {str(status): {"description": "–"} for status in (200, 404, 405, 413, 422)}
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "forms", "version": "1"},
        "paths": {
            "/api/v1/forms/marital_status": {"get": {"responses": answers}},
            "/api/v1/forms/marital_status/check": {"post": {"requestBody": body, "responses": answers}},
        },
    }


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """The test's transaction would end with the first request: Django's own client leaves its signals out, too."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def run(count: int, only: tuple[Any, ...]) -> int:
    """Send so many cases, right and wrong ones, and give how many were answered."""
    api = schemathesis.openapi.from_dict(description())
    api.app = WSGIHandler()
    operation = api["/api/v1/forms/marital_status/check"]["POST"]
    seen = 0

    @given(st.data())
    @settings(
        max_examples=count, phases=[Phase.generate], database=None, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def send(data: Any) -> None:
        nonlocal seen
        case = data.draw(st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in only)))
        response = case.call()
        seen += 1
        assert response.status_code in {200, 404, 405, 413, 422}, response.status_code
        if response.status_code == 422:
            assert response.headers["content-type"][0].startswith("application/problem+json")
            assert json.loads(response.content)["errors"]

    send()
    return seen


BOTH = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)


@pytest.mark.django_db
def test_no_case_breaks_it() -> None:
    assert run(SHORT, BOTH) >= SHORT


@pytest.mark.full
@pytest.mark.django_db
def test_twenty_thousand_cases_do_not_break_it() -> None:
    assert run(FULL, BOTH) >= FULL
