"""What the benchmark fills by COPY is what the engine makes, field by field."""

from __future__ import annotations

import random
from typing import Any

import pytest

from vamco.kernel.work.cases import public as cases
from vamco.systems.onestop.models import Dossier
from vamco.systems.onestop.tests import many


@pytest.mark.django_db
def test_filled_dossiers_equal_those_of_the_engine(settings: Any) -> None:
    settings.VAMCO_DEMO = True  # which may make up a past
    rng = random.Random(1)
    at, who = many.offices(3), many.people(20, rng)
    shapes = many.moulds(at[0], who[0])
    before = Dossier.objects.count()
    wanted = list(many.drawn(300, shapes, at, who, many.first_free_case(300), 15))
    assert many.fill(wanted) == 300
    assert Dossier.objects.count() == before + 300
    for each in rng.sample(wanted, 12):
        assert many.differences(each) == []
    assert {cases.definition_of(case.kind).code for case in cases.Case.objects.filter(pk=wanted[0].case)} == {"dossier"}
    done = next(each for each in wanted if each.mould.way == "delivered")
    Dossier.objects.filter(pk=done.case).update(channel="post")
    assert many.differences(done) == ["Dossier.channel: 'post', not 'online'"]
