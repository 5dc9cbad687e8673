"""Plans: values, what is unknown, secret or computed, edges through modules, regions and places."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from costlint.graph import View
from costlint.model import LinkedStr, Reference, Region, Resource, Stack, is_unknown
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.plans.plan import read_plan
from costlint.sources import MemorySource
from costlint.sources.limits import LARGEST_FILE

# What `terraform show -json` of Terraform 1.11 printed for the configuration below.
MODULES = (Path(__file__).parent / "plans" / "modules.json").read_text()
MODULES_SOURCE = {
    "main.tf": """\
variable "size" { default = "m5.large" }
variable "secret" {
  default   = "hunter2"
  sensitive = true
}
resource "terraform_data" "a" {
  input = { type = var.size, list = [1, 2.5, "x"] }
}
resource "terraform_data" "b" {
  count = 2
  input = terraform_data.a.id
}
resource "terraform_data" "c" {
  for_each         = toset(["x", "y"])
  input            = "${terraform_data.a.output}-${each.key}"
  triggers_replace = [var.secret]
}
module "m" {
  source   = "./m"
  for_each = { "a.b" = terraform_data.a.id, "q\\"r" = "k" }
  in       = each.value
  plain    = terraform_data.b[0].id
}
resource "terraform_data" "d" {
  input = module.m["a.b"].out
}
""",
    "m/main.tf": """\
variable "in" {}
variable "plain" {}
resource "terraform_data" "inner" {
  input = var.plain
}
output "out" { value = terraform_data.inner.id }
""",
}

BUCKET = {
    "address": "aws_s3_bucket.data", "mode": "managed", "type": "aws_s3_bucket", "name": "data",
    "values": {"bucket": "company-data", "tags": None, "lifecycle_rule": [], "force_destroy": False},
    "sensitive_values": {},
}  # fmt: skip
NODE = {
    "address": "aws_instance.node[0]", "mode": "managed", "type": "aws_instance", "name": "node", "index": 0,
    "values": {
        "ami": "ami-1", "instance_type": "m5.large", "user_data": "token", "monitoring": None,
        "root_block_device": [{"volume_type": "gp2", "volume_size": 100}],
        "ebs_block_device": [], "tags": {"Name": "node"}, "tags_all": {"Name": "node", "team": "ml"},
    },
    "sensitive_values": {"user_data": True},
}  # fmt: skip
RULES = {
    "address": "aws_s3_bucket_lifecycle_configuration.data", "mode": "managed",
    "type": "aws_s3_bucket_lifecycle_configuration", "name": "data",
    "values": {"bucket": "company-data", "rule": [{"id": "old", "status": "Enabled"}]}, "sensitive_values": {},
}  # fmt: skip
IMAGE = {
    "address": "data.aws_ami.linux", "mode": "data", "type": "aws_ami", "name": "linux",
    "values": {"architecture": "x86_64"}, "sensitive_values": {},
}  # fmt: skip
AWS: dict[str, Any] = {
    "format_version": "1.2",
    "terraform_version": "1.9.5",
    "variables": {"region": {"value": "eu-central-1"}},
    "planned_values": {"root_module": {"resources": [BUCKET, NODE, RULES]}},
    "resource_changes": [
        {
            "address": "aws_instance.node[0]",
            "change": {
                "actions": ["create"],
                "after_unknown": {
                    "id": True,
                    "availability_zone": True,
                    "subnet_id": True,
                    "vpc_security_group_ids": True,
                    "root_block_device": [{"kms_key_id": True, "device_name": True}],
                    "ebs_block_device": True,
                },
            },
        },
        {"address": "aws_instance.gone", "change": {"actions": ["delete"]}},
    ],
    "prior_state": {"values": {"root_module": {"resources": [IMAGE, {**BUCKET, "address": "aws_s3_bucket.deleted"}]}}},
    "configuration": {
        "provider_config": {
            "aws": {"name": "aws", "expressions": {"region": {"references": ["var.region"]}}},
            "aws.us": {"name": "aws", "alias": "us", "expressions": {"region": {"constant_value": "us-east-1"}}},
        },
        "root_module": {
            "resources": [
                {
                    "mode": "managed", "type": "aws_instance", "name": "node", "provider_config_key": "aws",
                    "expressions": {
                        "ami": {"references": ["data.aws_ami.linux.id", "data.aws_ami.linux"]},
                        "instance_type": {"constant_value": "m5.large"},
                        "subnet_id": {"references": ["aws_subnet.a[0].id", "aws_subnet.a[0]", "aws_subnet.a"]},
                        "vpc_security_group_ids": {
                            "references": ["aws_security_group.a.id", "aws_security_group.a", "aws_security_group.b"]
                        },
                        "root_block_device": [
                            {"kms_key_id": {"references": ["local.key"]}, "volume_type": {"constant_value": "gp2"}}
                        ],
                        "tags": {},
                    },
                },
                {
                    "mode": "managed", "type": "aws_s3_bucket", "name": "data", "provider_config_key": "aws.us",
                    "expressions": {"bucket": {"constant_value": "company-data"}},
                },
                {
                    "mode": "managed", "type": "aws_s3_bucket_lifecycle_configuration", "name": "data",
                    "provider_config_key": "aws.us",
                    "expressions": {
                        "bucket": {"references": ["aws_s3_bucket.data.bucket", "aws_s3_bucket.data"]},
                        "rule": [{"id": {"constant_value": "old"}, "status": {"constant_value": "Enabled"}}],
                    },
                },
            ]
        },
    },
}  # fmt: skip


def stack_of(plan: object, files: dict[str, str] | None = None) -> Stack:
    text = plan if isinstance(plan, (str, bytes)) else json.dumps(plan)
    source = MemorySource({"infra/plan.json": text, **{f"infra/{name}": t for name, t in (files or {}).items()}})
    return read_plan(source, "infra/plan.json", TerraformFiles(source))


def resources(plan: object, files: dict[str, str] | None = None) -> dict[str, Resource]:
    stack = stack_of(plan, files)
    assert stack.diagnostics == []
    return {resource.address: resource for resource in stack.resources}


def test_a_plan_holds_what_will_be_deployed() -> None:
    stack = stack_of(AWS)
    assert (stack.kind, stack.name, stack.path) == ("plan", "infra/plan.json", "infra")
    assert [resource.address for resource in stack.resources if not resource.data] == [
        "aws_s3_bucket.data",
        "aws_instance.node[0]",
        "aws_s3_bucket_lifecycle_configuration.data",
    ]
    assert [resource.address for resource in stack.resources if resource.data] == ["data.aws_ami.linux"]


def test_what_nobody_set_is_absent_and_what_is_set_but_unknown_is_a_reference() -> None:
    node = resources(AWS)["aws_instance.node[0]"]
    assert set(node.attributes) == {
        "ami", "instance_type", "user_data", "root_block_device", "tags", "tags_all", "subnet_id",
        "vpc_security_group_ids",
    }  # fmt: skip
    assert node.get("subnet_id") == Reference("aws_subnet.a[0]", "id")
    groups = node.get("vpc_security_group_ids")
    assert is_unknown(groups)
    assert [str(source) for source in groups.sources] == [  # type: ignore[attr-defined]
        "aws_security_group.a.id",
        "aws_security_group.b",
    ]
    (disk,) = node.blocks("root_block_device")
    assert disk["volume_type"] == "gp2"
    assert is_unknown(disk["kms_key_id"])
    assert "device_name" not in disk


def test_secrets_are_not_kept() -> None:
    assert is_unknown(resources(AWS)["aws_instance.node[0]"].get("user_data"))
    assert "hunter2" not in repr([dict(r.attributes) for r in resources(MODULES).values()])


def test_known_values_remember_where_they_came_from() -> None:
    stack = stack_of(AWS)
    rules = next(r for r in stack.resources if r.type == "aws_s3_bucket_lifecycle_configuration")
    bucket = rules.get("bucket")
    assert bucket == "company-data"
    assert isinstance(bucket, LinkedStr)
    assert bucket.sources == (Reference("aws_s3_bucket.data", "bucket"),)
    view = View(stack)
    assert [r.address for r in view.referring("aws_s3_bucket.data")] == [rules.address]


def test_regions_come_from_the_provider_a_resource_uses() -> None:
    found = resources(AWS)
    assert found["aws_instance.node[0]"].region == Region("eu-central-1", False, 'region of provider "aws"')
    assert found["aws_s3_bucket.data"].region.name == "us-east-1"
    assert stack_of(AWS).region.name == "eu-central-1"


@pytest.mark.parametrize("expressions", [{}, {"region": {"references": ["local.x"]}}, {"region": {"references": []}}])
def test_a_region_that_is_not_in_the_plan_is_not_made_up(expressions: dict[str, Any]) -> None:
    plan = copy.deepcopy(AWS)
    plan["configuration"]["provider_config"]["aws"]["expressions"] = expressions
    region = resources(plan)["aws_instance.node[0]"].region
    assert (region.name, region.assumed) == ("", True)


def test_a_provider_of_a_module_takes_its_region_from_the_call() -> None:
    plan = copy.deepcopy(AWS)
    inner = {**BUCKET, "address": "module.m.aws_s3_bucket.data"}
    plan["planned_values"]["root_module"]["child_modules"] = [{"address": "module.m", "resources": [inner]}]
    plan["configuration"]["provider_config"]["module.m:aws"] = {
        "name": "aws", "module_address": "module.m", "expressions": {"region": {"references": ["var.where"]}},
    }  # fmt: skip
    plan["configuration"]["root_module"]["module_calls"] = {
        "m": {
            "expressions": {"where": {"references": ["var.region"]}},
            "module": {
                "resources": [
                    {"type": "aws_s3_bucket", "name": "data", "provider_config_key": "module.m:aws", "expressions": {}}
                ]
            },
        }
    }
    assert resources(plan)["module.m.aws_s3_bucket.data"].region.name == "eu-central-1"


def test_all_tags_a_resource_ends_up_with() -> None:
    assert resources(AWS)["aws_instance.node[0]"].tags == {"Name": "node", "team": "ml"}


def test_edges_lead_through_variables_and_outputs_of_modules() -> None:
    found = resources(MODULES)
    assert list(found) == [
        "terraform_data.a",
        "terraform_data.b[0]",
        "terraform_data.b[1]",
        'terraform_data.c["x"]',
        'terraform_data.c["y"]',
        "terraform_data.d",
        'module.m["a.b"].terraform_data.inner',
        'module.m["q\\"r"].terraform_data.inner',
    ]
    assert found["terraform_data.a"].attributes == {"input": {"type": "m5.large", "list": [1, 2.5, "x"]}}
    assert found["terraform_data.b[1]"].get("input") == Reference("terraform_data.a", "id")
    assert found["terraform_data.d"].get("input") == Reference('module.m["a.b"].terraform_data.inner', "id")
    inner = found['module.m["q\\"r"].terraform_data.inner']
    assert inner.get("input") == Reference("terraform_data.b[0]", "id")
    assert inner.module == 'module.m["q\\"r"]'


def test_without_the_source_a_place_is_in_the_plan() -> None:
    text = json.dumps(AWS, indent=2)
    lines = text.splitlines()
    node = resources(text)["aws_instance.node[0]"]
    assert node.span.file == "infra/plan.json"
    assert lines[node.span.line - 1].strip() == '"address": "aws_instance.node[0]",'
    location = node.locator.locate(("root_block_device", 0, "volume_type"))
    assert location is not None
    assert location.exact
    assert lines[location.span.line - 1][location.span.column - 1 : location.span.end_column - 1] == '"gp2"'
    assert node.locator.locate(("root_block_device", "volume_type")) == location
    absent = node.locator.locate(("root_block_device", 0, "iops"))
    assert absent is not None
    assert not absent.exact


def test_with_the_source_beside_it_a_place_is_in_the_source() -> None:
    found = resources(MODULES, MODULES_SOURCE)
    a = found["terraform_data.a"]
    assert (a.span.file, a.span.line) == ("infra/main.tf", 6)
    location = a.locator.locate(("input", "type"))
    assert location is not None
    assert (location.span.file, location.span.line) == ("infra/main.tf", 1)
    inner = found['module.m["a.b"].terraform_data.inner']
    assert (inner.span.file, inner.span.line) == ("infra/m/main.tf", 3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "infra/plan.json:1:2: not JSON: Expecting property name enclosed in double quotes"),
        ("[]", "infra/plan.json: not a plan in JSON: write one with terraform show -json"),
        ('{"values": {}}', "infra/plan.json: not a plan in JSON: write one with terraform show -json"),
        (b"\xff{", "infra/plan.json: not JSON that can be read"),
        ("[" * 200_000, "infra/plan.json: not JSON that can be read"),
        (
            '{"format_version": "9.0", "planned_values": {}}',
            'infra/plan.json: plan format version "9.0" is not known; costlint reads versions 0 and 1',
        ),
        (
            '{"format_version": "1.0", "errored": true, "planned_values": {}}',
            "infra/plan.json: terraform failed while making this plan, so it is not complete",
        ),
        (
            '{"format_version": "1.0", "planned_values": {"root_module": {"resources": [{}]}}}',
            "infra/plan.json: not a plan as terraform show -json writes it",
        ),
        (
            '{"format_version": "1.0", "planned_values": {"root_module": {"child_modules": [{"address": "x"}]}}}',
            "infra/plan.json: not a plan as terraform show -json writes it",
        ),
        (b" " * (LARGEST_FILE + 1), "infra/plan.json: this file is larger than 32 MB; such files are not read"),
    ],
)
def test_what_is_no_plan_is_a_diagnostic(text: str | bytes, message: str) -> None:
    stack = stack_of(text)
    assert [str(diagnostic) for diagnostic in stack.diagnostics] == [message]
    assert stack.resources == []


def test_an_empty_plan_is_an_empty_stack() -> None:
    stack = stack_of('{"format_version": "1.2", "planned_values": {"root_module": {}}}')
    assert (stack.resources, stack.diagnostics) == ([], [])


def test_outputs_that_refer_to_each_other_do_not_loop() -> None:
    plan = copy.deepcopy(AWS)
    inner = {**BUCKET, "address": "module.m.aws_s3_bucket.data"}
    plan["planned_values"]["root_module"]["child_modules"] = [{"address": "module.m", "resources": [inner]}]
    plan["configuration"]["root_module"]["module_calls"] = {
        "m": {
            "expressions": {"a": {"references": ["module.m.out"]}},
            "module": {
                "outputs": {"out": {"expression": {"references": ["var.a"]}}},
                "resources": [
                    {"type": "aws_s3_bucket", "name": "data", "expressions": {"bucket": {"references": ["var.a"]}}}
                ],
            },
        }
    }
    assert resources(plan)["module.m.aws_s3_bucket.data"].get("bucket") == "company-data"
