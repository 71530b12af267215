"""Definitions as rows: a version is written once, and read once by each process."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from vamco.kernel.base.packs import public as packs
from vamco.kernel.work.cases.contracts import Definition
from vamco.kernel.work.cases.models import Audience, KindVersion
from vamco.kernel.work.cases.rules import moves
from vamco.lib.errors import N_, Missing

if TYPE_CHECKING:
    from vamco.kernel.work.cases.contracts import Party


def _missing(code: str) -> Missing:
    return Missing("cases.no_kind", N_("There is no kind of case %(kind)s."), kind=code)


VERSIONS: packs.Versioned[KindVersion, Definition, Definition] = packs.Versioned(
    KindVersion, Definition, missing=_missing
)


def put(definition: Definition) -> KindVersion:
    """Write a definition as the newest version of its kind, unless that is what it is."""
    return VERSIONS.put(definition.code, definition, audience=_audience(definition))


def _audience(definition: Definition) -> Audience:
    """Return the audience of a definition, which it shares with all that have the same rights."""
    return Audience.objects.get_or_create(rights=json.dumps(sorted(moves.rights(definition))))[0]


def audiences() -> list[tuple[int, frozenset[tuple[Party, str]]]]:
    """Return who can see cases at all, by number of audience: few, however many kinds there are."""
    rows = Audience.objects.values_list("pk", "rights")
    return [(pk, frozenset((party, may) for party, may in json.loads(rights))) for pk, rights in rows]


def definition_of(version: KindVersion) -> Definition:
    """Give the definition that a version holds; `content` may be a deferred column."""
    return VERSIONS.get(version)


def newest(code: str) -> KindVersion:
    """Give the version of a kind that new cases get; Missing when there is none."""
    return VERSIONS.newest(code)


def newest_of(code: str) -> Definition:
    """Give the definition that new cases of a kind get; Missing when there is none."""
    return definition_of(newest(code))


def kinds() -> list[Definition]:
    """Give the newest version of each kind, by name."""
    return sorted(VERSIONS.get_all(VERSIONS.in_force().values()), key=lambda found: found.name)
