"""Price files: what they may say, and how a mistake is told."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from your_stacks import book_of, yours

from costlint.config import ConfigError
from costlint.prices import read_prices
from costlint.prices.file import prices_schema

COMPLETE = """
currency: {code: EUR, rate: 0.92, date: 2026-11-01}
as_of: 2026-10-31
prices:
  - {provider: aws, sku: ebs.gp3.storage, unit: gb-month, region: eu-west-1, price: 0.07}
  - {provider: aws, sku: m5.xlarge, price: 0.092, currency: EUR, effective: 0.046}
discounts:
  - {percent: 8, provider: aws}
  - {percent: 30, service: nat-gateway, region: "eu-*"}
on_premises:
  gpu_hour: {H100: 1.1}
commitments:
  - {provider: aws, kind: reservation, sku: m5.xlarge, region: eu-west-1, count: 4}
"""


def test_a_complete_file_is_read(tmp_path: Path) -> None:
    book = book_of(tmp_path, COMPLETE)
    assert [row.price for row in book.rows] == [0.07, pytest.approx(0.1)]
    assert book.rows[1].effective == pytest.approx(0.05)
    assert book.rows[0].place.endswith("prices.yaml:5")
    assert [reduction.discount.percent for reduction in book.reductions] == [8, 30]
    assert book.gpu_hours["H100"].price == 1.1
    assert book.commitments[0].count == 4
    assert (book.currency.code, book.currency.rate, book.currency.date) == ("EUR", 0.92, "2026-11-01")


def test_the_schema_for_editors_accepts_a_complete_file() -> None:
    jsonschema.validate(
        yaml.safe_load(COMPLETE.replace("2026-11-01", "'2026-11-01'").replace("2026-10-31", "'2026-10-31'")),
        prices_schema(),
    )


def test_an_empty_file_says_nothing(tmp_path: Path) -> None:
    assert book_of(tmp_path, "") == read_prices([])


def test_a_later_file_adds_to_an_earlier_one(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(
        "discounts: [{percent: 5}]\ncurrency: {code: EUR, rate: 0.9, date: 2026-11-01}\n"
    )
    (tmp_path / "two.yaml").write_text("discounts: [{percent: 6}]\n")
    book = read_prices([str(tmp_path / "one.yaml"), str(tmp_path / "two.yaml")])
    assert [reduction.discount.percent for reduction in book.reductions] == [5, 6]
    assert book.currency.code == "EUR"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("discount: []", ':1:1: unknown key "discount"; did you mean "discounts"?'),
        ("discounts:\n  - {percent: 101}", ":2:6: discounts.0.percent: expected a number of at most 100"),
        ("discounts:\n  - {percent: x}", ":2:6: discounts.0.percent: expected a number, not text"),
        ("prices:\n  - {provider: aws, sku: x}", ':2:5: prices.0: the key "price" is missing'),
        ("prices:\n  - {provider: awz, sku: x, price: 1}", '"awz" is not one of aws, azure, gcp; did you mean "aws"?'),
        ("prices:\n  - {provider: aws, sku: x, price: -1}", "expected a number of at least 0"),
        ("prices:\n  - {provider: aws, sku: x, price: 1, currency: EUR}", ':2:39: there is no rate for "EUR"'),
        ("currency: {code: EUR, rate: 0, date: 2026-11-01}", ":1:23: currency.rate: expected a number of more than 0"),
        ("currency: {code: euro, rate: 1, date: 2026-11-01}", ':1:12: currency: "euro" is no code of three capital'),
        (
            "on_premises:\n  gpu_hour:\n    H10: 1",
            ':3:5: on_premises: there is no accelerator "H10"; did you mean "H100',
        ),
        ("commitments:\n  - {provider: aws, kind: cud}", ":2:5: commitments: say how much is committed by one of"),
        ("prices: [", ":2:1: "),
        ("- 1", "expected a map, not a list"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        book_of(tmp_path, text + "\n")
    assert said in str(caught.value)
    assert "prices.yaml" in str(caught.value)


def test_two_files_may_not_disagree_about_the_currency(tmp_path: Path) -> None:
    for name, rate in (("one", 0.9), ("two", 0.8)):
        (tmp_path / f"{name}.yaml").write_text(f"currency: {{code: EUR, rate: {rate}, date: 2026-11-01}}\n")
    with pytest.raises(ConfigError, match=r"another file says EUR at 0\.9"):
        read_prices([str(tmp_path / "one.yaml"), str(tmp_path / "two.yaml")])


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot read the price file: No such file"):
        read_prices([str(tmp_path / "nowhere.yaml")])


def test_the_example_in_the_documentation_is_a_price_file(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "prices.md").read_text()
    book = book_of(tmp_path, page.partition("```yaml\n")[2].partition("```")[0])
    assert len(book.rows) == 4
    assert book.gpu_hours.keys() == {"H100", "A100-80GB"}
    assert yours(book).diagnostics() == []


def test_the_published_schema_is_current() -> None:
    published = Path(__file__).parents[2] / "docs" / "schema" / "prices.json"
    assert json.loads(published.read_text()) == prices_schema()
