"""What an entry says, and how it speaks of persons without naming them."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from vamco.lib.hashchain import canonical, digest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PERSON: Final = "person"
SALT_SIZE: Final = 16
LONGEST: Final = {"chain": 64, "act": 100, "actor": 64, "subject": 200, "purpose": 200, "person": 64}
_EXACT: Final = (str, int, bool, type(None))


@dataclass(frozen=True)
class Mention:
    """A person whom an entry concerns, with the salt that alone leads from the entry to the person."""

    person: str
    salt: bytes


@dataclass(frozen=True)
class Draft:
    """An entry before it has its place: the canonical text of its content, and the mentions, which are not bound."""

    text: str
    mentions: tuple[Mention, ...]

    def written(self) -> str:
        """The entry as `audit_append` takes it: one JSON object of content, digest and mentions."""
        mentions = [{"person": each.person, "salt": each.salt.hex()} for each in self.mentions]
        rest = canonical({"digest": digest(self.text).hex(), "mentions": mentions})
        return f"{self.text[:-1]},{rest[1:]}"


def draft(
    said: Mapping[str, str],
    detail: Mapping[str, Any],
    mentions: Sequence[Mention],
    sealed: Mapping[str, str],
) -> Draft:
    """An entry. `said`: chain, at, act, actor, subject, purpose; `sealed`: values about the first person, kept as their hashes only.

    TypeError or ValueError for what the database would refuse or give back changed: then no hash would hold.
    """
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
    return Draft(canonical({**said, "detail": detail, "commitments": commitments}), tuple(mentions))


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


def demand_fits(said: Mapping[str, str]) -> None:
    """Raise ValueError for what is too long for its column or is no text that the database takes."""
    for name, text in said.items():
        longest = LONGEST.get(name.rstrip("0123456789"))
        if longest is not None and len(text) > longest:
            raise ValueError(f"an audit entry's {name} has {longest} characters at most, found {len(text)}")
        if "\0" in text:
            raise ValueError(f"an audit entry's {name} holds a zero byte")


def demand_exact(value: Any) -> None:
    """Raise TypeError for what PostgreSQL's jsonb gives back changed, such as 1e16 or a key that is no text: no hash would hold."""
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("the keys of an audit entry's detail are texts")
        value = [*value, *value.values()]
    if isinstance(value, list | tuple):
        for part in value:
            demand_exact(part)
    elif not isinstance(value, _EXACT) or (isinstance(value, str) and "\0" in value):
        raise TypeError(f"an audit entry's detail holds texts, whole numbers and truth values, found {value!r:.60}")
