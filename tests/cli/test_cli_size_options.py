"""Numbers as people write them on the command line of `costlint size`."""

from typing import Any

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costlint.cli.size_options import Least, least_throughput, tokens

CONTEXT = click.Context(click.Command("size"))
OPTION = click.Option(["--max-len"])


def read(text: str) -> int | None:
    return tokens(CONTEXT, OPTION, text)


@given(st.integers(1, 1 << 40))
def test_a_plain_number_is_itself(number: int) -> None:
    assert read(str(number)) == read(f"{number:,}") == read(f" {number} ") == number


@given(st.integers(1, 1 << 20))
def test_k_is_1024(number: int) -> None:
    assert read(f"{number}k") == read(f"{number}K") == number * 1024


@pytest.mark.parametrize(("text", "number"), [("0.5k", 512), ("1m", 1 << 20), ("1.5m", 3 << 19), ("16_384", 16384)])
def test_parts_and_millions(text: str, number: int) -> None:
    assert read(text) == number


@pytest.mark.parametrize("text", ["", "k", "0", "-1", "1.5", "1e3", "16 k", "16kb", "nan", "inf", "٣", "9" * 400])
def test_what_is_no_number_of_tokens_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is no number of tokens"):
        read(text)


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (tokens, least_throughput):
        given_: Any = None
        try:
            given_ = parse(CONTEXT, OPTION, text)
        except click.BadParameter:
            continue
        assert given_ is not None


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("0.5", Least(0.5, True)),
        ("1", Least(1.0, True)),
        ("50%", Least(0.5, True)),
        ("150 %", Least(1.5, True)),
        ("800", Least(800.0, False)),
        ("1 tokens/s", Least(1.0, False)),
        ("2.5 t/s", Least(2.5, False)),
    ],
)
def test_a_share_or_tokens_a_second(text: str, least: Least) -> None:
    assert least_throughput(CONTEXT, OPTION, text) == least
