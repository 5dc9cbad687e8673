"""A comment made of a stranger's text: nothing in it becomes markup, and it is never too long."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hostile import TEXTS
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from sample_diffs import diff, finding, rail, resource

from costlint.model.differences import Amount, AttributeChange, Diff, DiffDiagnostic
from costlint.reports import diff_json
from costlint.reports.comment import Manner, render
from costlint.reports.comment_dialects import DIALECTS, Dialect, length
from costlint.reports.comment_inline import line_comments, suggestion
from costlint.reports.comment_links import Repository, links

_LIVE = re.compile(r"@\w|#\d|!\d|://|\bwww\.", re.IGNORECASE)
_OWN = "https://git.example/acme/infra/"
_KEPT = {"status", "severity", "confidence", "fix", "kind", "action", "environment_kind", "side", "detail", "version"}


def everywhere(text: str) -> Diff:
    """A comparison that has the text wherever there is any."""
    whole = diff(
        resource(assumptions=("a",), tags={"team": "a"}, owners=("a",)),
        resource(5.0, "b", unpriced=("b",), stack="prod", moved_from="c"),
        resource(0.0, "u", usage=Amount(1.0, 2.0, 3.0)),
        resource(0.0, "m", status="moved", moved_from="n"),
        finding(assumptions=("a",), environment="prod"),
        finding(usage_based=True),
        finding(status="fixed"),
        rail(),
        rail(crossed=False, message="", unchecked="a"),
        DiffDiagnostic("head", "error", "a", "a.tf", 1, 1),
        DiffDiagnostic("base", "warning", "a", "a.tf", 1, 1),
        notes=("a",),
    )
    return msgspec.convert(_put(msgspec.to_builtins(whole), text), Diff)


def _put(value: Any, text: str, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _put(item, text, name) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_put(item, text, key) for item in value]
    return text if isinstance(value, str) and key not in _KEPT else value


def manner(dialect: Dialect) -> Manner:
    return Manner(dialect, links(Repository("github", "https://git.example", "acme/infra"), "c" * 40), frozenset())


def tokens(text: str, dialect: Dialect) -> Iterator[Token]:
    reader = MarkdownIt("commonmark", {"html": dialect.html}).enable("strikethrough")
    for token in (reader.enable("table") if dialect.tables else reader).parse(text):
        yield token
        yield from token.children or ()


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_a_stranger_writes_is_shown_and_does_nothing(text: str, dialect: Dialect) -> None:
    written = render(everywhere(text), manner(dialect))
    harmless, hostile = (list(tokens(one, dialect)) for one in (render(everywhere("x"), manner(dialect)), written))
    assert not any(token.type in ("image", "html_inline", "s_open") for token in hostile)
    assert all(str(token.attrGet("href")).startswith(_OWN) for token in hostile if token.type == "link_open")
    assert [token.content for token in hostile if token.type == "html_block"] == [
        token.content for token in harmless if token.type == "html_block"
    ]
    kept = {"link_open", "link_close"}  # a path that leads out of the repository is no link
    assert [one.type for one in hostile if one.nesting and one.type not in kept] == [
        one.type for one in harmless if one.nesting and one.type not in kept
    ]
    assert not any(_LIVE.search(token.content) for token in hostile if token.type == "text")


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
@pytest.mark.parametrize("text", [*TEXTS.values(), "/close", "/merge\n/assign me", "::error::x", "##[error]x"])
def test_no_line_is_a_command(text: str, dialect: Dialect) -> None:
    lines = render(everywhere(text), manner(dialect)).splitlines()
    assert not [line for line in lines if line.lstrip().startswith(("/", "::", "##["))]


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
def test_a_stranger_forges_no_marker(dialect: Dialect) -> None:
    forged = dialect.marker("other")
    text = dialect.marked(render(everywhere(f"x {forged}"), manner(dialect)), "default")
    assert dialect.is_marked(text, "default")
    assert not dialect.is_marked(text, "other")
    assert not dialect.is_marked(dialect.marked("x\n", "default-2"), "default")


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
@pytest.mark.parametrize("letter", ["a", "`", "|", "😀", "\x1b", "$"])
def test_it_is_never_longer_than_the_platform_takes(dialect: Dialect, letter: str) -> None:
    long = letter * 4000
    every = everywhere(long)
    many = msgspec.structs.replace(
        every,
        rails=every.rails * 200,
        resources=every.resources * 200,
        findings=every.findings * 200,
        diagnostics=every.diagnostics * 200,
        notes=every.notes * 200,
    )
    text = dialect.marked(render(many, manner(dialect)), "t" * 64)
    assert length(text) <= dialect.limit


def test_what_there_is_no_room_for_is_left_out_whole_and_said() -> None:
    narrow = DIALECTS["github"]._replace(limit=2400)
    found = [finding(90.0 - number, message=f"waste {number} " + "x" * 150) for number in range(5)]
    text = render(diff(resource(assumptions=("assumes much " * 20,)), *found), manner(narrow))
    assert length(text) <= 2400
    assert re.search(r"\*Left out, because GitHub takes no longer comment: [1-4] findings?.*\.\*", text)
    assert text.count("```") % 2 == 0
    assert text.count("<details>") == text.count("</details>")
    assert text.startswith("### ▲")
    assert text.endswith(r"compared with main (bbbbbbbb)" + "\n")


@given(st.text(st.characters(blacklist_categories=("Cc", "Cs", "Cf", "Zl", "Zp"))))
def test_prose_of_bitbucket_is_seen_letter_by_letter(text: str) -> None:
    reader = MarkdownIt("commonmark", {"html": False}).enable("strikethrough")
    found = reader.renderInline(f"x{DIALECTS['bitbucket'].prose(text)}x")
    read = re.sub(r"&(amp|lt|gt|quot);", lambda m: {"amp": "&", "lt": "<", "gt": ">", "quot": '"'}[m[1]], found)
    assert read.replace("\u200b", "") == f"x{text}x".replace("\u200b", "")


def test_values_of_any_depth_end_in_a_comment() -> None:
    deep: Any = "x"
    for _ in range(400):
        deep = [deep]
    change = msgspec.structs.replace(finding().change[0], before=deep, after={"a": deep})
    cause = AttributeChange("ports", [[deep]], {"x": deep})
    saved = diff_json.render(diff(resource(changes=(cause,)), finding(change=(change,))))
    assert "gp2" in render(diff_json.read(saved, "diff.json"), manner(DIALECTS["github"]))


def test_many_changes_and_long_lines_take_no_time() -> None:
    change = finding().change[0]
    line = "-a" * 500_000
    many = tuple(msgspec.structs.replace(change, after=f"gp{number}", quoted=line) for number in range(100_000))
    long = msgspec.structs.replace(change, address=line, path=line, name=line)
    text = render(diff(finding(change=many), finding(change=(long,))), manner(DIALECTS["github"]))
    assert length(text) < 10_000


def test_a_suggestion_is_the_line_as_it_is_to_be() -> None:
    (one,) = line_comments(diff(finding()), manner(DIALECTS["github"]), "infra")
    assert (one.path, one.line, one.key, one.quoted) == ("infra/main.tf", 6, "6553b976d32a8a4c", '  type = "gp2"')
    assert one.body.endswith('```suggestion\n  type = "gp3"\n```')
    assert one.body.startswith(r"**\$60.00/mo** gp2 where gp3")


@pytest.mark.parametrize("line", ['\ttype = "gp2" # ```', '  type = "gp2" # ````x'])
def test_a_suggestion_survives_what_is_on_its_line(line: str) -> None:
    start = line.index('"gp2"') + 1
    change = msgspec.structs.replace(finding().change[0], quoted=line, column=start, end_column=start + 5)
    (one,) = line_comments(diff(finding(change=(change,))), manner(DIALECTS["github"]))
    (fence,) = [token for token in MarkdownIt("commonmark").parse(one.body) if token.type == "fence"]
    assert (fence.info, fence.content) == ("suggestion", line.replace("gp2", "gp3") + "\n")


def test_more_than_one_edit_is_shown_and_not_suggested() -> None:
    (edit,) = finding().change
    added = msgspec.structs.replace(edit, before=None, after=6000, path="iops", file="", quoted="")
    (one,) = line_comments(diff(finding(change=(edit, added))), manner(DIALECTS["github"]))
    assert "suggestion" not in one.body
    assert one.body.endswith('```diff\n- type = "gp2"\n+ type = "gp3"\n+ iops = 6000\n```')
    assert one.quoted == '  type = "gp2"'


def test_a_line_with_what_one_cannot_see_is_not_suggested() -> None:
    change = msgspec.structs.replace(finding().change[0], quoted='  type = "gp2" # \u202e')
    (one,) = line_comments(diff(finding(change=(change,))), manner(DIALECTS["github"]))
    assert "suggestion" not in one.body
    assert "\u202e" not in one.body


def test_only_new_findings_with_a_place_are_commented_on() -> None:
    found = (
        finding(status="fixed"),
        finding(status="unchanged"),
        finding(file="", change=()),
        finding(line=0, change=()),
    )
    assert line_comments(diff(*found), manner(DIALECTS["github"])) == []


def test_a_suggestion_has_a_fence_longer_than_any_in_it() -> None:
    assert suggestion("a ```` b") == "`````suggestion\na ```` b\n`````"


def test_a_limit_of_money_is_no_text() -> None:
    text = render(diff(resource(), currency=msgspec.structs.replace(diff().currency, code="<b>@x</b>")), PLAIN)
    assert "<b>" not in text
    assert "@x" not in text


PLAIN = manner(DIALECTS["github"])
