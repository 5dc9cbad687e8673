from __future__ import annotations

import base64
import hashlib
import re

import pytest
from hostile import TEXTS, everywhere
from html_pages import Page
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from sample_reports import GP2, finding, report, span

from costlint.model import Acceptance, Diagnostic, Environment, Money, Occurrence, Origin
from costlint.model.currency import Currency
from costlint.reports.findings_html import render


def page(text: str) -> Page:
    found = Page(text)
    assert found.open == []
    return found


def test_a_finding_shows_amount_message_place_and_change() -> None:
    text = page(render(report(finding()))).text
    assert "$20.00/mo medium high STO001 aws_ebs_volume.models uses gp2; gp3 has the same baseline for less" in text
    assert "main.tf:3:10" in text
    assert '- type = "gp2" + type = "gp3"' in text
    assert "as written $100 with the change $80.00 saving $20.00" in text


def test_the_way_to_the_literal_and_the_rules_page_unfold() -> None:
    way = (Origin(span(line=1), "aws_ebs_volume.models.type"), Origin(span("prod.tfvars", line=7), "prod.tfvars"))
    text = page(render(report(finding(chain=way)))).text
    assert "main.tf:1:10 aws_ebs_volume.models.type prod.tfvars:7:10 prod.tfvars" in text
    assert "Why: STO001 gp2-volume" in text
    assert "Rules STO001 gp2 volume where gp3 costs less What it does Finds gp2 volumes." in text


def test_a_rules_page_is_there_once_however_much_it_finds() -> None:
    many = render(report(*(finding(address=f"aws_ebs_volume.v{n}") for n in range(9))))
    assert many.count("Finds gp2 volumes.") == 1
    assert many.count('href="#why-STO001"') == 9


def test_a_rules_page_keeps_lists_and_code() -> None:
    why = '## Fix\nSet `type`\nto gp3:\n\n- first\n- second\n\n```hcl\ntype = "gp3"\nsize = 1\n```\n'
    text = render(report(finding(rule=replace(GP2, why=why))))
    assert "<h4>Fix</h4>\n<p>Set <code>type</code> to gp3:</p>" in text
    assert '<p class="item">first</p>\n<p class="item">second</p>\n<pre>type = &#34;gp3&#34;\nsize = 1</pre>' in text


def test_the_whole_is_counted_once_and_what_is_shown_is_added_up() -> None:
    source = report(finding(), finding(address="aws_ebs_volume.b", saving=Money.exactly(30)))
    totals = replace(source.totals, saving=Money.exactly(45), proposed=Money.exactly(955))
    text = page(render(replace(source, totals=totals))).text
    assert "to save $45.00" in text
    assert "shown $50.00 2 of 2 findings, added up one by one" in text


def test_filters_offer_what_there_is() -> None:
    known = Environment("dev", "nonprod", "")
    there = tuple(Occurrence(name, known, ("a",), "f", Money.exactly(1)) for name in ("infra/a", "infra/b"))
    text = render(report(finding(severity="high"), finding(address="b", stacks=there)))
    offered = {
        name: re.findall(r">([^<>]+)</option>", inside)
        for name, inside in re.findall(r'data-filter="(\w+)">(.*?)</select>', text)
    }
    assert offered == {"severity": ["all", "high", "medium"], "stack": ["all", "infra", "infra/a", "infra/b"]}
    assert 'data-stack="1 2"' in text


def test_amounts_are_in_the_currency_of_the_report() -> None:
    text = render(replace(report(finding()), currency=Currency("EUR", 0.9, "2026-11-01")))
    assert "€18.00/mo" in text
    assert 'data-symbol="€"' in text
    assert 'data-saving="18.0"' in text


def test_accepted_findings_and_problems_have_tables() -> None:
    accepted = finding(suppressed="the vendor", acceptance=Acceptance("the vendor", "main.tf:2", "2027-01-31"))
    text = page(render(report(suppressed=(accepted,), diagnostics=(Diagnostic("error", "odd", "a.tf", 7, 2),)))).text
    assert "the vendor, until 2027-01-31 (main.tf:2)" in text
    assert "error a.tf:7:2 odd" in text


def test_nothing_found_is_said_without_a_table() -> None:
    found = page(render(report()))
    assert "Nothing to save found" in found.text
    assert "select" not in [tag for tag, _ in found.elements]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_hostile_names_are_never_markup(text: str) -> None:
    harmless, hostile = (page(render(everywhere(name))) for name in ("x", text))
    assert [tag for tag, _ in hostile.elements] == [tag for tag, _ in harmless.elements]
    attributes = [set(told) for _, told in hostile.elements]
    assert attributes == [set(told) for _, told in harmless.elements]


@given(st.text(min_size=1), st.text())
def test_any_name_gives_a_whole_document_that_can_be_written(address: str, message: str) -> None:
    text = render(report(finding(addresses=(address,), message=message, span=span(file=address))))
    assert Page(text).open == []
    assert text.encode("utf-8")


def test_nothing_is_loaded_from_elsewhere_and_only_its_own_script_runs() -> None:
    text = render(report(finding()))
    found = page(text)
    loading = {"src", "href", "action", "data", "srcset", "poster"}
    targets = [value or "" for _, told in found.elements for name, value in told.items() if name in loading]
    assert targets
    assert all(target.startswith("#") for target in targets)
    policy = next(told["content"] for _, told in found.elements if told.get("http-equiv") == "Content-Security-Policy")
    for tag in ("script", "style"):
        (inside,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in (policy or "")
