"""Acts at random: no illegal move, by the rules alone and by eight people at once; every timeline can be lived through again."""

from __future__ import annotations

import random
import threading
import uuid
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections

from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.audit.models import Entry as Audited
from vamco.kernel.base.events.models import Event
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.cases.rules import moves
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Forbidden, Missing, Refused, VamcoError
from vamco.systems.desk import services
from vamco.systems.desk.tests import made

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vamco.kernel.world.people.models import Person

SEED = 20261122
KINDS = ("directive", "request", "opinion")
HOLDING = ("claim", "release", "assign", "receive", "give_back", "recall")
JUSTICE = "H53.03"


@pytest.fixture(autouse=True)
def _day(settings: Any) -> None:
    settings.VAMCO_TODAY = made.TODAY


def legal(of: cases.Definition, state: str, attempt: moves.Attempt) -> bool:
    """Whether the definition, read as it is written in the pack, lets this happen. Written apart from the engine's rules."""
    act = of.acts.get(attempt.act)
    if act is None or state not in act.sources or not attempt.allowed:
        return False
    turn = of.states[state].turn
    waits_here = turn is not None and turn.party == act.party
    held_back = waits_here and (attempt.handing_over or attempt.taken_by not in (None, attempt.by))
    did = {person for act_done, persons in attempt.past for person in persons if act_done in act.not_by}
    brought = {
        "note": attempt.has_note,
        "evidence": attempt.has_evidence,
        "parts": attempt.open_parts == 0 or act.ends_parts,
    }
    reasons = [reason.code for reason in act.reasons] or [""]
    ends = bool(act.target) and of.states[act.target].final
    times = len([1 for act_done, _persons in attempt.past if act_done == act.code])
    return (
        not held_back
        and not did & {attempt.by, attempt.behalf}
        and (act.at_most == 0 or times < act.at_most)
        and all(brought[need] for need in act.needs)
        and attempt.reason in reasons
        and not (ends and attempt.open_parts and not act.ends_parts)
    )


def attempts(of: cases.Definition, draw: random.Random, count: int) -> Iterator[tuple[str, moves.Attempt]]:
    """Draw what somebody tries; most of it is nearly right, so that each rule decides often."""
    states, acts = list(of.states), [*of.acts, "fly"]
    reasons = ["", *{reason.code for act in of.acts.values() for reason in act.reasons}, "made-up"]

    def likely(share: float) -> bool:
        return draw.random() < share

    for _ in range(count):
        act = draw.choice(acts)
        known = of.acts.get(act)
        state = draw.choice(sorted(known.sources)) if known and likely(0.7) else draw.choice(states)
        coded = [reason.code for reason in known.reasons] if known else []
        past = tuple(
            (draw.choice(acts), frozenset(draw.sample(range(1, 5), draw.choice((1, 1, 1, 2)))))
            for _ in range(draw.choice((0, 0, 1, 3)))
        )
        yield (
            state,
            moves.Attempt(
                act,
                draw.randint(1, 4),
                likely(0.85),
                behalf=draw.randint(1, 4) if likely(0.1) else None,
                has_note=likely(0.85),
                has_evidence=likely(0.85),
                reason=draw.choice(coded or [""]) if likely(0.8) else draw.choice(reasons),
                past=past,
                taken_by=draw.choice((None, None, None, 1, 2)),
                open_parts=draw.choice((0, 0, 0, 2)),
                handing_over=likely(0.1),
            ),
        )


@pytest.mark.django_db
def test_the_rules_alone_let_nothing_illegal_happen(pytestconfig: pytest.Config) -> None:
    """And nothing legal is refused. `--full` tries a million acts."""
    count = 1_000_000 if pytestconfig.getoption("full") else 30_000
    draw, told = random.Random(SEED), Counter[bool]()
    for kind in KINDS:
        of = cases.newest(kind)
        for state, attempt in attempts(of, draw, count // len(KINDS) + 1):
            try:
                target, done = moves.judge(of, state, attempt), True
            except (Refused, Forbidden):
                target, done = "", False
            assert done is legal(of, state, attempt), (kind, state, attempt)
            if done:
                assert target == (of.acts[attempt.act].target or state)
            told[done] += 1
    assert told.total() >= count
    assert min(told.values()) > count / 20, told


class Crowd:
    """Eight people of three agencies who try whatever comes to their mind on the same few cases."""

    def __init__(self, count: int) -> None:
        self.people: list[Person] = []
        for number, agency in enumerate((made.FINANCE, made.FARMING, JUSTICE)):
            self.people += [
                made.person("department_official", agency, f"Người Làm {number}"),
                made.person("department_head", agency, f"Người Đứng Đầu {number}"),
            ]
        self.people += [
            made.person("department_official", code, f"Người {code}") for code in (made.FINANCE, made.FARMING)
        ]
        self.count, self.told = count, Counter[str]()
        self.wrong: list[BaseException] = []
        self.lock = threading.Lock()

    def open(self, by: Person, draw: random.Random) -> int:
        to = draw.choice([code for code in (made.FARMING, JUSTICE) if code != people.home(by).code])
        return services.open_case(
            "request", key=uuid.UUID(int=draw.getrandbits(128)), title="Việc thử", agency=to, note="x", by=by
        ).pk

    def work(self, number: int) -> None:
        draw, me = random.Random(SEED + number), self.people[number]
        mine = Counter[str]()
        try:
            for _ in range(self.count // len(self.people)):
                mine[self.once(me, draw)] += 1
        except BaseException as error:  # told in the main thread
            self.wrong.append(error)
        finally:
            connections.close_all()
            with self.lock:
                self.told.update(mine)

    def once(self, me: Person, draw: random.Random) -> str:
        """Try one thing; gives what was tried where it was done, else the code of the refusal."""
        seen_by_me = cases.visible(me).filter(open=True) if draw.random() < 0.8 else cases.visible(me)
        known = list(seen_by_me.order_by("-pk").values_list("pk", "seq", "state")[:12])
        if len(known) < 3 or draw.random() < 0.02:
            self.open(me, draw)
            return "open"
        case, seq, state = draw.choice(known)
        seen = seq if draw.random() < 0.9 else max(1, seq - 1)
        of = cases.definition_of(cases.Case.objects.select_related("kind").get(pk=case).kind)
        try:
            what = self.choose(me, case, state, of, draw)
            self.do(me, case, what, seen, of, draw)
        except (Refused, Forbidden, Missing) as error:
            return error.code
        return what

    def choose(self, me: Person, case: int, state: str, of: cases.Definition, draw: random.Random) -> str:
        """Half of the tries are what the page offers, the others anything."""
        if draw.random() < 0.5:
            found = cases.get(case, me)
            here = [act.code for act in cases.acts_for(found, me)]
            here = [code for code in here if code != "withdraw" or draw.random() < 0.1]
            return draw.choice([*here, *here, *cases.holding_for(found, me), "comment"])
        return draw.choice([*(act.code for act in of.acts.values() if state in act.sources), *of.acts, *HOLDING])

    def do(
        self, me: Person, case: int, what: str, seen: int, of: cases.Definition, draw: random.Random
    ) -> None:  # a try has that many sides
        if what == "comment":
            cases.comment(case, by=me, note="Ghi nhận.")
        elif what == "assign":
            cases.assign(case, draw.choice(self.people), by=me, seen=seen)
        elif what == "give_back":
            cases.give_back(case, by=me, note="Không thuộc thẩm quyền.", seen=seen)
        elif what in HOLDING:
            held = {"claim": cases.claim, "release": cases.release, "receive": cases.receive, "recall": cases.recall}
            held[what](case, by=me, seen=seen)
        else:
            act = of.acts[what]
            uploads = [made.upload()] if "evidence" in act.needs and draw.random() < 0.9 else []
            services.act(
                case,
                what,
                by=me,
                seen=seen,
                uploads=uploads,
                note="x" if draw.random() < 0.9 else "",
                reason=draw.choice(act.reasons).code if act.reasons else "",
                agency=agencies.get(draw.choice((made.FINANCE, made.FARMING, JUSTICE))),
                into=draw.choice(list(cases.visible(me).values_list("pk", flat=True)[:12])) if act.effect else None,
            )


def lived_again(case: cases.Case, entries: Sequence[cases.Entry]) -> None:
    """Go through a timeline: each line follows from the one before, and its end is how the case stands."""
    of = cases.definition_of(case.kind)
    state, past = of.initial, []
    for place, entry in enumerate(entries, start=1):
        assert (entry.seq, entry.from_state) == (place, state), (case.pk, entry.act)
        act = of.acts.get(entry.act)
        if act is not None:
            assert state in act.sources
            assert entry.to_state == (act.target or state)
            did = {by for code, by in past if code in act.not_by}
            assert entry.by_id not in did, (case.pk, entry.act)
            assert not act.at_most or [code for code, _by in past].count(act.code) < act.at_most
            assert entry.reason in ([reason.code for reason in act.reasons] or [""])
            assert entry.note or "note" not in act.needs
        elif entry.act == "called_back":
            assert entry.to_state == of.called_back
        else:
            assert entry.act in moves.OWN
            assert entry.to_state == state
        past.append((entry.act, entry.by_id))
        state = entry.to_state
    assert (case.seq, case.state) == (len(entries), state)
    final = of.states[state].final
    assert case.open is not final
    assert (case.holder is None) is final
    assert not (final and case.open_parts)
    assert case.open_parts == case.parts.filter(open=True).count()


def test_eight_people_at_once_make_no_illegal_move(fresh_db: str, pytestconfig: pytest.Config) -> None:
    """`--full` makes 20,000 tries on PostgreSQL."""
    count = 20_000 if pytestconfig.getoption("full") else 600
    crowd = Crowd(count)
    threads = [threading.Thread(target=crowd.work, args=(number,)) for number in range(len(crowd.people))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(crowd.told.most_common())
    assert crowd.wrong == []
    assert crowd.told.total() == count // len(crowd.people) * len(crowd.people)

    lines = 0
    for case in cases.Case.objects.select_related("kind", "holder"):
        entries = list(case.entries.order_by("seq"))
        lived_again(case, entries)
        lines += len(entries)
    assert lines > count / 20
    assert Event.objects.filter(name="cases.case_acted").count() == lines
    assert Audited.objects.filter(act__startswith="cases.").count() == lines
    assert audit.verify() == {}


def test_the_oracle_can_tell_what_is_wrong() -> None:
    """That these tests can fail: an act from a state that it does not have, and one that wants a note, are told as illegal."""
    act = cases.Act("go", "Đi", "Go", frozenset({"new"}), "done", "x.go", "handler", frozenset({"note"}))
    states = {
        "new": cases.State("new", "Mới", "New", final=False, turn=cases.Turn("handler", "x.go")),
        "done": cases.State("done", "Xong", "Done", final=True),
    }
    of = cases.Definition("thing", "Việc", "Thing", "new", states, {"go": act})
    right = moves.Attempt("go", 1, allowed=True, has_note=True)
    assert legal(of, "new", right)
    for wrong in (replace(right, allowed=False), replace(right, has_note=False), replace(right, taken_by=2)):
        assert not legal(of, "new", wrong)
        with pytest.raises(VamcoError):
            moves.judge(of, "new", wrong)
    assert not legal(of, "done", right)
