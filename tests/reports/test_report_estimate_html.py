from __future__ import annotations

import base64
import hashlib
import re
from typing import NamedTuple

import pytest
from html_pages import Page
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from sample_reports import report, span, storage_bill, volume

from costlint.catalog import Catalog
from costlint.model import Component, Diagnostic, Estimate, Money, Report, StackResult
from costlint.reports.estimate_html import render

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"


class Named(NamedTuple):
    """Where text from the input reaches the report."""

    address: str = "aws_ebs_volume.models"
    file: str = "main.tf"
    stack: str = "infra"
    component: str = "storage"
    reason: str = "aws_foo is not priced yet"


def named(name: Named) -> Report:
    resource = replace(volume(name.address), span=span(name.file))
    bill = storage_bill()
    parts = (replace(bill.components[0], name=name.component), *bill.components[1:])
    estimate = replace(bill, components=parts, unpriced=(name.reason,))
    (result,) = report().stacks
    stack = replace(result.stack, name=name.stack, resources=[resource])
    return report(
        stacks=(replace(result, stack=stack, estimates={name.address: estimate}),),
        diagnostics=(Diagnostic("error", name.reason, name.file, 1, 2),),
        paths=(name.stack,),
    )


def html(source: Report, by: str = "") -> str:
    return render(source, Catalog(), by)


def test_every_component_shows_quantity_price_source_and_assumption() -> None:
    text = Page(html(report())).text
    assert "storage ebs.gp2.storage 1,000 gb-month $0.10 $100 AWS price list 2026-07-20" in text
    assert "50 (0–500) gb-month $0.05 ~$2.50 $0.00–$25.00" in text
    assert "assumes 50 gb-month (0–500): daily snapshots of a tenth of the volume" in text


def test_totals_are_split_into_fixed_and_usage() -> None:
    text = Page(html(report())).text
    assert "a month $1,000 fixed $100 by usage $2.50 $0.00–$25.00" in text
    assert "12 resources 7 priced 3 free · 2 unpriced · 0 unknown" in text


def test_what_has_no_price_is_listed_and_makes_the_totals_partial() -> None:
    partial = named(Named(reason="aws_kendra_index: no price"))
    whole = replace(partial, totals=replace(partial.totals, partial=True))
    text = Page(html(whole)).text
    assert "at least $1,000" in text
    assert "Unpriced, and why aws_kendra_index: no price 1 resource" in text
    assert "aws_ebs_volume.models main.tf:3" in text


def test_modules_lie_in_the_modules_that_call_them() -> None:
    (result,) = report().stacks
    inner = 'module.platform.module.disks["a.b"]'
    resource = replace(volume(f"{inner}.aws_ebs_volume.v[0]"), module=inner)
    nested = replace(
        result, stack=replace(result.stack, resources=[resource]), estimates={resource.address: storage_bill()}
    )
    text = Page(html(report(stacks=(nested,)))).text
    assert 'module.platform $102 $100–$125 module.disks["a.b"] $102 $100–$125 aws_ebs_volume.v[0]' in text


def test_the_grouping_asked_for_comes_first() -> None:
    summaries = re.findall(r"<span>by ([\w:]+)</span>", html(report(), "tag:team"))
    assert summaries == ["tag:team", "category", "service", "module", "region", "environment"]
    assert re.findall(r"<span>by ([\w:]+)</span>", html(report()))[:2] == ["category", "service"]


def test_stacks_that_do_not_count_are_apart() -> None:
    (result,) = report().stacks
    text = Page(html(report(stacks=(result, replace(result, counted=False))))).text
    assert text.index("Not counted") < text.rindex("alternative")


def test_a_report_of_nothing_says_so() -> None:
    assert "Nothing to price here." in Page(html(report(stacks=()))).text


@pytest.mark.parametrize("field", Named._fields)
def test_text_from_the_input_is_never_markup(field: str) -> None:
    harmless, hostile = (Page(html(named(Named(**{field: text})))) for text in ("x", HOSTILE))
    assert [tag for tag, _ in hostile.elements] == [tag for tag, _ in harmless.elements]
    assert hostile.count("script") == 1
    assert HOSTILE in hostile.text


@given(st.text(min_size=1), st.text())
def test_any_name_gives_a_whole_document_that_can_be_written(address: str, reason: str) -> None:
    text = html(named(Named(address=f"aws_ebs_volume.{address}", reason=reason)))
    assert Page(text).open == []
    assert text.encode("utf-8")


def test_direction_overrides_and_control_characters_are_made_visible() -> None:
    text = html(named(Named(component="a\u202eb\x00c\x1b[31m")))
    assert "a\\u202eb\\x00c\\x1b[31m" in text


def test_nothing_is_loaded_from_elsewhere() -> None:
    page = Page(html(report()))
    loading = {"src", "href", "action", "data", "srcset", "poster"}
    targets = [value for _, attributes in page.elements for name, value in attributes.items() if name in loading]
    assert targets == ["#content"]
    text = html(report())
    assert "@import" not in text
    assert "url(" not in text


def test_only_the_script_and_style_of_the_report_may_run() -> None:
    text = html(report())
    policy = next(a["content"] for tag, a in Page(text).elements if a.get("http-equiv") == "Content-Security-Policy")
    for tag in ("script", "style"):
        (inside,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in (policy or "")
    assert not any(name.startswith("on") or name == "style" for _, a in Page(text).elements for name in a)


def test_dark_and_light_follow_the_reader() -> None:
    assert "prefers-color-scheme: dark" in html(report())


def test_copies_are_one_line_and_rows_sort_by_plain_numbers() -> None:
    (result,) = report().stacks
    part = Component("hours", Money.exactly(730), "hour", 2.0, Money.exactly(1460))
    resources = [volume(f"aws_ebs_volume.v[{n}]") for n in range(3)]
    three = StackResult(
        replace(result.stack, resources=resources),
        {resource.address: Estimate((part,)) for resource in resources},
        (),
        result.totals,
    )
    text = html(report(stacks=(three,)))
    assert "aws_ebs_volume.v[*]</code> ×3" in text
    assert 'data-value="4380.0"' in text
    assert "3 × 730" in text
