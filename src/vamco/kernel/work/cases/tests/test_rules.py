from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.kernel.work.cases.contracts import Act, Definition, Part, Reason, State, Turn
from vamco.kernel.work.cases.rules import moves
from vamco.lib.errors import Forbidden, Named, Refused, VamcoError

STATES = ("new", "going", "done")
ACT = Act("go", "Đi", "Go", frozenset({"new"}), "going", "x.go", "handler", frozenset(), frozenset())
END = replace(ACT, code="end", name="Xong", sources=frozenset({"going"}), target="done", party="issuer")


def definition(*acts: Act, initial: str = "new", final: frozenset[str] = frozenset({"done"})) -> Definition:
    turns = {"new": Turn("handler", "x.go"), "going": Turn("issuer", "x.go")}
    states = {code: State(code, code.upper(), code, code in final, turns.get(code)) for code in STATES}
    return Definition("thing", "Việc", "Thing", initial, states, {act.code: act for act in acts})


GOOD = definition(ACT, END)
TRY = moves.Attempt(act="go", by=1, allowed=True, has_note=True, has_evidence=True, past=())


def outcome(definition: Definition, state: str, attempt: moves.Attempt) -> str:
    try:
        return moves.judge(definition, state, attempt)
    except VamcoError as error:
        return error.code


def test_an_act_that_is_possible_and_allowed_leads_to_its_state() -> None:
    assert moves.judge(GOOD, "new", TRY) == "going"


@pytest.mark.parametrize(
    ("act", "state", "named"), [("end", "new", "Xong"), ("go", "done", "Đi"), ("fly", "new", "fly")]
)
def test_an_act_that_the_state_has_not_is_illegal(act: str, state: str, named: str) -> None:
    with pytest.raises(Refused) as refused:
        moves.judge(GOOD, state, replace(TRY, act=act))
    assert refused.value.code == "cases.illegal_move"
    assert refused.value.data["state"] == Named(state.upper(), state)
    assert refused.value.text(lambda text: "vi" if text == "en" else text).startswith(f"“{named}”")


def test_who_is_not_allowed_is_forbidden() -> None:
    with pytest.raises(Forbidden) as forbidden:
        moves.judge(GOOD, "new", replace(TRY, allowed=False))
    assert (forbidden.value.code, forbidden.value.data) == ("cases.not_allowed", {"act": Named("Đi", "Go")})


@pytest.mark.parametrize(
    ("needs", "has_note", "has_evidence", "expected"),
    [
        ({"note"}, True, False, "going"),
        ({"note"}, False, True, "cases.note_missing"),
        ({"evidence"}, False, True, "going"),
        ({"evidence"}, True, False, "cases.evidence_missing"),
        ({"note", "evidence"}, False, False, "cases.note_missing"),
        ({"note", "evidence"}, True, True, "going"),
    ],
)
def test_what_an_act_needs_must_be_there(needs: set[str], has_note: bool, has_evidence: bool, expected: str) -> None:  # noqa: FBT001
    kind = definition(replace(ACT, needs=frozenset(needs)), END)
    assert outcome(kind, "new", replace(TRY, has_note=has_note, has_evidence=has_evidence)) == expected


@pytest.mark.parametrize(
    ("past", "expected"),
    [
        ([("report", {1})], "cases.second_person"),
        ([("report", {2}), ("report", {1})], "cases.second_person"),
        ([("report", {2})], "going"),
        ([("other", {1})], "going"),
        ([("report", {2, 1})], "cases.second_person"),  # one of the two did it for the other
        ([("report", {3})], "cases.second_person"),
    ],
)
def test_who_did_the_one_act_may_not_do_the_other(past: list[tuple[str, set[int]]], expected: str) -> None:
    kind = definition(replace(ACT, not_by=frozenset({"report"})), END)
    assert (
        outcome(kind, "new", replace(TRY, behalf=3, past=tuple((act, frozenset(by)) for act, by in past))) == expected
    )


def test_possible_are_the_acts_of_the_state_in_their_order() -> None:
    third = replace(ACT, code="also", sources=frozenset({"new", "going"}))
    kind = definition(END, third, ACT)
    assert [act.code for act in moves.possible(kind, "new")] == ["also", "go"]
    assert [act.code for act in moves.possible(kind, "going")] == ["end", "also"]
    assert moves.possible(kind, "done") == []


def test_a_good_definition_has_no_faults() -> None:
    assert moves.faults(GOOD) == []


def test_a_colleagues_claim_and_a_hand_over_keep_the_party_whose_turn_it_is_from_acting_and_no_other() -> None:
    kind = definition(ACT, END, replace(ACT, code="stop", party="issuer", target="done"))
    assert outcome(kind, "new", replace(TRY, taken_by=1)) == "going"
    assert outcome(kind, "new", replace(TRY, taken_by=2)) == "cases.taken"
    assert outcome(kind, "new", replace(TRY, handing_over=True)) == "cases.in_hand_over"
    assert outcome(kind, "new", replace(TRY, act="stop", taken_by=2, handing_over=True)) == "done"


def test_coded_reasons_are_asked_for_and_only_those() -> None:
    kind = definition(replace(ACT, reasons=(Reason("late", "Muộn", "Late"),)), END)
    assert outcome(kind, "new", replace(TRY, reason="late")) == "going"
    assert outcome(kind, "new", TRY) == "cases.reason_missing"
    assert outcome(kind, "new", replace(TRY, reason="else")) == "cases.reason_missing"
    assert outcome(GOOD, "new", replace(TRY, reason="late")) == "cases.reason_unknown"


def test_a_case_does_not_end_over_open_parts_unless_the_act_calls_them_back() -> None:
    going = replace(TRY, act="end", open_parts=1)
    assert outcome(GOOD, "going", going) == "cases.parts_open"
    assert outcome(definition(ACT, replace(END, ends_parts=True)), "going", going) == "done"
    waiting = definition(replace(ACT, needs=frozenset({"parts"})), END)
    assert outcome(waiting, "new", replace(TRY, open_parts=1)) == "cases.parts_open"
    assert outcome(waiting, "new", TRY) == "going"


def test_an_ended_case_is_opened_again_so_often_and_no_more() -> None:
    again = replace(ACT, code="again", sources=frozenset({"done"}), target="going", at_most=2)
    kind = definition(ACT, END, again)
    assert moves.faults(kind) == []
    tried = replace(TRY, act="again")
    assert outcome(kind, "done", replace(tried, past=(("again", frozenset({1})),))) == "going"
    assert (
        outcome(kind, "done", replace(tried, past=(("again", frozenset({1})), ("again", frozenset({2})))))
        == "cases.too_often"
    )


def test_an_act_without_a_target_leaves_the_state() -> None:
    stay = replace(ACT, code="ask", target="", parts=("police",))
    kind = replace(definition(ACT, END, stay), parts={"police": Part("police", "Công an", "Police", "opinion")})
    assert moves.faults(kind) == []
    assert outcome(kind, "new", replace(TRY, act="ask")) == "new"


LOOP = replace(ACT, code="loop", sources=frozenset({"going"}), target="new")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (definition(ACT, END, initial="gone"), "initial: one of the states, found 'gone'"),
        (definition(replace(ACT, target="gone"), END), "acts.go: states of this kind, found 'gone'"),
        (
            definition(replace(ACT, sources=frozenset({"new", "gone"})), END),
            "acts.go: states of this kind, found 'gone'",
        ),
        (definition(replace(ACT, not_by=frozenset({"fly"})), END), "acts.go.not_by: acts of this kind, found 'fly'"),
        (
            definition(ACT, END, replace(LOOP, sources=frozenset({"done", "going"}))),
            "acts.loop.from: no final state, or only final states and a way back or none, found done",
        ),
        (definition(END, LOOP), "states.going: a way to this state"),
        (definition(ACT, END, final=frozenset()), "states.done: an act that leaves this state, or final: true"),
        (
            definition(ACT, END, replace(LOOP, code="open")),
            "acts.open: another code, this one is the engine's own",
        ),
        (definition(ACT, END, initial="done"), "initial: no final state, found 'done'"),
        (replace(GOOD, called_back="going"), "called_back: a final state, found 'going'"),
        (definition(replace(ACT, parts=("tax",)), END), "acts.go.parts: parts of this kind, found 'tax'"),
        (
            definition(ACT, replace(END, parts=("tax",))),
            "acts.end.parts: none, for the case ends here",
        ),
        (
            definition(replace(ACT, effect="merge"), END),
            "acts.go.to: a final state, for a case that is merged into another has ended",
        ),
        (
            definition(ACT, replace(END, effect="hand_over")),
            "acts.end.of: handler, for it is the handler who hands over",
        ),
        (
            definition(replace(ACT, effect="hand_over"), END),
            "acts.go.to: a state in which it is the handler's turn, for the other agency must answer, found 'going'",
        ),
        (
            replace(definition(ACT, END, replace(LOOP, sources=frozenset({"done"}))), called_back="done"),
            "acts.loop.from: no final state, for what is a part of another case does not begin again when that has gone on",
        ),
        (
            definition(ACT, replace(END, target="new"), replace(LOOP, code="out", target="done", sources=frozenset())),
            "states.going: a way to a final state",
        ),
        (
            definition(replace(ACT, party="issuer"), END),
            "states.new.turn: an act that whoever has the turn may do here, found none for 'x.go'",
        ),
        (
            replace(GOOD, states={**GOOD.states, "new": replace(GOOD.states["new"], turn=None)}),
            "states.new.turn: whose turn it is, for the state is not final",
        ),
        (
            replace(GOOD, states={**GOOD.states, "new": replace(GOOD.states["new"], turn=Turn("handler", "x.other"))}),
            "states.new.turn: an act that whoever has the turn may do here, found none for 'x.other'",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_fault_of_a_definition_is_named(kind: Definition, expected: str) -> None:
    assert expected in moves.faults(kind)


CODES = st.sampled_from(["a", "b", "c", "d"])
KINDS = st.builds(
    lambda initial, finals, acts: Definition(
        "thing",
        "Việc",
        "Thing",
        initial,
        {code: State(code, code, code, code in finals, Turn("handler", "x.y")) for code in "abc"},
        {act.code: act for act in acts},
    ),
    CODES,
    st.frozensets(CODES),
    st.lists(
        st.builds(
            Act,
            code=st.sampled_from(["p", "q", "r", "open"]),
            name=st.just("N"),
            name_en=st.just("N"),
            sources=st.frozensets(CODES, min_size=1),
            target=CODES,
            may=st.just("x.y"),
            party=st.sampled_from(["handler", "issuer"]),
            needs=st.frozensets(st.sampled_from(["note", "evidence"])),
            not_by=st.frozensets(st.sampled_from(["p", "q", "s"])),
        ),
        max_size=4,
    ),
)
ATTEMPTS = st.builds(
    moves.Attempt,
    act=st.sampled_from(["p", "q", "r", "s"]),
    by=st.integers(1, 2),
    allowed=st.booleans(),
    has_note=st.booleans(),
    has_evidence=st.booleans(),
    past=st.lists(
        st.tuples(st.sampled_from(["p", "q", "s"]), st.frozensets(st.integers(1, 2), min_size=1)), max_size=4
    ).map(tuple),
    taken_by=st.sampled_from([None, None, 1, 2]),
    open_parts=st.integers(0, 1),
    handing_over=st.booleans(),
)


@given(kind=KINDS, attempt=ATTEMPTS, state=st.sampled_from("abc"))
def test_a_judgement_is_a_state_of_the_act_or_an_error_of_ours(
    kind: Definition, attempt: moves.Attempt, state: str
) -> None:
    result = outcome(kind, state, attempt)
    if "." not in result:
        act = kind.acts[attempt.act]
        assert result == act.target
        assert state in act.sources
        assert attempt.allowed
        assert act in moves.possible(kind, state)


@given(kind=KINDS)
def test_a_definition_without_faults_leads_from_its_beginning_to_every_state(kind: Definition) -> None:
    if moves.faults(kind):
        return
    reached, old = {kind.initial}, set[str]()
    while reached != old:
        old = set(reached)
        reached |= {act.target for act in kind.acts.values() if act.sources & reached}
    assert reached == set(kind.states)
    for code, state in kind.states.items():
        assert state.final or moves.possible(kind, code)
