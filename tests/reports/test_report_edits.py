from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_reports import finding, span

from costlint.model import UNKNOWN, Change, LinkedStr, Reference, Span
from costlint.reports.edits import text_edit, text_edits


def change(line: str, text: str, before: object, after: object, path: str = "type", **changed: Any) -> Change:
    """The change of what stands as `text` on the line."""
    start = line.index(text) + 1
    place = Span("main.tf", 1, start, 1, start + len(text))
    return Change("aws_x.y", path, before, after, changed.pop("span", place), line=line, **changed)


@pytest.mark.parametrize(
    ("line", "text", "before", "after", "path", "changed"),
    [
        ('  type = "gp2"', '"gp2"', "gp2", "gp3", "type", '  type = "gp3"'),
        ('  type = "gp2" # vendor', '"gp2"', "gp2", "gp3", "type", '  type = "gp3" # vendor'),
        ("  min_size = 2", "2", 2, 1, "scaling_config.min_size", "  min_size = 1"),
        ("  multi_az = true", "true", True, False, "multi_az", "  multi_az = false"),
        ('  type = "true"', '"true"', "true", False, "type", '  type = "false"'),
        ('  types = ["m5.large"]', '"m5.large"', "m5.large", "m7g.large", "types.0", '  types = ["m7g.large"]'),
        ('{"type": "gp2", "x": 1}', '"gp2"', "gp2", "gp3", "type", '{"type": "gp3", "x": 1}'),
        ("    replicas: 2", "2", 2, 1, "spec.replicas", "    replicas: 1"),
        ("  type: gp2", "gp2", "gp2", "gp3", "type", "  type: gp3"),
        ("  type: 'gp2'", "'gp2'", "gp2", "gp3", "type", "  type: 'gp3'"),
        ("  version: v1", "v1", "v1", "1.35", "version", '  version: "1.35"'),
        ("  mode: auto", "auto", "auto", "off", "mode", '  mode: "off"'),
        ("  cpu: 4", "4", 4, "2", "cpu", "  cpu: 2"),
        ("  rate = 0.5", "0.5", 0.5, 0.25, "rate", "  rate = 0.25"),
    ],
)
def test_a_literal_is_edited_the_way_it_is_written(
    line: str, text: str, before: object, after: object, path: str, changed: str
) -> None:
    edit = text_edit(change(line, text, before, after, path))
    assert edit is not None
    assert edit.changed == changed


@pytest.mark.parametrize(
    ("line", "text", "before", "after", "path"),
    [
        ("  type = var.x", "var.x", "gp2", "gp3", "type"),
        ("  replicas = 1", "1", 2, 1, "num_cache_clusters"),
        ("  replicas = 2", "2", 2, 1, "num_cache_clusters"),
        ("  count = 1 + 1", "1", 1, 0, "zones"),
        ('  type = "${var.a}"', '"${var.a}"', "${var.a}", "gp3", "type"),
        ('  type = "gp2"', '"gp2"', "io1", "gp3", "type"),
        ('  type = "gp2"', '"gp2"', "gp2", 'gp"3', "type"),
        ('  type = "gp2"', '"gp2"', "gp2", "${x}", "type"),
        ('  type = "gp2"', '"gp2"', "gp2", None, "type"),
        ('  type = "gp2"', '"gp2"', UNKNOWN, "gp3", "type"),
        ('  type = "gp2"', '"gp2"', "gp2", ["gp3"], "type"),
        ("  size = 2", "2", 2, "large", "size"),
        ('  type = "a\\\\b"', '"a\\\\b"', "a\\b", "c", "type"),
    ],
)
def test_what_is_not_surely_that_literal_is_no_edit(
    line: str, text: str, before: object, after: object, path: str
) -> None:
    assert text_edit(change(line, text, before, after, path)) is None


def test_a_name_of_its_own_says_which_value_it_is() -> None:
    edit = text_edit(change('disk_type = "gp2"', '"gp2"', "gp2", "gp3", "volume_type", name="disk_type"))
    assert edit is not None
    assert (edit.before, edit.after) == ('"gp2"', '"gp3"')


def test_a_value_that_comes_from_another_resource_is_no_edit() -> None:
    linked = LinkedStr("gp2", (Reference("aws_x.z", "type"),))
    assert text_edit(change('  type = "gp2"', '"gp2"', linked, "gp3")) is None
    assert text_edit(change('  type = "gp2"', '"gp2"', "gp2", linked)) is None


@pytest.mark.parametrize("missing", [{"span": None}, {"span": Span("main.tf", 1, 10, 3, 4)}])
def test_a_place_that_is_not_on_one_line_is_no_edit(missing: dict[str, Any]) -> None:
    assert text_edit(change('  type = "gp2"', '"gp2"', "gp2", "gp3", **missing)) is None


def test_the_edits_of_a_finding_are_all_of_its_change_or_none() -> None:
    one = change('  type = "gp2"', '"gp2"', "gp2", "gp3")
    added = Change("aws_x.y", "iops", None, 3000, span(line=1))
    assert len(text_edits(finding(changes=(one, one)))) == 1
    assert text_edits(finding(changes=(one, added))) == ()
    assert text_edits(finding(changes=(one, change('  type = "gp2"', '"gp2"', "gp2", "gp4")))) == ()


@given(st.text(), st.text())
def test_an_edit_of_json_reads_back_as_the_new_value(before: str, after: str) -> None:
    line = json.dumps({"type": before})
    text = json.dumps(before)
    start = len('{"type": ') + 1
    place = Span("main.tf.json", 1, start, 1, start + len(text))
    edit = text_edit(Change("aws_x.y", "type", before, after, place, line=line))
    if edit is not None:
        assert json.loads(edit.changed, strict=False) == {"type": after}
