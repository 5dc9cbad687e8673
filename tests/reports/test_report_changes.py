from __future__ import annotations

import pytest

from costlint.model import UNKNOWN, Change, LinkedStr, Reference, Span
from costlint.reports.changes import diff, literal, short_diff


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("gp3", '"gp3"'),
        ('say "hi"\\n', '"say \\"hi\\"\\\\n"'),
        ("two\nlines", '"two\\nlines"'),
        ("\x1b[31mred", '"\\x1b[31mred"'),
        (True, "true"),
        (None, "null"),
        (3000, "3000"),
        (0.5, "0.5"),
        (["a", 1], '["a", 1]'),
        ({"a": 1, "b c": {}}, '{ a = 1, "b c" = {} }'),
        (Reference("aws_s3_bucket.logs", "id"), "aws_s3_bucket.logs.id"),
        (LinkedStr("logs", (Reference("aws_s3_bucket.logs", "bucket"),)), "aws_s3_bucket.logs.bucket"),
        (UNKNOWN, "(not known before deployment)"),
    ],
)
def test_values_are_written_as_terraform_writes_them(value: object, text: str) -> None:
    assert literal(value) == text


def test_a_changed_value_has_a_before_and_an_after() -> None:
    assert diff(Change("aws_ebs_volume.a", "type", "gp2", "gp3")) == [
        ('- type = "gp2"', "before"),
        ('+ type = "gp3"', "after"),
    ]


def test_a_nested_path_is_shown_without_its_index() -> None:
    change = Change("aws_instance.a", "root_block_device.0.volume_type", None, "gp3")
    assert diff(change) == [('+ root_block_device.volume_type = "gp3"', "after")]


def test_a_removed_value_has_only_a_before() -> None:
    assert diff(Change("aws_db_instance.a", "multi_az", True, None)) == [("- multi_az = true", "before")]


def test_an_added_block_is_written_as_a_block() -> None:
    change = Change("aws_s3_bucket.a", "lifecycle_rule", None, {"enabled": True})
    assert diff(change) == [("+ lifecycle_rule { enabled = true }", "after")]


@pytest.mark.parametrize("address", ["aws_vpc_endpoint.s3", 'module.net["a.b"].aws_vpc_endpoint.s3[0]'])
def test_an_added_resource_is_written_as_a_resource(address: str) -> None:
    change = Change(address, "", None, {"vpc_id": Reference("aws_vpc.main", "id")})
    assert diff(change) == [('+ resource "aws_vpc_endpoint" "s3" { vpc_id = aws_vpc.main.id }', "after")]


LINE = Span("variables.tf", 2, 13, 2, 17)


def test_instances_something_else_decides_on_are_shown_with_its_line() -> None:
    nat = "module.net.aws_nat_gateway.this"
    counted = Change(nat, "count", 3, 1, LINE, line="  default     = true")
    shown = [("- default = true  makes count = 3", "before"), ("+ what makes count = 1", "after")]
    assert diff(counted) == short_diff(counted) == shown
    keyed = Change(f'{nat}["b"]', "", {"subnet_id": UNKNOWN}, None, LINE, line="  single_nat_gateway = false\x1b[31m")
    assert diff(keyed) == [
        ('- single_nat_gateway = false\\x1b[31m  makes aws_nat_gateway.this["b"]', "before"),
    ]


@pytest.mark.parametrize(
    ("line", "file"),
    [
        ("  count     = 3", "main.tf"),
        ("  count = 3 # one a zone", "main.tf"),
        ('module "nat" {', "main.tf"),
        ("", "main.tf"),
        ("replicas: 3", "values.yaml"),
    ],
    ids=["a count", "a count with a comment", "a block", "not quoted", "a value of YAML"],
)
def test_a_count_that_is_written_as_such_is_shown_as_before(line: str, file: str) -> None:
    change = Change("aws_nat_gateway.this", "count", 3, 1, Span(file, 2, 13, 2, 17), line=line)
    assert not any("makes" in text for text, _ in diff(change))


def test_a_removed_resource_is_named_without_its_modules() -> None:
    change = Change('module.a["x.y"].module.net.aws_nat_gateway.this[1]', "", {"subnet_id": UNKNOWN}, None)
    assert diff(change) == [("- aws_nat_gateway.this[1]", "before")]


def test_a_short_diff_stands_on_one_line() -> None:
    text = "".join(part for part, _ in short_diff(Change("a.b", "size", 2, 1)))
    assert text == "- size = 2  + 1"


@pytest.mark.parametrize(
    ("change", "written"),
    [
        (Change("a.b", "version", "1.30", "1.35", None, "cluster_version"), 'cluster_version = "1.35"'),
        (Change("a.b", "pool.0.size", "big", "small", None, "default"), 'default = "small"'),
        (Change("a.b", "types.0", "m5.large", "m6a.large"), 'types = ["m6a.large"]'),
        (Change("a.b", "types.0", "m5.large", "m6a.large", None, "kinds[]"), 'kinds = ["m6a.large"]'),
        (Change("a.b", "types.0", "m5.large", "m6a.large", None, "kind"), 'kind = "m6a.large"'),
        (Change("a.b", "multi_az", "true", False, None, "db_multi_az"), 'db_multi_az = "false"'),
        (Change("a.b", "nodes", "3", 1), 'nodes = "1"'),
    ],
)
def test_a_change_reads_like_the_line_it_is_made_on(change: Change, written: str) -> None:
    assert diff(change)[-1] == (f"+ {written}", "after")


@pytest.mark.parametrize(
    ("change", "written"),
    [
        (("spec.type", "LoadBalancer", "ClusterIP", "type"), "type: ClusterIP"),
        (("spec.replicas", 3, 1, ""), "spec.replicas: 1"),
        (("spec.shutdownAfterJobFinishes", None, True, ""), "spec.shutdownAfterJobFinishes: true"),
        (("containers.0.resources.limits[nvidia.com/gpu]", 2, 1, ""), "limits[nvidia.com/gpu]: 1"),
        (("spec.nodeSelector[a.b/c]", None, "d", ""), "spec.nodeSelector[a.b/c]: d"),
        (("claim.storage", "500Gi", "20Gi", "size"), "size: 20Gi"),
        (("spec.replicas", "3", 1, ""), 'spec.replicas: "1"'),
        (("spec.on", "off", "on", ""), 'spec.on: "on"'),
        (("spec.image", "a", "ghcr.io/a/b:v1", ""), "spec.image: ghcr.io/a/b:v1"),
        (
            ("spec.limits", None, {"cpu": "8", "types": ["g6.xlarge"]}, ""),
            'spec.limits: {cpu: "8", types: [g6.xlarge]}',
        ),
        (("args.0", "a", "--tp=2", ""), 'args: ["--tp=2"]'),
    ],
)
def test_in_yaml_changes_are_written_as_yaml(change: tuple[str, object, object, str], written: str) -> None:
    path, before, after, name = change
    made = Change("Deployment/ml/chat", path, before, after, Span("deploy/chat.yaml", 3, 5, 3, 9), name)
    assert diff(made)[-1] == (f"+ {written}", "after")
