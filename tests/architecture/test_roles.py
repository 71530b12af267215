"""Each role of the pack has somebody to try it with, a home, a place in the navigation and a line in `docs/roles.md`."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from ruamel.yaml import YAML

from tests.architecture.source_tree import ROOT
from vamco.demo import layer, log_ins
from vamco.kernel.world.access import public as access
from vamco.systems.identity.models import Account
from vamco.web import navigation

ROLES = YAML(typ="safe").load((ROOT / "packs" / "vietnam" / "roles.yaml").read_text(encoding="utf-8"))
CODES = [role["code"] for role in ROLES]
DOCUMENT = (ROOT / "docs" / "roles.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("pack", ["vietnam", "tayninh"])
def test_each_role_has_a_log_in_and_each_log_in_a_role(pack: str) -> None:
    people = YAML(typ="safe").load(
        (ROOT / "packs" / pack / "demonstration" / "people.yaml").read_text(encoding="utf-8")
    )
    assert {one["role"] for one in people} == set(CODES)
    assert len({one["username"] for one in people}) == len(people)


@pytest.mark.parametrize("role", ROLES, ids=CODES)
def test_the_document_names_each_role_with_its_reach_and_log_in(role: dict[str, str]) -> None:
    (line,) = (line for line in DOCUMENT.splitlines() if line.startswith(f"| `{role['code']}` |"))
    _empty, _code, vietnamese, english, reach, _acts, names, _end = (part.strip() for part in line.split("|"))
    assert role["name"].replace("${unit}", "").strip() == vietnamese
    assert role["name_en"] == english
    assert {"all": "all", "subtree": "below", "agency": "own"}[role["reach"]] == reach
    log_in = next(one for one in layer.log_ins(settings.VAMCO_PACK) if one.role == role["code"])
    assert f"`{log_in.username}`" in names


@pytest.mark.django_db
@pytest.mark.parametrize("code", CODES)
def test_each_role_has_a_home_and_a_place(code: str) -> None:
    log_ins.open_all()
    demo = next(one for one in log_ins.everybody() if one.role == code)
    account = Account.objects.get(username=demo.username)
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    home = client.get("/", follow=True)
    assert home.status_code == 200
    request = home.wsgi_request
    places = navigation.flat(request, lambda act: access.allow(account.person, act))
    assert places
    assert client.get(places[0].url, follow=True).status_code == 200
