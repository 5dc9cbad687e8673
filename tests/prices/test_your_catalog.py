"""Prices of one's own over the list: which row and which discount count, and what the price says of itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from your_stacks import LIST, book_of, estimates, monthly, resource, yours

from costlint.config import Commitment
from costlint.prices.file import Discount
from costlint.prices.reading import PriceBook, Reduction

MIXED = [
    resource("aws_instance.a", instance_type="m5.xlarge", root_block_device=[{"volume_size": 100}]),
    resource("aws_instance.spot", instance_type="m5.xlarge", instance_market_options=[{"market_type": "spot"}]),
    resource(
        "aws_db_instance.d", engine="postgres", instance_class="db.m5.large", allocated_storage=100, multi_az=True
    ),
    resource("aws_nat_gateway.n"),
    resource("aws_lambda_function.f", memory_size=512),
    resource("aws_elasticache_cluster.c", engine="redis", node_type="cache.m5.large", num_cache_nodes=1),
    resource("google_compute_instance.g", "europe-west1", machine_type="n1-standard-8", zone="europe-west1-b"),
    resource("google_compute_instance.c", "europe-west1", machine_type="custom-6-20480", zone="europe-west1-b"),
    resource("azurerm_linux_virtual_machine.v", "westeurope", size="Standard_D4s_v5"),
]


def discounted(percent: float, **of: str) -> PriceBook:
    return PriceBook(reductions=(Reduction(Discount(percent, **of), "prices.yaml:2"),))  # type: ignore[arg-type]


def test_an_empty_book_changes_no_number() -> None:
    assert estimates(MIXED, yours()) == estimates(MIXED, LIST)


@given(percent=st.floats(0, 100))
def test_a_discount_on_everything_scales_every_number(percent: float) -> None:
    listed, found = estimates(MIXED, LIST), estimates(MIXED, yours(discounted(percent)))
    for address, estimate in found.items():
        assert estimate.monthly.likely == pytest.approx(listed[address].monthly.likely * (1 - percent / 100))
        assert estimate.listed.likely == pytest.approx(listed[address].monthly.likely)
        assert len(estimate.components) == len(listed[address].components)


@given(percent=st.floats(0, 100))
def test_a_discount_leaves_other_services_alone(percent: float) -> None:
    listed, found = estimates(MIXED, LIST), estimates(MIXED, yours(discounted(percent, service="nat-gateway")))
    for address, estimate in found.items():
        if address == "aws_nat_gateway.n":
            assert estimate.monthly.likely == pytest.approx(listed[address].monthly.likely * (1 - percent / 100))
        else:
            assert estimate == listed[address]


@pytest.mark.parametrize(
    ("discounts", "percent"),
    [
        ("[{percent: 5}]", 5),
        ("[{percent: 5}, {percent: 6}]", 6),
        ("[{percent: 7, provider: aws}, {percent: 5}]", 7),
        ("[{percent: 8, region: us-*}, {percent: 7, provider: aws}]", 8),
        ("[{percent: 9, service: ec2}, {percent: 8, region: us-*}]", 9),
        ("[{percent: 10, sku: m5.*}, {percent: 9, service: ec2, region: us-east-1}]", 10),
        ("[{percent: 11, sku: m5.xlarge}, {percent: 10, sku: m5.*, region: us-east-1, provider: aws}]", 11),
        ("[{percent: 5, provider: gcp}, {percent: 5, region: eu-*}, {percent: 5, sku: m5}]", 0),
    ],
)
def test_the_most_specific_discount_counts_alone(tmp_path: Path, discounts: str, percent: float) -> None:
    catalog = yours(book_of(tmp_path, f"discounts: {discounts}"))
    shape, listed = catalog.shape("aws", "us-east-1", "m5.xlarge"), LIST.shape("aws", "us-east-1", "m5.xlarge")
    assert shape is not None
    assert listed is not None
    assert shape.on_demand is not None
    assert listed.on_demand is not None
    assert shape.on_demand.amount == pytest.approx(listed.on_demand.amount * (1 - percent / 100))


PRICES = """
as_of: 2026-10-01
prices:
  - {provider: aws, sku: m5.xlarge, price: 0.15}
  - {provider: aws, sku: m5.xlarge, region: eu-west-1, price: 0.16}
  - {provider: aws, sku: m5.xlarge, spot: true, price: 0.05}
  - {provider: aws, sku: db.m5.large, engine: postgresql, deployment: multi-az, price: 0.3}
  - {provider: aws, sku: ebs.gp3.storage, unit: gb-month, price: 0.06}
discounts:
  - {percent: 50}
"""


@pytest.mark.parametrize(("region", "amount"), [("us-east-1", 0.15), ("eu-west-1", 0.16), ("eu-west-1a", 0.16)])
def test_a_price_of_yours_counts_where_it_is_for(tmp_path: Path, region: str, amount: float) -> None:
    shape = yours(book_of(tmp_path, PRICES)).shape("aws", region, "m5.xlarge")
    assert shape is not None
    assert shape.on_demand is not None
    assert (shape.on_demand.amount, shape.on_demand.inferred, shape.on_demand.date) == (amount, False, "2026-10-01")


def test_spot_managed_and_storage_prices_are_told_apart(tmp_path: Path) -> None:
    catalog = yours(book_of(tmp_path, PRICES))
    shape = catalog.shape("aws", "us-east-1", "m5.xlarge")
    assert shape is not None
    assert shape.spot is not None
    assert shape.spot.amount == 0.05
    multi = catalog.managed("aws", "us-east-1", "rds", "postgresql", "multi-az", "db.m5.large")
    single = catalog.managed("aws", "us-east-1", "rds", "postgresql", "single-az", "db.m5.large")
    listed = LIST.managed("aws", "us-east-1", "rds", "postgresql", "single-az", "db.m5.large")
    assert multi is not None
    assert single is not None
    assert listed is not None
    assert multi.price.amount == 0.3
    assert single.price.amount == pytest.approx(listed.price.amount / 2)
    storage = catalog.price("aws", "us-east-1", "ebs.gp3.storage", "gb-month")
    assert storage is not None
    assert storage.source.startswith("your price (")
    assert storage.source.endswith("prices.yaml:8)")


def test_a_price_of_yours_fills_a_gap_of_the_list(tmp_path: Path) -> None:
    catalog = yours(book_of(tmp_path, "prices: [{provider: aws, sku: made.up, unit: hour, price: 2}]"))
    price = catalog.price("aws", "us-east-1", "made.up", "hour")
    assert price is not None
    assert price.amount == 2
    assert catalog.price("aws", "us-east-1", "made.up", "gb-month") is None


def test_an_effective_rate_is_what_is_billed_and_the_contract_stays_known(tmp_path: Path) -> None:
    catalog = yours(book_of(tmp_path, "prices: [{provider: aws, sku: m5.xlarge, price: 0.18, effective: 0.1}]"))
    (estimate,) = estimates([resource("aws_instance.a", instance_type="m5.xlarge")], catalog).values()
    machine = estimate.components[0]
    assert (machine.unit_price, machine.contracted.likely, machine.listed.likely) == (
        0.1,
        pytest.approx(0.18 * 730),
        pytest.approx(0.192 * 730),
    )


def test_hardware_of_ones_own_has_a_price_an_hour(tmp_path: Path) -> None:
    catalog = yours(book_of(tmp_path, "on_premises: {gpu_hour: {H100: 1.1}}"))
    price = catalog.gpu_hour("H100")
    assert price is not None
    assert (price.amount, price.unit) == (1.1, "gpu-hour")
    assert catalog.gpu_hour("A100") is None


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("sku: ebs.gp3.storag, price: 1", 'did you mean "ebs.gp3.storage"?'),
        ("sku: m5.xlarg, price: 1", 'costlint asks for no price of aws called "m5.xlarg"; did you mean "m5.xlarge"?'),
        ("sku: nat-gateway.hour, unit: month, price: 1", "nat-gateway.hour is priced per hour, not month"),
        (
            "sku: m5.xlarge, region: eu-wst-1, price: 1",
            'there is no region "eu-wst-1", so this counts for nothing; did',
        ),
        ("sku: m5.xlarge, region: 'mars-*', price: 1", 'there is no region "mars-*", so this counts for nothing'),
        ("sku: zzz, price: 1", 'costlint asks for no price of aws called "zzz"'),
    ],
)
def test_a_row_for_what_costlint_does_not_know_is_a_warning(tmp_path: Path, row: str, said: str) -> None:
    catalog = yours(book_of(tmp_path, f"prices:\n  - {{provider: aws, {row}}}"))
    (warning,) = catalog.diagnostics()
    assert said in warning.message
    assert (warning.severity, warning.line) == ("warning", 2)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("service: EC2x", 'discounts: there is no service "EC2x", so this counts for nothing; did you mean "ec2"?'),
        ("service: compute, provider: aws", 'there is no service "compute"'),
        ("region: eu-wst-1", 'there is no region "eu-wst-1", so this counts for nothing; did you mean "eu-west-1"?'),
        ("sku: ebs.gp9.*, provider: aws", 'there is no SKU "ebs.gp9.*", so this counts for nothing'),
    ],
)
def test_a_discount_that_can_never_count_is_a_warning(tmp_path: Path, row: str, said: str) -> None:
    (warning,) = yours(book_of(tmp_path, f"discounts:\n  - {{percent: 5, {row}}}")).diagnostics()
    assert said in warning.message
    assert (warning.severity, warning.line) == ("warning", 2)
    assert warning.file.endswith("prices.yaml")


@pytest.mark.parametrize(
    "row",
    [
        "percent: 5",
        "service: EC2",
        "service: rds",
        "region: 'EU-*'",
        "sku: m5.*",
        "region: westeurope",
        "region: cn-north-1",
    ],
)
def test_a_discount_on_what_this_stack_does_not_have_is_no_mistake(tmp_path: Path, row: str) -> None:
    text = "discounts:\n  - {" + (row if "percent" in row else f"percent: 5, {row}") + "}"
    assert yours(book_of(tmp_path, text)).diagnostics() == []


def test_a_row_this_stack_has_no_use_for_is_no_mistake(tmp_path: Path) -> None:
    text = "prices: [{provider: aws, sku: m5.xlarge, price: 1}, {provider: aws, sku: db.m5.large, price: 1}]"
    assert yours(book_of(tmp_path, text)).diagnostics() == []


def test_a_commitment_alone_changes_no_price() -> None:
    catalog = yours(None, Commitment("aws", "savings-plan", hourly=1.0))
    assert monthly(MIXED, catalog) == pytest.approx(monthly(MIXED, LIST))
