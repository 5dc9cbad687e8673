"""Which line a change of how many there are is shown at."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from git_repositories import PROVIDER

from costlint.model.differences import Diff, ResourceDelta
from costlint.reports.diff_words import cause, cause_place, is_told_before

_VOLUME = """resource "aws_ebs_volume" "data" {{
  availability_zone = "us-east-1a"
  size              = 100
  type              = "gp3"
  {number}
}}
"""
_DISKS = 'module "disks" {\n  source = "./disks"\n%s}\n'


def _volume(number: str = "") -> str:
    return _VOLUME.format(number=number)


def _only(diff: Diff) -> ResourceDelta:
    (delta,) = (one for one in diff.resources if one.counted)
    return delta


@pytest.mark.parametrize(
    ("before", "after", "place", "why"),
    [
        pytest.param(
            {"main.tf": _volume("count = 2")},
            {"main.tf": _volume("count = 5")},
            "main.tf:11",
            "count 2 → 5",
            id="literal",
        ),
        pytest.param(
            {"main.tf": _volume("count = var.n"), "prod.auto.tfvars": "\n\nn = 2\n", "v.tf": 'variable "n" {}\n'},
            {"prod.auto.tfvars": "\n\nn = 3\n"},
            "prod.auto.tfvars:3",
            "count 2 → 3",
            id="variable",
        ),
        pytest.param(
            {"main.tf": _volume(), "v.tf": ""},
            {"main.tf": _volume("count = 3")},
            "main.tf:11",
            "count 1 → 3",
            id="no count",
        ),
        pytest.param(
            {"main.tf": _volume("for_each = local.of"), "l.tf": "locals {\n  of = {\n    a = 1\n  }\n}\n"},
            {"l.tf": "locals {\n  of = {\n    a = 1\n    b = 1\n  }\n}\n"},
            "l.tf:4",
            "count 1 → 2",
            id="another key of a map",
        ),
        pytest.param(
            {
                "main.tf": _volume("for_each = toset(var.of)"),
                "v.tf": 'variable "of" {\n  default = [\n    "a",\n  ]\n}\n',
            },
            {"v.tf": 'variable "of" {\n  default = [\n    "a",\n    "b",\n  ]\n}\n'},
            "v.tf:4",
            "count 1 → 2",
            id="another item of a set",
        ),
        pytest.param(
            {"main.tf": _volume("for_each = local.of"), "l.tf": "locals {\n  of = {\n    a = 1\n    b = 1\n  }\n}\n"},
            {"l.tf": "locals {\n  of = {\n    a = 1\n  }\n}\n"},
            "l.tf:2",
            "count 2 → 1",
            id="a key less",
        ),
        pytest.param(
            {"main.tf": _DISKS % "  count  = 1\n", "disks/main.tf": _volume("count = 2")},
            {"main.tf": _DISKS % "  count  = 3\n"},
            "main.tf:9",
            "count 2 → 6",
            id="count of the call",
        ),
        pytest.param(
            {"main.tf": _DISKS % "  n = 2\n", "disks/main.tf": 'variable "n" {}\n' + _volume("count = var.n")},
            {"main.tf": _DISKS % "  n = 4\n"},
            "main.tf:9",
            "count 2 → 4",
            id="argument of the call",
        ),
        pytest.param(
            {"main.tf": _volume("count = var.on ? 1 : 0"), "v.tf": 'variable "on" {\n  default = false\n}\n'},
            {"v.tf": 'variable "on" {\n  default = true\n}\n'},
            "v.tf:2",
            "count 0 → 1",
            id="switched on",
        ),
        pytest.param(
            {"main.tf": _volume("count = var.on ? 1 : 0"), "v.tf": 'variable "on" {\n  default = true\n}\n'},
            {"v.tf": 'variable "on" {\n  default = false\n}\n'},
            "v.tf:2",
            "count 1 → 0",
            id="switched off",
        ),
        pytest.param(
            {"main.tf": _DISKS % "  count  = 0\n", "disks/main.tf": _volume("count = 2")},
            {"main.tf": _DISKS % "  count  = 1\n"},
            "main.tf:9",
            "count 0 → 2",
            id="a call switched on",
        ),
        pytest.param(
            {"main.tf": _DISKS % "  count  = 1\n", "disks/main.tf": _volume("count = 2")},
            {"main.tf": _DISKS % "  count  = 0\n"},
            "main.tf:9",
            "count 2 → 0",
            id="a call switched off",
        ),
    ],
)
def test_a_change_of_number_is_shown_where_the_number_is_written(
    diff: Callable[..., Diff], before: dict[str, str], after: dict[str, str], place: str, why: str
) -> None:
    delta = _only(diff(_with_provider(before), _with_provider(after)))
    file, line = cause_place(delta)
    assert (f"{file}:{line}", cause(delta)) == (place, why)
    assert delta.call_file == ""
    assert not is_told_before(delta)


@pytest.mark.parametrize(
    ("before", "after", "status", "place"),
    [
        pytest.param("", _volume("count = 3"), "added", "main.tf:7", id="new"),
        pytest.param(_volume("count = 3"), "", "removed", "main.tf:7", id="removed"),
        pytest.param("", _DISKS % "  count = 3\n", "added", "main.tf:7", id="a new call"),
        pytest.param(_DISKS % "  count = 3\n", "", "removed", "main.tf:7", id="a call removed"),
    ],
)
def test_what_is_written_or_removed_as_a_whole_is_shown_at_its_block_or_call(
    diff: Callable[..., Diff], before: str, after: str, status: str, place: str
) -> None:
    there = {"disks/main.tf": _volume(), "stays.tf": (_DISKS % "").replace('"disks"', '"stays"')}
    delta = _only(diff(_with_provider({"main.tf": before} | there), _with_provider({"main.tf": after})))
    assert (delta.status, delta.changes) == (status, ())
    file, line = cause_place(delta)
    assert f"{file}:{line}" == place
    assert is_told_before(delta) is (status == "removed")


def test_a_number_nobody_wrote_is_shown_at_the_block(diff: Callable[..., Diff]) -> None:
    delta = _only(diff({"main.tf": PROVIDER + _volume("count = 3")}, {"main.tf": PROVIDER + _volume()}))
    assert (delta.count_before, delta.count_after) == (3, 1)
    assert cause_place(delta) == (delta.file, delta.line)


def test_a_count_that_a_call_has_no_more_is_not_that_of_the_block_in_it(diff: Callable[..., Diff]) -> None:
    before = {"main.tf": _DISKS % "  count = 3\n", "disks/main.tf": _volume("count = 2")}
    delta = _only(diff(_with_provider(before), _with_provider({"main.tf": _DISKS % ""})))
    assert cause(delta) == "count 6 → 2"
    assert cause_place(delta) == (delta.file, delta.line) == ("disks/main.tf", 1)


def test_a_call_inside_of_a_call_is_shown_at_the_outer_one(diff: Callable[..., Diff]) -> None:
    files = {
        "main.tf": PROVIDER,
        "outer/main.tf": (_DISKS % "").replace("./disks", "../disks"),
        "disks/main.tf": _volume(),
    }
    kept = 'module "kept" {\n  source = "./outer"\n}\n'
    added = kept.replace("kept", "more")
    delta = _only(diff(files | {"kept.tf": kept}, {"more.tf": "\n\n" + added}))
    assert cause_place(delta) == ("more.tf", 3)
    assert (delta.file, delta.line) == ("disks/main.tf", 1)


def test_in_a_new_directory_it_is_the_call_that_is_new(diff: Callable[..., Diff]) -> None:
    call = (_DISKS % "").replace("./disks", "../disks")
    before = {"disks/main.tf": _volume(), "a/main.tf": PROVIDER + call, "c/main.tf": PROVIDER + _volume()}
    delta = _only(diff(before, {"b/main.tf": PROVIDER + call}))
    assert cause_place(delta) == ("b/main.tf", 7)


def _with_provider(files: dict[str, str]) -> dict[str, str]:
    return {name: PROVIDER + text if name == "main.tf" else text for name, text in files.items()}
