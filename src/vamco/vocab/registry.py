"""How an event of the published language becomes a stored row, and a row of any age an event again."""

from __future__ import annotations

import datetime as dt
import types
import typing
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from vamco.lib.errors import N_, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Payload = dict[str, Any]
Upcast = typing.Callable[[Payload], Payload]
Event = TypeVar("Event")

_PLAIN = (str, int, bool)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one event: its class, the version that the class is, and for each field its type."""

    cls: type
    name: str
    version: int
    types: Mapping[str, tuple[type, bool]]  # (type, may be None)


class Registry:
    """The events by name, and the steps from each older version to the next."""

    def __init__(self) -> None:
        self._by_name: dict[str, Entry] = {}
        self._by_class: dict[type, Entry] = {}
        self._upcasts: dict[tuple[str, int], Upcast] = {}

    def event(self, name: str, *, version: int) -> Callable[[type[Event]], type[Event]]:
        """Register a frozen dataclass as `name` at `version`; TypeError for what could not be stored."""

        def register(cls: type[Event]) -> type[Event]:
            entry = Entry(cls, name, version, _field_types(cls))
            if name in self._by_name:
                raise TypeError(f"two events are named {name}")
            self._by_name[name] = self._by_class[cls] = entry
            return cls

        return register

    def upcaster(self, name: str, *, version: int) -> Callable[[Upcast], Upcast]:
        """Register the function that turns a payload of `version` into one of `version + 1`.

        Once written it is never changed: it must be able to read what was stored then.
        """

        def register(upcast: Upcast) -> Upcast:
            if (name, version) in self._upcasts:
                raise TypeError(f"two upcasters read version {version} of {name}")
            self._upcasts[name, version] = upcast
            return upcast

        return register

    def name_of(self, cls: type) -> str:
        """Give the name under which `cls` is registered; KeyError if it is not."""
        return self._by_class[cls].name

    def names(self) -> tuple[str, ...]:
        """Give all names, sorted."""
        return tuple(sorted(self._by_name))

    def entries(self) -> tuple[Entry, ...]:
        """Return what is known of each event, sorted by name."""
        return tuple(self._by_name[name] for name in self.names())

    def gaps(self) -> tuple[tuple[str, int], ...]:
        """Give the (name, version) of each old version that no upcaster reads, and of each upcaster that leads nowhere."""
        wanted = {(entry.name, old) for entry in self._by_name.values() for old in range(1, entry.version)}
        return tuple(sorted(wanted ^ self._upcasts.keys()))

    def dump(self, event: object) -> tuple[str, int, Payload]:
        """Give (name, version, JSON-safe payload); TypeError for a value that its field's type does not allow."""
        entry = self._by_class[type(event)]
        return (
            entry.name,
            entry.version,
            {field: _dump_value(getattr(event, field), entry, field) for field in entry.types},
        )

    def load(self, name: str, version: int, payload: Payload) -> Any:
        """Give the event of a stored row of any version that there are upcasters for; Refused otherwise."""
        entry = self._by_name.get(name)
        if entry is None:
            raise Refused("vocab.unknown_event", N_("No event is named “%(name)s”."), name=name)
        if not all((name, step) in self._upcasts for step in range(version, entry.version)) or version > entry.version:
            raise Refused(
                "vocab.unknown_version",
                N_("Version %(version)s of the event “%(name)s” cannot be read: this program knows version %(known)s."),
                name=name,
                version=version,
                known=entry.version,
            )
        try:
            for step in range(version, entry.version):
                payload = self._upcasts[name, step](dict(payload))
            return entry.cls(**{field: _load_value(value, entry, field) for field, value in payload.items()})
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise Refused(
                "vocab.bad_payload",
                N_("The stored event “%(name)s” is damaged: %(reason)s."),
                name=name,
                reason=str(error),
            ) from error


def _field_types(cls: type) -> dict[str, tuple[type, bool]]:
    if not (is_dataclass(cls) and vars(cls)["__dataclass_params__"].frozen):
        raise TypeError(f"{cls.__name__} is not a frozen dataclass")
    hints = typing.get_type_hints(cls)
    return {field.name: _plain_type(hints[field.name], f"{cls.__name__}.{field.name}") for field in fields(cls)}


def _plain_type(hint: object, where: str) -> tuple[type, bool]:
    options = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    solid = [option for option in options if option is not types.NoneType]
    if len(solid) != 1 or solid[0] not in (*_PLAIN, dt.datetime, dt.date):
        raise TypeError(f"{where}: an event carries str, int, bool, date, datetime, or one of them | None")
    return solid[0], len(options) > 1


def _dump_value(value: object, entry: Entry, field: str) -> str | int | None:
    _check(value, entry, field)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    return typing.cast("str | int | None", value)


def _load_value(value: object, entry: Entry, field: str) -> object:
    kind, _ = entry.types[field]
    if kind not in _PLAIN and isinstance(value, str):
        value = kind.fromisoformat(value)  # type: ignore[attr-defined]
    _check(value, entry, field)
    return value


def _check(value: object, entry: Entry, field: str) -> None:
    """Hold a value against its field's type: True is no number, and a datetime is no date."""
    kind, optional = entry.types[field]
    if value is None and optional:
        return
    alike = isinstance(value, bool) == (kind is bool) and isinstance(value, dt.datetime) == (kind is dt.datetime)
    if not (alike and isinstance(value, kind)):
        raise TypeError(f"{field} is {type(value).__name__}, not {kind.__name__}")
    if isinstance(value, dt.datetime) and value.tzinfo is None:
        raise TypeError(f"{field} has no time zone")
