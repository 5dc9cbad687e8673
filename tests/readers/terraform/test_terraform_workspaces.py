"""`terraform.workspace`: named, selected beside the root, or not known."""

import pytest
from terraform_stacks import complaints, resource, stack, value

from costlint.model import Unknown

SIZES = 'locals {\n  sizes = { staging = "t3.small", production = "m5.large" }\n}'
WITH_DEFAULT = 'locals {\n  sizes = { default = "t3.micro", production = "m5.large" }\n}'


@pytest.mark.parametrize(
    "expression",
    [
        "terraform.workspace",
        '"bucket-${terraform.workspace}"',
        "local.sizes[terraform.workspace]",
        "lookup(local.sizes, terraform.workspace, 1)",
        'terraform.workspace == "production" ? 3 : 1',
        'trimprefix(terraform.workspace, "app-") != "production"',
    ],
)
def test_what_depends_on_a_workspace_nobody_named_is_unknown_without_a_complaint(expression):
    assert isinstance(value(expression, SIZES), Unknown)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("local.sizes[terraform.workspace]", "t3.micro"),
        ("lookup(local.sizes, terraform.workspace)", "t3.micro"),
        ('terraform.workspace == "default" ? "dev" : terraform.workspace', "dev"),
    ],
)
def test_a_configuration_that_knows_a_default_workspace_is_read_as_that(expression, expected):
    assert value(expression, WITH_DEFAULT) == expected


def test_the_line_to_edit_is_that_of_the_default_workspace():
    read = stack(WITH_DEFAULT + '\nresource "a_b" "c" {\n  size = local.sizes[terraform.workspace]\n}')
    location = resource(read, "a_b.c").locator.locate(("size",))
    assert (location.span.line, location.span.column, location.exact) == (2, 23, True)


def test_a_note_names_the_workspaces_the_configuration_knows():
    read = stack(SIZES + '\nresource "a_b" "c" {\n  size = local.sizes[terraform.workspace]\n}')
    assert complaints(read) == []
    (note,) = read.diagnostics
    assert "depends on its workspace (it knows staging, production): name one with --workspace" in note.message


def test_a_named_workspace_is_taken_literally():
    text = SIZES + '\nresource "a_b" "c" {\n  size = local.sizes[terraform.workspace]\n}'
    assert resource(stack(text, workspace="production"), "a_b.c").get("size") == "m5.large"
    (complaint,) = complaints(stack(text, workspace="prod"))
    assert 'there is no element "prod"' in complaint


def test_the_workspace_selected_beside_the_root_counts():
    files = {
        "app/main.tf": 'resource "a_b" "c" {\n  v = terraform.workspace\n}',
        "app/.terraform/environment": "blue\n",
    }
    read = stack(files, root="app")
    assert (read.workspace, resource(read, "a_b.c").get("v"), read.diagnostics) == ("blue", "blue", [])


def test_a_configuration_without_workspaces_says_nothing_of_them():
    read = stack('resource "a_b" "c" {\n  v = 1\n}')
    assert (read.workspace, read.diagnostics) == ("default", [])
