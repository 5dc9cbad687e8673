"""The chart of cost and throughput in a real browser: with the mouse, with keys alone, in light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import Browser, installed, started

from costlint.catalog import Catalog
from costlint.reports.size_html import render
from costlint.sizing.advisor import Advisor, Demand
from costlint.sizing.engines import engine_defaults
from costlint.sizing.memory import Load
from costlint.sizing.models import Models
from costlint.sizing.names import Named
from costlint.sizing.recommending import recommend
from costlint.sizing.sized import Sized
from costlint.sizing.throughput import Traffic

_BROWSER = installed()
pytestmark = pytest.mark.skipif(
    _BROWSER is None, reason="no Chromium is installed (apt-get install chromium, or COSTLINT_CHROMIUM names one)"
)
_POINTS = "[...document.querySelectorAll('[data-point]')]"
_AT = f"{_POINTS}.indexOf(document.activeElement)"
_TOLD = "document.querySelector('[data-details]').textContent"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with started(str(_BROWSER)) as found:
        yield found


@pytest.fixture(scope="module")
def written() -> str:
    catalog, models = Catalog(), Models()
    model = models["meta-llama/Llama-3.1-8B-Instruct"]
    demand = Demand(
        model,
        Load(length=8192),
        Traffic(1000, 300),
        engine_defaults("vllm"),
        (("aws", "us-east-1"), ("azure", "eastus")),
    )
    return render([Sized(model.id, recommend(Advisor(catalog), catalog, models, Named(model, "", "id"), demand))])


@pytest.fixture
def chart(browser: Browser, written: str, tmp_path: Path) -> Iterator[Browser]:
    """The page of one model; nothing may be complained about once the test is done."""
    file = tmp_path / "size.html"
    file.write_text(written, encoding="utf-8")
    browser.open(file)
    yield browser
    assert browser.complaints() == []


def test_arrows_lead_from_one_configuration_to_the_next(chart: Browser) -> None:
    chart.run(f"{_POINTS}[0].focus()")
    first = chart.run(_TOLD)
    chart.press("ArrowRight")
    assert chart.run(_AT) == 1
    assert chart.run(_TOLD) == chart.run(f"{_POINTS}[1].getAttribute('aria-label')") != first
    chart.press("ArrowLeft")
    chart.press("ArrowLeft")
    assert chart.run(_AT) == 0
    assert chart.run(_TOLD) == first


def test_only_the_last_point_looked_at_is_reached_by_tab(chart: Browser) -> None:
    chart.run(f"{_POINTS}[0].focus()")
    chart.press("ArrowDown")
    assert chart.run(f"{_POINTS}.filter((e) => e.getAttribute('tabindex') === '0').length") == 1
    chart.press("Tab")
    assert chart.run(_AT) == -1


def test_the_configuration_under_the_pointer_is_told(chart: Browser) -> None:
    last = f"{_POINTS}.at(-1)"
    chart.run(f"{last}.dispatchEvent(new PointerEvent('pointerenter'))")
    assert chart.run(_TOLD) == chart.run(f"{last}.getAttribute('aria-label')")


def test_the_table_sorts_by_what_a_token_costs(chart: Browser) -> None:
    column = "[...document.querySelectorAll('th')].find((e) => e.textContent.includes('USD per M output'))"
    chart.run(f"{column}.querySelector('button').click()")
    values = chart.run(
        "[...document.querySelectorAll('tr[data-item]')].filter((e) => e.cells.length > 9)"
        ".map((e) => Number(e.cells[9].dataset.value))"
    )
    assert values == sorted(values, reverse=True)
    assert len(values) > 20


def test_text_filters_the_table(chart: Browser) -> None:
    chart.run(
        "(() => { const e = document.getElementById('filter'); e.value = 'eastus';"
        " e.dispatchEvent(new Event('input')); })()"
    )
    chart.run(
        "new Promise((done) => { const look = () => document.getElementById('matches').textContent ? done() :"
        " requestAnimationFrame(look); look(); })"
    )
    regions = chart.run(
        "[...document.querySelectorAll('tr[data-item]:not([hidden])')].filter((e) => e.cells.length > 9)"
        ".map((e) => e.cells[4].textContent)"
    )
    assert set(regions) == {"eastus"}


@pytest.mark.parametrize("dark", [False, True])
def test_points_stand_out_from_the_page(browser: Browser, written: str, tmp_path: Path, dark: bool) -> None:
    file = tmp_path / "size.html"
    file.write_text(written, encoding="utf-8")
    browser.open(file, dark=dark)
    brightness = (
        "((e, of) => { const [r, g, b] = getComputedStyle(e)[of].match(/[0-9.]+/g).map(Number);"
        " return 0.2126 * r + 0.7152 * g + 0.0722 * b; })"
    )
    back = browser.run(f"{brightness}(document.querySelector('.chart svg'), 'backgroundColor')")
    for kind in ("aws", "azure"):
        point = browser.run(f"{brightness}(document.querySelector('.point.{kind}'), 'fill')")
        assert abs(point - back) > 70
