"""Terragrunt's functions, and Terraform's where Terragrunt calls them."""

from __future__ import annotations

import pytest
from terragrunt_units import MODULE, complaints, thing, unit, value

from costlint.model import Unknown

TREE = {
    "root.hcl": 'locals {\n  region = "eu-west-1"\n}\ninputs = {\n  size = 3\n}\n',
    "live/account.hcl": 'locals {\n  name = "acme"\n}\n',
    "live/prod/env.hcl": 'locals {\n  environment = "prod"\n  sizes = { gpu = "p4d.24xlarge" }\n}\n',
    "live/prod/app/size.txt": "large",
    "live/prod/settings.yaml": "replicas: 3\nzones: [a, b]\n",
    "live/prod/settings.json": '{"replicas": 3}',
    "live/prod/user-data.tftpl": "%{ for zone in zones }${zone};%{ endfor }",
    "live/prod/extra.tfvars": 'size = "small"\n',
    "live/other/terragrunt.hcl": "locals {\n  here = get_terragrunt_dir()\n"
    "  first = get_original_terragrunt_dir()\n}\n",
}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('find_in_parent_folders("env.hcl")', "/repository/live/prod/env.hcl"),
        ('find_in_parent_folders("account.hcl")', "/repository/live/account.hcl"),
        ("find_in_parent_folders()", "/repository/root.hcl"),
        ('find_in_parent_folders("none.hcl", "fallback")', "fallback"),
        ('find_in_parent_folders("size.txt", "its own directory does not count")', "its own directory does not count"),
        ('basename(dirname(find_in_parent_folders("env.hcl")))', "prod"),
        ("get_terragrunt_dir()", "/repository/live/prod/app"),
        ("get_original_terragrunt_dir()", "/repository/live/prod/app"),
        ("get_parent_terragrunt_dir()", "/repository/live/prod/app"),
        ("basename(get_terragrunt_dir())", "app"),
        ("get_repo_root()", "/repository"),
        ("get_path_from_repo_root()", "live/prod/app"),
        ("get_path_to_repo_root()", "../../.."),
        ("path_relative_to_include()", "."),
        ("path_relative_from_include()", "."),
        ('get_env("ENVIRONMENT", "dev")', "dev"),
        ('read_terragrunt_config(find_in_parent_folders("env.hcl")).locals.environment', "prod"),
        ('read_terragrunt_config("../env.hcl").locals.sizes["gpu"]', "p4d.24xlarge"),
        ('read_terragrunt_config("../../../root.hcl").inputs.size', 3),
        ('read_terragrunt_config("../../other").locals.here', "/repository/live/other"),
        ('read_terragrunt_config("../../other").locals.first', "/repository/live/prod/app"),
        ('read_terragrunt_config("none.hcl", { locals = { a = 1 } }).locals.a', 1),
        ('try(read_terragrunt_config("none.hcl").locals.a, "b")', "b"),
        ('lookup(read_terragrunt_config("../env.hcl").locals, "none", "default")', "default"),
        ('jsondecode(read_tfvars_file("../extra.tfvars")).size', "small"),
        ('file("size.txt")', "large"),
        ('file("${get_terragrunt_dir()}/size.txt")', "large"),
        ('yamldecode(file(find_in_parent_folders("settings.yaml"))).zones[1]', "b"),
        ('jsondecode(file("../settings.json")).replicas', 3),
        ('templatefile("../user-data.tftpl", { zones = ["a", "b"] })', "a;b;"),
        ('startswith("prod-eu", "prod")', True),
        ('mark_as_read("x")', "x"),
        ("deep_merge({ a = { b = [1] } }, { a = { b = [2], c = 3 } }).a", {"b": [1, 2], "c": 3}),
        ('"${local.environment}-${include.root.locals.region}"', "prod-eu-west-1"),
        ('merge(local, { more = 1 })["more"]', 1),
        ("feature.size.value", "xl"),
    ],
)
def test_what_functions_and_names_give(expression: str, expected: object) -> None:
    rest = """
locals {
  environment = read_terragrunt_config(find_in_parent_folders("env.hcl")).locals.environment
}
feature "size" {
  default = "xl"
}
"""
    include = 'include "root" {\n  path = "${get_repo_root()}/root.hcl"\n  expose = true\n}\n'
    relative = "path_relative" in expression or "get_parent" in expression
    assert value(expression, rest + ("" if relative else include), TREE) == expected


@pytest.mark.parametrize(
    "expression",
    [
        'run_cmd("--terragrunt-quiet", "./who.sh")',
        "get_aws_account_id()",
        "get_aws_caller_identity_arn()",
        'get_env("NOBODY_SAYS")',
        'yamldecode(sops_decrypt_file("secrets.yaml")).token',
        'find_in_parent_folders(run_cmd("name"))',
        'read_terragrunt_config(run_cmd("file")).locals.a',
        "get_platform()",
        "values.size",
    ],
)
def test_what_depends_on_the_machine_the_account_or_a_secret_is_unknown(expression: str) -> None:
    assert isinstance(value(expression), Unknown)


def test_environment_variables_count_where_they_may_be_used() -> None:
    text = 'terraform {\n  source = "../module"\n}\ninputs = {\n  it = get_env("SIZE", "small")\n}\n'
    files = {"module/main.tf": MODULE, "app/terragrunt.hcl": text}
    assert thing(unit(files, "app")) == "small"
    assert thing(unit(files, "app", environment={"SIZE": "large"})) == "large"


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ('find_in_parent_folders("none.hcl")', "there is no none.hcl in a directory above live/app, as far as"),
        ('read_terragrunt_config("none.hcl")', "there is no file live/app/none.hcl"),
        ('read_terragrunt_config("../../../etc/passwd")', "../../../etc/passwd lies outside the scanned tree"),
        ('read_terragrunt_config("/etc/passwd")', "/etc/passwd lies outside the scanned tree"),
        ('file("../../../etc/passwd")', "../../../etc/passwd lies outside the scanned tree and is not read"),
        ('file("/etc/passwd")', "/etc/passwd lies outside the scanned tree and is not read"),
        ('file("/repository/../etc/passwd")', "/repository/../etc/passwd lies outside the scanned tree"),
        ("find_in_parent_folder()", 'neither Terraform nor Terragrunt has a function named "find_in_parent_folder"'),
        ("get_env()", 'function "get_env" takes 1 to 2 arguments, not 0'),
        ("find_in_parent_folders(3)", "a path or name must be text"),
        ("local.none", 'there is no local value "none" in this file'),
        ("include.none.locals", 'there is no include "none" in this file'),
        ("dependency.none.outputs", 'there is no dependency "none" in this file'),
        ("feature.none.value", 'there is no feature "none" in this file'),
        ("var.size", 'there is nothing called "var" here'),
        ("data.aws_ami.x", 'there is nothing called "data" here'),
        ('path_relative_to_include("none")', 'there is no include "none" in this file'),
    ],
)
def test_mistakes_are_said_where_they_are_and_the_value_is_unknown(expression: str, message: str) -> None:
    head = 'terraform {\n  source = "../../module"\n}\ninclude "root" {\n  path = "root.hcl"\n}\n'
    text = f"{head}inputs = {{\n  it = {expression}\n}}\n"
    files = {"module/main.tf": MODULE, "live/app/terragrunt.hcl": text, "live/app/root.hcl": ""}
    read = unit(files, "live/app")
    (complaint,) = complaints(read)
    place, _, said = complaint.partition(": ")
    assert place.startswith("live/app/terragrunt.hcl:8:")
    assert said.startswith(message)
    assert isinstance(thing(read), Unknown)


def test_files_that_read_each_other_are_a_circle() -> None:
    files = {
        "module/main.tf": MODULE,
        "app/terragrunt.hcl": 'terraform {\n  source = "../module"\n}\n'
        'inputs = {\n  it = read_terragrunt_config("a.hcl").locals.x\n}\n',
        "app/a.hcl": 'locals {\n  x = read_terragrunt_config("b.hcl").locals.x\n}\n',
        "app/b.hcl": 'locals {\n  x = read_terragrunt_config("a.hcl").locals.x\n}\n',
    }
    read = unit(files, "app")
    (complaint,) = complaints(read)
    assert "depends on itself" in complaint
    assert isinstance(thing(read), Unknown)


def test_a_module_reads_the_files_a_unit_names() -> None:
    module = 'variable "path" {}\nresource "test_thing" "this" {\n  it = [yamldecode(file(var.path)).replicas]\n}\n'
    text = 'terraform {\n  source = "../../module"\n}\ninputs = {\n  path = "${get_terragrunt_dir()}/a.yaml"\n}\n'
    files = {"module/main.tf": module, "live/app/terragrunt.hcl": text, "live/app/a.yaml": "replicas: 5\n"}
    assert thing(unit(files, "live/app")) == 5
    outside = text.replace("/a.yaml", "/../../../etc/passwd")
    read = unit({**files, "live/app/terragrunt.hcl": outside}, "live/app")
    assert isinstance(thing(read), Unknown)


def test_terragrunts_functions_are_not_terraforms() -> None:
    read = unit(
        {
            "module/main.tf": 'resource "test_thing" "this" {\n  it = [get_repo_root()]\n}\n',
            "app/terragrunt.hcl": 'terraform {\n  source = "../module"\n}\n',
        },
        "app",
    )
    assert complaints(read) == ['module/main.tf:2:9: there is no function named "get_repo_root"']
