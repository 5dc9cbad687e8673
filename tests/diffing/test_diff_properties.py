"""What holds for every comparison, whatever is compared."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costlint import pipeline
from costlint.config import Config
from costlint.diffing.sides import between_paths
from costlint.model.differences import Diff
from costlint.reports import diff_json

_KINDS = st.sampled_from(["t3.large", "m5.xlarge", "g5.xlarge"])
_COUNTS = st.one_of(
    st.just(""),
    st.integers(0, 3).map(lambda number: f"count = {number}"),
    st.sets(st.sampled_from("abc"), max_size=3).map(
        lambda keys: "for_each = toset([" + ", ".join(f'"{key}"' for key in sorted(keys)) + "])"
    ),
)
_BLOCKS = st.one_of(
    st.tuples(_KINDS, _COUNTS).map(
        lambda one: ("aws_instance", f'ami = "ami-1"\n  instance_type = "{one[0]}"\n  {one[1]}')
    ),
    st.tuples(st.sampled_from([20, 100, 900]), st.sampled_from(["gp2", "gp3"]), _COUNTS).map(
        lambda one: (
            "aws_ebs_volume",
            f'availability_zone = "us-east-1a"\n  size = {one[0]}\n  type = "{one[1]}"\n  {one[2]}',
        )
    ),
    st.just(("aws_nat_gateway", 'subnet_id = "subnet-1"')),
)
_CONFIGURATIONS = st.dictionaries(st.sampled_from(["one", "two", "three"]), _BLOCKS, max_size=3)
_HEAD = 'provider "aws" {\n  region = "us-east-1"\n}\nterraform {\n  backend "s3" {}\n}\n'


def _written(place: Path, blocks: dict[str, tuple[str, str]]) -> str:
    place.mkdir()
    text = "".join(f'resource "{kind}" "{name}" {{\n  {body}\n}}\n' for name, (kind, body) in blocks.items())
    (place / "main.tf").write_text(_HEAD + text)
    return str(place)


def _current(path: str) -> float:
    return pipeline.estimate([path], Config()).totals.current.likely


@settings(max_examples=40)
@given(_CONFIGURATIONS, _CONFIGURATIONS)
def test_a_comparison_is_exact_and_turns_round(
    before: dict[str, tuple[str, str]], after: dict[str, tuple[str, str]]
) -> None:
    with TemporaryDirectory() as folder:
        old, new = _written(Path(folder) / "old", before), _written(Path(folder) / "new", after)
        there, back = between_paths(old, new, Config()), between_paths(new, old, Config())
        grown = _current(new) - _current(old)
    assert there.total.delta.likely == pytest.approx(grown)
    assert sum(one.delta.likely for one in there.resources) == pytest.approx(grown)
    assert sum(one.delta.likely for one in there.stacks) == pytest.approx(grown)
    assert back.total.delta.likely == pytest.approx(-grown)
    assert (back.total.delta.low, back.total.delta.high) == pytest.approx(
        (-there.total.delta.high, -there.total.delta.low)
    )
    for one in there.resources:
        assert one.delta.likely == pytest.approx(one.fixed.likely + one.usage.likely)
        assert one.delta.likely == pytest.approx(one.after.likely - one.before.likely)
    assert _turned(there) == _by_status(back)


@settings(max_examples=15)
@given(_CONFIGURATIONS)
def test_what_is_the_same_does_not_differ(blocks: dict[str, tuple[str, str]]) -> None:
    with TemporaryDirectory() as folder:
        old, new = _written(Path(folder) / "old", blocks), _written(Path(folder) / "new", blocks)
        found = between_paths(old, new, Config())
    assert found.resources == ()
    assert found.total.delta.money == (0, 0, 0)
    assert {one.status for one in found.findings} <= {"unchanged"}


@settings(max_examples=15)
@given(_CONFIGURATIONS, _CONFIGURATIONS)
def test_a_comparison_survives_its_file(before: dict[str, tuple[str, str]], after: dict[str, tuple[str, str]]) -> None:
    with TemporaryDirectory() as folder:
        old, new = _written(Path(folder) / "old", before), _written(Path(folder) / "new", after)
        text = diff_json.render(between_paths(old, new, Config()))
    assert diff_json.render(diff_json.read(text, "diff.json")) == text


def _by_status(diff: Diff) -> tuple[int, int]:
    return len(diff.of_status("new")), len(diff.of_status("fixed"))


def _turned(diff: Diff) -> tuple[int, int]:
    return len(diff.of_status("fixed")), len(diff.of_status("new"))
