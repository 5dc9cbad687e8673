from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from costlint.readers.terraform.syntax.ast import offsets
from costlint.readers.terraform.syntax.native import parse_hcl


@given(st.lists(st.integers(0, 200_000), min_size=1, max_size=4))
def test_an_offset_is_its_number_whatever_was_asked_for_before(sizes: list[int]) -> None:
    for size in sizes:
        numbers = offsets(size)
        assert [numbers[at] for at in (0, size // 2, size)] == [0, size // 2, size]


def test_files_share_their_offsets() -> None:
    text = b"#" * 5_000 + b'\na = "b"\n'
    (one, _), (other, _) = parse_hcl(text), parse_hcl(text)
    assert one.attributes["a"].expr[1] == 5_005
    assert one.attributes["a"].expr[1] is other.attributes["a"].expr[1]
