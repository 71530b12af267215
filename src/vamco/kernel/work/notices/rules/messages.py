"""What is decided about notices: words, addresses, hours, attempts. Pure and total."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any, Final

from vamco.kernel.work.notices.contracts import ENDS, Next, Outcome, Quiet, State
from vamco.kernel.work.notices.rules import segments
from vamco.lib import money
from vamco.lib.errors import N_, Refused
from vamco.lib.text import nfc
from vamco.lib.time import HCM, format_date, format_moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vamco.kernel.work.notices.contracts import ChannelName, Receipt
    from vamco.kernel.work.notices.declaration import FieldOf, Template, Words

Place = tuple[str | int, ...]
QUIET: Final = Quiet(21 * 60, 7 * 60)  # without a choice of the person's own
DIGEST_AT: Final = 7 * 60 + 30
DISTURBS: Final[frozenset[ChannelName]] = frozenset({"sms", "push", "zalo"})
DIGESTS: Final[frozenset[ChannelName]] = frozenset({"email"})
MAX_ATTEMPTS: Final = 8
LONGEST_WAIT: Final = 6 * 3600
STOPPED_WAIT: Final = 900
BUSY_WAIT: Final = 30
DAY: Final = 24 * 60
_TOKEN = re.compile(r"\{\{|\}\}|\{(?P<name>[a-z][a-z0-9_]*)\}|[{}]")
_REASON = re.compile(r"[^A-Za-z0-9_.:-]")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?=.{4,190}$)(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
_MOBILE = re.compile(r"(?:\+?84|0)?([35789][0-9]{8})")
_BASE64 = re.compile(r"[A-Za-z0-9_-]+={0,2}")
_PUSH_KEY, _PUSH_SECRET = 87, 22  # base64url characters of a P-256 point and of 16 bytes


# --- templates ------------------------------------------------------------------------------------------------------


def places(text: str) -> list[str] | None:
    """Give the fields that a text names, None when its braces do not fit."""
    found = list(_TOKEN.finditer(text))
    if any(token[0] in {"{", "}"} for token in found):
        return None
    return [token["name"] for token in found if token["name"]]


def fill(text: str, values: Mapping[str, str]) -> str:
    """Give a text with its values."""
    return _TOKEN.sub(lambda token: values.get(token["name"], "") if token["name"] else token[0][0], text)


def faults(template: Template) -> Iterator[tuple[Place, str]]:
    """Give what is wrong in a template, each with its place."""
    used: set[str] = set()
    for place, text in _texts(template):
        named = places(text)
        if named is None:
            yield place, "each brace part of a place such as {dossier}, or doubled"
            continue
        used |= set(named)
        for name in sorted(set(named) - template.fields.keys()):
            yield place, f"a declared field, found {{{name}}}"
        exposed = place[-1] in {"title", "short", "sms"} or place[0] == "zalo"
        for name in sorted(set(named) & template.fields.keys()):
            if exposed and template.fields[name].private:
                yield place, f"no private field such as {{{name}}}: a lock screen shows this"
    for name in sorted(template.fields.keys() - used):
        yield ("fields", name), f"a text that uses {{{name}}}"
    yield from _channel_faults(template)
    for language in ("vi", "en"):
        yield from _sms_faults(template, language)


def _texts(template: Template) -> Iterator[tuple[Place, str]]:
    for language in ("vi", "en"):
        words: Words = getattr(template, language)
        for part in ("title", "text", "short", "sms"):
            yield (language, part), getattr(words, part)
    for name, text in (template.zalo.params if template.zalo else {}).items():
        yield ("zalo", "params", name), text


def _channel_faults(template: Template) -> Iterator[tuple[Place, str]]:
    if len(set(template.channels)) < len(template.channels):
        yield ("channels",), "each channel once"
    if ("zalo" in template.channels) != (template.zalo is not None):
        yield ("channels",), "`zalo` here and its registered template, or neither"
    for language in ("vi", "en"):
        if ("sms" in template.channels) != bool(getattr(template, language).sms):
            yield (language, "sms"), "`sms` among the channels and its words in both languages, or neither"


def _sms_faults(template: Template, language: str) -> Iterator[tuple[Place, str]]:
    text = getattr(template, language).sms
    if not text or places(text) is None:
        return
    fixed = segments.size(fill(text, {}))
    if fixed.alphabet == "ucs-2" and not template.accents:
        yield (language, "sms"), f"letters without diacritics, such as {segments.plain(text)!r:.60}, or `accents: true`"
        return
    longest = fill(text, {name: _widest(field, plain=not template.accents) for name, field in template.fields.items()})
    size = segments.size(longest)
    if (found := segments.most(size.units, size.alphabet)) > template.segments:
        allowed = f"at most {template.segments} segments with the longest values"
        yield (language, "sms"), f"{allowed}, found {found} ({size.units} units of {size.alphabet})"


def _widest(field: FieldOf, *, plain: bool) -> str:
    """Give a value of that type that takes as much room as any: a bracket takes two septets, a dong amount fifteen digits."""
    samples = {
        "whole": "-999.999.999.999.999",
        "money": "-999.999.999.999.999 dong",
        "date": "30 Sep 2026",
        "moment": "14:05, 30 Sep 2026",
    }
    return samples.get(field.type) or ("[" if plain else "😀") * field.longest


def checked(template: Template, data: Mapping[str, object]) -> dict[str, str | int]:
    """Give the values as they are kept; Refused when one is missing, not declared, or of another type."""
    wrong = sorted(data.keys() ^ template.fields.keys())
    kept: dict[str, str | int] = {}
    for name in () if wrong else template.fields:
        value = _kept(template.fields[name], data[name])
        if value is None:
            wrong.append(name)
        else:
            kept[name] = value
    if wrong:
        raise Refused(
            "notices.wrong_data",
            N_("The notice %(template)s does not fit its values: %(fields)s."),
            template=template.code,
            fields=", ".join(wrong),
        )
    return kept


def _kept(field: FieldOf, value: object) -> str | int | None:
    match field.type, value:
        case "text", str():
            text = " ".join("".join(sign if sign.isprintable() else " " for sign in nfc(value)).split())
            return text if len(text) <= field.longest else text[: field.longest - 1] + "…"
        case (("whole" | "money"), int()) if not isinstance(value, bool) and abs(value) < 10**15:
            return value
        case "moment", dt.datetime() if value.tzinfo is not None:
            return value.astimezone(dt.UTC).isoformat()
        case "date", dt.date() if not isinstance(value, dt.datetime):
            return value.isoformat()
    return None


def written(template: Template, data: Mapping[str, Any], language: str) -> dict[str, str]:
    """Give the kept values as people read them in a language."""
    return {name: _written(field, data.get(name), language) for name, field in template.fields.items()}


def _written(field: FieldOf, value: Any, language: str) -> str:
    try:
        match field.type:
            case "whole":
                return money.format_number(value, 0, language)
            case "money":
                return money.format_dong(value, language)
            case "date":
                return format_date(dt.date.fromisoformat(value), language)
            case "moment":
                return format_moment(dt.datetime.fromisoformat(value), language)
            case _:
                return str(value or "")
    except (TypeError, ValueError, ArithmeticError):  # kept under another version of the template
        return money.NO_VALUE


def sms(template: Template, data: Mapping[str, Any], language: str) -> str:
    """Give the SMS, which takes no more segments than the template allows, whatever the values are."""
    values = written(template, data, language)
    if not template.accents:
        values = {name: segments.plain(value) for name, value in values.items()}
    for name, field in template.fields.items():
        if field.type == "text":
            values[name] = _fitting(
                values[name], len(_widest(field, plain=not template.accents).encode("utf-16-le")) // 2
            )
    return fill(getattr(template, language).sms, values)


def _fitting(text: str, units: int) -> str:
    """Give the beginning of a text that takes at most so many UTF-16 units; what takes two septets counts no more than a bracket."""
    room = 0
    for place, sign in enumerate(text):
        room += len(sign.encode("utf-16-le")) // 2
        if room > units:
            return text[:place]
    return text


# --- addresses ------------------------------------------------------------------------------------------------------


def normal(channel: ChannelName, address: str) -> str:
    """Give an address in the form that providers take; Refused when it is none. A telephone number becomes 84…."""
    text = nfc(address).strip()
    found = {"email": _email, "sms": _mobile, "zalo": _mobile, "push": _subscription}[channel](text)
    if not found:
        raise Refused("notices.no_address", N_("This is no address for this channel."), channel=channel)
    return found


def _email(text: str) -> str:
    if not _EMAIL.fullmatch(text) or ".." in text or text.startswith("."):
        return ""
    name, _at, host = text.rpartition("@")
    return f"{name}@{host.lower()}"


def _mobile(text: str) -> str:
    found = _MOBILE.fullmatch(re.sub(r"[ .()-]", "", text))
    return f"84{found[1]}" if found else ""


def _subscription(text: str) -> str:
    """Give the endpoint and the two keys of a browser's subscription, as one line of JSON."""
    try:
        found = json.loads(text)
        endpoint, keys = found["endpoint"], found["keys"]
        point, secret = (str(keys[name]).rstrip("=") for name in ("p256dh", "auth"))
        right = isinstance(endpoint, str) and endpoint.startswith(("https://", "http://")) and endpoint.isascii()
        right = right and all(_BASE64.fullmatch(key) for key in (point, secret))
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
    if not right or (len(point), len(secret)) != (_PUSH_KEY, _PUSH_SECRET):
        return ""
    return json.dumps({"endpoint": endpoint, "keys": {"p256dh": point, "auth": secret}}, separators=(",", ":"))


def mask(channel: ChannelName, address: str) -> str:
    """Give as much of a normal address as tells its owner which one it is, and nobody else whose."""
    if channel == "email":
        name, _at, host = address.rpartition("@")
        return f"{name[:1]}***@{host}"
    if channel == "push":
        host = re.sub(r"^https?://([^/:?#]*).*", r"\1", json.loads(address)["endpoint"])
        return f"{host}/***"
    return f"0{address[2:4]}*****{address[-2:]}"


# --- hours ----------------------------------------------------------------------------------------------------------


def quiet_until(now: dt.datetime, quiet: Quiet) -> dt.datetime | None:
    """Give the end of the quiet hours that `now` falls in, None outside of them. By the clock in Vietnam."""
    local = now.astimezone(HCM)
    minute = local.hour * 60 + local.minute
    length = (quiet.end - quiet.start) % DAY
    if (minute - quiet.start) % DAY >= length:
        return None
    midnight = dt.datetime.combine(local.date(), dt.time(), HCM)
    days = 1 if minute >= quiet.end else 0
    return (midnight + dt.timedelta(days=days, minutes=quiet.end)).astimezone(dt.UTC)


def digest_at(now: dt.datetime) -> dt.datetime:
    """Give when the next digest leaves: the next half past seven in Vietnam."""
    local = now.astimezone(HCM)
    today = dt.datetime.combine(local.date(), dt.time(), HCM) + dt.timedelta(minutes=DIGEST_AT)
    return (today if local < today else today + dt.timedelta(days=1)).astimezone(dt.UTC)


# --- attempts -------------------------------------------------------------------------------------------------------


def backoff(attempts: int) -> int:
    """Give the seconds to wait after so many failed attempts: 30 s, 2 min, 8 min, 32 min, 2 h …, never above six hours."""
    return int(min(30 * 4 ** min(max(attempts, 1) - 1, 10), LONGEST_WAIT))


def after(receipt: Receipt, attempts: int) -> Next:
    """Give what follows from an attempt, the `attempts`-th that counts.

    A lost answer is tried again like a failure: a notice that comes twice does less harm than one that never comes.
    """
    said = reason(receipt.reason)
    match receipt.outcome:
        case Outcome.TAKEN:
            return Next(State.SENT, said)
        case Outcome.REFUSED:
            return Next(State.FAILED, said)
        case Outcome.BUSY:
            return Next(State.QUEUED, said, max(receipt.after, 1) if receipt.after else BUSY_WAIT, counted=False)
        case Outcome.STOPPED:
            return Next(State.QUEUED, said, receipt.after or STOPPED_WAIT, counted=False)
        case _:  # LATER, DOUBTFUL
            if attempts >= MAX_ATTEMPTS:
                return Next(State.DEAD, said)
            return Next(State.QUEUED, said, min(max(backoff(attempts), receipt.after), LONGEST_WAIT))


def reported(state: State, *, delivered: bool) -> State | None:
    """Give the state after a provider's report, None when it changes nothing: reports come late, twice and in any order.

    What a person has got they have got: no later report takes it back. A failure told after we gave up changes nothing.
    """
    if state == State.DELIVERED or (state in ENDS and not delivered):
        return None
    return State.DELIVERED if delivered else State.FAILED


def reference(text: str) -> str:
    """Give a provider's own name of a message as it is kept: what it sends is not ours to trust."""
    return "".join(sign for sign in text if sign.isprintable())[:100]


def reason(text: str) -> str:
    """Give a reason as the log keeps it: a short code, no text that could name somebody."""
    return _REASON.sub("", text)[:40]
