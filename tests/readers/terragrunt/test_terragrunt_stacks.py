"""Stack files: the units they make, their values, and what is missing or goes round in circles."""

from __future__ import annotations

import pytest
from terragrunt_units import MODULE, chain, complaints, found, thing, unit, units

from costlint.model import Unknown
from costlint.readers.terragrunt import stacks

TREE = {
    "root.hcl": 'locals {\n  region = "eu-west-1"\n}\n',
    "modules/app/main.tf": MODULE,
    "units/app/terragrunt.hcl": """
include "root" {
  path   = find_in_parent_folders("root.hcl")
  expose = true
}
terraform {
  source = "${get_repo_root()}/modules//app?ref=${values.version}"
}
inputs = {
  it = try(values.size, "default")
}
""",
    "live/prod/terragrunt.stack.hcl": """
locals {
  size = "large"
}
unit "first" {
  source = "../../units/app"
  path   = "first"
  values = {
    version = "v1"
    size    = local.size
  }
}
unit "second" {
  source = "${get_repo_root()}/units/app"
  path   = "nested/second"
  values = {
    version = "v1"
  }
}
""",
}
FIRST = "live/prod/.terragrunt-stack/first"


def test_a_stack_file_makes_units_of_a_template() -> None:
    assert units(TREE) == {FIRST: False, "live/prod/.terragrunt-stack/nested/second": False}
    assert [one.module for one in found(TREE).units] == ["modules/app", "modules/app"]


def test_each_unit_gets_its_values() -> None:
    first = unit(TREE, FIRST)
    assert complaints(first) == []
    assert thing(first) == "large"
    assert thing(unit(TREE, "live/prod/.terragrunt-stack/nested/second")) == "default"


def test_the_chain_leads_into_the_stack_file() -> None:
    assert chain(unit(TREE, FIRST)) == [
        "modules/app/main.tf:6 test_thing.this.it.0",
        "units/app/terragrunt.hcl:10 inputs.it",
        'live/prod/terragrunt.stack.hcl:8 unit "first" values.size',
        "live/prod/terragrunt.stack.hcl:3 local.size",
    ]


def test_a_unit_finds_the_files_above_the_place_it_is_made_in() -> None:
    template = TREE["units/app/terragrunt.hcl"].replace('try(values.size, "default")', "local.env.locals.env")
    template += 'locals {\n  env = read_terragrunt_config(find_in_parent_folders("env.hcl"))\n}\n'
    files = {**TREE, "units/app/terragrunt.hcl": template, "live/prod/env.hcl": 'locals {\n  env = "prod"\n}\n'}
    assert thing(unit(files, FIRST)) == "prod"


def test_files_beside_the_template_are_beside_the_unit() -> None:
    template = TREE["units/app/terragrunt.hcl"].replace(
        'try(values.size, "default")', 'file("${get_terragrunt_dir()}/size.txt")'
    )
    files = {**TREE, "units/app/terragrunt.hcl": template, "units/app/size.txt": "from the template"}
    assert thing(unit(files, FIRST)) == "from the template"


@pytest.mark.parametrize(
    ("block", "path"),
    [
        ("", "live/prod/.terragrunt-stack/one"),
        ("  no_dot_terragrunt_stack = true\n", "live/prod/one"),
    ],
)
def test_where_a_unit_is_made(block: str, path: str) -> None:
    text = f'unit "one" {{\n  source = "../../units/app"\n  path = "one"\n{block}  values = {{ version = 1 }}\n}}\n'
    assert units({**TREE, "live/prod/terragrunt.stack.hcl": text}) == {path: False}


def test_stacks_may_be_made_of_stacks() -> None:
    files = {
        **TREE,
        "stacks/service/terragrunt.stack.hcl": 'unit "app" {\n  source = "${get_repo_root()}/units/app"\n'
        '  path = "app"\n  values = {\n    version = "v1"\n    size = values.size\n  }\n}\n',
        "live/prod/terragrunt.stack.hcl": "".join(
            f'stack "{name}" {{\n  source = "../../stacks/service"\n  path = "{name}"\n'
            f'  values = {{\n    size = "{name}"\n  }}\n}}\n'
            for name in ("dev", "prod")
        ),
    }
    places = {name: f"live/prod/.terragrunt-stack/{name}/.terragrunt-stack/app" for name in ("dev", "prod")}
    assert units(files) == dict.fromkeys(places.values(), False)
    assert {name: thing(unit(files, path)) for name, path in places.items()} == {"dev": "dev", "prod": "prod"}


def test_templates_nobody_uses_are_libraries() -> None:
    files = {path: text for path, text in TREE.items() if not path.startswith("live/")}
    assert units(files) == {"units/app": True}
    template = (
        'unit "app" {\n  source = "../../units/app"\n  path = "app"\n  values = {\n    size = values.size\n  }\n}\n'
    )
    only = {**files, "stacks/service/terragrunt.stack.hcl": template}
    assert units(only) == {"stacks/service/.terragrunt-stack/app": True}


def test_a_generated_unit_that_is_checked_in_finds_its_values_beside_it() -> None:
    files = {
        **{path: text for path, text in TREE.items() if not path.startswith("live/")},
        "live/prod/.terragrunt-stack/app/terragrunt.hcl": TREE["units/app/terragrunt.hcl"],
        "live/prod/.terragrunt-stack/app/terragrunt.values.hcl": 'version = "v1"\nsize = "xl"\n',
    }
    assert units(files) == {"live/prod/.terragrunt-stack/app": False, "units/app": True}
    read = unit(files, "live/prod/.terragrunt-stack/app")
    assert thing(read) == "xl"
    assert chain(read)[-1] == "live/prod/.terragrunt-stack/app/terragrunt.values.hcl:2 values.size"


def test_a_template_that_is_not_here_is_an_unresolved_module_with_its_values() -> None:
    text = (
        'unit "db" {\n  source = "github.com/acme/catalog//units/db?ref=v1"\n  path = "db"\n'
        '  values = {\n    instance_class = "db.r6g.xlarge"\n  }\n}\n'
    )
    files = {"live/terragrunt.stack.hcl": text}
    read = unit(files, "live/.terragrunt-stack/db")
    (missing,) = read.unresolved
    assert (missing.address, missing.inputs) == ("db", {"instance_class": "db.r6g.xlarge"})
    assert (missing.span.file, missing.span.line) == ("live/terragrunt.stack.hcl", 1)
    (note,) = found(files).diagnostics
    assert str(note).startswith('live/terragrunt.stack.hcl:2:12: module "db" comes from')


def test_values_a_unit_is_not_given_are_a_mistake() -> None:
    template = TREE["units/app/terragrunt.hcl"].replace('try(values.size, "default")', "values.none")
    read = unit({**TREE, "units/app/terragrunt.hcl": template}, FIRST)
    (said,) = complaints(read)
    assert said.startswith("units/app/terragrunt.hcl:10:8: there is no attribute")
    assert isinstance(thing(read), Unknown)


def test_a_unit_without_a_path_is_said() -> None:
    (said,) = found({"live/terragrunt.stack.hcl": 'unit "x" {\n  source = "../u"\n}\n'}).diagnostics
    assert str(said) == ('live/terragrunt.stack.hcl:1:1: the path of unit "x" is not known, or leads out of the tree')


def test_a_path_out_of_the_tree_is_refused() -> None:
    text = 'unit "x" {\n  source = "../units/app"\n  path = "../../../../etc"\n}\n'
    made = found({**TREE, "live/terragrunt.stack.hcl": text})
    assert [one.path for one in made.units if "etc" in one.path] == []
    assert any("leads out of the tree" in str(said) for said in made.diagnostics)


def test_stacks_made_of_themselves_come_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stacks, "_MOST", 50)
    text = "".join(f'stack "{name}" {{\n  source = "."\n  path = "{name}"\n}}\n' for name in "ab")
    said = [str(one) for one in found({"live/terragrunt.stack.hcl": text}).diagnostics]
    assert any("stacks are nested more than 10 levels deep" in one for one in said)
    assert any("make more than 50 units and stacks" in one for one in said)


def test_a_broken_stack_file_is_told_and_the_others_count() -> None:
    made = found({**TREE, "live/dev/terragrunt.stack.hcl": 'unit "x" {\n  source = \n}\n'})
    assert made.units[0].path == FIRST
    assert [(one.severity, one.file) for one in made.diagnostics if one.severity == "error"] == [
        ("error", "live/dev/terragrunt.stack.hcl")
    ]
