"""The HTML reports in a real browser: they sort, filter and add up, with the mouse and with keys alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import Browser, installed, started
from hostile import TEXTS, everywhere
from msgspec.structs import replace
from sample_reports import GP2, finding, report, span

from costlint.catalog import Catalog
from costlint.model import Money, Report
from costlint.reports import estimate_html, findings_html

_BROWSER = installed()
pytestmark = pytest.mark.skipif(
    _BROWSER is None, reason="no Chromium is installed (apt-get install chromium, or COSTLINT_CHROMIUM names one)"
)
_SHOWN = "[...document.querySelectorAll('tbody[data-item]:not([hidden])')]"
_AMOUNTS = f"{_SHOWN}.map(e => e.rows[0].cells[0].textContent)"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with started(str(_BROWSER)) as found:
        yield found


@pytest.fixture
def findings(browser: Browser, tmp_path: Path) -> Iterator[Browser]:
    """Four findings on a page; nothing may be complained about once the test is done."""
    gpu = replace(GP2, id="GPU005", name="gpu-on-demand", practice="infra.spot", why="gp2 is beside the point here")
    source = report(
        finding(address="aws_ebs_volume.a", saving=Money.exactly(120)),
        finding(address="aws_ebs_volume.b", saving=Money.exactly(30.5), severity="low", confidence="medium"),
        finding(address="aws_instance.c", rule=gpu, message="on demand", changes=(), saving=Money.exactly(1000)),
        finding(address="aws_ebs_volume.d", stack="other", saving=Money.exactly(9), span=span("z.tf")),
    )
    yield _opened(browser, findings_html.render(source), tmp_path)
    assert browser.complaints() == []


def _opened(browser: Browser, text: str, folder: Path, *, dark: bool = False) -> Browser:
    file = folder / "report.html"
    file.write_text(text, encoding="utf-8")
    browser.open(file, dark=dark)
    return browser


def _wait(browser: Browser, condition: str) -> None:
    """Until the page has caught up with what was typed."""
    browser.run(
        f"new Promise((done) => {{ const look = () => ({condition}) ? done() : requestAnimationFrame(look); look(); }})"
    )


def _heading(name: str) -> str:
    return f"[...document.querySelectorAll('.findings th button')].find(e => e.textContent === {name!r})"


def test_a_click_on_a_heading_sorts_and_another_turns_round(findings: Browser) -> None:
    assert findings.run(_AMOUNTS) == ["$1,000/mo", "$120/mo", "$30.50/mo", "$9.00/mo"]
    findings.click(".findings th:nth-child(1) button")
    findings.click(".findings th:nth-child(1) button")
    assert findings.run(_AMOUNTS) == ["$9.00/mo", "$30.50/mo", "$120/mo", "$1,000/mo"]
    assert findings.run(f"{_heading('a month')}.closest('th').ariaSort") == "ascending"


def test_every_finding_keeps_its_fold_when_sorted(findings: Browser) -> None:
    findings.click(".findings th:nth-child(7) button")
    rows = findings.run(f"{_SHOWN}.map(e => [e.rows.length, e.rows[0].cells[6].textContent, e.dataset.saving])")
    assert [count for count, _, _ in rows] == [2, 2, 2, 2]
    assert rows[-1][1:] == ["z.tf:3:10", "9.0"]


def test_sorting_and_folds_work_with_keys_alone(findings: Browser) -> None:
    findings.run(f"{_heading('severity')}.focus()")
    findings.press("Enter", "\r")
    assert findings.run(f"{_heading('severity')}.closest('th').ariaSort") == "descending"
    assert findings.run(_AMOUNTS)[-1] == "$30.50/mo"
    findings.run("document.querySelector('.fold summary').focus()")
    findings.press("ArrowRight")
    assert findings.run("document.querySelector('.fold details').open") is True
    findings.press("ArrowRight")
    assert (
        findings.run("document.activeElement.closest('tbody') !== document.querySelector('tbody[data-item]')") is True
    )


def test_an_opened_fold_shows_the_rules_page_once(findings: Browser) -> None:
    findings.click(".fold summary")
    shown = "document.querySelector('.fold [data-why]').textContent"
    _wait(findings, f"{shown}.includes('beside the point')")
    for _ in range(2):
        findings.click(".fold summary")
    assert findings.run(f"{shown}.split('beside the point').length") == 2


def test_the_page_of_a_rule_opens_where_a_fold_leads_to_it(findings: Browser) -> None:
    findings.run("document.querySelector('.fold details').open = true")
    findings.click(".fold [data-why] a")
    _wait(findings, "document.getElementById('why-GPU005').closest('details').open")


def test_text_filters_and_the_total_follows(findings: Browser) -> None:
    findings.press("/", "/")
    assert findings.run("document.activeElement.id") == "filter"
    for letter in "gp2":
        findings.press(letter, letter)
    _wait(findings, "document.getElementById('matches').textContent !== ''")
    assert findings.run(_AMOUNTS) == ["$120/mo", "$30.50/mo", "$9.00/mo"]
    assert findings.run("document.getElementById('shown-saving').textContent") == "$160"
    assert findings.run("document.getElementById('shown-count').textContent") == "3"
    findings.press("Escape")
    assert len(findings.run(_AMOUNTS)) == 4
    assert findings.run("document.getElementById('shown-saving').textContent") == "$1,160"


@pytest.mark.parametrize(
    ("choice", "value", "amounts", "total"),
    [
        ("severity", "low", ["$30.50/mo"], "$30.50"),
        ("confidence", "medium", ["$30.50/mo"], "$30.50"),
        ("practice", "infra.spot", ["$1,000/mo"], "$1,000"),
        ("stack", "1", ["$9.00/mo"], "$9.00"),
    ],
)
def test_choices_filter_and_the_total_follows(
    findings: Browser, choice: str, value: str, amounts: list[str], total: str
) -> None:
    findings.run(
        f"(() => {{ const e = document.querySelector('[data-filter={choice}]'); e.value = {value!r};"
        "e.dispatchEvent(new Event('change')); })()"
    )
    assert findings.run(_AMOUNTS) == amounts
    assert findings.run("document.getElementById('shown-saving').textContent") == total


def test_filters_that_exclude_each_other_leave_a_sentence(findings: Browser) -> None:
    for choice, value in (("severity", "low"), ("practice", "infra.spot")):
        findings.run(
            f"(() => {{ const e = document.querySelector('[data-filter={choice}]'); e.value = {value!r};"
            "e.dispatchEvent(new Event('change')); })()"
        )
    assert findings.run(_AMOUNTS) == []
    assert findings.run("document.getElementById('none').hidden") is False
    assert findings.run("document.getElementById('shown-saving').textContent") == "$0.00"


@pytest.mark.parametrize(("dark", "back"), [(False, "rgb(255, 255, 255)"), (True, "rgb(13, 17, 23)")])
def test_light_and_dark_follow_the_reader(browser: Browser, tmp_path: Path, dark: bool, back: str) -> None:
    _opened(browser, findings_html.render(report(finding())), tmp_path, dark=dark)
    assert browser.run("getComputedStyle(document.body).backgroundColor") == back
    assert browser.complaints() == []


@pytest.mark.parametrize("width", [360, 1400])
def test_no_page_is_wider_than_the_window(browser: Browser, tmp_path: Path, width: int) -> None:
    file = tmp_path / "report.html"
    file.write_text(findings_html.render(everywhere(TEXTS["long"])), encoding="utf-8")
    browser.open(file, width=width)
    assert browser.run("document.documentElement.scrollWidth <= window.innerWidth") is True


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_hostile_names_run_nothing_and_load_nothing(browser: Browser, tmp_path: Path, text: str) -> None:
    source: Report = everywhere(text)
    for written in (findings_html.render(source), estimate_html.render(source, Catalog())):
        _opened(browser, written, tmp_path)
        browser.run("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        assert browser.complaints() == []


def test_the_estimate_sorts_filters_and_opens(browser: Browser, tmp_path: Path) -> None:
    _opened(browser, estimate_html.render(report(), Catalog()), tmp_path)
    browser.click("#open")
    assert browser.run("[...document.querySelectorAll('main details')].every((each) => each.open)") is True
    heads = "[...document.querySelectorAll('table[data-sortable] th button')].length"
    assert browser.run(heads) > 0
    browser.click("table[data-sortable] th button")
    browser.run(
        "(() => { const e = document.getElementById('filter'); e.value = 'no such thing';"
        "e.dispatchEvent(new Event('input')); })()"
    )
    _wait(browser, "document.getElementById('matches').textContent !== ''")
    assert browser.run("document.getElementById('matches').textContent").startswith("0 of ")
    assert browser.complaints() == []
