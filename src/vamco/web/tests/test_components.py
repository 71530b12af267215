"""What the components write: exact HTML where it carries meaning, and nothing unescaped."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from vamco.demo.style import specimens
from vamco.kernel.base import clock
from vamco.lib.time import HCM
from vamco.web import components
from vamco.web.components import (
    Area,
    Card,
    Cell,
    Chart,
    Column,
    Fact,
    MapClass,
    MapLayer,
    Mark,
    Role,
    Series,
    Table,
    Tone,
)
from vamco.web.templatetags import web

EVIL = "<script>alert('&')</script>"
SAFE = "&lt;script&gt;alert(&#x27;&amp;&#x27;)&lt;/script&gt;"


@pytest.fixture(autouse=True)
def _vietnamese() -> Any:
    with translation.override("vi"):
        yield


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> dt.datetime:
    moment = dt.datetime(2026, 11, 20, 9, 30, tzinfo=HCM)
    monkeypatch.setattr(clock, "now", lambda: moment)
    return moment


def draw(source: str, path: str = "/", **context: Any) -> str:
    return engines["django"].from_string(source).render(context, RequestFactory().get(path)).strip()


# ── figures and moments ──


@pytest.mark.parametrize(
    ("source", "vi", "en"),
    [
        ("{{ n|number }}", "1.235", "1,235"),
        ("{{ n|number:2 }}", "1.234,57", "1,234.57"),
        ("{{ n|percent }}", "1.234,6%", "1,234.6%"),
        ("{{ money|dong }}", "70.900.000.000 đồng", "VND 70,900,000,000"),
        ("{{ money|bn }}", "70,9 tỷ đồng", "VND 70.9 billion"),
        ("{{ date|day }}", "18/11/2026", "18 Nov 2026"),
        ("{{ at|day }}", "20/11/2026", "20 Nov 2026"),
        ("{{ at|moment }}", "06:30 20/11/2026", "06:30, 20 Nov 2026"),
        ("{{ at|age }}", "3 giờ trước", "3 hours ago"),
        ("{{ date|age }}", "2 ngày trước", "2 days ago"),
        ("{{ today|age }}", "hôm nay", "today"),
        ("{{ none|number }}{{ none|day }}{{ none|moment }}{{ none|age }}{% when none %}", "–––––", "–––––"),
        (
            "{% when date %}",
            '<time datetime="2026-11-18">18/11/2026</time>',
            '<time datetime="2026-11-18">18 Nov 2026</time>',
        ),
        (
            "{% when at %}",
            '<time datetime="2026-11-19T23:30:00+00:00">06:30 20/11/2026</time>',
            '<time datetime="2026-11-19T23:30:00+00:00">06:30, 20 Nov 2026</time>',
        ),
    ],
)
def test_figures_and_moments_in_both_languages(source: str, vi: str, en: str, now: dt.datetime) -> None:
    context = {
        "n": Decimal("1234.567"), "money": 70_900_000_000, "date": dt.date(2026, 11, 18), "today": dt.date(2026, 11, 20),
        "at": dt.datetime(2026, 11, 19, 23, 30, tzinfo=dt.UTC), "none": None,
    }  # fmt: skip
    assert draw(source, **context) == vi
    with translation.override("en"):
        assert draw(source, **context) == en


@pytest.mark.parametrize(
    ("level", "tone"),
    [("success", "ok"), ("warning", "warning"), ("error", "urgent"), ("info", "active"), ("debug", "active")],
)
def test_messages_take_the_tone_of_their_level(level: str, tone: str) -> None:
    assert draw("{{ level|tone }}", level=level) == tone


# ── small pieces ──


@pytest.mark.parametrize("tone", list(Tone))
def test_a_status_is_an_icon_a_word_and_a_colour(tone: Tone) -> None:
    html = draw("{% status tone %}", tone=tone)
    assert f'class="badge tone-{tone}"' in html
    assert "icons.svg" in html
    assert f"#{tone}" in html
    assert str(components.WORDS[tone]) in html


def test_every_icon_that_is_named_is_drawn() -> None:
    from vamco.web.tests.test_tokens import STATIC

    sprite = (STATIC / "icons.svg").read_text("utf-8")
    assert all(f'<symbol id="{name}" ' in sprite for name in [*specimens.ICONS, *Tone])
    assert sprite.count("<symbol ") == len(set(specimens.ICONS))


def test_an_icon_speaks_only_when_it_stands_alone() -> None:
    assert 'aria-hidden="true"' in draw('{% icon "print" %}')
    alone = draw('{% icon "print" label %}', label=EVIL)
    assert f'role="img" aria-label="{SAFE}"' in alone
    assert "aria-hidden" not in alone


def test_a_button_with_an_address_is_a_link() -> None:
    assert (
        draw('{% button label "primary" url=url %}', label=EVIL, url='/a"b')
        == f'<a class="button primary" href="/a&quot;b">{SAFE}</a>'
    )
    assert (
        draw('{% button "Lưu" name="act" value="save" %}')
        == '<button class="button" type="submit" name="act" value="save">Lưu</button>'
    )
    assert (
        draw('{% button "Lưu" disabled=True type="button" %}')
        == '<button class="button" type="button" disabled>Lưu</button>'
    )
    assert (
        draw('{% button "Mở" opens="d" %}')
        == '<button class="button" type="button" data-opens="d" aria-haspopup="dialog">Mở</button>'
    )


def test_progress_says_its_figures() -> None:
    assert "<span>Thu thập <span>7.420 / 12.000</span></span>" in draw("{% progress 'Thu thập' 7420 12000 %}")
    assert 'value="7420" max="12000"' in draw("{% progress 'Thu thập' 7420 12000 %}")
    assert "value=" not in draw("{% progress 'Thu thập' 1 %}")


def test_blocks_escape_what_they_are_given_but_not_what_they_hold() -> None:
    html = draw("{% notice 'warning' title live=True %}<i>{{ evil }}</i>{% endnotice %}", title=EVIL, evil=EVIL)
    assert html.startswith('<div class="notice tone-warning" role="alert">')
    assert f"<b>{SAFE}</b> <i>{SAFE}</i></div></div>" in html
    html = draw("{% dialog 'd' title %}<i>x</i>{% enddialog %}", title=EVIL)
    assert f'<dialog id="d" aria-labelledby="d-title"><header><h2 id="d-title">{SAFE}</h2>' in html
    assert '<div class="body"><i>x</i></div>' in html
    assert "role=" not in draw("{% notice %}x{% endnotice %}")


# ── cards ──


def card(**more: Any) -> Card:
    return Card(**{"name": "Giải ngân", "url": "/dtc01", "figure": "70,9", "unit": "%", **more})


def test_a_card_tells_value_period_what_it_is_held_against_and_directives(now: dt.datetime) -> None:
    held = (Fact(term="Cùng kỳ 2025", text="48,1%"), Fact(term="Kế hoạch đến hôm nay", text="82,0%"))
    html = draw("{% kpi_card card %}", card=card(
        code="DTC01", tone=Tone.URGENT, period="11 tháng 2026", comparisons=held, gap="thấp hơn 11,1 điểm", as_of=dt.date(2026, 11, 18),
        age="2 ngày trước", directives=2, directives_url="/cd", synthetic=True, trend=(1.0, 2.0), path=(1.0, 3.0),
    ))  # fmt: skip
    assert '<h3><a href="/dtc01">Giải ngân</a></h3>' in html
    assert '<p class="figure">70,9<span class="unit">%</span></p>' in html
    assert '<p class="gap"><span class="span">11 tháng 2026</span><b>thấp hơn 11,1 điểm</b></p>' in html
    assert (
        '<dl class="compare"><div><dt>Cùng kỳ 2025</dt><dd>48,1%</dd></div>'
        "<div><dt>Kế hoạch đến hôm nay</dt><dd>82,0%</dd></div></dl>"
    ) in html
    assert '<time datetime="2026-11-18">Số liệu 2 ngày trước</time>' in html
    assert "2 chỉ đạo đang mở</a>" in html
    assert "Dữ liệu mô phỏng" in html
    assert '<path class="path" d="M1.0 34.0L95.0 2.0"/><path class="line" d="M1.0 34.0L95.0 18.0"/>' in html


def test_what_a_card_does_not_know_is_left_out() -> None:
    html = draw("{% kpi_card card %}", card=card())
    assert '<p class="gap"></p><dl class="compare"></dl><footer></footer>' in html
    assert "–" not in html


def test_a_card_without_a_value_says_so_in_words() -> None:
    html = draw(
        "{% kpi_card card level=2 %}", card=card(figure="", unit="", missing="Chưa có số liệu từ trước đến nay")
    )
    assert '<p class="figure text">Chưa có số liệu từ trước đến nay</p>' in html
    assert html.count("Chưa có số liệu từ trước đến nay") == 1
    assert "<h2>" in html
    assert 'class="spark"' not in html
    assert "<a href" not in html.split("<footer>")[1]


def test_a_card_whose_data_are_old_keeps_its_figure_and_says_where_they_end() -> None:
    html = draw("{% kpi_card card %}", card=card(missing="Số liệu dừng ở 10/11/2026", as_of=dt.date(2026, 11, 10), age="8 ngày trước"))  # fmt: skip
    assert '<p class="figure">70,9' in html
    assert '<footer><span class="missing">Số liệu dừng ở 10/11/2026</span></footer>' in html


@pytest.mark.parametrize(
    ("figure", "unit", "look"),
    [("48.526,5", "tỷ đồng", "figure long"), ("70,9", "%", "figure"), ("86,3", "điểm", "figure")],
)
def test_a_long_figure_is_set_smaller(figure: str, unit: str, look: str) -> None:
    assert f'<p class="{look}">{figure}<span class="unit">{unit}</span></p>' in draw(
        "{% kpi_card card %}", card=card(figure=figure, unit=unit)
    )


def test_the_red_list_has_the_worst_first_and_nothing_calm() -> None:
    tones = [Tone.OK, Tone.WARNING, Tone.URGENT, Tone.WATCH, Tone.WARNING, Tone.STALE]
    html = draw(
        "{% red_list cards %}", cards=[card(name=f"{tone} {place}", tone=tone) for place, tone in enumerate(tones)]
    )
    assert [name for name in ("urgent 2", "warning 1", "warning 4", "ok 0", "watch 3", "stale 5") if name in html] == [
        "urgent 2",
        "warning 1",
        "warning 4",
    ]
    assert html.index("urgent 2") < html.index("warning 1") < html.index("warning 4")
    assert html.startswith('<ol class="red-list">')


def test_an_empty_red_list_says_what_may_be_concluded() -> None:
    none = card(tone=Tone.NONE, missing="Chưa có số liệu")
    html = draw("{% red_list cards %}", cards=[card(tone=Tone.OK)] * 2)
    assert "Không có việc cần chỉ đạo" in html
    assert "Có đủ số liệu của ngày này cho cả 2 chỉ tiêu." in html
    assert "#ok" in html
    assert "<ol" not in html
    for cards, heading, said in (
        ([card(tone=Tone.OK), none, none], "Trong các chỉ tiêu có số liệu, không có việc cần chỉ đạo", "1 trên 3 chỉ tiêu có số liệu của ngày này; chưa thể kết luận về các chỉ tiêu còn lại."),
        ([none, none], "Chưa thể kết luận về ngày này", "Không chỉ tiêu nào có số liệu của ngày này nên chưa thể kết luận."),
        ([], "Chưa thể kết luận về ngày này", "Không chỉ tiêu nào có số liệu của ngày này nên chưa thể kết luận."),
    ):  # fmt: skip
        html = draw("{% red_list cards %}", cards=cards)
        assert heading in html
        assert said in html
        assert "#ok" not in html


def test_data_that_are_there_but_incomplete_are_never_called_whole() -> None:
    lacks = "chưa đủ: thiếu 12 dòng"
    html = draw("{% red_list cards %}", cards=[card(tone=Tone.OK), card(tone=Tone.OK, lacks=lacks)])
    assert "Cả 2 chỉ tiêu đã có số liệu đến ngày này. 1 giá trị chưa đủ số liệu." in html
    assert "Có đủ số liệu" not in html
    assert "#ok" not in html
    some = components.Coverage.count([card(lacks=lacks), card(missing="Chưa có số liệu", lacks=lacks), card()])
    assert (some.total, some.known, some.lacking, some.complete) == (3, 2, 1, 1)
    with translation.override("en"):
        assert some.sentence == (
            "2 of 3 indicators have data for this day; nothing is said of the others. 1 value is incomplete."
        )


def test_coverage_names_what_is_missing_and_since_when() -> None:
    found = [card(tone=Tone.OK), card(name="Hồ sơ quá hạn", url="/hcc08", missing="Số liệu dừng ở 10/11/2026")]
    html = draw("{% coverage cards %}", cards=found)
    assert "1 trên 2 chỉ tiêu có số liệu của ngày này" in html
    assert '<li><a href="/hcc08">Hồ sơ quá hạn</a>: Số liệu dừng ở 10/11/2026</li>' in html
    assert "<li>" not in draw("{% coverage cards names=False %}", cards=found)
    assert draw("{% coverage cards %}", cards=found[:1]).strip() == ""


@given(st.lists(st.sampled_from(list(Tone))))
def test_worst_first_keeps_everything_and_the_order_of_equals(tones: list[Tone]) -> None:
    cards = [card(name=str(place), tone=tone) for place, tone in enumerate(tones)]
    ordered = components.worst_first(cards)
    assert sorted(ordered, key=cards.index) == cards
    assert [one.tone for one in ordered[: tones.count(Tone.URGENT)]] == [Tone.URGENT] * tones.count(Tone.URGENT)
    for tone in Tone:
        same = [int(str(one.name)) for one in ordered if one.tone == tone]
        assert same == sorted(same)


def test_cards_come_in_the_order_given_unless_asked() -> None:
    cards = [card(name="Yên ổn", tone=Tone.OK), card(name="Rất gấp", tone=Tone.URGENT)]
    html = draw("{% kpi_cards cards %}", cards=cards)
    assert html.index("Yên ổn") < html.index("Rất gấp")
    html = draw("{% kpi_cards cards worst_first=True %}", cards=cards)
    assert html.index("Rất gấp") < html.index("Yên ổn")


# ── sparklines ──


@given(st.lists(st.none() | st.floats(-1e9, 1e9), max_size=40), st.lists(st.none() | st.floats(-1e9, 1e9), max_size=40))
def test_a_sparkline_stays_on_its_field(values: list[float | None], path: list[float | None]) -> None:
    drawing = components.spark(tuple(values), tuple(path))
    known = [value for value in values if value is not None]
    assert (drawing is None) == (len(known) < 2)
    if drawing:
        assert drawing["line"].count("M") + drawing["line"].count("L") == len(known)
        for line in drawing.values():
            numbers = [float(number) for number in line.replace("M", " ").replace("L", " ").split()]
            assert all(1 <= x <= 95 for x in numbers[::2])
            assert all(2 <= y <= 34 for y in numbers[1::2])


def test_a_gap_breaks_the_line_and_a_flat_one_lies_in_the_middle() -> None:
    assert components.spark((1.0, None, 3.0, 2.0)) == {"line": "M1.0 34.0M63.7 2.0L95.0 18.0", "path": ""}
    assert components.spark((5.0, 5.0)) == {"line": "M1.0 18.0L95.0 18.0", "path": ""}


# ── tables, forms, pages ──


def test_heads_sort_both_ways_and_keep_the_filters() -> None:
    table = Table(
        caption="Giải ngân", sort="paid", rows=(("Sở Y tế", Cell(text="Khẩn", tone=Tone.URGENT), Cell(text="83,0", note="mới")),),
        columns=(Column(label="Đơn vị", key="name"), Column(label="Trạng thái"), Column(label="Tỷ lệ", key="paid", number=True)),
    )  # fmt: skip
    html = draw("{% data_table table %}", "/x?status=late&page=3&sort=paid", table=table)
    assert 'aria-sort="none"><a class="sort" href="?status=late&amp;sort=name">Đơn vị' in html
    assert 'class="number" aria-sort="ascending"><a class="sort" href="?status=late&amp;sort=-paid">Tỷ lệ' in html
    assert '<th scope="row" role="rowheader" data-label="Đơn vị"><span>Sở Y tế</span></th>' in html
    assert (
        '<td role="cell" data-label="Tỷ lệ" class="number"><span>83,0<br><span class="soft">mới</span></span></td>'
        in html
    )
    assert 'class="badge tone-urgent"' in html


def test_cells_are_escaped_and_rows_must_fit() -> None:
    table = Table(
        caption=EVIL, columns=(Column(label=EVIL, hidden_label=True),), rows=((Cell(text=EVIL, url="/?a=1&b"),),)
    )
    html = draw("{% data_table table %}", table=table)
    assert "<script>" not in html
    assert f'<a href="/?a=1&amp;b">{SAFE}</a>' in html
    with pytest.raises(ValueError, match="zip"):
        draw("{% data_table table %}", table=Table(caption="x", columns=(Column(label="a"),), rows=(("1", "2"),)))


def test_a_table_without_a_request_cannot_sort_by_address() -> None:
    table = Table(caption="x", columns=(Column(label="a", key="a"),), rows=())
    assert 'class="sort"' not in engines["django"].from_string("{% data_table table %}").render({"table": table})


class Form(forms.Form):
    subject = forms.CharField(label="Trích yếu", help_text="Một dòng.")
    level = forms.ChoiceField(
        label="Mức", choices=[("1", "Một"), ("2", "Hai")], widget=forms.RadioSelect, required=False
    )
    token = forms.CharField(widget=forms.HiddenInput)


def test_a_field_ties_label_help_and_error_to_its_control() -> None:
    html = draw("{% field form.subject %}", form=Form({}))
    assert '<label for="id_subject">Trích yếu</label>' in html
    assert '<p class="help" id="id_subject_help">Một dòng.</p>' in html
    assert 'aria-describedby="id_subject_help id_subject_error"' in html
    assert 'aria-invalid="true"' in html
    assert '<p class="error" id="id_subject_error">' in html
    clean = draw("{% field form.subject %}", form=Form())
    assert 'aria-describedby="id_subject_help"' in clean
    assert "error" not in clean


def test_a_group_of_choices_is_a_fieldset_and_hidden_fields_stay_hidden() -> None:
    html = draw("{% field form.level %}", form=Form())
    assert html.startswith(
        '<fieldset class="field"><legend>Mức <span class="optional">(không bắt buộc)</span></legend>'
    )
    assert html.count('type="radio"') == 2
    assert draw("{% field form.token %}", form=Form()) == '<input type="hidden" name="token" id="id_token">'


def test_filters_keep_the_order_and_offer_to_clear_only_when_set() -> None:
    plain = draw("{% filter_bar form %}", "/x?sort=-a", form=specimens.Search())
    assert '<input type="hidden" name="sort" value="-a">' in plain
    assert "Bỏ lọc" not in plain
    assert "Bỏ lọc" in draw("{% filter_bar form %}", "/x?words=a", form=specimens.Search({"words": "a"}))


@pytest.mark.parametrize(
    ("number", "shown", "links"),
    [
        (1, "1–10 trong 45", ["2", "5", "2"]),
        (5, "41–45 trong 45", ["4", "1", "4"]),
    ],
)
def test_pages_keep_the_filters(number: int, shown: str, links: list[str]) -> None:
    html = draw("{% pagination page %}", "/x?a=1&page=9", page=Paginator(range(45), 10).get_page(number))
    assert shown in html
    assert re.findall(r'href="\?a=1&amp;page=(\d+)"', html) == links
    assert f'<span aria-current="page">{number}</span>' in html


def test_one_page_needs_no_links_and_many_are_elided() -> None:
    assert "<ul" not in draw("{% pagination page %}", page=Paginator(range(3), 10).get_page(1))
    assert '<span aria-hidden="true">…</span>' in draw(
        "{% pagination page %}", page=Paginator(range(1000), 10).get_page(50)
    )


# ── charts and maps ──


def test_a_chart_says_its_message_and_carries_its_table() -> None:
    chart = Chart(
        id="c", title="Giải ngân", message="Thấp hơn kế hoạch.", unit="%", points=("10/2026", "11/2026"), marks=(Mark(1, "Hợp nhất"),),
        series=(Series(name="Năm nay", values=(61.04, None)), Series(name="Kế hoạch", values=(72.0, 82.0), role=Role.TARGET)),
    )  # fmt: skip
    html = draw("{% chart chart %}", chart=chart)
    assert 'role="img" aria-label="Giải ngân. Thấp hơn kế hoạch."' in html
    assert 'data-chart="c-data"' in html
    assert '"values": [61.04, null]' in html
    assert '"marks": [{"at": 1, "label": "H' in html
    assert "<span>61,0</span></td>" in html
    assert "<span>–</span></td>" in html
    assert "<span>82,0</span></td>" in html


def test_a_map_has_a_list_in_order_and_says_that_it_is_schematic() -> None:
    layer = MapLayer(
        id="m", title="Theo xã", message="Hai xã chậm.", source="/map", value_label="%", classes=(MapClass("step-1", "dưới 60"),),
        areas=(
            Area(code="1", name="Bến Cầu", figure="–", group="none"), Area(code="2", name=EVIL, figure="58,0", group="step-1", sort=58.0),
            Area(code="3", name="Gò Dầu", figure="12,5", group="step-1", sort=12.5, url="/3"),
        ),
    )  # fmt: skip
    html = draw("{% place_map layer %}", layer=layer)
    assert html.index('data-code="3"') < html.index('data-code="2"') < html.index('data-code="1"')
    assert 'data-sort="12.5">12,5</td>' in html
    assert "Bản đồ sơ đồ, không phải ranh giới pháp lý" in html
    assert "<script>alert" not in html
    assert '<a href="/3">Gò Dầu</a>' in html


# ── the style page ──


def test_the_style_page_shows_every_tag_and_every_token() -> None:
    from vamco.web.tests.test_tokens import PAIRS, STYLE

    usages = " ".join(specimen.usage for specimen in specimens.SPECIMENS)
    shown = {tag for tag in web.register.tags if f"{{% {tag} " in usages or f"{{% {tag} %" in usages}
    assert shown | {"when", "address", "either"} == set(web.register.tags)
    assert set(specimens.COLOURS) == {*PAIRS, "scrim"}
    assert all(f".chip-{name} " in (STYLE / "style.css").read_text("utf-8") for name in specimens.COLOURS)


def test_parameters_are_read_from_the_code() -> None:
    rows = {row[0]: row[1:] for row in specimens.parameters(Card).rows}
    assert rows["figure"] == ("str", "bắt buộc", 'formatted; "" shows "no data" in words')
    assert rows["tone"][1] == "none"
    assert rows["code"][1] == "–"
    assert {row[0]: row[2] for row in specimens.parameters(components.Step).rows}["facts"] == "()"
