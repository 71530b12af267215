"""What an entry says, and how it speaks of persons without naming them."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from vamco.lib.errors import N_, Refused
from vamco.lib.hashchain import canonical, digest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PERSON: Final = "person"
SALT_SIZE: Final = 16
PURPOSE: Final = 200  # so many characters
LONGEST: Final = {"chain": 64, "act": 100, "actor": 64, "subject": 200, "person": 64}
MOST_PERSONS: Final = 2**15  # a mention's place is a small integer
DEEPEST: Final = 64  # lists and dicts within one another: what stays far below the limits of all who must read it
_EXACT: Final = (str, int, bool, type(None))


@dataclass(frozen=True)
class Mention:
    """A person whom an entry concerns, with the salt that alone leads from the entry to the person."""

    person: str
    salt: bytes


@dataclass(frozen=True)
class Draft:
    """An entry before it has its place: the canonical text of its content, its digest, and the mentions, which are not bound."""

    text: str
    digest: bytes
    mentions: tuple[Mention, ...]

    def written(self) -> str:
        """The entry as `audit_append` takes it: one JSON object of content, digest and mentions."""
        mentions = [{"person": each.person, "salt": each.salt.hex()} for each in self.mentions]
        rest = canonical({"digest": self.digest.hex(), "mentions": mentions})
        return f"{self.text[:-1]},{rest[1:]}"


def draft(
    said: Mapping[str, str],
    detail: Mapping[str, Any],
    mentions: Sequence[Mention],
    sealed: Mapping[str, str],
) -> Draft:
    """An entry. `said`: chain, at, act, actor, subject, purpose; `sealed`: values about the first person, kept as their hashes only.

    TypeError or ValueError for what the database would refuse or give back changed: then no hash would hold. Refused for a
    purpose, for that is what people write. All is encoded here, inside the act: at its commit it would be too late.
    """
    demand_purpose(said["purpose"])
    if len(mentions) > MOST_PERSONS:
        raise ValueError(f"an audit entry concerns {MOST_PERSONS} persons at most, found {len(mentions)}")
    demand_fits({**said, **{f"person{n}": each.person for n, each in enumerate(mentions)}})
    demand_exact(detail)
    demand_exact(dict(sealed))
    commitments: dict[str, Any] = {}
    if mentions:
        commitments["persons"] = [commit_person(each.salt, each.person) for each in mentions]
    if sealed:
        if not mentions:
            raise ValueError("sealed values are about a person")
        commitments["values"] = {name: commit_value(mentions[0].salt, name, value) for name, value in sealed.items()}
    text = canonical({**said, "detail": detail, "commitments": commitments})
    return Draft(text, digest(text), tuple(mentions))


def commit_person(salt: bytes, person: str) -> str:
    """What an entry says of a person: HMAC-SHA256, hexadecimal. Without the salt it leads nowhere."""
    return hmac.digest(salt, f"person\0{person}".encode(), "sha256").hex()


def commit_value(salt: bytes, name: str, value: str) -> str:
    """What an entry says of a value about a person: HMAC-SHA256, hexadecimal."""
    return hmac.digest(salt, f"value\0{name}\0{value}".encode(), "sha256").hex()


def persons(subject: str, others: Sequence[str]) -> tuple[str, list[str]]:
    """The subject as an entry may name it, and all persons concerned, each once: a person who is the subject is not named."""
    if not subject.startswith(f"{PERSON}:"):
        return subject, list(dict.fromkeys(others))
    return PERSON, list(dict.fromkeys([subject, *others]))


def demand_purpose(purpose: str) -> None:
    """Raise Refused for a purpose that no entry takes; whether one must be given at all, the act says."""
    if len(purpose) > PURPOSE:
        raise Refused("audit.purpose_too_long", N_("Say what for in at most %(limit)s characters."), limit=PURPOSE)
    if not _storable(purpose):
        raise Refused("audit.purpose_no_text", N_("The text holds signs that cannot be stored. Type it anew."))


def _storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def demand_fits(said: Mapping[str, str]) -> None:
    """Raise ValueError for what is too long for its column or is no text that the database takes."""
    for name, text in said.items():
        longest = LONGEST.get(name.rstrip("0123456789"))
        if longest is not None and len(text) > longest:
            raise ValueError(f"an audit entry's {name} has {longest} characters at most, found {len(text)}")
        if "\0" in text:
            raise ValueError(f"an audit entry's {name} holds a zero byte")


def demand_exact(value: Any, room: int = DEEPEST) -> None:
    """Raise TypeError for what PostgreSQL's jsonb gives back changed, such as 1e16 or a key that is no text: no hash would hold.

    ValueError for what has more than `room` lists and dicts within one another.
    """
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("the keys of an audit entry's detail are texts")
        value = [*value, *value.values()]
    if isinstance(value, list | tuple):
        if not room:
            raise ValueError(f"an audit entry's detail is {DEEPEST} levels deep at most")
        for part in value:
            demand_exact(part, room - 1)
    elif not isinstance(value, _EXACT) or (isinstance(value, str) and "\0" in value):
        raise TypeError(f"an audit entry's detail holds texts, whole numbers and truth values, found {value!r:.60}")
