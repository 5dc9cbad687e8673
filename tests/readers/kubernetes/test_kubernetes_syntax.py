"""YAML as Kubernetes reads it: values, bounds, and the place of every value."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from costlint.readers.kubernetes.nodes import compose, find, value_of
from costlint.readers.kubernetes.syntax import MOST_DEPTH, YamlMistake


def value(text: str | bytes) -> object:
    node = compose(text.encode() if isinstance(text, str) else text)
    return None if node is None else value_of(node)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("500m", "500m"),
        ("1Gi", "1Gi"),
        ('"8"', "8"),
        ("8", 8),
        ("-3", -3),
        ("1_000", 1000),
        ("0777", 511),
        ("0o17", 15),
        ("0x1F", 31),
        ("0b101", 5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("1.", 1.0),
        ("1:30", "1:30"),
        ("2026-11-22", "2026-11-22"),
        ("yes", True),
        ("off", False),
        ("n", False),
        ("'yes'", "yes"),
        ("~", None),
        ("", None),
        ("null", None),
        ("nullable", "nullable"),
        ("1.2.3", "1.2.3"),
        ("09", 9.0),
        ("+12", 12),
        ("!!str 8", "8"),
        ("!!int 8", 8),
        ("|\n  a\n  b\n", "a\nb\n"),
    ],
)
def test_a_scalar_means_what_it_means_to_kubectl(text: str, expected: object) -> None:
    found = value(f"a: {text}")
    assert found == {"a": expected}
    assert isinstance(found, dict)
    assert type(found["a"]) is type(expected)


def test_merged_mappings_give_way_to_what_is_written() -> None:
    text = "base: &b {cpu: 1, memory: 2Gi}\nmore: &m {gpu: 1}\nfull:\n  <<: [*b, *m]\n  cpu: 4\n"
    assert value(text) == {
        "base": {"cpu": 1, "memory": "2Gi"},
        "more": {"gpu": 1},
        "full": {"cpu": 4, "memory": "2Gi", "gpu": 1},
    }


def test_of_anchors_with_one_name_the_last_before_an_alias_counts() -> None:
    text = b"a: &name one\nb: *name\nc: &name {x: [two]}\nd: *name\n"
    assert value(text) == {"a": "one", "b": "one", "c": {"x": ["two"]}, "d": {"x": ["two"]}}
    with pytest.raises(YamlMistake, match="undefined alias"):
        value(b"a: &name 1\nb: &name 2\nc: *other\n")
    with pytest.raises(YamlMistake, match="an anchor that holds itself has no end"):
        value(b"a: &a 1\nb: &a [*a]\n")


def test_keys_are_text() -> None:
    assert value("1: a\ntrue: b\n") == {"1": "a", "true": "b"}


def test_json_with_tabs_is_read() -> None:
    assert value('{\n\t"kind": "List",\n\t"items": [1]\n}\n') == {"kind": "List", "items": [1]}


def test_the_last_of_two_equal_keys_counts_for_value_and_place() -> None:
    text = b"a: 1\na: 2\n"
    node = compose(text)
    assert node is not None
    assert value_of(node) == {"a": 2}
    assert find(node, ("a",))[0].line == 1


DOCUMENT = b"""\
spec:
  containers:
    - name: vllm
      args: ["--model", 'm']
      resources:
        limits: {nvidia.com/gpu: 8}
    - name: proxy
defaults: &d
  cpu: 500m
used:
  <<: *d
"""


@pytest.mark.parametrize(
    ("path", "text", "exact"),
    [
        (("spec", "containers", 0, "name"), "vllm", True),
        (("spec", "containers", 0, "args", 1), "'m'", True),
        (("spec", "containers", 0, "resources", "limits", "nvidia.com/gpu"), "8", True),
        (("spec", "containers", 1, "name"), "proxy", True),
        (("used", "cpu"), "500m", True),
        (("spec", "containers", 0, "resources", "limits", "cpu"), "{nvidia.com/gpu: 8}", False),
        (("spec", "replicas"), "c", False),
    ],
)
def test_every_value_has_its_place(path: tuple[str | int, ...], text: str, exact: bool) -> None:
    node = compose(DOCUMENT)
    assert node is not None
    extent, found = find(node, path)
    line = DOCUMENT.decode().splitlines()[extent.line]
    assert extent.line == extent.end_line
    assert (line[extent.column : extent.end_column], found) == (text, exact)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"a: b: c", "mapping values are not allowed"),
        (b"a: [1, 2", "while parsing a flow sequence"),
        (b"a: *nobody", "undefined alias"),
        (b"? [1, 2]\n: x", "a key has to be text"),
        (b"a: &a [*a]", "an anchor that holds itself has no end"),
        (b"a: 1\n<<: 3\n", "only a mapping can be merged"),
        (b"[" * 200_000, f"nests deeper than {MOST_DEPTH} levels"),
        (b"- " * 200_000, f"nests deeper than {MOST_DEPTH} levels"),
        (b"{a: " * 200_000, f"nests deeper than {MOST_DEPTH} levels"),
        (b"a: \xff\xff", "not text in UTF-8"),
    ],
    ids=["colon", "unclosed", "alias", "key", "recursion", "merge", "brackets", "dashes", "braces", "bytes"],
)
def test_what_cannot_be_read_is_said_with_its_place(text: bytes, message: str) -> None:
    with pytest.raises(YamlMistake) as caught:
        value(text)
    assert message in caught.value.message
    assert min(caught.value.line, caught.value.column) >= 1


def test_aliases_that_multiply_are_refused_and_not_written_out() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in range(1, 12):
        bomb += f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n"
    with pytest.raises(YamlMistake, match="aliases expand to more than"):
        value(bomb)


def test_deep_looking_text_is_not_nested() -> None:
    assert value("script: |\n" + "  " + "[" * 500 + "\n") == {"script": "[" * 500 + "\n"}


plain = st.one_of(st.none(), st.booleans(), st.integers(-(10**12), 10**12), st.text(max_size=20))
trees = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)


@given(trees)
def test_what_is_dumped_is_read_back(tree: object) -> None:
    assert value(json.dumps({"a": tree})) == {"a": tree}
    assert value(yaml.safe_dump({"a": tree}, allow_unicode=True, default_style='"')) == {"a": tree}
