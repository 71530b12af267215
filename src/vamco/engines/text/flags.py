"""What the person who approves a text must look at. A flag is a hint: it never refuses, hides or closes anything by itself.

Complaints and denunciations have a channel of their own by law (Luật Khiếu nại, Luật Tố cáo): their detector would rather stop at too many.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vamco.engines.text.contracts import Concern, Flag
from vamco.lib.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vamco.engines.text.classify import Model

_GAP = r"[ .\-]{0,2}"
_IDENTITY: Final = re.compile(rf"(?<!\d)0(?:{_GAP}\d){{11}}(?!{_GAP}\d)")
_OLD_IDENTITY: Final = re.compile(
    rf"\b(?:cmnd|cccd|chung minh|can cuoc|dinh danh)[^0-9]{{0,20}}(\d(?:{_GAP}\d){{8}})(?!{_GAP}\d)"
)
_PHONE: Final = re.compile(
    rf"(?<!\d)(?:(?:\+?84|0){_GAP}[35789](?:{_GAP}\d){{8}}|\(?0{_GAP}2(?:{_GAP}\d){{1,2}}\)?(?:{_GAP}\d){{7}})(?!{_GAP}\d)"
)
_PROVINCES: Final = range(1, 97)
_LINK = r"https?://|www\.|\bbit\.ly|\.com\b|\bt\.me\b"
_SELLS: Final = re.compile(
    rf"{_LINK}|\blien he\b|\binbox\b|\bib\b|\bzalo\b|\bgia (?:re|chi|goc|soc)\b|\buy tin\b|\bkhuyen mai\b|\bgiam gia\b|\bgiai ngan\b|\bcho vay\b|"
    r"\blai suat\b|\bso hong rieng\b|\bmua ngay\b|\bgoi ngay\b|\bthu nhap\b|\bcong tac vien\b|\bnap rut\b|\bno hu\b|\bdoi thuong\b|\bmien phi\b|"
    r"\bdat nen\b|\bvoucher\b|\bkhai truong\b|\bnhan (?:hut|thong|sua|lam|thi cong|chuyen)\b|\btoan tinh\b|\btuyen (?:dung|cong|nhan vien)\b"
)
_ADVERTISES = 2  # selling words, different ones
_OWN_CHANNEL: Final = re.compile(
    r"\b(?:to (?:cao|giac)|khieu (?:nai|kien|to)|(?:don|xin) to|to (?:ong|ba|can bo)|don kien|kien (?:uy ban|ubnd|chu tich|ra toa|len|xa|phuong)|"
    r"kn (?:quyet dinh|qd|lan)|quyet dinh (?:thu hoi|xu phat|cuong che|hanh chinh|so|boi thuong|do)|(?:huy|phan doi|xem xet lai|khong nhan) quyet dinh|"
    r"khong dong y (?:voi )?(?:quyet dinh|qd|muc)|boi thuong (?:giai toa|khong|chua|sai|qua thap)|(?:muc|gia|tien) (?:den bu|boi thuong)|cuong che|"
    r"thu hoi dat|(?:yeu cau|de nghi) (?:thanh tra|ky luat))\b"
)
_ONLY_FOLDED: Final = re.compile(r"to (?:ong|ba)")  # "tố ông" is one, "tổ ong" is not
_OFFICIAL: Final = re.compile(
    r"\b(?:can bo|chu tich|lanh dao|(?:truong|pho) (?:ap|thon|khu pho|phong)|cong an|cong chuc|vien chuc|hieu truong|bi thu|dia chinh|giam doc|uy ban|"
    r"thanh tra|kiem lam|nguoi nha nuoc|mot cua|ho)\b"
)
_MISCONDUCT: Final = re.compile(
    r"\b(?:tham (?:nhung|o)|hoi lo|an (?:tien|chan|chia|bot)|phong bi|bao ke|(?:loi|lam) dung (?:chuc|quyen)|khong de rut|ho so khong|nhung nhieu|bao che|"
    r"vu loi|sai pham|lot tay|boi duong|voi (?:tien|vinh)|(?:doi|dua|goi y dua) (?:it )?tien|tien ca phe|chung chi|cua quyen|tiep tay)\b"
)
_SECOND: Final = re.compile(
    r"\b(?:ngoai ra|them nua|dong thoi|voi lai|thu hai|hai la|(?:phan anh|noi|bao) luon|tien the|them (?:mot )?(?:chuyen|viec|van de)|mot viec nua|"
    r"viec thu|con (?:mot )?chuyen)\b"
)
_ITEM: Final = re.compile(r"(?:(?<=\s)|^)(?:\d{1,2}[.)/]|[-*•])\s?(?=[^\W\d])")
_SENTENCE: Final = re.compile(r"[^.!?;\n]+")
_SURE, _WORDS_OF_A_MATTER = 0.85, 4
_DEFAULT: Final = Path(__file__).parent / "insults.txt"


def find(text: str, insults: Iterable[str] | None = None, model: Model | None = None) -> list[Flag]:
    """Return the flags of a text in the order of their places; positions count characters of `text` as it was given."""
    bare, places = _bare(text)
    spans = [(Concern.IDENTITY, span) for span in _identities(bare)]
    spans += [(Concern.PHONE, match.span()) for match in _PHONE.finditer(bare) if not _crosses(match.span(), spans)]
    spans += [(Concern.INSULT, span) for span in _insults(text, bare, read_insults() if insults is None else insults)]
    whole = (0, len(bare))
    if len({match[0] for match in _SELLS.finditer(bare)}) >= _ADVERTISES:
        spans.append((Concern.ADVERTISEMENT, whole))
    if (span := _complaint(text, bare)) is not None:
        spans.append((Concern.COMPLAINT, span))
    if _several(text, bare, model):
        spans.append((Concern.SEVERAL, whole))
    flags = [Flag(concern, places[start], places[end]) for concern, (start, end) in spans]
    return sorted(flags, key=lambda flag: (flag.start, flag.end, flag.concern))


def read_insults(path: Path = _DEFAULT) -> list[str]:
    """Return the list in a file: a line each, # begins a comment."""
    return [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]


def _bare(text: str) -> tuple[str, list[int]]:
    """Return the text folded sign by sign, and for each place in that (and its end) the place in the text."""
    signs, places = [], []
    for place, sign in enumerate(text):
        folded = " " if sign.isspace() and sign != "\n" else sign if sign == "\n" else fold(sign)
        signs.append(folded)
        places.extend([place] * len(folded))
    return "".join(signs), [*places, len(text)]


def _identities(bare: str) -> Iterator[tuple[int, int]]:
    for match in _IDENTITY.finditer(bare):
        if int(re.sub(r"\D", "", match[0])[:3]) in _PROVINCES:
            yield match.span()
    for match in _OLD_IDENTITY.finditer(bare):
        yield match.span(1)


def _crosses(span: tuple[int, int], others: list[tuple[Concern, tuple[int, int]]]) -> bool:
    return any(span[0] < end and start < span[1] for _concern, (start, end) in others)


def _insults(text: str, bare: str, insults: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yield where an insult stands: in a text with diacritics only with its own, since "đồ ngủ" is none."""
    spelled = unicodedata.normalize("NFC", text).lower()
    plain = fold(text) == " ".join(spelled.split())
    for insult in insults:
        as_written = not plain or " " not in insult  # bare, one syllable is too many words: "đéo" and "đeo"
        if as_written and not re.search(rf"(?<!\w){re.escape(insult)}(?!\w)", spelled):
            continue
        for match in re.finditer(rf"(?<!\w){re.escape(fold(insult))}(?!\w)", bare):
            yield match.span()


def _complaint(text: str, bare: str) -> tuple[int, int] | None:
    """Return where a complaint or denunciation shows: its word, or misconduct said of an official."""
    spelled = unicodedata.normalize("NFC", text).lower()
    for own in _OWN_CHANNEL.finditer(bare):
        if not _ONLY_FOLDED.fullmatch(own[0]) or "tố" in spelled or spelled.isascii():
            return own.span()
    wrong = _MISCONDUCT.search(bare)
    return wrong.span() if wrong and (_OFFICIAL.search(bare)) else None


def _several(text: str, bare: str, model: Model | None) -> bool:
    """Say whether there are several matters: a list, a "furthermore", or sentences that a model is sure are about different ones."""
    if len(_ITEM.findall(text)) > 1 or _SECOND.search(bare):
        return True
    if model is None:
        return False
    parts = [part for part in _SENTENCE.findall(text) if len(part.split()) >= _WORDS_OF_A_MATTER]
    surest = [model.propose(part, 1)[0] for part in parts] if len(parts) > 1 else []
    return len({best.code for best in surest if best.probability >= _SURE}) > 1
