"""Pack data whose old versions stay in force for what began under them: written once, read once by each process."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar, cast

from django.db import connection, models, transaction
from pydantic import TypeAdapter, ValidationError

from vamco.kernel.base import clock

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator

    from vamco.lib.errors import Missing

V = TypeVar("V", bound=models.Model)
S = TypeVar("S")
C = TypeVar("C")

_CONTENT = "content"
_CHANGED = object()
_asked: ContextVar[dict[str, Any] | None] = ContextVar("vamco_packs_asked", default=None)


class Stamp(NamedTuple):
    """A row that is the newest, or was: with it, all that a table says up to there. Its time tells it from a row of the same number that was rolled back, or restored."""

    row: int
    loaded_at: dt.datetime


class _Index(NamedTuple):
    """All rows of a table up to its newest: (code, fields but the content), oldest first, and the last of each code."""

    stamp: Stamp | None
    rows: tuple[tuple[str, tuple[Any, ...]], ...]
    newest: dict[str, tuple[Any, ...]]


@contextmanager
def asked_once() -> Iterator[None]:
    """Ask each table at most once inside whether it has a newer version: for a request, which then sees one state of the pack."""
    token = _asked.set({})
    try:
        yield
    finally:
        _asked.reset(token)


class Versioned(Generic[V, S, C]):
    """The versions in a table, by code.

    The table has the columns `content` (text, or jsonb where the order of keys means nothing) and `loaded_at`. `code` names the
    column, or the path to the column, by which versions belong together; `version` the column with their number, None where
    the row's own number serves. `shape` is what `put` takes and the content holds; `read` turns it into what rooms work with.

    A row is never changed. So this process keeps what it has read for good, by number and load time of the row, and all that is
    asked of the database is which row is the newest: one short statement, inside `asked_once` one for each table. Loads by
    other processes hold from the next question on.
    """

    def __init__(
        self,
        table: type[V],
        shape: type[S],
        *,
        missing: Callable[[str], Missing],
        read: Callable[[S], C] | None = None,
        code: str = "code",
        version: str | None = "version",
    ) -> None:
        self._table, self._shape, self._missing = table, TypeAdapter(shape), missing
        self._convert = read or cast("Callable[[S], C]", lambda content: content)
        self._code, self._version = code, version
        meta, self._rows = table._meta, table._default_manager  # noqa: SLF001  # documented by Django under these names
        self._text = isinstance(meta.get_field(_CONTENT), models.TextField)
        self._names = [field.attname for field in meta.concrete_fields if field.attname != _CONTENT]
        self._id, self._loaded_at = self._names.index("id"), self._names.index("loaded_at")
        self._index = _Index(None, (), {})
        self._read: dict[Stamp, C] = {}
        self._name = meta.db_table
        # As SQL, not through the ORM: it runs with every act on a case, and building it would take longer than the database does.
        self._ask = f"SELECT id, loaded_at FROM {self._name} ORDER BY id DESC LIMIT 1"  # noqa: S608  # the name of our own table

    # ── writing ──

    def put(self, code: str, content: S, *, version: int | None = None, **columns: object) -> V:
        """Write content as the newest version of a code, and return its row; the newest row as it is when it says the same.

        `version` numbers it, by default one above the last. `columns` are further columns of the row.
        """
        with transaction.atomic():
            self._one_at_a_time()
            before = self._rows.filter(**{self._code: code or None}).order_by("-pk").first()
            row = self._table(**columns, loaded_at=clock.now(), content=self._dumped(content))
            if self._code in self._names:
                setattr(row, self._code, code)
            if self._version:
                setattr(row, self._version, version or 1 + (getattr(before, self._version) if before else 0))
            if before is not None and self._say_the_same(before, row, numbered=version is not None):
                return before
            row.save(force_insert=True)
        if (asked := _asked.get()) is not None:
            asked[self._name] = _CHANGED  # ask each time from now on: the act may be undone yet
        return row

    def _one_at_a_time(self) -> None:
        """Let rows become visible in the order of their numbers: the newest one then vouches for all before it."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"packs.put {self._name}"])

    def _dumped(self, content: S) -> object:
        if self._text:
            return self._shape.dump_json(content, by_alias=True).decode()
        return self._shape.dump_python(content, mode="json", by_alias=True)

    def _say_the_same(self, before: V, row: V, *, numbered: bool) -> bool:
        ignored = {"id", "loaded_at", *(() if numbered else (self._version,))}
        if any(getattr(before, name) != getattr(row, name) for name in self._names if name not in ignored):
            return False
        try:  # not as written: a set stands in another order each time
            return self._parsed(getattr(before, _CONTENT)) == self._parsed(getattr(row, _CONTENT))
        except ValidationError:  # the shape has changed since
            return False

    # ── reading ──

    def newest(self, code: str) -> V:
        """Return the newest version of a code, without its content; the error of `missing` when there is none."""
        found = self._known().newest.get(code)
        if found is None:
            raise self._missing(code)
        return self._row(found)

    def in_force(self, *, at: dt.datetime | None = None, up_to: Stamp | None = None) -> dict[str, V]:
        """Return the newest version of each code, by code in order: now, as it was at a time, or up to a stamp."""
        index = self._known()
        newest = index.newest
        if at is not None or up_to is not None:
            newest = {
                code: row
                for code, row in index.rows
                if (at is None or row[self._loaded_at] <= at) and (up_to is None or row[self._id] <= up_to.row)
            }
        return {code: self._row(newest[code]) for code in sorted(newest)}

    def versions(self, code: str | None = None) -> list[V]:
        """Return all versions, or those of a code, oldest first."""
        return [self._row(row) for known, row in self._known().rows if code in {None, known}]

    def stamp(self, up_to: int | None = None) -> Stamp | None:
        """Return the newest row of all codes, or the newest up to a row's number; None when there is none."""
        if up_to is None:
            return self._newest()
        rows = reversed(self._known().rows)
        return next((Stamp(row[self._id], row[self._loaded_at]) for _, row in rows if row[self._id] <= up_to), None)

    def get(self, version: V) -> C:
        """Return what a version says; its content may be a deferred column, which is then read once."""
        stamp = _stamp(version)
        found = self._read.get(stamp)
        if found is None:
            found = self._read[stamp] = self._convert(self._parsed(getattr(version, _CONTENT)))
        return found

    def get_all(self, versions: Iterable[V]) -> list[C]:
        """Return what versions say; the contents that this process has not read yet come in one statement."""
        wanted = list(versions)
        if new := [version.pk for version in wanted if _stamp(version) not in self._read]:
            for row in self._rows.filter(pk__in=new):
                self.get(row)
        return [self.get(version) for version in wanted]

    def _parsed(self, content: Any) -> S:
        return self._shape.validate_json(content) if self._text else self._shape.validate_python(content)

    def _row(self, values: tuple[Any, ...]) -> V:
        """Make a row of its own for each caller, who may hang things on it."""
        return self._table.from_db(connection.alias, self._names, values)

    def _newest(self) -> Stamp | None:
        asked = _asked.get() or {}
        if asked.get(self._name, _CHANGED) is not _CHANGED:
            return cast("Stamp | None", asked[self._name])
        with connection.cursor() as cursor:
            cursor.execute(self._ask)
            found = cursor.fetchone()
        stamp = Stamp(*found) if found else None
        inside = _asked.get()
        if inside is not None:
            inside.setdefault(self._name, stamp)
        return stamp

    def _known(self) -> _Index:
        stamp = self._newest()
        index = self._index  # once: another thread may replace it
        if index.stamp != stamp:
            rows = self._rows.filter(pk__lte=stamp.row if stamp else 0).order_by("pk")
            found = [(code or "", values) for code, *values in rows.values_list(self._code, *self._names)]
            known = tuple((code, tuple(values)) for code, values in found)
            index = self._index = _Index(stamp, known, dict(known))
        return index


def _stamp(version: models.Model) -> Stamp:
    return Stamp(version.pk, version.loaded_at)  # type: ignore[attr-defined]  # every versioned table has it
