"""The chart of cost and throughput: self-contained, complete, to be used without a mouse."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from html_pages import Page
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from costlint.catalog import Catalog
from costlint.reports.size_html import HEIGHT, WIDTH, Scale, render
from costlint.sizing.advisor import Advisor, Demand, pareto
from costlint.sizing.engines import engine_defaults
from costlint.sizing.memory import Load
from costlint.sizing.models import Models
from costlint.sizing.names import Named
from costlint.sizing.recommending import recommend
from costlint.sizing.sized import Sized
from costlint.sizing.throughput import Traffic

CATALOG, MODELS = Catalog(), Models()
PLACES = (("aws", "us-east-1"), ("gcp", "us-central1"), ("azure", "eastus"))


def answer(model: str = "meta-llama/Llama-3.1-8B-Instruct", called: str = "", engine: Any = "vllm") -> Sized:
    known = structs.replace(MODELS[model], id=called) if called else MODELS[model]
    demand = Demand(known, Load(length=8192), Traffic(1000, 300), engine_defaults(engine), PLACES)
    found = recommend(Advisor(CATALOG), CATALOG, MODELS, Named(known, "", "id"), demand)
    return Sized(known.id, found)


def having(page: Page, attribute: str) -> list[dict[str, str]]:
    """The attributes of every element that has a certain one."""
    every = ({name: value or "" for name, value in attributes.items()} for _, attributes in page.elements)
    return [attributes for attributes in every if attribute in attributes]


@pytest.fixture(scope="module")
def chart() -> tuple[Sized, str]:
    one = answer()
    return one, render([one])


def test_nothing_is_fetched_from_anywhere(chart: tuple[Sized, str]) -> None:
    text, page = chart[1], Page(chart[1])
    assert [one["href"] for one in having(page, "href")] == ["#content"]
    assert not having(page, "src") + having(page, "srcset") + having(page, "xlink:href")
    assert not re.search(
        r"url\(|@import|https?://(?!json-schema)", re.sub(r"<td>.*?</td>|<pre>.*?</pre>", "", text, flags=re.S)
    )
    assert {tag for tag, _ in page.elements} & {"link", "iframe", "img", "object", "embed", "base"} == set()
    (policy,) = (one["content"] for one in having(page, "http-equiv"))
    assert policy.startswith("default-src 'none'; style-src 'sha256-")


def test_no_style_or_script_stands_in_attributes(chart: tuple[Sized, str]) -> None:
    page = Page(chart[1])
    assert not having(page, "style")
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]


def test_every_configuration_is_a_point_that_tells_itself(chart: tuple[Sized, str]) -> None:
    one, text = chart
    assert one.found is not None
    points = having(Page(text), "data-point")
    assert len(points) == len(one.found.options)
    assert all(re.match(r"[\d.]+ × \S+.*: \$[\d,.]+ a month, [\d,]+ tokens/s", point["aria-label"]) for point in points)


def test_one_point_is_reached_by_tab_and_the_others_by_arrows(chart: tuple[Sized, str]) -> None:
    points = having(Page(chart[1]), "data-point")
    assert [point["tabindex"] for point in points] == ["0", *["-1"] * (len(points) - 1)]


def test_the_line_leads_through_the_best(chart: tuple[Sized, str]) -> None:
    one, text = chart
    assert one.found is not None
    (line,) = (one["d"] for one in having(Page(text), "d") if one.get("class") == "best")
    stops = [tuple(map(float, stop.split())) for stop in line.removeprefix("M").split(" L")]
    assert len(stops) == len(pareto(one.found.options))
    for (x, y), (farther, higher) in pairwise(stops):
        assert x < farther
        assert y >= higher
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in stops)


def test_a_model_that_writes_no_text_is_drawn_by_compute() -> None:
    text = render([answer("BAAI/bge-m3", engine="tei")])
    assert "TFLOPS of one copy" in text
    assert "USD per million output tokens" not in text


def test_names_from_the_input_are_not_markup() -> None:
    text = render([answer(called="<script>alert(1)</script>\u202e")])
    assert "<script>alert" not in text
    assert "\u202e" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_what_was_not_sized_is_said_without_a_chart() -> None:
    text = render([Sized("zz", None, why='no model "zz" is known')])
    assert "no model &#34;zz&#34; is known" in text
    assert "<svg" not in text


@given(st.lists(st.floats(1e-3, 1e9), min_size=1, max_size=20))
def test_a_scale_keeps_the_order_and_its_ends(values: list[float]) -> None:
    scale = Scale(values, 10.0, 900.0)
    placed = [scale.at(value) for value in sorted(values)]
    assert placed == sorted(placed)
    assert all(10 <= at <= 900 for at in placed)
    assert all(10 <= tick.at <= 900 for tick in scale.ticks("{:g}"))
