"""A dossier with counterparts: prefilled values, the tax office's part and duty, the result by post."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.cases.models import Case
from vamco.kernel.work.notices import public as notices
from vamco.kernel.world.people.models import Person
from vamco.systems.counterparts.models import Message, Shipment
from vamco.systems.counterparts.services import lines, post, tax
from vamco.systems.counterparts.tests import made as outside
from vamco.systems.onestop import handlers
from vamco.systems.onestop.models import Dossier
from vamco.systems.onestop.services import outside_parts, registers
from vamco.systems.onestop.tests import made
from vamco.vocab.counterparts import Answered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.systems.counterparts.tests.made import Bodies
    from vamco.systems.onestop.models import ProcedureVersion

pytestmark = pytest.mark.django_db
HOUSEHOLD, TRANSFER = "1.001612", "1.013831"


@pytest.fixture
def bodies(settings: Any) -> Iterator[Bodies]:
    for found in outside.bodies():
        settings.VAMCO_DEMO = True
        for name, path in (("POPULATION", "population"), ("TAX", "tax"), ("POST", "post")):
            setattr(settings, f"VAMCO_{name}", found.address(path))
        lines._made.cache_clear()
        yield found
    lines._made.cache_clear()


def ours(code: str) -> ProcedureVersion:
    """A version of a procedure that is filed here as simply as the made one, whatever the pack says yet."""
    table = made.queries.PROCEDURES
    simple = table.get(table.newest(made.PROCEDURE))
    assert simple.filing is not None
    filing = simple.filing.model_copy(update={"parts": ["tax"], "duty": True, "result": ""})
    changes = {"route": "provincial", "filing": filing, "time": simple.time}
    table.put(code, table.get(table.newest(code)).model_copy(update=changes))
    return table.newest(code)


def received(dossier: Dossier, act: str, **more: Any) -> Case:
    clerk, specialist = (
        made.official("onestop_clerk", "Lê Thị Cẩm Tú"),
        made.official("onestop_specialist", "Bích Trâm"),
    )
    cases.act(dossier.pk, "accept", by=clerk)
    return cases.act(dossier.pk, act, by=specialist, **more)


def hear(key: str) -> None:
    row = Message.objects.get(key=key)
    handlers.counterpart_answered(Answered("tax", row.key, row.subject, row.kind, row.state, 1))


def test_prefill_gives_source_and_day_and_leaves_out_what_is_doubtful(bodies: Bodies) -> None:
    mother, sau = made.citizen("Nguyễn Thị Hồng Nhung", outside.MOTHER), made.citizen("Võ Văn Sáu", outside.MOVED)
    found = registers.population(mother, mother)
    assert {name: value.value for name, value in found.items()} == {
        "name": "Nguyễn Thị Hồng Nhung",
        "born": "1988-04-12",
        "sex": "female",
        "nationality": "Việt Nam",
        "ethnicity": "Kinh",
        "marital_status": "married",
        "residence.commune": "25708",
        "residence.address": "12 Quang Trung",
    }
    assert {(value.source, value.on.isoformat()) for value in found.values()} == {("population", "2026-11-15")}
    assert "residence.commune" not in registers.population(sau, sau)
    asked = len(bodies.service.calls)
    nobody, dead = made.citizen("Không Số"), made.citizen("Trương Văn Tám", outside.OLD)
    assert registers.population(nobody, nobody) == {}
    assert registers.population(mother, sau) == {}
    assert registers.population(dead, dead) == {}
    assert len(bodies.service.calls) == asked + 1


def test_a_doubtful_residence_becomes_a_task_when_the_dossier_is_sent(bodies: Bodies) -> None:
    """Case PR-03."""
    sau = made.citizen("Võ Văn Sáu", outside.MOVED)
    registers.population(sau, sau)
    dossier = made.dossier(sau)
    assert dossier.case.state == "submitted"
    (task,) = Case.objects.exclude(pk=dossier.pk)
    assert dossier.number in task.title
    assert "Sáu" not in task.title
    made.dossier(sau)
    assert Case.objects.count() == 3


def test_the_tax_office_s_answer_ends_its_part_once(bodies: Bodies) -> None:
    sau = made.citizen("Võ Văn Sáu", outside.MOVED)
    dossier = made.dossier(sau, procedure=ours(HOUSEHOLD))
    case = received(dossier, "consult_tax")
    (key,) = Message.objects.values_list("key", flat=True)
    tax.send(Message.objects.get().pk)
    bodies.later(11)
    tax.collect()
    for _ in range(2):
        hear(key)
    (part,) = case.parts.all()
    assert (part.part, part.state) == ("tax", "answered")
    assert outside.MOVED not in str([entry.note for entry in cases.timeline(part)])


def test_an_official_of_the_tax_office_may_be_faster(bodies: Bodies) -> None:
    sau = made.citizen("Võ Văn Sáu", outside.MOVED)
    case = received(made.dossier(sau, procedure=ours(HOUSEHOLD)), "consult_tax")
    (part,) = case.parts.all()
    official = made.official("onestop_specialist", "Trần Văn Lực", part.agency.code)
    cases.act(part.pk, "answer", by=official, note="Đã cấp mã")
    row = Message.objects.get()
    handlers.counterpart_answered(Answered("tax", row.key, row.subject, row.kind, "assigned", 1))
    part.refresh_from_db()
    assert (part.state, part.seq) == ("answered", Case.objects.get(pk=part.pk).seq)


def test_a_duty_that_is_paid_lets_the_dossier_go_on(bodies: Bodies) -> None:
    dossier = made.dossier(made.citizen("Nguyễn Thị Hồng Nhung", outside.MOTHER), procedure=ours(TRANSFER))
    case = received(dossier, "ask_duty", note="Lệ phí trước bạ")
    assert case.state == "charging"
    tax.send(Message.objects.get().pk)
    bodies.later(11)
    tax.collect()
    hear(Message.objects.get().key)  # due: the clock still stands
    assert Case.objects.get(pk=dossier.pk).state == "charging"
    bodies.later(10)
    tax.collect()
    for _ in range(2):
        hear(Message.objects.get().key)
    assert Case.objects.get(pk=dossier.pk).state == "appraising"


@pytest.mark.parametrize(("state", "told"), [("refused", 1), ("not_taken", 0)])
def test_a_refusal_of_the_tax_office_is_told_to_who_is_in_charge_and_to_the_applicant(
    bodies: Bodies, state: str, told: int
) -> None:
    """A question that was not taken is our mistake: the applicant hears nothing of it."""
    sau = made.citizen("Võ Văn Sáu", outside.MOVED)
    dossier = made.dossier(sau, procedure=ours(HOUSEHOLD))
    case = received(dossier, "consult_tax")
    row = Message.objects.get()
    for _twice in range(2):
        handlers.counterpart_answered(Answered("tax", row.key, row.subject, row.kind, state, 1))
    specialist = Person.objects.get(name="Bích Trâm")
    work = [each for each in notices.inbox(specialist, "vi").notices if "từ chối" in each.title]
    assert [(each.title, each.url) for each in work] == [
        (f"Cơ quan thuế từ chối: hồ sơ {dossier.number} cần xử lý", f"/desk/cases/{case.pk}")
    ]
    hers = [each.title for each in notices.inbox(sau, "vi").notices if "Cơ quan thuế từ chối" in each.title]
    assert hers == [f"Cơ quan thuế từ chối đối với hồ sơ {dossier.number}"] * told
    assert Case.objects.get(pk=case.pk).state == "appraising"  # what comes next a person decides


def test_a_result_goes_by_post_and_the_dossier_ends_when_it_arrives(bodies: Bodies) -> None:
    mother = made.citizen("Nguyễn Thị Hồng Nhung", outside.MOTHER)
    dossier = made.dossier(mother, delivery="post", address="12 Quang Trung", phone="0900000001")
    Case.objects.filter(pk=dossier.pk).update(state="ready")  # the way there is tested elsewhere
    dossier = Dossier.objects.select_related("case").get(pk=dossier.pk)
    outside_parts.post_result(dossier, dossier.case, cases.entry(dossier.case, dossier.case.seq))
    row = Shipment.objects.get()
    post.announce(row.pk)

    def hear_of(state: str) -> Dossier:
        handlers.counterpart_answered(Answered("post", row.key, row.subject, "parcel", state, 1))
        return Dossier.objects.select_related("case").get(pk=dossier.pk)

    assert hear_of("accepted").delivered == "posted"
    assert hear_of("returned").delivered == "at_counter"
    done = hear_of("delivered")
    assert (done.delivered, done.case.state, done.delivered_at is not None) == ("handed_over", "done", True)
    assert hear_of("in_transit").delivered == "handed_over"


def test_without_lines_everything_goes_by_hand(settings: Any) -> None:
    for name in ("POPULATION", "TAX", "POST"):
        setattr(settings, f"VAMCO_{name}", None)
    sau = made.citizen("Võ Văn Sáu", outside.MOVED)
    assert registers.population(sau, sau) == {}
    case = received(made.dossier(sau, procedure=ours(HOUSEHOLD)), "consult_tax")
    assert (case.parts.count(), Message.objects.count()) == (1, 0)
