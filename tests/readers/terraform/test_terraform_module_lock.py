"""The lock file: written the same for the same pins, and refused with its place when it is not right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costlint.readers.terraform.sourcing.lock import LockError, Pin, parse_lock, render_lock

VPC = Pin("registry.terraform.io/acme/vpc/aws", "5.1.2", "h1:AAAA", "~> 5.0", "sub")
NET = Pin("git::https://x.io/net.git?ref=v1", "0" * 40, "h1:BBBB")


def test_a_lock_file_reads_like_a_list_of_what_is_used() -> None:
    assert render_lock([VPC, NET]) == (
        """{
  "format": 1,
  "modules": [
    {
      "source": "git::https://x.io/net.git?ref=v1",
      "resolved": "0000000000000000000000000000000000000000",
      "checksum": "h1:BBBB"
    },
    {
      "source": "registry.terraform.io/acme/vpc/aws",
      "version": "~> 5.0",
      "resolved": "5.1.2",
      "directory": "sub",
      "checksum": "h1:AAAA"
    }
  ]
}
"""
    )


_TEXT = st.text(max_size=20)


@given(st.lists(st.builds(Pin, _TEXT, _TEXT, _TEXT, _TEXT, _TEXT), unique_by=lambda pin: pin.key))
def test_what_is_written_is_read_again(pins: list[Pin]) -> None:
    assert parse_lock(render_lock(pins)) == {pin.key: pin for pin in pins}
    assert render_lock(reversed(pins)) == render_lock(pins)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{\n  "modules": [\n<<<<<<< HEAD\n', ".costlint.modules.lock:3:1: not valid JSON (expecting value)"),
        ("[]", '.costlint.modules.lock: there is no list "modules"'),
        (
            '{"format": 7, "modules": []}',
            ".costlint.modules.lock: format 7 is not one this version of costlint reads (1)",
        ),
        ('{"format": 1, "modules": [7]}', ".costlint.modules.lock: entry 1 of modules is not a map"),
        (
            '{"format": 1, "modules": [{"source": "a", "resolved": "b"}]}',
            '.costlint.modules.lock: entry 1 of modules has no text "checksum"',
        ),
        ("[" * 100_000, ".costlint.modules.lock: nested too deeply"),
    ],
)
def test_a_broken_lock_file_is_refused_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(LockError) as refused:
        parse_lock(text)
    assert str(refused.value) == sentence
