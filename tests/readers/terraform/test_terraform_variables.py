"""Input variables: where their values come from, in Terraform's order, and what their types make of them."""

import pytest
from terraform_stacks import complaints, resource, stack

from costlint.model import Unknown

USE = 'resource "x_y" "z" {\n  v = var.v\n}\n'


def declared(body=""):
    return f'variable "v" {{\n{body}\n}}\n{USE}'


def given(files, **options):
    read = stack(files, **options)
    return read, resource(read, "x_y.z").attributes.get("v")


SOURCES = [
    ("environment", "default", None),
    ("terraform.tfvars", 'v = "terraform.tfvars"', None),
    ("terraform.tfvars.json", '{"v": "terraform.tfvars.json"}', None),
    ("a.auto.tfvars", 'v = "a.auto.tfvars"', None),
    ("b.auto.tfvars.json", '{"v": "b.auto.tfvars.json"}', None),
    ("z.auto.tfvars", 'v = "z.auto.tfvars"', None),
]


@pytest.mark.parametrize("last", range(1, len(SOURCES)))
def test_later_variable_files_win_in_terraforms_order(last):
    files = {"main.tf": declared('default = "default"'), **{name: text for name, text, _ in SOURCES[1 : last + 1]}}
    _, found = given(files, environment={"TF_VAR_v": "environment"})
    assert found == SOURCES[last][0]


def test_var_files_win_over_automatic_ones_and_var_over_everything():
    files = {
        "main.tf": declared('default = "default"'),
        "z.auto.tfvars": 'v = "auto"',
        "prod.tfvars": 'v = "prod"',
        "eu.tfvars": 'v = "eu"',
    }
    assert given(files)[1] == "auto"
    assert given(files, var_files=("prod.tfvars",))[1] == "prod"
    assert given(files, var_files=("prod.tfvars", "eu.tfvars"))[1] == "eu"
    assert given(files, var_files=("prod.tfvars",), variables={"v": "option"})[1] == "option"


def test_without_any_other_value_the_environment_or_the_default_counts():
    assert given(declared('default = "d"'))[1] == "d"
    assert given(declared('default = "d"'), environment={"TF_VAR_v": "e", "OTHER": "x"})[1] == "e"


def test_variable_files_of_the_root_are_read_and_no_others():
    files = {"envs/dev/main.tf": declared('default = "d"'), "terraform.tfvars": 'v = "above"'}
    assert given(files, root="envs/dev")[1] == "d"
    files["envs/dev/terraform.tfvars"] = 'v = "beside"'
    assert given(files, root="envs/dev")[1] == "beside"


@pytest.mark.parametrize(
    ("type_", "text", "expected"),
    [
        ("", "3", "3"),
        ("type = string", "true", "true"),
        ("type = number", "3", 3),
        ("type = bool", "true", True),
        ("type = list(string)", '["a", "b"]', ["a", "b"]),
        ("type = map(number)", "{ a = 1 }", {"a": 1}),
        ("type = object({ a = string })", "{ a = 1 }", {"a": "1"}),
        ("type = any", "[1]", [1]),
    ],
)
def test_the_text_of_an_option_is_read_by_the_variables_type(type_, text, expected):
    assert given(declared(type_), variables={"v": text})[1] == expected
    assert given(declared(type_), environment={"TF_VAR_v": text})[1] == expected


@pytest.mark.parametrize(
    ("body", "tfvars", "expected"),
    [
        ("type = number", 'v = "5"', 5),
        ("type = string", "v = 5", "5"),
        ("type = bool", 'v = "true"', True),
        ("type = set(string)", 'v = ["b", "a", "b"]', ["a", "b"]),
        ("type = object({ size = string, n = optional(number, 2) })", 'v = { size = "l" }', {"size": "l", "n": 2}),
        (
            "type = map(object({ n = optional(number, 2) }))",
            "v = { a = {}, b = { n = 7 } }",
            {"a": {"n": 2}, "b": {"n": 7}},
        ),
        ("type = object({ n = optional(string) })", "v = { extra = 1 }", {"n": None}),
        ('nullable = false\ndefault = "d"', "v = null", "d"),
        ('default = "d"', "v = null", None),
        ("type = list(string)\ndefault = []", "", []),
    ],
)
def test_values_are_converted_to_the_declared_type(body, tfvars, expected):
    read, found = given({"main.tf": declared(body), "terraform.tfvars": tfvars})
    assert complaints(read) == []
    assert found == expected
    assert not isinstance(expected, bool) or isinstance(found, bool)


@pytest.mark.parametrize(
    ("body", "tfvars", "sentence"),
    [
        (
            "type = number",
            'v = "many"',
            'terraform.tfvars:1:5: this is no value for variable "v": a number is required',
        ),
        ("type = list(string)", 'v = "a"', "list of string required"),
        ("type = object({ a = string })", "v = {}", 'attribute "a" is required'),
        ("type = strin", 'v = "x"', 'main.tf:2:8: there is no type named "strin"'),
        ("type = number", "v = [", "terraform.tfvars:1:"),
    ],
)
def test_a_value_that_does_not_fit_is_a_sentence_where_it_is_written(body, tfvars, sentence):
    read, _ = given({"main.tf": declared(body), "terraform.tfvars": tfvars})
    assert any(sentence in each for each in complaints(read)), complaints(read)


def test_variables_without_a_value_are_unknown_and_told_with_their_place():
    read, found = given(declared() + 'variable "w" {\n  type = string\n}\nvariable "d" {\n  default = 1\n}\n')
    assert isinstance(found, Unknown)
    assert [(one.name, one.type, str(one.span)) for one in read.missing] == [
        ("v", "", "main.tf:1:1"),
        ("w", "string", "main.tf:7:1"),
    ]
    assert read.diagnostics == []


def test_a_var_file_that_is_not_there_is_an_error():
    read, _ = given(declared('default = "d"'), var_files=("gone.tfvars",))
    assert [(each.severity, each.message) for each in read.diagnostics] == [
        ("error", "the variable file cannot be read: gone.tfvars: no such file or directory")
    ]


def test_an_option_for_a_variable_nobody_declares_is_noted():
    read, _ = given(declared('default = "d"'), variables={"nope": "x"})
    assert [(each.severity, each.message) for each in read.diagnostics] == [
        ("note", '--var nope: the root module has no variable "nope"')
    ]


def test_an_option_that_looks_mistyped_is_asked_about():
    named = declared('default = "d"').replace('"v"', '"disk_type"').replace("var.v", "var.disk_type")
    read = given(named, variables={"disk_typ": "gp3"})[0]
    assert [(each.severity, each.message) for each in read.diagnostics] == [
        ("warning", '--var disk_typ: the root module has no variable "disk_typ"; did you mean "disk_type"?')
    ]


def test_what_an_encrypted_file_may_set_is_unknown():
    read, found = given({"main.tf": declared('default = "d"'), "terraform.tfvars": "\0GITCRYPT\0\x01\x02"})
    assert isinstance(found, Unknown)
    assert ["encrypted with git-crypt" in each for each in complaints(read)] == [True]


def test_a_broken_variable_file_stops_nothing_else():
    read, found = given({"main.tf": declared('default = "d"'), "terraform.tfvars": "a = = 1\n\nv = 3\n"})
    assert found == 3
    assert {each.severity for each in read.diagnostics} == {"error"}
