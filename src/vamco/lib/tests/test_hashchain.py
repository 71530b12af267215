from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.lib.chain_export import check, entry_line, first_line, head_line, last_line
from vamco.lib.checkpoints import Checkpoint, Claims, Doubt, Fault, faults, public_key, sign
from vamco.lib.hashchain import GENESIS, Break, Claim, Item, Place, Reason, bind, canonical, digest, follow

KEY, OTHER = bytes(range(32)), bytes(32)
AT = "2026-11-20T00:00:00.000000+00:00"


def chain_of(
    length: int, name: str = "c", *, start: Place | None = None, mark: str = "", old: bool = False
) -> list[Item]:
    """Entries that are bound as they should be; after `start`, or from the first on. `old`: before their rows were bound."""
    seq, previous = start or Place(0, GENESIS)
    entries = []
    for n in range(seq + 1, seq + length + 1):
        content = {"chain": name, "subject": f"s:{n}", "detail": {"tên": "Đăng", "n": n, "mark": mark}}
        row = n * 10
        previous = bind(previous, n, digest(canonical(content)), None if old else row)
        entries.append(Item(n, row, content, previous))
    return entries


def head(entries: list[Item]) -> Place:
    return Place(entries[-1].seq, entries[-1].hash) if entries else Place(0, GENESIS)


def broken(entries: list[Item], end: Place, claims: list[Claim] | None = None, name: str = "c") -> Break | None:
    return follow(name, entries, end, claims or [])[1]


def test_the_way_of_writing_is_fixed_for_ever() -> None:
    content = {"b": [1, True, None], "a": {"ị": 'Đ\n"', "A": -7}, "chain": "c"}
    assert canonical(content) == '{"a":{"A":-7,"ị":"Đ\\n\\""},"b":[1,true,null],"chain":"c"}'
    digested = hashlib.sha256(canonical(content).encode()).digest()
    number = b"\0\0\0\0\0\0\0\1"
    assert bind(GENESIS, 1, digested, None) == hashlib.sha256(bytes(32) + number + digested).digest()
    assert (
        bind(GENESIS, 1, digested, 258) == hashlib.sha256(bytes(32) + number + digested + bytes(6) + b"\1\2").digest()
    )
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"a": float("nan")})


@given(length=st.integers(0, 12), cut=st.integers(0, 12))
def test_a_chain_is_true_only_as_long_as_its_head_says(length: int, cut: int) -> None:
    entries = chain_of(length)
    assert follow("c", entries, head(entries)) == (length, None if length else Break(1, Reason.EMPTY))
    if cut < length:
        assert broken(entries[:cut], head(entries)) == Break(cut + 1, Reason.HEAD)
        assert broken(entries, head(entries[:cut])) == Break(cut + 1, Reason.HEAD)


@given(length=st.integers(1, 12), data=st.data())
def test_every_single_change_is_found_where_it_is(length: int, data: st.DataObject) -> None:
    entries = chain_of(length)
    n = data.draw(st.integers(0, length - 1))
    seq, row, content, stored = entries[n]
    end = head(entries)
    others = [*entries[:n], *entries[n + 1 :]]
    altered = Break(n + 1, Reason.ALTERED)
    for change in (
        {"content": {**content, "subject": "x"}},
        {"hash": bytes(32)},
        {"row": 7},
        {"row": -row},
        {"row": None},
    ):
        assert broken([*entries[:n], entries[n]._replace(**change), *entries[n + 1 :]], end) == altered
    moved = Item(seq + 1, row, content, stored)
    assert broken([*entries[:n], moved, *entries[n + 1 :]], end) == Break(n + 1, Reason.MISSING)
    assert broken(others, end) == Break(n + 1, Reason.MISSING if n < length - 1 else Reason.HEAD)
    closed = [each._replace(seq=at) for at, each in enumerate(others, start=1)]
    assert broken(closed, Place(length - 1, end.hash)).seq == n + 1  # type: ignore[arg-type,union-attr]
    inserted = [*entries[:n], *chain_of(1, start=Place(n, GENESIS)), *entries[n:]]
    assert broken(inserted, end) == (altered if n else Break(2, Reason.MISSING))
    assert broken(entries, end, name="another") == Break(1, Reason.ALTERED)


@given(length=st.integers(2, 12), data=st.data())
def test_what_is_bound_anew_only_a_claim_shows(length: int, data: st.DataObject) -> None:
    entries = chain_of(length)
    n = data.draw(st.integers(0, length - 1))
    claimed = data.draw(st.integers(1, length))
    claim = Claim(claimed, entries[claimed - 1].hash, 4)
    forged = [*entries[:n], *chain_of(length - n, start=head(entries[:n]), mark="forged")]
    assert broken(forged, head(forged)) is None
    found = broken(forged, head(forged), [claim])
    assert found == (Break(claimed, Reason.REWRITTEN, 4, 0) if claimed > n else None)
    cut = entries[:n]
    assert broken(cut, head(cut)) == (None if n else Break(1, Reason.EMPTY))
    assert broken(cut, head(cut), [claim]) == (Break(n + 1, Reason.CUT, 4) if claimed > n else None)
    assert broken(entries, head(entries), [claim]) is None


def test_the_break_lies_after_the_last_claim_that_held() -> None:
    entries = chain_of(9)
    forged = [*entries[:5], *chain_of(4, start=head(entries[:5]), mark="forged")]
    claims = [Claim(3, entries[2].hash, 1), Claim(8, entries[7].hash, 2)]
    assert follow("c", forged, head(forged), claims) == (3, Break(8, Reason.REWRITTEN, 2, after=3))


@given(old=st.integers(1, 6), new=st.integers(0, 6), data=st.data())
def test_older_entries_stand_first_and_their_rows_rise(old: int, new: int, data: st.DataObject) -> None:
    before = chain_of(old, old=True)
    entries = [*before, *chain_of(new, start=head(before))]
    end = head(entries)
    assert follow("c", entries, end) == (old + new, None)
    a, b = sorted(data.draw(st.lists(st.integers(0, old + new - 1), min_size=2, max_size=2)))
    swapped = list(entries)
    swapped[a], swapped[b] = entries[a]._replace(row=entries[b].row), entries[b]._replace(row=entries[a].row)
    found = broken(swapped, end)
    assert (found is None) == (a == b)
    late = [*entries, *chain_of(1, start=end, old=True)]
    assert broken(late, head(late)) == (Break(old + new + 1, Reason.ALTERED) if new else None)


def places(**lengths: int) -> dict[str, Place]:
    return {name: head(chain_of(length, name)) for name, length in lengths.items()}


def row_of(*heads: dict[str, Place], key: bytes = KEY) -> list[Checkpoint]:
    made: list[Checkpoint] = []
    for each in heads:
        made.append(sign(key, made[-1] if made else None, AT, each))
    return made


ROW = row_of(places(a=1), places(a=3), places(a=3, b=2))


def test_a_row_of_checkpoints_holds_and_survives_its_way_through_a_file() -> None:
    assert [each.number for each in ROW] == [1, 2, 3]
    assert [Checkpoint.read(each.line()) for each in ROW] == ROW
    assert list(faults(ROW, public_key(KEY))) == []
    assert list(faults(ROW[1:], whole=False)) == []
    assert list(faults([ROW[0], ROW[2]], whole=False)) == []


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([replace(ROW[0], at="2026-11-21"), *ROW[1:]], [Fault(1, Doubt.FORGED), Fault(2, Doubt.UNLINKED)]),
        ([replace(ROW[0], key="zz")], [Fault(1, Doubt.FORGED)]),
        ([replace(ROW[0], signature="")], [Fault(1, Doubt.FORGED)]),
        (ROW[1:], [Fault(2, Doubt.UNLINKED)]),
        ([ROW[0], ROW[2]], [Fault(3, Doubt.UNLINKED)]),
        ([ROW[0], ROW[0]], [Fault(1, Doubt.UNLINKED)]),
        (row_of(places(a=3, b=1), places(a=3)), [Fault(2, Doubt.BACKWARDS)]),
        (row_of(places(a=3), places(a=2)), [Fault(2, Doubt.BACKWARDS)]),
        (row_of(places(a=1), key=OTHER), [Fault(1, Doubt.STRANGE)]),
    ],
)
def test_a_row_that_was_touched_does_not_hold(row: list[Checkpoint], expected: list[Fault]) -> None:
    assert list(faults(row, public_key(KEY))) == expected


@pytest.mark.parametrize(
    "line", ["", "[]", "{}", '{"checkpoint":3,"signature":""}', ROW[0].line().replace("[1,", "[[],")]
)
def test_what_is_no_checkpoint_is_a_value_error(line: str) -> None:
    with pytest.raises(ValueError, match=r"checkpoint|Expecting"):
        Checkpoint.read(line)


def test_claims_say_each_end_once() -> None:
    claims = Claims(ROW)
    assert claims.about("a") == [Claim(1, places(a=1)["a"].hash, 1), Claim(3, places(a=3)["a"].hash, 2)]
    assert (claims.about("b")[0].number, claims.about("x"), claims.chains()) == (3, [], {"a", "b"})


def export(chains: dict[str, list[Item]], row: list[Checkpoint], version: int = 2) -> list[str]:
    lines = [first_line(AT, version), *(each.line() for each in row)]
    for name, entries in chains.items():
        lines += [head_line(name, head(entries)), *map(entry_line, entries)]
    return [*lines, last_line(len(chains), sum(map(len, chains.values())))]


CHAINS = {"a": chain_of(5, "a"), "b": chain_of(2, "b")}


def test_an_export_is_checked_without_its_database() -> None:
    report = check(export(CHAINS, ROW), ROW[1:2], public_key(KEY))
    assert (report.wrong, report.entries, report.chains, report.checkpoints) == (False, 7, 2, 3)
    assert check(export({}, [])).wrong is False


def test_an_export_of_the_first_version_is_read_for_ever() -> None:
    """Byte by byte as that version wrote it."""
    digested = hashlib.sha256(b'{"chain":"a","n":1}').digest()
    stored = hashlib.sha256(bytes(32) + b"\0\0\0\0\0\0\0\1" + digested).hexdigest()
    lines = [
        '{"at":"2026-11-20T00:00:00.000000+00:00","vamco_audit_export":1}',
        f'{{"chain":"a","hash":"{stored}","seq":1}}',
        f'{{"content":{{"chain":"a","n":1}},"hash":"{stored}","seq":1}}',
        '{"end":{"chains":1,"entries":1}}',
    ]
    report = check(lines)
    assert (report.wrong, report.entries) == (False, 1)
    assert check([lines[0].replace(":1}", ":2}"), *lines[1:]]).damaged == "line 3: KeyError: 'row'"
    assert check([*lines[:2], lines[2].replace(',"seq"', ',"row":1,"seq"'), lines[3]]).damaged.startswith("line 3: ")
    new = [entry._replace(row=None) for entry in CHAINS["a"]]
    assert check(export({"a": new}, [], version=1)).broken == {"a": Break(1, Reason.ALTERED)}


def test_an_export_that_was_touched_names_the_entry_and_goes_on() -> None:
    lines = export(CHAINS, ROW)
    place = next(n for n, line in enumerate(lines) if '"s:2"' in line)
    report = check([*lines[:place], lines[place].replace('"s:2"', '"s:9"'), *lines[place + 1 :]])
    assert report.broken == {"a": Break(2, Reason.ALTERED)}
    assert (report.entries, report.damaged) == (1 + 2, "")
    report = check([*lines[:place], *lines[place + 1 :]])
    assert report.broken == {"a": Break(2, Reason.MISSING)}
    assert "ends too early" in report.damaged


def changed(mark: str, old: str, new: str) -> tuple[list[str], int]:
    """An export with `old` replaced in the first line that has `mark`; and that line's number."""
    lines = export(CHAINS, ROW)
    place = next(n for n, line in enumerate(lines) if mark in line)
    assert old in lines[place]
    lines[place] = lines[place].replace(old, new, 1)
    return lines, place + 1


@pytest.mark.parametrize(
    ("mark", "old", "new"),
    [
        ('"s:2"', '"subject":', '"subject":"forged","subject":'),
        ('"s:2"', '{"content":', '{"content":{"subject":"forged"},"content":'),
        ('"s:2"', '"seq":2', '"seq":1,"seq":2'),
        ('"s:2"', '"seq":2', '"seq":"2"'),
        ('"s:2"', '"seq":2', '"seq":2.9'),
        ('"s:2"', '"seq":2', '"seq":2,"note":"x"'),
        ('"s:1"', '"seq":1', '"seq":true'),
        ('"s:2"', '"hash":"', '"hash":" '),
        ('"s:2"', "Đ", "\\u0110"),
        ('"s:2"', '":', '": '),
        ('"s:2"', '{"content"', ' {"content"'),
        ('"s:2"', '"s:2"', '"\\ud800"'),
        ('"chain":"a","hash"', '"seq":5', '"seq":"5"'),
        ('"chain":"a","hash"', '"seq":5', '"note":1,"seq":5'),
        ('"number":2', '"signature"', '"note":1,"signature"'),
        ('"number":2', '"number":2', '"number":9,"number":2'),
        ("vamco_audit_export", "{", '{"a":1,'),
        ("vamco_audit_export", ":2", ":2.0"),
        ("vamco_audit_export", ":2", ":true"),
        ('"s:2"', '"row":20', '"row":"20"'),
        ('"s:2"', '"row":20', '"row":20.0'),
        ('"end"', '"chains"', '"chains":1,"chains"'),
        ('"end"', '"chains":2', '"chains":2.0'),
        ('"end"', "}}", "}} "),
    ],
)
def test_a_line_that_no_export_writes_is_named(mark: str, old: str, new: str) -> None:
    lines, number = changed(mark, old, new)
    report = check(lines)
    assert report.wrong
    assert report.damaged.startswith(f"line {number}: ")


@pytest.mark.parametrize("more", ["", "\n", "garbage", '{"chain":"x"}', export({}, [])[-1]])
def test_nothing_stands_after_the_end(more: str) -> None:
    lines = export(CHAINS, ROW)
    assert not check([line + "\n" for line in lines]).wrong
    assert check([*lines, more]).damaged.startswith(f"line {len(lines) + 1}: ")


def test_what_was_bound_otherwise_than_it_is_written_is_altered() -> None:
    """Who binds a text with a doubled key letter by letter binds something that no entry says."""
    text = '{"chain":"a","subject":"shown","subject":"meant"}'
    stored = bind(GENESIS, 1, digest(text), 5)
    entry = f'{{"content":{text},"hash":"{stored.hex()}","row":5,"seq":1}}'
    report = check([first_line(AT), head_line("a", Place(1, stored)), entry, last_line(1, 1)])
    assert report.broken == {"a": Break(1, Reason.ALTERED)}
    text = '{"chain":"a","x":"\\ud800"}'
    stored = bind(GENESIS, 1, digest(text), 5)
    entry = f'{{"content":{text},"hash":"{stored.hex()}","row":5,"seq":1}}'
    report = check([first_line(AT), head_line("a", Place(1, stored)), entry, last_line(1, 1)])
    assert report.damaged.startswith("line 3: UnicodeEncodeError")


def test_an_older_export_is_true_but_for_a_checkpoint_kept_elsewhere() -> None:
    old = {"a": CHAINS["a"][:1]}
    assert check(export(old, ROW[:1])).wrong is False
    report = check(export(old, ROW[:1]), ROW[2:])
    assert report.faults == [Fault(3, Doubt.UNKNOWN)]
    assert report.broken == {"a": Break(2, Reason.CUT, 3), "b": Break(1, Reason.CUT, 3)}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda lines: [], "no export"),
        (lambda lines: ["[]"], "'list' object"),
        (lambda lines: lines[:-1], "ends too early"),
        (lambda lines: [*lines[:-1], "{"], "JSONDecodeError"),
        (lambda lines: [*lines[:-1], "[" * 100_000], "RecursionError"),
        (lambda lines: [*lines[:-1], *lines[4:-1], lines[-1]], "comes twice"),
        (lambda lines: [*lines[:4], '{"chain":"z","seq":"x","hash":""}'], "invalid literal"),
        (lambda lines: [lines[0], '{"checkpoint":{}}', *lines[1:]], "no checkpoint"),
    ],
)
def test_a_file_that_is_none_is_no_true_log(change: Any, why: str) -> None:
    report = check(change(export(CHAINS, ROW)))
    assert why in report.damaged
    assert report.wrong
