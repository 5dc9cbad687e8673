"""`moved` blocks say what had which address before."""

from __future__ import annotations

import pytest
from terraform_stacks import complaints, stack

_THING = 'resource "aws_instance" "b" {}\n'


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("from = aws_instance.a\n  to = aws_instance.b", ("aws_instance.a", "aws_instance.b")),
        ("from = aws_instance.a[0]\n  to   = aws_instance.b", ("aws_instance.a[0]", "aws_instance.b")),
        ('from = module.x["k"].aws_instance.a\n  to = module.y', ('module.x["k"].aws_instance.a', "module.y")),
    ],
)
def test_both_addresses_are_kept_as_they_are_written(written: str, expected: tuple[str, str]) -> None:
    found = stack(f"{_THING}moved {{\n  {written}\n}}\n")
    assert found.moved == (expected,)
    assert complaints(found) == []


def test_addresses_in_a_module_are_those_of_each_of_its_instances() -> None:
    module = _THING + "moved {\n  from = aws_instance.a\n  to = aws_instance.b\n}\n"
    found = stack({"main.tf": 'module "m" {\n  source = "./m"\n  count = 2\n}\n', "m/main.tf": module})
    assert found.moved == tuple((f"module.m[{n}].aws_instance.a", f"module.m[{n}].aws_instance.b") for n in range(2))


def test_json_has_them_in_quotes() -> None:
    found = stack({"main.tf.json": '{"moved": [{"from": "aws_instance.a", "to": "aws_instance.b"}]}'})
    assert found.moved == (("aws_instance.a", "aws_instance.b"),)


def test_a_block_that_lacks_one_of_them_says_nothing() -> None:
    assert stack("moved {\n  to = aws_instance.b\n}\n").moved == ()
