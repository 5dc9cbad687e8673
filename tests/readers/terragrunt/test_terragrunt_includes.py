"""Includes: what they bring in, how inputs are merged, and what the functions of an included file see."""

from __future__ import annotations

import pytest
from terragrunt_units import MODULE, complaints, thing, unit

from costlint.model import Unknown

SOURCE = 'terraform {\n  source = "../../module"\n}\n'


def including(*names: str, strategy: str = "", expose: bool = True) -> str:
    """Include blocks for files in the root of the tree."""
    extra = f'  merge_strategy = "{strategy}"\n' if strategy else ""
    extra += "  expose = true\n" if expose else ""
    return "".join(f'include "{name}" {{\n  path = "../../{name}.hcl"\n{extra}}}\n' for name in names)


def got(own: str, **files: str) -> object:
    """What the module's variable is: `own` is the unit, the others are files it may include."""
    texts = {f"{name}.hcl": text for name, text in files.items()}
    read = unit({"module/main.tf": MODULE, "live/app/terragrunt.hcl": SOURCE + own, **texts}, "live/app")
    assert complaints(read) == []
    return thing(read)


def test_inputs_of_an_included_file_count_unless_the_unit_sets_them() -> None:
    root = 'inputs = {\n  it = "root"\n}\n'
    assert got(including("root"), root=root) == "root"
    assert got(including("root") + 'inputs = {\n  it = "own"\n}\n', root=root) == "own"
    assert got(including("root", strategy="no_merge"), root=root) == "default"


def test_later_includes_win_over_earlier_ones() -> None:
    files = {"root": 'inputs = {\n  it = "root"\n}\n', "env": 'inputs = {\n  it = "env"\n}\n'}
    assert got(including("root", "env"), **files) == "env"
    assert got(including("env", "root"), **files) == "root"


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("", {"tags": {"team": "ml"}, "zones": ["b"]}),
        ("shallow", {"tags": {"team": "ml"}, "zones": ["b"]}),
        ("deep", {"tags": {"team": "ml", "cost": "x"}, "zones": ["a", "b"]}),
    ],
)
def test_merging_is_shallow_or_deep(strategy: str, expected: dict[str, object]) -> None:
    root = 'inputs = {\n  it = { size = 1, tags = { cost = "x", team = "core" }, zones = ["a"] }\n}\n'
    own = 'inputs = {\n  it = { tags = { team = "ml" }, zones = ["b"] }\n}\n'
    deep = {"size": 1} if strategy == "deep" else {}
    assert got(including("root", strategy=strategy) + own, root=root) == {**deep, **expected}


def test_strategies_may_differ() -> None:
    own = including("a", strategy="deep") + including("b") + "inputs = {\n  it = { own = 1 }\n}\n"
    a = "inputs = {\n  it = { a = 1 }\n}\n"
    assert got(own, a=a, b="inputs = {\n  it = { b = 1 }\n}\n") == {"a": 1, "own": 1}


def test_locals_of_an_included_file_are_seen_by_name() -> None:
    root = 'locals {\n  env = { name = "prod" }\n}\ninputs = {\n  size = "xl"\n}\n'
    own = (
        including("root", "env")
        + 'inputs = {\n  it = "${include.root.locals.env.name}-${include.root.inputs.size}"\n}\n'
    )
    assert got(own, root=root, env="") == "prod-xl"


def test_locals_may_use_what_is_included() -> None:
    own = including("root") + "locals {\n  env = include.root.locals.env\n}\ninputs = {\n  it = local.env\n}\n"
    assert got(own, root='locals {\n  env = "prod"\n}\n') == "prod"


def test_a_bare_include_needs_no_name() -> None:
    own = 'include {\n  path = "../../root.hcl"\n  expose = true\n}\ninputs = {\n  it = include.locals.env\n}\n'
    assert got(own, root='locals {\n  env = "prod"\n}\n') == "prod"


def test_other_settings_of_an_included_file_can_be_referred_to() -> None:
    root = 'remote_state {\n  backend = "s3"\n  config = {\n    bucket = "state"\n  }\n}\n'
    own = including("root") + "inputs = {\n  it = include.root.remote_state.config.bucket\n}\n"
    assert got(own, root=root) == "state"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("path_relative_to_include()", "live/app"),
        ("path_relative_from_include()", "../.."),
        ("get_terragrunt_dir()", "/repository/live/app"),
        ("get_parent_terragrunt_dir()", "/repository"),
        ("get_original_terragrunt_dir()", "/repository/live/app"),
        ('find_in_parent_folders("env.hcl")', "/repository/live/env.hcl"),
        ('file("beside-root.txt")', "text"),
        ('read_terragrunt_config("here.hcl").locals.env', "unit's"),
    ],
)
def test_functions_of_an_included_file_speak_of_the_unit(expression: str, expected: str) -> None:
    files = {
        "module/main.tf": MODULE,
        "root.hcl": f"inputs = {{\n  it = {expression}\n}}\n",
        "beside-root.txt": "text",
        "live/env.hcl": "",
        "live/app/here.hcl": 'locals {\n  env = "unit\'s"\n}\n',
        "live/app/terragrunt.hcl": SOURCE + including("root"),
    }
    read = unit(files, "live/app")
    assert complaints(read) == []
    assert thing(read) == expected


def test_functions_of_the_unit_can_name_an_include() -> None:
    own = including("root", "live/env".replace("live/", "")) + (
        'inputs = {\n  it = "${path_relative_to_include("env")} ${get_parent_terragrunt_dir("root")}"\n}\n'
    )
    assert got(own, root="", env="") == "live/app /repository"


@pytest.mark.parametrize(
    "path",
    [
        "${path_relative_to_include()}/../../env.hcl",
        "${path_relative_from_include()}/../../env.hcl",
        "${get_parent_terragrunt_dir()}/../../env.hcl",
    ],
)
def test_nothing_is_included_yet_where_the_path_of_an_include_is_worked_out(path: str) -> None:
    own = including("root") + f'include "env" {{\n  path = "{path}"\n}}\n'
    assert got(own, root="", env='inputs = {\n  it = "env"\n}\n') == "env"


def complaint(own: str, **files: str) -> str:
    texts = {f"{name}.hcl": text for name, text in files.items()}
    read = unit({"module/main.tf": MODULE, "live/app/terragrunt.hcl": SOURCE + own, **texts}, "live/app")
    (one,) = complaints(read)
    return one


def test_only_one_level_is_followed() -> None:
    said = complaint(including("root"), root='include "more" {\n  path = "more.hcl"\n}\n', more="")
    assert said == (
        "root.hcl:1:1: this file is included, so what it includes itself is not read: Terragrunt follows one level"
    )


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("../../../../etc/passwd", "../../../../etc/passwd lies outside the scanned tree and is not included"),
        ("/etc/passwd", "/etc/passwd lies outside the scanned tree and is not included"),
        ("terragrunt.hcl", "this file includes itself"),
        ("none.hcl", "the included file cannot be read: live/app/none.hcl: no such file or directory"),
    ],
)
def test_a_file_that_cannot_be_included_is_said(path: str, message: str) -> None:
    said = complaint(f'include "root" {{\n  path = "{path}"\n}}\n')
    assert said == f"live/app/terragrunt.hcl:5:10: {message}"


def test_an_include_that_depends_on_itself_is_a_circle() -> None:
    said = complaint('include "root" {\n  path = local.path\n}\nlocals {\n  path = include.root.locals.path\n}\n')
    assert "depends on itself" in said


def test_an_unknown_merge_strategy_is_said() -> None:
    said = complaint(including("root", strategy="deepest"), root="")
    assert said.endswith('"deepest" is no merge strategy; there are shallow, deep, no_merge')


def test_what_an_include_nobody_can_know_may_set_is_unknown() -> None:
    own = 'include "root" {\n  path = run_cmd("which")\n}\n'
    read = unit({"module/main.tf": MODULE, "live/app/terragrunt.hcl": SOURCE + own}, "live/app")
    assert complaints(read) == []
    assert isinstance(thing(read), Unknown)


def test_what_unknown_inputs_may_set_is_unknown() -> None:
    assert isinstance(got('inputs = yamldecode(run_cmd("inputs"))\n'), Unknown)
    assert isinstance(got('inputs = merge(yamldecode(run_cmd("inputs")), { a = 1 })\n'), Unknown)
    assert got('inputs = merge(yamldecode(run_cmd("inputs")), { it = 1 })\n') == 1


def test_a_broken_included_file_is_told_and_what_can_be_read_counts() -> None:
    files = {
        "module/main.tf": MODULE,
        "live/app/terragrunt.hcl": SOURCE + including("root") + "inputs = {\n  it = include.root.locals.a\n}\n",
        "root.hcl": 'locals {\n  a = "known"\n}\n\nremote_state {\n  backend = \n}\n',
    }
    read = unit(files, "live/app")
    assert [(each.severity, each.file, each.line) for each in read.diagnostics] == [("error", "root.hcl", 6)]
    assert thing(read) == "known"
