"""Cases as operations: the same rules as on the pages, problems as problem+json, and no input that breaks the server."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.cases.queries import kinds as cases_kinds
from vamco.lib.errors import Refused
from vamco.systems.desk.tests import made
from vamco.web.api import api

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

ROOT = "/api/v1"


@pytest.fixture
def asker(office: Person) -> Person:
    return made.person("department_official", made.FINANCE, "Phạm Văn Đức")


@pytest.fixture
def handler(office: Person) -> Person:
    return made.person("department_official", made.FARMING, "Võ Hoàng Nam")


def post(who: Person, path: str, **sent: Any) -> Any:
    return made.reader(who).post(ROOT + path, json.dumps(sent), content_type="application/json")


def opened(asker: Person) -> dict[str, Any]:
    sent = {"key": str(uuid4()), "kind": "request", "title": "Số liệu", "agency": made.FARMING, "note": "Gửi gấp"}
    answer = post(asker, "/cases", **sent)
    assert answer.status_code == 201, answer.content
    assert post(asker, "/cases", **sent).json()["id"] == answer.json()["id"]
    found: dict[str, Any] = answer.json()
    return found


def test_a_case_from_its_opening_to_an_act(asker: Person, handler: Person) -> None:
    case = opened(asker)
    assert (case["number"], case["state"], case["seq"]) == (f"YC-{case['id']}", "received", 1)
    reader = made.reader(handler)
    assert [one["id"] for one in reader.get(f"{ROOT}/cases").json()["cases"]] == [case["id"]]
    assert reader.get(f"{ROOT}/cases?taken=mine").json() == {"cases": [], "after": None}
    codes = [act["code"] for act in reader.get(f"{ROOT}/cases/{case['id']}/acts").json()]
    assert codes == ["begin", "transfer", "refuse", "join"]
    assert post(handler, f"/cases/{case['id']}/hold/claim", seen=1).json()["taken_by"] == "Võ Hoàng Nam"
    done = reader.post(f"{ROOT}/cases/{case['id']}/acts/begin", {"seen": 2})
    assert (done.status_code, done.json()["state"]) == (200, "working")
    sent = {"note": "Xem tệp.", "files": SimpleUploadedFile("Số liệu.pdf", made.PDF)}
    assert reader.post(f"{ROOT}/cases/{case['id']}/comments", sent).status_code == 201
    lines = reader.get(f"{ROOT}/cases/{case['id']}/timeline").json()
    assert [line["act"] for line in lines] == ["comment", "begin", "claim", "open"]
    assert lines[0]["files"][0]["name"] == "Số liệu.pdf"
    assert reader.put(f"{ROOT}/cases/{case['id']}/watch").status_code == 204
    assert reader.delete(f"{ROOT}/cases/{case['id']}/watch").status_code == 204


def test_what_is_refused_says_so_in_one_form(asker: Person, handler: Person) -> None:
    case = opened(asker)
    stale = made.reader(handler).post(f"{ROOT}/cases/{case['id']}/acts/refuse", {"seen": 1, "note": "x"})
    assert (stale.status_code, stale.headers["Content-Type"]) == (409, "application/problem+json")
    assert stale.json()["status"] == 409
    wrong = post(asker, "/cases", kind="request", title="", agency=made.FARMING, key="no")
    assert wrong.status_code == 422
    assert {fault["where"].rsplit(".", 1)[1] for fault in wrong.json()["faults"]} == {"title", "key"}
    assert Client().get(f"{ROOT}/cases").status_code == 401
    assert Client().get(f"{ROOT}/cases").json()["title"] == "Vui lòng đăng nhập trước."


NAMES = {
    "a.pdf/": "a.pdf",
    "a.pdf\\\\": "a.pdf",
    "..\\\\x.pdf": "x.pdf",
    "..": "file",
    "...": "file",
    " / ": "file",
    "\u202e": "file",
    "fdp.\u202ea.pdf": "fdp.a.pdf",
    "a\x00.pdf": "a.pdf",
    "&#47;": "file",
    "ư" * 260 + ".pdf": "ư" * 251 + ".pdf",
}


def body(*files: tuple[str, bytes], field: str = "files", **fields: str) -> dict[str, Any]:
    """A form as a program sends it that cares for no rule of names."""
    lines = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in fields.items()]
    raw = "".join(lines).encode()
    for name, content in files:
        head = f'--b\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
        raw += head.encode() + content + b"\r\n"
    return {"data": raw + b"--b--\r\n", "content_type": "multipart/form-data; boundary=b"}


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_file_with_an_odd_name_is_taken_under_a_safe_one(name: str, asker: Person, handler: Person) -> None:
    case, reader = opened(asker), made.reader(handler)
    path = f"{ROOT}/cases/{case['id']}"
    txt = NAMES[name] if NAMES[name].endswith(".pdf") else ""
    answer = reader.post(f"{path}/comments", **body((name, made.PDF), note="Xem tệp."))
    if not txt:  # a name without an extension promises no kind
        assert (answer.status_code, answer.json()["code"]) == (409, "files.not_allowed")
        assert f"“{NAMES[name]}”" in answer.json()["title"]
        return
    assert answer.status_code == 201, answer.content
    assert [each["name"] for each in reader.get(f"{path}/timeline").json()[0]["files"]] == [txt]


def test_a_name_longer_than_any_is_refused_and_not_lost(asker: Person, handler: Person) -> None:
    case, reader = opened(asker), made.reader(handler)
    sent = body(("a" * 3000 + ".pdf", made.PDF), note="Xem tệp.")
    assert reader.post(f"{ROOT}/cases/{case['id']}/comments", **sent).status_code == 400
    assert cases.Case.objects.get(pk=case["id"]).seq == 1


def test_an_act_takes_ten_files_at_once_here_as_on_the_pages(asker: Person, handler: Person) -> None:
    case, reader = opened(asker), made.reader(handler)
    path = f"{ROOT}/cases/{case['id']}"
    for address, field in (("comments", "files"), ("acts/begin", "evidence")):
        sent = body(*((f"{n}.pdf", made.PDF) for n in range(60)), field=field, note="x", seen="1")
        answer = reader.post(f"{path}/{address}", **sent)
        assert (answer.status_code, answer.json()["code"]) == (409, "files.too_many_at_once")
    assert cases.Case.objects.get(pk=case["id"]).seq == 1
    sent = body(*((f"{n}.pdf", made.PDF) for n in range(10)), note="x")
    assert reader.post(f"{path}/comments", **sent).status_code == 201


def test_who_may_not_is_refused_before_anything_is_stored(
    asker: Person, handler: Person, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = opened(asker)
    path = f"{ROOT}/cases/{case['id']}"
    stranger = made.person("department_official", "H53.03", "Người Lạ")
    root = Path(settings.VAMCO_DATA) / "files"
    laid: list[Path] = []
    link = os.link
    monkeypatch.setattr("os.link", lambda old, new: (laid.append(Path(new)), link(old, new)))
    file = ("a.pdf", made.pdf(uuid4().bytes))
    refused = {}
    for who, address, field in (
        (stranger, "comments", "files"),
        (stranger, "acts/begin", "evidence"),
        (asker, "acts/begin", "evidence"),  # who asked does not begin the work
        (handler, "acts/ask", "evidence"),  # not in this state
    ):
        answer = made.reader(who).post(f"{path}/{address}", **body(file, field=field, note="x", seen="1"))
        refused[who.name, address] = answer.status_code
    assert refused == {
        ("Người Lạ", "comments"): 404,
        ("Người Lạ", "acts/begin"): 404,
        (asker.name, "acts/begin"): 403,
        (handler.name, "acts/ask"): 409,
    }
    assert laid == []

    # What can be refused only when it is done leaves nothing either.
    def on_act(case: cases.Case, entry: cases.Entry) -> None:
        raise Refused("test.no", "no")

    kind = cases.Kind("request", lambda pk: f"/{pk}", on_act)
    with cases_kinds._kinds.restored(empty=True):
        cases.register(kind)
        answer = made.reader(handler).post(f"{path}/acts/begin", **body(file, field="evidence", note="x", seen="1"))
    assert (answer.status_code, len(laid)) == (409, 1)
    assert not [path for path in root.rglob("*") if path.is_file()]


def test_strangers_see_and_do_nothing(asker: Person) -> None:
    case, stranger = opened(asker), made.person("department_official", "H53.03", "Người Lạ")
    for path in ("", "/timeline", "/acts"):
        assert made.reader(stranger).get(f"{ROOT}/cases/{case['id']}{path}").status_code == 404
    assert post(stranger, f"/cases/{case['id']}/hold/claim", seen=1).status_code == 404
    assert made.reader(stranger).post(f"{ROOT}/cases/{case['id']}/acts/begin", {"seen": 1}).status_code == 404
    assert made.reader(stranger).put(f"{ROOT}/cases/{case['id']}/watch").status_code == 404
    assert cases.Case.objects.get(pk=case["id"]).seq == 1
    auditor = made.person("auditor", made.INSPECTION, "Thanh Tra")  # reads, and has nothing in hand
    assert made.reader(auditor).get(f"{ROOT}/cases").status_code == 200
    assert made.reader(auditor).post(f"{ROOT}/cases/{case['id']}/acts/begin", {"seen": 1}).status_code == 403


def test_a_forged_request_from_another_site_is_refused(asker: Person) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies.update(made.reader(asker).cookies)
    sent = {"key": str(uuid4()), "kind": "request", "title": "x", "agency": made.FARMING}
    answer = client.post(f"{ROOT}/cases", json.dumps(sent), content_type="application/json")
    assert answer.status_code == 403
    assert not cases.Case.objects.filter(kind__code="request").exists()


def test_nothing_that_fits_the_document_or_breaks_it_breaks_the_server(
    asker: Person, handler: Person, pytestconfig: pytest.Config
) -> None:
    """Requests drawn from the interface's own document, right and wrong ones; `--full` sends 20,000."""
    import schemathesis
    from schemathesis import GenerationMode

    case = opened(asker)
    schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
    clients = [made.reader(who) for who in (asker, handler)]
    each = 20_000 if pytestconfig.getoption("full") else 400
    operations = [found.ok() for found in schema.get_all_operations()]
    statuses: dict[int, int] = {}

    for operation in operations:
        drawn = [
            operation.as_strategy(generation_mode=mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        ]

        @settings(
            max_examples=each // len(operations) + 1,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(call=st.one_of(drawn), real=st.sampled_from((0, 1)), who=st.sampled_from(clients))
        def send(call: Any, real: int, who: Client) -> None:
            if real and "case_id" in call.path_parameters:
                call.path_parameters["case_id"] = case["id"]
            answer = _sent(who, call)
            statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
            assert answer.status_code < 500, (call.method, call.formatted_path, call.query, call.body)

        send()
    print(statuses)
    assert sum(statuses.values()) >= each
    assert {200, 404, 422} <= statuses.keys()


def _sent(client: Client, call: Any) -> Any:
    """Send a drawn call as it would travel."""
    import requests

    ways = call.as_transport_kwargs(base_url="http://testserver")
    ready = requests.Request(**{name: ways[name] for name in ways if name in ARGUMENTS}).prepare()
    headers = {name: value for name, value in ready.headers.items() if name.lower() not in {"cookie", "content-length"}}
    body = ready.body or b""
    return client.generic(
        ready.method or "GET",
        ready.path_url,
        body.encode() if isinstance(body, str) else body,
        content_type=headers.pop("Content-Type", "application/octet-stream"),
        headers={name: value if isinstance(value, str) else value.decode("latin-1") for name, value in headers.items()},
    )


ARGUMENTS = {"method", "url", "headers", "params", "data", "json", "files"}
