"""What the buttons inside a form do to what was posted: add an entry, take one away, take a file away. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

Posted = dict[str, list[str]]


def edited(posted: Mapping[str, list[str]], do: str) -> Posted:
    """Give the post as it is after a button was pressed; what is no such button changes nothing."""
    verb, _colon, rest = do.partition(":")
    name, _colon, which = rest.partition(":")
    if verb == "add":
        return {**posted, name: [str(_whole(posted.get(name)) + 1)]}
    if verb == "remove" and which.isdecimal() and len(which) <= 4:  # noqa: PLR2004  # no list is as long as that
        return _removed(posted, name, int(which))
    if verb == "drop":
        return {**posted, name: [value for value in posted.get(name, []) if value != which]}
    return dict(posted)


def _whole(texts: list[str] | None) -> int:
    text = texts[0] if texts else ""
    return int(text) if text.isdecimal() and len(text) <= 4 else 0  # noqa: PLR2004


def _removed(posted: Mapping[str, list[str]], name: str, index: int) -> Posted:
    count = _whole(posted.get(name))
    if index >= count:
        return dict(posted)
    found: Posted = {}
    for key, values in posted.items():
        head, _dot, rest = key.removeprefix(f"{name}.").partition(".")
        if not key.startswith(f"{name}.") or not head.isdecimal() or len(head) > 4 or int(head) < index:  # noqa: PLR2004
            found[key] = values
        elif int(head) > index:
            found[f"{name}.{int(head) - 1}.{rest}"] = values
    return {**found, name: [str(count - 1)]}
