"""Lines that are cut to a width, and those that are not to be."""

from hypothesis import given
from hypothesis import strategies as st

from costlint.reports.layout import Piece, fitted, line, plain, whole_lines, wrapped

WORDS = st.text("ab ", min_size=1, max_size=200)


@given(st.lists(WORDS, min_size=1, max_size=4), st.integers(40, 120))
def test_a_line_fits_its_width_and_is_whole_where_nothing_is_to_be_cut(texts: list[str], width: int) -> None:
    pieces: list[Piece] = [(text, "plain") for text in texts]
    assert len(line(pieces, width, plain)) <= width
    with whole_lines():
        assert line(pieces, width, plain) == "".join(texts).rstrip()
    assert len(line(pieces, width, plain)) <= width


@given(WORDS, st.integers(20, 60))
def test_all_lines_are_told_where_nothing_is_to_be_cut(text: str, width: int) -> None:
    assert len(wrapped(text, width, most=2)) <= 2
    with whole_lines():
        assert wrapped(text, width, most=2) == wrapped(text, width)


def test_what_is_asked_not_to_be_whole_is_cut_within_what_is() -> None:
    with whole_lines():
        assert fitted("abcdef", 4) == "abcdef"
        with whole_lines(False):
            assert fitted("abcdef", 4) == "abc…"
