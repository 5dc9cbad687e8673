from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from hostile import TEXTS, everywhere
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from sample_reports import finding, report, span

from costlint.model import Acceptance, Diagnostic, Money, Origin, Span
from costlint.reports.markdown import render
from costlint.reports.markdown_text import code, code_block, prose

_READER = MarkdownIt("commonmark").enable("table").enable("strikethrough")
_LIVE = re.compile(r"@\w|#\d|://|\bwww\.", re.IGNORECASE)


class _Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag if not attrs else f"{tag} with attributes")


def tokens(text: str) -> Iterator[Token]:
    for token in _READER.parse(text):
        yield token
        yield from token.children or ()


def seen(text: str) -> str:
    """The text a reader sees, without folds' heads."""
    return "".join(token.content for token in tokens(text) if token.type in ("text", "code_inline", "fence"))


def test_the_report_opens_with_what_can_be_saved_and_a_table() -> None:
    text = seen(render(report(finding())))
    assert text.startswith("$1,000/month as written; $20.00/month (2%) can be saved.")
    assert "$20.00/momediumaws_ebs_volume.models uses gp2; gp3 has the same baseline for lessmain.tf:3" in text


def test_a_finding_unfolds_to_change_way_and_assumptions() -> None:
    tfvars = span("envs/prod.tfvars", line=7)
    way = (Origin(span(line=1), "aws_ebs_volume.models.type"), Origin(tfvars, "prod.tfvars"))
    text = render(report(finding(span=tfvars, chain=way, assumptions=("assumes 50 GB",))))
    assert '```diff\n- type = "gp2"\n+ type = "gp3"\n```' in text
    assert "1. `main.tf:1` aws\\_ebs\\_volume.models.type\n2. `envs/prod.tfvars:7` prod.tfvars" in text
    assert "- assumes 50 GB" in text


def test_places_become_links_where_there_is_an_address() -> None:
    def link(place: Span) -> str:
        return f"https://git.example/blob/{place.file}#L{place.line}"

    text = render(report(finding()), link)
    assert "[`main.tf:3`](<https://git.example/blob/main.tf#L3>)" in text


def test_only_the_foremost_are_listed_and_the_rest_is_counted() -> None:
    many = [finding(address=f"aws_ebs_volume.v{n}", saving=Money.exactly(n + 1)) for n in range(9)]
    text = render(report(*many), most=3)
    assert text.count("<details>") == 3
    assert "more worth $21.00/month" in seen(text)


def test_accepted_findings_and_problems_are_folded() -> None:
    accepted = finding(suppressed="the vendor", acceptance=Acceptance("the vendor", "main.tf:2"))
    problems = (Diagnostic("note", "not fetched"), Diagnostic("error", "expected }", "a.tf", 7, 2))
    text = render(report(suppressed=(accepted,), diagnostics=problems))
    assert "<summary>1 accepted finding</summary>" in text
    assert "<summary>Input: 1 error, 1 note</summary>\n\n- **error** `a.tf:7`: expected }\n- **note**" in text


def test_nothing_found_is_said() -> None:
    assert seen(render(report())).startswith("Nothing to save found")


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_hostile_names_are_neither_markup_nor_links_nor_mentions(text: str) -> None:
    harmless, hostile = (list(tokens(render(everywhere(name)))) for name in ("x", text))
    assert not any(token.type in ("link_open", "image", "html_inline", "s_open") for token in hostile)
    tags = [_Tags(token.content).found for token in hostile if token.type == "html_block"]
    assert tags == [_Tags(token.content).found for token in harmless if token.type == "html_block"]
    assert [token.type for token in hostile if token.nesting] == [token.type for token in harmless if token.nesting]
    assert not any(_LIVE.search(token.content) for token in hostile if token.type == "text")


@given(st.text(st.characters(blacklist_categories=("Cc", "Cs", "Cf", "Zl", "Zp"))))
def test_prose_is_seen_letter_by_letter(text: str) -> None:
    found = _READER.renderInline(f"x{prose(text)}x")
    read = re.sub(r"&(amp|lt|gt|quot);", lambda m: {"amp": "&", "lt": "<", "gt": ">", "quot": '"'}[m[1]], found)
    assert read.replace("\u200b", "") == f"x{text}x".replace("\u200b", "")


@given(st.text())
def test_code_is_one_span_whatever_is_in_it(text: str) -> None:
    (inline,) = (token for token in _READER.parse(f"a {code(text)} b") if token.type == "inline")
    assert [token.type for token in inline.children or ()] == ["text", "code_inline", "text"]


@given(st.lists(st.text(), min_size=1))
def test_a_block_of_code_ends_where_it_should(lines: list[str]) -> None:
    assert [token.type for token in _READER.parse(code_block(lines, "diff"))] == ["fence"]
