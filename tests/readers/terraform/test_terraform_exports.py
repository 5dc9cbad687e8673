"""What the outputs of a root hand to whoever reads them."""

import json

from terraform_stacks import complaints, stack

from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.plans.plan import read_plan
from costlint.sources import MemorySource

FILES = {
    "main.tf": """
        module "net" { source = "./net" }
        resource "aws_eip" "kept" {}
        resource "aws_eip" "shown" { count = 2 }
        output "ips" { value = { for i, e in aws_eip.shown : i => e.public_ip } }
        output "nat" { value = module.net.address }
        output "none" { value = "text" }
    """,
    "net/main.tf": """
        resource "aws_eip" "nat" {}
        resource "aws_eip" "inner" {}
        output "address" { value = aws_eip.nat.public_ip }
        output "inner" { value = aws_eip.inner.id }
    """,
}


def test_outputs_of_the_root_export_what_they_refer_to_also_through_modules() -> None:
    read = stack(FILES)
    assert complaints(read) == []
    assert read.exported == {"aws_eip.shown[0]", "aws_eip.shown[1]", "module.net.aws_eip.nat"}


def test_a_root_without_outputs_exports_nothing() -> None:
    assert stack('resource "aws_eip" "a" {}').exported == frozenset()


def test_outputs_of_a_plan_export_what_they_refer_to() -> None:
    values = {"address": "aws_eip.a", "mode": "managed", "type": "aws_eip", "name": "a", "values": {}}
    plan = {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": [values]}},
        "configuration": {
            "root_module": {
                "outputs": {
                    "ip": {"expression": {"references": ["aws_eip.a.public_ip", "aws_eip.a"]}},
                    "text": {"expression": {"constant_value": "x"}},
                }
            }
        },
    }
    source = MemorySource({"plan.json": json.dumps(plan)})
    read = read_plan(source, "plan.json", TerraformFiles(source))
    assert complaints(read) == []
    assert read.exported == {"aws_eip.a"}
