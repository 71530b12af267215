"""Definitions as rows: a version is written once, and read once by each process."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.db.models import Max
from pydantic import TypeAdapter

from vamco.kernel.base import clock
from vamco.kernel.work.cases import rules
from vamco.kernel.work.cases.contracts import Definition
from vamco.kernel.work.cases.models import Audience, KindVersion
from vamco.lib.errors import N_, Missing

if TYPE_CHECKING:
    import datetime as dt

    from vamco.kernel.work.cases.contracts import Party

_FORM = TypeAdapter(Definition)
_read: dict[tuple[int, dt.datetime], Definition] = {}


def put(definition: Definition) -> KindVersion:
    """Write a definition as the newest version of its kind."""
    latest = KindVersion.objects.filter(code=definition.code).aggregate(latest=Max("version"))["latest"] or 0
    return KindVersion.objects.create(
        code=definition.code,
        version=latest + 1,
        content=_FORM.dump_json(definition).decode(),
        loaded_at=clock.now(),
        audience=_audience(definition),
    )


def _audience(definition: Definition) -> Audience:
    """Return the audience of a definition, which it shares with all that have the same rights."""
    return Audience.objects.get_or_create(rights=json.dumps(sorted(rules.rights(definition))))[0]


def audiences() -> list[tuple[int, frozenset[tuple[Party, str]]]]:
    """Return who can see cases at all, by number of audience: few, however many kinds there are."""
    rows = Audience.objects.values_list("pk", "rights")
    return [(pk, frozenset((party, may) for party, may in json.loads(rights))) for pk, rights in rows]


def of(version: KindVersion) -> Definition:
    """Give the definition that a version holds; `content` may be a deferred column."""
    key = (version.pk, version.loaded_at)
    found = _read.get(key)
    if found is None:
        found = _read[key] = _FORM.validate_json(version.content)
    return found


def newest(code: str) -> KindVersion:
    """Give the version of a kind that new cases get; Missing when there is none."""
    version = KindVersion.objects.filter(code=code).order_by("-version").defer("content").first()
    if version is None:
        raise Missing("cases.no_kind", N_("There is no kind of case %(kind)s."), kind=code)
    return version


def newest_of(code: str) -> Definition:
    """Give the definition that new cases of a kind get; Missing when there is none."""
    return of(newest(code))


def kinds() -> list[Definition]:
    """Give the newest version of each kind, by name."""
    versions = KindVersion.objects.order_by("code", "-version").distinct("code").defer("content")
    return sorted((of(version) for version in versions), key=lambda found: found.name)
