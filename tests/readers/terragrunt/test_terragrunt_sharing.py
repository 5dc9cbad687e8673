"""Finding the units and reading them take one evaluation, and files all of them read take one for all."""

from __future__ import annotations

import pytest
from terragrunt_units import INCLUDE, MODULE, complaints, terraform_files, thing

from costlint.model import Stack
from costlint.readers.terraform.reading import TerraformOptions
from costlint.readers.terragrunt import configs, read_unit
from costlint.readers.terragrunt.units import find_units

READS = 'locals {\n  env = read_terragrunt_config(find_in_parent_folders("env.hcl"))\n}\n'
UNIT = INCLUDE + READS + 'terraform {\n  source = "../../modules//app"\n}\ninputs = {\n  it = local.env.locals.%s\n}\n'


def tree(env: str, asked: str = "kind") -> dict[str, str]:
    return {
        "root.hcl": READS.replace("env =", "mine ="),
        "live/env.hcl": env,
        "modules/app/main.tf": MODULE,
        **{f"live/{name}/terragrunt.hcl": UNIT % asked for name in "abc"},
    }


def stacks(files: dict[str, str], environment: dict[str, str] | None = None) -> list[Stack]:
    parsed = terraform_files(files)
    paths = [path for path in files if path.endswith("terragrunt.hcl")]
    found = find_units(parsed, dict.fromkeys(paths, ""), environment)
    options = TerraformOptions(environment=environment or {})
    return [read_unit(parsed, each, options) for each in found.units]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The configuration files that are opened, in order."""
    paths: list[str] = []
    real = configs.Evaluation.open

    def counting(self: configs.Evaluation, path: str, *rest: object) -> configs.Config:
        paths.append(path)
        return real(self, path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(configs.Evaluation, "open", counting)
    return paths


def test_each_unit_is_evaluated_once_and_what_all_of_them_read_once_for_all(opened: list[str]) -> None:
    read = stacks(tree('locals {\n  kind = "gp2"\n}\n'))
    assert [thing(one) for one in read] == ["gp2"] * 3
    assert opened.count("live/env.hcl") == 1
    assert [opened.count(f"live/{name}/terragrunt.hcl") for name in "abc"] == [1, 1, 1]


def test_what_is_read_belongs_to_every_unit_that_reads_it() -> None:
    env = 'locals {\n  kind = "gp2" # costlint:ignore=STO001 agreed\n  odd = nothing.here\n}\n'
    for read in stacks(tree(env)):
        assert "live/env.hcl" in read.files
        assert read.variables["kind"] == "gp2"
        assert [one.file for one in read.suppressions] == ["live/env.hcl"]
        assert complaints(read) == ['live/env.hcl:3:9: there is nothing called "nothing" here']


@pytest.mark.parametrize(
    "env",
    [
        "locals {\n  kind = basename(get_original_terragrunt_dir())\n}\n",
        'locals {\n  inner = read_terragrunt_config("inner.hcl")\n  kind = local.inner.locals.kind\n}\n',
    ],
)
def test_a_file_that_depends_on_who_reads_it_is_evaluated_for_each(env: str, opened: list[str]) -> None:
    files = {**tree(env), "live/inner.hcl": "locals {\n  kind = basename(get_original_terragrunt_dir())\n}\n"}
    assert [thing(one) for one in stacks(files)] == ["a", "b", "c"]
    assert opened.count("live/env.hcl") == 4


def test_files_that_read_each_other_are_said_and_not_followed_forever() -> None:
    env = 'locals {\n  other = read_terragrunt_config("other.hcl")\n  kind = "gp2"\n}\n'
    other = 'locals {\n  back = read_terragrunt_config("env.hcl")\n}\n'
    read = stacks({**tree(env), "live/other.hcl": other})
    assert [thing(one) for one in read] == ["gp2"] * 3
    assert any("depends on itself" in text for text in complaints(read[0]))


def test_the_environment_that_may_be_used_is_used_from_the_start() -> None:
    files = tree('locals {\n  kind = get_env("KIND", "gp3")\n}\n')
    assert [thing(one) for one in stacks(files, {"KIND": "io2"})] == ["io2"] * 3
    assert [thing(one) for one in stacks(files)] == ["gp3"] * 3


def test_a_unit_can_be_read_again() -> None:
    files = tree('locals {\n  kind = "gp2"\n}\n')
    parsed = terraform_files(files)
    (first, *_) = find_units(parsed, {path: "" for path in files if path.endswith("terragrunt.hcl")}).units
    assert [thing(read_unit(parsed, first)) for _ in range(2)] == ["gp2", "gp2"]
