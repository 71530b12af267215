"""What a browser calls itself, in words that people recognise: "Chrome on Android", and no more than that."""

from __future__ import annotations

from typing import Final

# The order matters: many browsers also claim to be those that follow.
_BROWSERS: Final = (
    ("Zalo", "Zalo"),
    ("CriOS/", "Chrome"),
    ("FxiOS/", "Firefox"),
    ("EdgiOS/", "Edge"),
    ("EdgA/", "Edge"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("coc_coc_browser/", "Cốc Cốc"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
_BETWEEN: Final = " on "


def recognise(user_agent: str) -> str:
    """Return the browser and the system, such as "Firefox on Windows"; "" for what is neither."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return _BETWEEN.join(part for part in (browser, system) if part)


def parts(recognised: str) -> tuple[str, str]:
    """Return browser and system of what `recognise` returned; the second is "" where only one is known."""
    browser, _on, system = recognised.partition(_BETWEEN)
    return browser, system


def masked(network: str) -> str:
    """Return a network as its owner may recognise it, without telling more: "203.0.113.…"."""
    address, slash, _length = network.partition("/")
    if not slash:
        return ""
    if ":" in address:
        return ":".join([part for part in address.split(":") if part][:3]) + ":…"
    return ".".join(address.split(".")[:3]) + ".…"
