"""Text with a few parts nobody knows is not known, but what it says besides is."""

from __future__ import annotations

import pytest

from costlint.model import GAP, Reference, Sketch, Unknown
from costlint.readers.terraform.functions import every_function

HOST = Reference("aws_lb.x", "dns_name")


def call(name: str, *args: object) -> object:
    return every_function()[name](*args)


@pytest.mark.parametrize(("encode", "decode"), [("yamlencode", "yamldecode"), ("jsonencode", "jsondecode")])
def test_what_is_encoded_in_part_is_decoded_in_part(encode: str, decode: str) -> None:
    text = call(encode, {"replicas": 2, "host": HOST})
    assert isinstance(text, Sketch)
    assert text.sources == (HOST,)
    back = call(decode, text)
    assert isinstance(back, dict)
    assert back["replicas"] == 2
    assert isinstance(back["host"], Unknown)


@pytest.mark.parametrize("name", ["yamlencode", "jsonencode", "yamldecode", "jsondecode"])
def test_what_is_not_known_at_all_stays_so(name: str) -> None:
    found = call(name, HOST)
    assert isinstance(found, Unknown)
    assert not isinstance(found, Sketch)
    assert found.sources == (HOST,)


def test_what_cannot_be_decoded_with_gaps_is_not_known() -> None:
    assert isinstance(call("jsondecode", Sketch("{" + GAP)), Unknown)
    assert isinstance(call("yamldecode", Sketch(f"a: [{GAP}")), Unknown)


def test_other_functions_take_it_for_unknown() -> None:
    assert isinstance(call("trimspace", Sketch(f"a\n{GAP}", (HOST,))), Unknown)
