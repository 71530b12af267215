"""The text engine of field reports on labelled texts: categories, duplicates, flags, each beside a naive way in the same run.

What the texts are and what to think of them: `reports_text/README.md`. Held out are a family of phrases that no training sees, and texts written one
by one before the model and after it. "bare" is the same texts without diacritics.
"""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from ruamel.yaml import YAML

from vamco.cli.bench import Figure
from vamco.engines.text import classify, duplicates, features, flags
from vamco.engines.text.labelled import (
    CATEGORIES,
    Example,
    Family,
    Manner,
    examples,
    pack_codes,
    pack_training_set,
    read,
    training_set,
)
from vamco.engines.text.labelled.events import Told, reports
from vamco.lib.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from vamco.engines.text.contracts import Report

NAME = "reports_text"
FOLDER = Path(__file__).with_name(NAME)
MANNER = Manner(bare=0.35, short=0.3, slip=0.04)
EVENTS, SEED = 1500, 2026


def by_hand(name: str) -> list[Example]:
    """Return the texts of a file that were written one by one."""
    lines = (FOLDER / f"{name}.tsv").read_text("utf-8").splitlines()
    return [Example(text, (code,), name) for code, text in (line.split("\t") for line in lines)]


def held_out() -> dict[str, list[Example]]:
    """Return the texts that no model has seen, by where they come from."""
    family = read(FOLDER / "family_d.txt", "d")
    return {
        "family": list(examples(family, MANNER, 10, SEED)),
        "by_hand": by_hand("by_hand"),
        "by_hand_later": by_hand("by_hand_later"),
    }


def run() -> Iterable[Figure]:
    """Trains on the training families alone, then measures."""
    known, unseen = training_set(), held_out()
    together = [example for part in unseen.values() for example in part]
    yield Figure(NAME, "texts", len(known) + len(together), "", reach=">= 3000")
    begun = time.perf_counter()
    model = classify.train(*_pairs(known), seed=0, groups=[example.family for example in known])
    yield Figure(NAME, "train_seconds", time.perf_counter() - begun, "s")
    yield from _categories(model, known, unseen, together)
    yield from _categories_of_the_pack(unseen)
    yield from _milliseconds(model, together)
    yield from _duplicates(model)
    yield from _flags()
    yield from _flags_on_ordinary(model, together)


def _pairs(some: Sequence[Example]) -> tuple[list[str], list[str]]:
    return [example.text for example in some], [example.codes[0] for example in some]


def _categories(
    model: classify.Model, known: list[Example], unseen: dict[str, list[Example]], together: list[Example]
) -> Iterator[Figure]:
    texts, labels = _pairs(together)
    score = classify.evaluate(model, texts, labels)
    bare = classify.evaluate(model, [fold(text) for text in texts], labels)
    centroid = _shares(_centroid(known), texts, labels)
    keyword = _shares(_keywords(), texts, labels)
    yield Figure(NAME, "top_1", score.top_1, "", ">= 0.85", "nearest centroid of words", centroid[0])
    yield Figure(NAME, "top_3", score.top_3, "", ">= 0.95", "nearest centroid of words", centroid[1])
    yield Figure(NAME, "top_1_by_keywords", score.top_1, "", "", "words of the category's name", keyword[0])
    yield Figure(NAME, "top_3_by_keywords", score.top_3, "", "", "words of the category's name", keyword[1])
    for part, some in unseen.items():
        of_part = classify.evaluate(model, *_pairs(some))
        yield Figure(NAME, f"top_1_{part}", of_part.top_1, "")
        yield Figure(NAME, f"top_3_{part}", of_part.top_3, "")
    yield Figure(NAME, "top_1_lost_without_diacritics", score.top_1 - bare.top_1, "", "<= 0.01")
    yield Figure(NAME, "top_3_lost_without_diacritics", score.top_3 - bare.top_3, "", "<= 0.01")
    yield Figure(NAME, "calibration_error", score.calibration_error, "")
    sure = [
        (best.probability, best.code == label)
        for text, label in zip(texts, labels, strict=True)
        for best in model.propose(text, 1)
    ]
    at_90 = [right for probability, right in sure if probability >= 0.9]
    yield Figure(NAME, "share_at_least_0.9_sure", len(at_90) / len(sure), "")
    yield Figure(NAME, "right_when_0.9_sure", statistics.fmean(at_90), "")


def _categories_of_the_pack(unseen: dict[str, list[Example]]) -> Iterator[Figure]:
    """Measure the model that a province begins with: the same texts under the pack's codes, which are told apart more finely."""
    known = pack_training_set(pack_codes.known())
    model = classify.train(*_pairs(known), seed=0, groups=[example.family for example in known])
    family = list(examples(pack_codes.recoded(read(FOLDER / "family_d.txt", "d")), MANNER, 10, SEED))
    hand = [
        replace(one, codes=(code,))
        for name in list(unseen)[1:]
        for one in unseen[name]
        if (code := pack_codes.pack_code(one.codes[0], one.text))
    ]
    texts, labels = _pairs(family + hand + by_hand("by_hand_pack"))
    centroid = _shares(_centroid(known), texts, labels)
    score = classify.evaluate(model, texts, labels)
    bare = classify.evaluate(model, [fold(text) for text in texts], labels)
    yield Figure(NAME, "pack_categories", len(model.codes), "")
    yield Figure(NAME, "pack_top_1", score.top_1, "", "", "nearest centroid of words", centroid[0])
    yield Figure(NAME, "pack_top_3", score.top_3, "", "", "nearest centroid of words", centroid[1])
    yield Figure(NAME, "pack_top_1_lost_without_diacritics", score.top_1 - bare.top_1, "")
    yield Figure(NAME, "pack_calibration_error", score.calibration_error, "")


def _shares(ranked: Callable[[str], list[str]], texts: list[str], labels: list[str]) -> tuple[float, float]:
    found = [ranked(text)[:3] for text in texts]
    first = [codes[:1] == [label] for codes, label in zip(found, labels, strict=True)]
    return statistics.fmean(first), statistics.fmean(label in codes for codes, label in zip(found, labels, strict=True))


def _centroid(known: list[Example]) -> Callable[[str], list[str]]:
    """Whole words only, the mean vector of each category, the nearest first."""

    def counted(text: str) -> Counter[str]:
        return Counter(f"w{word}" for word in fold(text).split())

    counts = [counted(example.text) for example in known]
    vocabulary = features.Vocabulary.of(counts)
    codes = sorted({example.codes[0] for example in known})
    means = np.zeros((len(codes), len(vocabulary.numbers)), np.float32)
    for example, found in zip(known, counts, strict=True):
        places, values = vocabulary.vector(found)
        means[codes.index(example.codes[0]), places] += values
    means /= np.linalg.norm(means, axis=1, keepdims=True)

    def ranked(text: str) -> list[str]:
        places, values = vocabulary.vector(counted(text))
        return [codes[n] for n in np.argsort(-(means[:, places] @ values), kind="stable")]

    return ranked


def _keywords() -> Callable[[str], list[str]]:
    """Count the words of each category's Vietnamese name in the text."""
    names = {
        item["code"]: set(features.plain(item["name"]).split())
        for item in YAML(typ="safe").load(CATEGORIES)
        if "." in item["code"]
    }

    def ranked(text: str) -> list[str]:
        bare = set(features.plain(text).split())
        return sorted(names, key=lambda code: (-len(names[code] & bare) / len(names[code]), code))

    return ranked


def _milliseconds(model: classify.Model, some: list[Example]) -> Iterator[Figure]:
    """Measure the processor's time: on a busy machine the clock tells of others."""
    spent = []
    for example in some:
        begun = time.thread_time()
        model.propose(example.text)
        spent.append((time.thread_time() - begun) * 1000)
    yield Figure(NAME, "propose_cpu_ms_p50", statistics.median(spent), "ms")
    yield Figure(NAME, "propose_cpu_ms_p95", float(np.quantile(spent, 0.95)), "ms", "<= 5")


def _tellers() -> list[tuple[Family, Manner]]:
    """Return who tells the events: only phrases that neither the model nor the weights of the search have seen."""
    family = read(FOLDER / "family_d.txt", "d")
    own: dict[str, list[str]] = {}
    for example in by_hand("by_hand") + by_hand("by_hand_later"):
        own.setdefault(example.codes[0], []).append(example.text.replace("(", "").replace(")", ""))
    return [(family, MANNER), (Family("hand", own, family.words), MANNER)]


def _duplicates(model: classify.Model) -> Iterator[Figure]:
    told = reports(_tellers(), EVENTS, SEED)
    true = _true_pairs(told)
    yield Figure(NAME, "duplicate_pairs", len(true), "")
    begun = time.perf_counter()
    found = _found_pairs(told, lambda report, others: [match.id for match in duplicates.near(report, others, model)])
    yield Figure(NAME, "duplicates_ms_a_report", (time.perf_counter() - begun) * 1000 / len(told), "ms")
    simple = _found_pairs(told, lambda report, others: [match.id for match in duplicates.near(report, others)])
    naive = _found_pairs(told, _same_category_near)
    words = _found_pairs(told, lambda report, others: [other.id for other in others if _alike(report, other)])
    for peer, peers in (
        ("same category within 100 m and 7 days", naive),
        ("cosine of words ≥ 0.35 within 100 m", words),
        ("without a model", simple),
    ):
        yield Figure(
            NAME, "duplicates_recall", _share(found & true, true), "", ">= 0.95", peer, _share(peers & true, true)
        )
        yield Figure(
            NAME, "duplicates_precision", _share(found & true, found), "", ">= 0.8", peer, _share(peers & true, peers)
        )


def _share(part: set[tuple[str, str]], whole: set[tuple[str, str]]) -> float:
    return len(part) / len(whole) if whole else 0.0


def _true_pairs(told: list[Told]) -> set[tuple[str, str]]:
    events: dict[int, list[str]] = {}
    for telling in told:
        events.setdefault(telling.event, []).append(telling.report.id)
    return {(b, a) for ids in events.values() for n, a in enumerate(ids) for b in ids[n + 1 :]}


def _found_pairs(told: list[Told], near: Callable[[Report, list[Report]], list[str]]) -> set[tuple[str, str]]:
    """Ask of each report, as it comes, which earlier ones of the last month tell the same; as a database would, only those within 300 m."""
    found = set()
    earlier: list[Report] = []
    for telling in told:
        report = telling.report
        earlier = [other for other in earlier if report.at - other.at <= dt.timedelta(days=30)]
        candidates = [
            other
            for other in earlier
            if abs(other.lat - report.lat) < 0.003 and duplicates.distance(report, other) < 300
        ]
        found |= {(report.id, other) for other in near(report, candidates)}
        earlier.append(report)
    return found


def _same_category_near(report: Report, others: list[Report]) -> list[str]:
    return [
        o.id
        for o in others
        if o.category == report.category
        and duplicates.distance(report, o) <= 100
        and report.at - o.at <= dt.timedelta(days=7)
    ]


def _alike(report: Report, other: Report) -> bool:
    first, second = set(fold(report.text).split()), set(fold(other.text).split())
    return duplicates.distance(report, other) <= 100 and len(first & second) / (len(first) * len(second)) ** 0.5 >= 0.35


def _flags() -> Iterator[Figure]:
    wanted: dict[str, list[bool]] = {}
    for line in (FOLDER / "flags.tsv").read_text("utf-8").splitlines():
        concern, text = line.split("\t")
        found = {flag.concern.value for flag in flags.find(text.replace("\\n", "\n"))}
        wanted.setdefault(concern, []).append(not found if concern == "none" else concern in found)
    for concern, right in wanted.items():
        yield Figure(NAME, f"flags_{concern}", statistics.fmean(right), "", ">= 0.95" if concern == "complaint" else "")


def _flags_on_ordinary(model: classify.Model, together: list[Example]) -> Iterator[Figure]:
    """Measure how often ordinary texts raise a flag: one on conduct of officials may well be a denunciation, the others are not."""
    found = [(example, {flag.concern.value for flag in flags.find(example.text, model=model)}) for example in together]
    others = [concerns for example, concerns in found if "service.attitude" not in example.codes]
    yield Figure(
        NAME,
        "ordinary_raise_complaint",
        statistics.fmean("complaint" in concerns for concerns in others),
        "",
        "<= 0.05",
    )
    for concern in ("identity", "phone", "insult", "advertisement"):
        yield Figure(
            NAME,
            f"ordinary_raise_{concern}",
            statistics.fmean(concern in concerns for concerns in others),
            "",
            "<= 0.02",
        )
    single = ["several" in concerns for example, concerns in found if len(example.codes) == 1]
    double = ["several" in concerns for example, concerns in found if len(example.codes) > 1]
    yield Figure(NAME, "several_recall_without_a_connecting_word", statistics.fmean(double), "")
    yield Figure(NAME, "single_raise_several", statistics.fmean(single), "", "<= 0.02")
