from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from costlint.catalog import Catalog
from costlint.config import Config, ConfigError, load_config
from costlint.model import Component, Report, Resource
from costlint.pipeline import estimate, scan
from costlint.pricing.estimators import estimated_types
from costlint.usage import read_usage

CATALOG = Catalog()
ESTIMATED = estimated_types()
STACK = """
provider "aws" { region = "us-east-1" }
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
resource "aws_subnet" "a" {
  count      = 3
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.${count.index}.0/24"
}
resource "aws_nat_gateway" "this" {
  count     = 3
  subnet_id = aws_subnet.a[count.index].id
}
resource "aws_sqs_queue" "jobs" { for_each = toset(["a", "b"]) }
resource "aws_lambda_function" "handler" {
  function_name = "handler"
  memory_size   = 1024
}
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "main.tf").write_text(STACK)
    return tmp_path


def priced(here: Path, usage: str) -> Report:
    (here / "usage.yml").write_text(usage)
    return estimate(["infra"], Config(usage_file="usage.yml"))


def component(report: Report, address: str, name: str) -> Component:
    (found,) = [part for part in report.stacks[0].estimates[address].components if part.name == name]
    return found


def warnings(report: Report) -> list[str]:
    return [str(diagnostic) for diagnostic in report.diagnostics if diagnostic.severity in ("warning", "note")]


def test_a_stated_quantity_replaces_the_assumption(here: Path) -> None:
    report = priced(here, 'resource_usage:\n  aws_sqs_queue.jobs["a"]:\n    monthly_requests: 3000000\n')
    stated, assumed = (component(report, f'aws_sqs_queue.jobs["{key}"]', "requests") for key in "ab")
    assert stated.quantity == (3e6, 3e6, 3e6)
    assert stated.usage
    assert stated.assumptions == ()
    assert assumed.assumptions
    assert assumed.quantity.low < assumed.quantity.high
    assert warnings(report) == []


def test_units_are_converted(here: Path) -> None:
    usage = "resource_usage:\n  aws_lambda_function.handler: {monthly_requests: 1000, request_duration_ms: 250}\n"
    part = next(
        p
        for p in priced(here, usage).stacks[0].estimates["aws_lambda_function.handler"].components
        if "s" in p.unit and "gb" in p.unit
    )
    assert part.quantity.likely == pytest.approx(1000 * 0.25 * 1)


def test_an_assumption_is_a_key_as_well(here: Path) -> None:
    report = priced(here, "resource_usage:\n  aws_lambda_function.handler:\n    aws.lambda.requests: 7\n")
    assert component(report, "aws_lambda_function.handler", "requests").quantity.likely == 7


def test_the_address_goes_before_wildcards_and_these_before_defaults(here: Path) -> None:
    report = priced(
        here,
        "resource_type_default_usage:\n  aws_sqs_queue: {monthly_requests: 1}\n"
        "  aws_lambda_function: {monthly_requests: 4}\n"
        "resource_usage:\n  aws_sqs_queue.jobs[*]: {monthly_requests: 2}\n"
        '  aws_sqs_queue.jobs["b"]: {monthly_requests: 3}\n',
    )
    assert component(report, 'aws_sqs_queue.jobs["a"]', "requests").quantity.likely == 2
    assert component(report, 'aws_sqs_queue.jobs["b"]', "requests").quantity.likely == 3
    assert component(report, "aws_lambda_function.handler", "requests").quantity.likely == 4


def test_what_gateways_share_is_added_up_so_that_each_has_its_own(here: Path) -> None:
    usage = "resource_usage:\n  aws_nat_gateway.this[*]: {monthly_data_processed_gb: 900}\n"
    report = priced(here, usage)
    for index in range(3):
        assert component(report, f"aws_nat_gateway.this[{index}]", "data processed").quantity.likely == pytest.approx(
            900
        )


def test_counterfactuals_know_the_usage_too(here: Path) -> None:
    """Fewer gateways keep the traffic: only their hours are saved, however much there is of it."""
    usage = "resource_usage:\n  aws_nat_gateway.this[*]: {{monthly_data_processed_gb: {}}}\n"
    savings = []
    for traffic in (100, 100_000):
        (here / "usage.yml").write_text(usage.format(traffic))
        report = scan(["infra"], Config(usage_file="usage.yml", environment="dev", profile="audit"))
        fewer = [f for f in report.findings if f.resource_type == "aws_nat_gateway" and f.saving]
        savings.append(
            [(f.rule.id, round(f.saving.likely, 4)) for f in fewer if f.saving and "endpoint" not in f.message]
        )
        assert all("traffic through the NAT" not in text for f in fewer for text in f.assumptions)
    assert savings[0]
    assert savings[0] == savings[1]


@pytest.mark.parametrize(
    ("usage", "complaint"),
    [
        (
            "resource_usage:\n  aws_sqs_queue.job[*]: {monthly_requests: 1}\n",
            'usage.yml:2:3: there is no resource "aws_sqs_queue.job[*]"; did you mean "aws_sqs_queue.jobs[*]"?',
        ),
        ("resource_usage:\n  aws_sqs_queue.jobs: {monthly_requests: 1}\n", 'did you mean "aws_sqs_queue.jobs[*]"?'),
        (
            "resource_usage:\n  aws_sqs_queue.jobs[*]:\n    monthly_request: 1\n",
            'usage.yml:3:5: aws_sqs_queue.jobs[*]: costlint knows no usage "monthly_request"; did you mean '
            '"monthly_requests"?',
        ),
        (
            "resource_usage:\n  aws_sqs_queue.jobs[*]:\n    operating_system: linux\n",
            'does not use "operating_system"; known are monthly_requests',
        ),
        ("resource_usages: {}\n", 'usage.yml:1:1: unknown key "resource_usages"; did you mean "resource_usage"?'),
        (
            "resource_usage:\n  aws_sqs_queue.jobs[*]:\n    aws.nlb.processed-gb: 4\n",
            "usage.yml:3:5: aws_sqs_queue.jobs[*]: aws.nlb.processed-gb has no part in what this costs",
        ),
    ],
)
def test_what_comes_to_nothing_is_said_with_its_line(here: Path, usage: str, complaint: str) -> None:
    (said,) = warnings(priced(here, usage))
    assert complaint in said


@pytest.mark.parametrize(
    ("usage", "complaint"),
    [
        (
            "resource_usage:\n  aws_sqs_queue.jobs[*]:\n    monthly_requests: many\n",
            "usage.yml:3:5: monthly_requests: expected a number of at least 0, not 'many'",
        ),
        ("resource_usage:\n  aws_sqs_queue.jobs[*]:\n    monthly_requests: -1\n", "not -1"),
        ("resource_usage:\n  aws_sqs_queue.jobs[*]:\n    monthly_requests: .inf\n", "not inf"),
        ("resource_usage:\n  aws_sqs_queue.jobs[*]:\n    monthly_requests: true\n", "not True"),
        (
            "resource_usage:\n  aws_sqs_queue.jobs[*]: 5\n",
            "usage.yml:2:3: resource_usage.aws_sqs_queue.jobs[*]: expected a map",
        ),
        ("- resource_usage\n", "usage.yml:1:1: a usage file is a map"),
        ("resource_usage: [\n", "usage.yml:2:1"),
        ("a: &a {b: 1}\nresource_usage: {x: {y: {z: {z: {z: {z: {z: {z: {z: 1}}}}}}}}}\n", "nested too deeply"),
    ],
)
def test_files_that_cannot_be_used_stop_the_run(here: Path, usage: str, complaint: str) -> None:
    with pytest.raises(ConfigError) as error:
        priced(here, usage)
    assert complaint in str(error.value)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", None])
def test_files_that_cannot_be_read_stop_the_run(here: Path, content: bytes | None) -> None:
    if content is not None:
        (here / "usage.yml").write_bytes(content)
    with pytest.raises(ConfigError, match=r"usage\.yml: "):
        read_usage("usage.yml")


def test_nothing_is_stated_by_keys_without_a_value(here: Path) -> None:
    report = priced(here, "version: 0.1\nresource_type_default_usage:\nresource_usage:\n  aws_sqs_queue.jobs[*]:\n")
    assert component(report, 'aws_sqs_queue.jobs["a"]', "requests").assumptions
    assert warnings(report) == []


def test_the_configuration_names_a_usage_file_beside_it(here: Path) -> None:
    (here / ".git").mkdir()
    (here / "conf").mkdir()
    (here / "conf" / ".costlint.yaml").write_text("usage_file: usage.yml\n")
    assert load_config((), "conf/.costlint.yaml").usage_file == "conf/usage.yml"


def test_a_configuration_that_was_found_leads_nowhere_else(here: Path) -> None:
    (here / "infra" / ".git").mkdir()
    (here / "infra" / ".costlint.yaml").write_text("usage_file: ../usage.yml\n")
    with pytest.raises(ConfigError, match=r"usage_file: \.\./usage\.yml is outside the repository"):
        load_config(("infra",))


def every_key() -> list[Any]:
    with (CATALOG.data / "usage_keys.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_key_stands_for_an_assumption_of_a_type_that_is_estimated() -> None:
    for row in every_key():
        assert row["resource_type"] in ESTIMATED, row
        assert row["assumption"] in CATALOG.assumptions(), row
        assert float(row["factor"]) > 0, row
        assert row["how"] in ("sum", "most", "shared"), row


def test_every_estimated_type_has_a_service_and_a_category() -> None:
    for kind in ESTIMATED:
        service = CATALOG.service(kind)
        assert service is not None, kind
        assert service.category in ("infrastructure", "serving", "data", "operations"), kind


def test_the_longest_beginning_of_a_type_decides() -> None:
    assert [CATALOG.service(kind) for kind in ("aws_ec2_transit_gateway_vpc_attachment", "acme_thing")] == [
        ("Transit Gateway", "infrastructure"),
        None,
    ]


def test_resources_without_usage_share_their_estimates_still(here: Path) -> None:
    stack = priced(here, "resource_type_default_usage:\n  aws_sqs_queue: {monthly_requests: 9}\n").stacks[0]
    queues: list[Resource] = [r for r in stack.stack.resources if r.type == "aws_sqs_queue"]
    assert queues[0].usage is queues[1].usage
    assert stack.estimates[queues[0].address] is stack.estimates[queues[1].address]
