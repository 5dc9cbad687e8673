"""Which stacks a root makes: by configuration, by command line, or one for each set of variable files."""

from __future__ import annotations

from pathlib import Path

import pytest

from costlint.config import Config, ConfigError, EnvironmentLabel, RootSettings
from costlint.model import Diagnostic
from costlint.readers.deployments import MOST_ALTERNATIVES, Deployment, Deployments
from costlint.readers.roots import Root
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.variables.sets import VarFileSet
from costlint.sources import open_directory

PROD = VarFileSet(("infra/prod.tfvars",), "prod.tfvars")
DEV = VarFileSet(("infra/dev.tfvars",), "dev.tfvars", "blue")


@pytest.fixture(autouse=True)
def infra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "infra").mkdir()
    (tmp_path / ".git").mkdir()
    for name in ("prod", "dev", "common"):
        (tmp_path / "infra" / f"{name}.tfvars").write_text("size = 1\n")
    monkeypatch.chdir(tmp_path)


def made(
    config: Config, *sets: VarFileSet, library: bool = False, problems: list[Diagnostic] | None = None
) -> list[Deployment]:
    source, _ = open_directory("infra")
    deployments = Deployments(TerraformFiles(source), config, {"TF_VAR_x": "1"})
    return deployments.of(Root("infra", library, "", tuple(sets)), [] if problems is None else problems)


def files(deployments: list[Deployment]) -> list[tuple[str, ...]]:
    return [tuple(one.options.var_files) for one in deployments]


def test_a_root_without_variable_files_is_one_stack() -> None:
    (only,) = made(Config(workspace="green", variables={"a": True}))
    assert (only.options.workspace, only.options.variables, only.alternative) == ("green", {"a": "true"}, False)
    assert (only.options.label, only.options.environment) == ("", {"TF_VAR_x": "1"})


def test_every_set_is_an_alternative() -> None:
    found = made(Config(), PROD, DEV)
    assert files(found) == [("infra/prod.tfvars",), ("infra/dev.tfvars",)]
    assert [one.options.label for one in found] == ["prod.tfvars", "dev.tfvars"]
    assert [one.options.workspace for one in found] == ["", "blue"]
    assert all(one.alternative for one in found)


def test_a_single_set_has_no_alternative() -> None:
    assert [one.alternative for one in made(Config(), PROD)] == [False]


def test_alternatives_may_all_be_deployed_or_not_be_looked_for() -> None:
    assert [one.alternative for one in made(Config(alternatives="all"), PROD, DEV)] == [False, False]
    assert files(made(Config(alternatives="none"), PROD, DEV)) == [()]


def test_files_for_every_root_come_first() -> None:
    assert files(made(Config(var_files=("infra/common.tfvars",)), PROD)) == [
        ("infra/common.tfvars", "infra/prod.tfvars")
    ]


def test_what_the_configuration_declares_is_deployed_and_nothing_else() -> None:
    roots = (
        RootSettings("infra", ("infra/prod.tfvars",), environment="prod"),
        RootSettings("./infra/", ("infra/dev.tfvars",), "blue", EnvironmentLabel("lab", "nonprod")),
    )
    found = made(Config(roots=roots), PROD, DEV)
    assert files(found) == [("infra/prod.tfvars",), ("infra/dev.tfvars",)]
    assert [one.options.label for one in found] == ["prod.tfvars", "dev.tfvars"]
    assert [one.environment.kind for one in found] == ["prod", "nonprod"]
    assert not any(one.alternative for one in found)


def test_an_entry_without_files_means_without_files() -> None:
    (only,) = made(Config(roots=(RootSettings("infra"),)), PROD, DEV)
    assert (only.options.var_files, only.options.label) == ((), "")


@pytest.mark.parametrize(
    ("entries", "labels"),
    [
        ([{"workspace": "a"}, {"workspace": "b"}], ["a", "b"]),
        ([{"environment": "prod"}, {"environment": "dev"}], ["prod", "dev"]),
        ([{"environment": "prod"}, {"environment": "prod"}], ["1 of 2", "2 of 2"]),
    ],
)
def test_entries_are_told_apart_by_what_differs(entries: list[dict[str, str]], labels: list[str]) -> None:
    roots = tuple(RootSettings("infra", **entry) for entry in entries)
    assert [one.options.label for one in made(Config(roots=roots))] == labels


def test_a_variable_file_that_cannot_be_read_stops_the_run() -> None:
    with pytest.raises(ConfigError, match=r"^variable file gone\.tfvars"):
        made(Config(roots=(RootSettings("infra", ("gone.tfvars",)),)))


def test_nobody_has_hundreds_of_alternatives() -> None:
    problems: list[Diagnostic] = []
    sets = [VarFileSet((f"infra/{n}.tfvars",), str(n)) for n in range(MOST_ALTERNATIVES + 1)]
    assert len(made(Config(), *sets, problems=problems)) == MOST_ALTERNATIVES
    assert [str(one) for one in problems] == [
        "infra: the first 100 of 101 sets of variable files are read; name those that are deployed under roots"
    ]


def test_a_library_is_read_as_such_until_somebody_gives_it_values() -> None:
    assert [one.options.library for one in made(Config(), library=True)] == [True]
    assert [one.options.library for one in made(Config(variables={"a": 1}), library=True)] == [False]
