"""The fast path agrees with libyaml on everything it reads, and leaves the rest to it."""

from __future__ import annotations

import math

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from costlint.readers.kubernetes.nodes import compose, value_of
from costlint.readers.kubernetes.plain import NotPlain, value_in
from costlint.readers.kubernetes.syntax import YamlMistake

MANIFEST = """\
# a comment
apiVersion: apps/v1
kind: Deployment
metadata:
  name: vllm   # behind a value
  labels: {app: vllm, "tier": serving}
  annotations:
    "costlint.io/ignore": "K8S001: known"
    note: it's "quoted" inside
spec:
  replicas: 0o17
  paused: on
  template:
    spec:
      containers:
      - name: vllm
        args: ["--model", 'a b', {x: 1}]
        command:
          - sh
          - -c
          -
            - nested
          - |
            set -e
              exec vllm   serve

            # not a comment
        env:
        - {name: A, value: "1"}
        - name: B
          value: 'it''s'
        resources:
          limits:
            nvidia.com/gpu: 1
            memory: 1e3
      tolerations: []
      volumes:
  empty:
"""


def by_libyaml(data: bytes) -> object:
    node = compose(data)
    return None if node is None else value_of(node)


def same(one: object, other: object) -> bool:
    """Equal in value, type and order."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and math.isnan(one):
        return isinstance(other, float) and math.isnan(other)
    return type(one) is type(other) and one == other


def agrees(data: bytes) -> bool:
    """Whether the fast path read a document; then libyaml has to have the same."""
    try:
        found = value_in(data)
    except NotPlain:
        return False
    assert same(found, by_libyaml(data)), data
    return True


def test_an_ordinary_manifest_is_read() -> None:
    assert agrees(MANIFEST.encode())


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\nb:\n- x\n- y: 2\n  z: 3\nc: ''\n",
        "- a\n- b:\n  - c\n",
        "a: |-\n  x\n\n  y\n\nb: |+\n  x\n\n",
        "# nothing\n\n",
        "a: -1\nb: --flag\nc: .5\nd: 1_000\ne: ~\nf: 2024-01-01\n",
        "a: x#y\nb: http://x/y\nc: a{b}[c]\n",
        "a:\n\n  # between\n  b: 1\n",
        "a: grüße 😀\n",
        'a: ["x", "y: #1" , "]"]\nb: [ ]\nc: {}\nd: ["é", x]\n',
    ],
)
def test_what_is_plain_is_read(text: str) -> None:
    assert agrees(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "a: &x 1\nb: *x\n",
        "a: !!str 1\n",
        "<<: {a: 1}\n",
        "a: {b: 1\n  }\n",
        "a: >\n  folded\n",
        "a: one\n  two\n",
        'a: "one\n  two"\n',
        "? a\n: b\n",
        "a:\t1\n",
        "a: 1\r\n",
        "a: b: c\n",
        "a: 'open\n",
        "  a: 1\n b: 2\n",
        "a: 1\n  b: 2\n",
        "- a\nb: 1\n",
        "a: |\n  x\n y\n",
        "a: @x\n",
        "a: \x00\n",
        "a: \x85b\n",
        "%YAML 1.1\n",
        "just text\n",
    ],
)
def test_what_is_written_otherwise_is_left_to_libyaml(text: str) -> None:
    assert not agrees(text.encode())


KEYS = st.from_regex(r"[a-z][a-z0-9./_-]{0,8}", fullmatch=True)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.sampled_from(["yes", "1e3", "0x1F", "# no", "a: b", "- x", "|", "line\nline\n", "  indented\nless\n", "~"])
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=20
)


@given(st.dictionaries(KEYS, VALUES, min_size=1), st.sampled_from([None, False]), st.booleans())
def test_dumped_values_are_read_alike(value: dict[str, object], flow: bool | None, indented: bool) -> None:
    text = yaml.safe_dump(value, default_flow_style=flow, allow_unicode=True, sort_keys=False, width=1000)
    agrees(text.encode())
    agrees(text.replace("\n- ", "\n  - ").encode()) if indented else None


@given(st.data())
def test_broken_manifests_are_read_alike_or_left(data: st.DataObject) -> None:
    lines = MANIFEST.split("\n")
    for _ in range(data.draw(st.integers(1, 3))):
        number = data.draw(st.integers(0, len(lines) - 1))
        line = lines[number]
        at = data.draw(st.integers(0, len(line)))
        new = data.draw(
            st.sampled_from(["", " ", "  ", "-", "- ", ":", ": ", "#", " #", "'", '"', "|", "{", "]", ",", "a"])
        )
        lines[number] = line[:at] + new + line[at + data.draw(st.integers(0, 2)) :]
    text = "\n".join(lines).encode()
    try:
        found = value_in(text)
    except NotPlain:
        return
    try:
        expected = by_libyaml(text)
    except YamlMistake as mistake:
        raise AssertionError(f"libyaml refuses it: {mistake.message}") from None
    assert same(found, expected)
