"""Definitions as rows: a version is written once, and read once by each process."""

from __future__ import annotations

from vamco.kernel.base.packs import public as packs
from vamco.kernel.work.cases.contracts import Definition
from vamco.kernel.work.cases.models import KindVersion
from vamco.lib.errors import N_, Missing


def _missing(code: str) -> Missing:
    return Missing("cases.no_kind", N_("There is no kind of case %(kind)s."), kind=code)


VERSIONS: packs.Versioned[KindVersion, Definition, Definition] = packs.Versioned(
    KindVersion, Definition, missing=_missing
)


def put(definition: Definition) -> KindVersion:
    """Write a definition as the newest version of its kind, unless that is what it is."""
    return VERSIONS.put(definition.code, definition)


def of(version: KindVersion) -> Definition:
    """Give the definition that a version holds; `content` may be a deferred column."""
    return VERSIONS.get(version)


def all_versions() -> list[tuple[int, Definition]]:
    """Give all versions of all kinds, by number: running cases stay on theirs."""
    versions = VERSIONS.versions()
    return [(version.pk, found) for version, found in zip(versions, VERSIONS.get_all(versions), strict=True)]


def newest(code: str) -> KindVersion:
    """Give the version of a kind that new cases get; Missing when there is none."""
    return VERSIONS.newest(code)


def newest_of(code: str) -> Definition:
    """Give the definition that new cases of a kind get; Missing when there is none."""
    return of(newest(code))


def kinds() -> list[Definition]:
    """Give the newest version of each kind, by name."""
    return sorted(VERSIONS.get_all(VERSIONS.in_force().values()), key=lambda found: found.name)
