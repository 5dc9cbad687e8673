"""Addresses, and where they were."""

from __future__ import annotations

import pytest

from costlint.diffing.addresses import before_moves, block_of, keys_of, within


@pytest.mark.parametrize(
    ("address", "moves", "before"),
    [
        ("aws_instance.b", [("aws_instance.a", "aws_instance.b")], "aws_instance.a"),
        ("aws_instance.b[1]", [("aws_instance.a", "aws_instance.b")], "aws_instance.a[1]"),
        ("aws_instance.bb", [("aws_instance.a", "aws_instance.b")], "aws_instance.bb"),
        ("module.y.aws_instance.a", [("module.x", "module.y")], "module.x.aws_instance.a"),
        ("aws_vpc.c", [("aws_vpc.a", "aws_vpc.b"), ("aws_vpc.b", "aws_vpc.c")], "aws_vpc.a"),
        (
            "aws_instance.a",
            [("aws_instance.b", "aws_instance.a"), ("aws_instance.a", "aws_instance.b")],
            "aws_instance.b",
        ),
    ],
)
def test_an_address_is_followed_back_through_its_moves(address: str, moves: list[tuple[str, str]], before: str) -> None:
    assert before_moves(address, moves) == before


def test_the_parts_of_an_address() -> None:
    address = 'module.a["x.y"].module.b.aws_instance.c[0]'
    assert block_of(address) == "module.a.module.b.aws_instance.c"
    assert keys_of(address) == ('["x.y"]', "[0]")
    assert within(address) == "aws_instance.c[0]"
