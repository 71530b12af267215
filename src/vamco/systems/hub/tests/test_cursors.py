"""What a service that gives pages by cursor can miss: late rows, lost ones, and how many there are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from vamco.lib.errors import Refused, Unavailable
from vamco.systems.hub.rules.feeds import SourceItem
from vamco.systems.hub.tests import test_connectors as connectors

if TYPE_CHECKING:
    from vamco.systems.hub.tests.test_connectors import Got, Web

web, send, until_failure = connectors.web, connectors.send, connectors.until_failure


def agreed(web: Web, **more: Any) -> None:
    feed = {**web.item.datasets[0].model_dump(), **more}
    web.item = SourceItem.model_validate({**web.item.model_dump(), "datasets": [feed]})


def lines(got: list[Got]) -> list[str]:
    return [json.loads(line)["ma"] for each in got for line in each.content.decode().splitlines()]


def test_late_rows_before_the_cursor_come_and_what_came_does_not_come_again(web: Web) -> None:
    agreed(web, overlap=1)
    for name in "abc":
        web.add(name)
    got, state = web.fetch({})
    assert (lines(got), state["cursor"], state["back"]) == (["a", "b", "c"], "3", ["2"])
    assert web.fetch(state) == ([], state)
    web.service.items.insert(2, {"ma": "late"})
    web.add("d")
    got, state = web.fetch(state)
    assert (lines(got), got[0].delivery.key) == (["late", "d"], "3")
    web.service.items[4] = {"ma": "d", "n": 1}  # what changed is told, too
    got, state = web.fetch({**state, "etag": ""})  # this service's marks do not know it
    assert got[0].content == b'{"ma":"d","n":"1"}\n'
    assert web.fetch(state)[0] == []


def test_several_pages_are_read_again_and_a_mark_spares_the_reading(web: Web) -> None:
    agreed(web, overlap=2)
    for name in "abcde":
        web.add(name)
    _, state = web.fetch({})
    assert state["back"] == ["2", "4"]
    web.service.items.insert(3, {"ma": "late"})
    web.service.asked.clear()
    got, state = web.fetch(state)
    assert lines(got) == ["late"]
    assert [query.get("cursor") for _, query, _ in web.service.asked] == ["2", "4"]
    agreed(web, overlap=1, page=10)
    _, state = web.fetch({})
    web.service.asked.clear()
    assert web.fetch(state)[0] == []
    assert [(query.get("cursor"), headers.get("If-None-Match")) for _, query, headers in web.service.asked] == [
        (None, '"0-6"')
    ]


def test_a_stream_that_lost_what_it_had_is_refused(web: Web) -> None:
    agreed(web, overlap=1)
    web.add("a")
    _, state = web.fetch({})
    web.service.items.clear()
    with pytest.raises(Refused) as caught:
        web.fetch(state)
    assert caught.value.code == "hub.emptied"


def test_a_whole_list_that_is_empty_is_a_delivery_without_rows(web: Web) -> None:
    web.add("a")
    web.fetch({}, whole=True)
    web.service.items.clear()
    got, _ = web.fetch({}, whole=True)
    assert [(each.content, each.delivery.declared_rows) for each in got] == [(b"", None)]


def test_a_look_without_news_says_so(web: Web) -> None:
    web.add("a")
    _, state = web.fetch({})
    for _ in range(2):
        [fetched] = web.connector.fetch(web.item, web.item.datasets[0], state, web.workspace, whole=False)
        assert (fetched.delivery, fetched.unchanged) == (None, True)
        state = fetched.state


def test_on_its_day_all_is_read_from_the_start(web: Web) -> None:
    agreed(web, reconcile="0 3 * * 0")
    for name in "abc":
        web.add(name)
    got, state = web.fetch({})
    assert [each.delivery.complete for each in got] == [False]
    assert web.fetch(state)[0] == []
    web.service.items.pop(0)
    got, after = web.fetch({**state, "compared_at": "2020-01-01T00:00:00+00:00"})
    assert [(lines([each]), each.delivery.complete) for each in got] == [(["b", "c"], True)]
    assert got[0].delivery.key.startswith("all:")
    assert (after["cursor"], after["compared_at"] > "2026") == ("2", True)
    assert web.fetch(after)[0] == []


def test_a_comparison_that_fails_does_not_keep_back_what_is_new(web: Web) -> None:
    agreed(web, reconcile="0 3 * * 0")
    web.add("a")
    _, state = web.fetch({})
    web.add("b")
    web.service.answer = lambda to, _: "cursor" not in urlsplit(to.path).query and send(to, b"", 500)
    seen, failure = until_failure(web, state={**state, "compared_at": "2020-01-01T00:00:00+00:00"})
    assert isinstance(failure, Unavailable)
    assert [content for content, _ in seen] == [b'{"ma":"b"}\n']


def test_what_the_source_says_that_it_has_goes_with_the_last_page(web: Web) -> None:
    agreed(web, total="tong")
    web.service.answer = lambda to, _: send(to, {"du_lieu": [{"ma": "a"}], "con_tro": "1", "con_nua": False, "tong": 7})
    [fetched] = web.connector.fetch(web.item, web.item.datasets[0], {}, web.workspace, whole=False)
    assert (fetched.declared, fetched.delivery.declared_rows) == (7, None)
    [fetched] = web.connector.fetch(web.item, web.item.datasets[0], {}, web.workspace, whole=True)
    assert (fetched.declared, fetched.delivery.declared_rows) == (None, 7)
    web.service.answer = lambda to, _: send(to, {"du_lieu": [], "con_tro": "1", "con_nua": False, "tong": "nhiều"})
    with pytest.raises(Refused) as caught:
        web.fetch({})
    assert caught.value.code == "hub.strange_answer"


def test_a_service_with_one_page_and_without_a_token(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    feed = {"dataset": "thu_nghiem", "path": "/v1/x", "items": "du_lieu"}
    web.item = SourceItem.model_validate({**web.item.model_dump(), "token_from": "", "datasets": [feed]})
    web.service.items = [{"ma": "a"}, {"ma": "b"}]
    got, state = web.fetch({}, whole=True)
    assert (got[0].delivery.name, state) == ("thu_nghiem-0-all.jsonl", {"cursor": "", "etag": '"0-2"'})
    assert web.service.asked[0][1] == {}
    assert "Authorization" not in web.service.asked[0][2]
    assert web.fetch(state, whole=True) == ([], state)


def test_a_service_that_does_not_say_whether_there_is_more(web: Web) -> None:
    feed = {**web.item.datasets[0].model_dump(), "more": ""}
    web.item = SourceItem.model_validate({**web.item.model_dump(), "datasets": [feed]})
    for name in "abc":
        web.add(name)
    got, state = web.fetch({})
    assert (len(got), got[0].content.count(b"\n"), state["cursor"]) == (1, 3, "3")
