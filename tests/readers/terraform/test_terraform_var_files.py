"""Which variable files are given together, and which are alternatives, as the layouts people use say it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.variables.files import VarFiles
from costlint.sources import MemorySource

MAIN = 'variable "size" {}\nvariable "zone" {}\nvariable "name" {\n  default = "x"\n}\nresource "a" "b" {}\n'
BOTH = 'size = 1\nzone = "a"\n'


def sets(files: dict[str, str | bytes], root: str = "infra") -> dict[str, tuple[str, ...]]:
    """Label → files of each set."""
    source = MemorySource({f"{root}/main.tf": MAIN, **files})
    return {found.label: found.files for found in VarFiles(TerraformFiles(source)).sets(root)}


@pytest.mark.parametrize(
    ("paths", "labels"),
    [
        (["prod.tfvars", "dev.tfvars"], ["dev.tfvars", "prod.tfvars"]),
        (["envs/prod.tfvars", "envs/dev.tfvars"], ["envs/dev.tfvars", "envs/prod.tfvars"]),
        (["tfvars/a.tfvars", "tfvars/b.tfvars"], ["tfvars/a.tfvars", "tfvars/b.tfvars"]),
        (
            ["environments/prod/terraform.tfvars", "environments/dev/terraform.tfvars"],
            ["environments/dev", "environments/prod"],
        ),
        (["vars/prod.tfvars.json"], ["vars/prod.tfvars.json"]),
        (["prod-eu.tfvars", "prod-us.tfvars"], ["prod-eu.tfvars", "prod-us.tfvars"]),
        (["values.tfvars"], ["values.tfvars"]),
    ],
)
def test_files_that_set_the_same_variables_are_alternatives(paths: list[str], labels: list[str]) -> None:
    texts = {f"infra/{path}": '{"size": 1}' if path.endswith(".json") else BOTH for path in paths}
    assert list(sets(texts)) == labels


def test_files_of_one_environment_that_set_different_variables_are_one_set() -> None:
    files = {f"infra/config/{env}/{what}.tfvars": f"{what} = 1" for env in ("prod", "dev") for what in ("size", "zone")}
    assert sets(files) == {
        "config/dev": ("infra/config/dev/size.tfvars", "infra/config/dev/zone.tfvars"),
        "config/prod": ("infra/config/prod/size.tfvars", "infra/config/prod/zone.tfvars"),
    }


def test_files_named_for_the_same_environment_that_set_different_variables_are_one_set() -> None:
    files = {"infra/prod.size.tfvars": "size = 1", "infra/prod.zone.tfvars": "zone = 1", "infra/dev.tfvars": BOTH}
    assert sets(files)["prod.size.tfvars + prod.zone.tfvars"] == ("infra/prod.size.tfvars", "infra/prod.zone.tfvars")


def test_files_beside_the_root_that_set_different_variables_are_one_set() -> None:
    files = {"infra/disks.tfvars": "size = 1", "infra/network.tfvars": "zone = 1"}
    assert list(sets(files)) == ["disks.tfvars + network.tfvars"]


@pytest.mark.parametrize("name", ["common", "global", "shared.vars", "base", "_common", "default"])
def test_a_common_file_joins_every_set_and_is_given_first(name: str) -> None:
    files = {f"infra/{name}.tfvars": 'name = "y"', "infra/envs/prod.tfvars": BOTH, "infra/envs/dev.tfvars": BOTH}
    assert sets(files) == {
        "envs/dev.tfvars": (f"infra/{name}.tfvars", "infra/envs/dev.tfvars"),
        "envs/prod.tfvars": (f"infra/{name}.tfvars", "infra/envs/prod.tfvars"),
    }


def test_a_common_file_joins_only_the_sets_of_its_directory_and_below() -> None:
    files = {
        "infra/envs/prod/common.tfvars": 'name = "p"',
        "infra/envs/prod/eu.tfvars": BOTH,
        "infra/envs/dev/eu.tfvars": BOTH,
    }
    assert sets(files)["envs/dev/eu.tfvars"] == ("infra/envs/dev/eu.tfvars",)
    assert sets(files)["envs/prod/eu.tfvars"] == ("infra/envs/prod/common.tfvars", "infra/envs/prod/eu.tfvars")


def test_an_environment_of_common_files_alone_is_a_set() -> None:
    files = {"infra/envs/prod/common.tfvars": BOTH, "infra/envs/dev/main.tfvars": BOTH}
    assert list(sets(files)) == ["envs/dev/main.tfvars", "envs/prod/common.tfvars"]


def test_a_file_named_for_no_environment_joins_those_that_are() -> None:
    files = {"infra/secrets.tfvars": 'name = "s"', "infra/prod.tfvars": BOTH, "infra/dev.tfvars": BOTH}
    assert sets(files)["prod.tfvars"] == ("infra/secrets.tfvars", "infra/prod.tfvars")
    assert list(sets(files)) == ["dev.tfvars", "prod.tfvars"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("infra/other.tfvars", "unheard_of = 1"),
        ("infra/terraform.tfvars", BOTH),
        ("infra/prod.auto.tfvars", BOTH),
        ("infra/terraform.tfvars.json", '{"size": 1, "zone": 1}'),
        ("infra/backend-prod.tfvars", 'bucket = "state"\nzone = "a"'),
        ("infra/.ci/lint.tfvars", BOTH),
        ("infra/empty.tfvars", ""),
        ("infra/secret.tfvars", b"\0GITCRYPT\0 \x01\x02"),
    ],
)
def test_files_that_are_not_paired(path: str, text: str | bytes) -> None:
    assert sets({path: text}) == {}


@pytest.mark.parametrize(
    "path", ["infra/backends/prod.tfvars", "infra/backend-prod.tfvars", "infra/envs/backend/p.tfvars"]
)
def test_settings_of_a_backend_are_no_variables_even_if_the_root_declares_one_of_the_name(path: str) -> None:
    infra = MAIN + 'variable "bucket" {}\n'
    assert sets({"infra/main.tf": infra, path: 'bucket = "state"\n'}) == {}
    assert list(sets({"infra/main.tf": infra, path: 'bucket = "state"\nsize = 1\nzone = "a"\n'})) != []


def test_a_file_named_backend_that_sets_variables_is_paired() -> None:
    assert list(sets({"infra/mobile-backend.tfvars": BOTH})) == ["mobile-backend.tfvars"]


def test_a_file_named_as_a_root_that_is_called_a_backend_is_paired() -> None:
    main = 'variable "region" {}\nresource "a" "b" {}\n'
    files = {"live/app-backend/main.tf": main, "live/tfvars/app-backend.tfvars": 'region = "eu-west-1"\n'}
    assert list(sets(files, "live/app-backend")) == ["app-backend.tfvars"]


def test_files_of_a_configuration_below_belong_to_that() -> None:
    files = {"infra/prod/main.tf": 'resource "a" "b" {}', "infra/prod/extra.tfvars": BOTH}
    assert sets(files) == {}


def test_a_directory_that_only_declares_variables_claims_no_files() -> None:
    files = {"infra/vars/variables.tf": 'variable "size" {}', "infra/vars/prod.tfvars": BOTH}
    assert list(sets(files)) == ["vars/prod.tfvars"]
    assert list(sets({"vars/main.tf": 'variable "size" {}', "vars/prod.tfvars": BOTH})) == ["prod.tfvars"]
    assert sets({"vars/main.tf": 'resource "a" "b" {}', "vars/prod.tfvars": BOTH}) == {}


@pytest.mark.parametrize(
    "sample",
    ["sample.tfvars", "examples/prod.tfvars", "prod-example.tfvars", "tests/a.tfvars", "test/golden/a.tfvars"],
)
def test_samples_are_nobodys_deployment(sample: str) -> None:
    files: dict[str, str | bytes] = {f"infra/{sample}": BOTH}
    assert sets(files) == {}
    assert list(sets({**files, "infra/prod.tfvars": BOTH})) == ["prod.tfvars"]


def test_test_is_an_environment_and_no_sample() -> None:
    assert list(sets({"infra/test.tfvars": BOTH, "infra/prod.tfvars": BOTH})) == ["prod.tfvars", "test.tfvars"]


def test_files_of_a_workspaces_directory_name_the_workspace() -> None:
    source = MemorySource({"main.tf": MAIN, "workspaces/blue.tfvars": BOTH})
    (found,) = VarFiles(TerraformFiles(source)).sets("")
    assert found.workspace == "blue"


COMPONENTS = {"live/components/disks/main.tf": MAIN, "live/components/network/main.tf": MAIN}


@pytest.mark.parametrize(
    "layout", ["environments/{root}/{env}.tfvars", "variables/{env}/{root}.tfvars", "vars/{env}-{root}.tfvars"]
)
def test_a_tree_of_variable_files_beside_names_the_root(layout: str) -> None:
    files = {
        f"live/{layout.format(root=root, env=env)}": BOTH for root in ("disks", "network") for env in ("prod", "dev")
    }
    found = sets({**COMPONENTS, **files}, root="live/components/disks")
    assert {file for files_ in found.values() for file in files_} == {path for path in files if "disks" in path}
    assert len(found) == 2


def test_a_tree_beside_has_common_files_for_each_environment() -> None:
    files = {
        "live/variables/prod/common.tfvars": 'zone = "p"',
        "live/variables/dev/common.tfvars": 'zone = "d"',
        "live/variables/prod/disks.tfvars": "",
    }
    assert sets({**COMPONENTS, **files}, root="live/components/disks") == {
        "prod/disks.tfvars": ("live/variables/prod/common.tfvars", "live/variables/prod/disks.tfvars")
    }
    assert list(sets({**COMPONENTS, **files}, root="live/components/network")) == [
        "dev/common.tfvars",
        "prod/common.tfvars",
    ]


def test_a_tree_beside_that_names_no_root_needs_to_fit() -> None:
    fits = {"environments/prod.tfvars": BOTH, "environments/dev.tfvars": BOTH}
    assert list(sets(fits, root="terraform")) == ["dev.tfvars", "prod.tfvars"]
    assert sets({"config/app.tfvars": 'name = "z"\nport = 1\nhost = 2\n'}, root="terraform") == {}


def test_files_below_the_root_win_over_a_tree_beside() -> None:
    assert list(sets({"infra/prod.tfvars": BOTH, "envs/infra/dev.tfvars": BOTH})) == ["prod.tfvars"]


def test_what_was_listed_is_not_walked_again() -> None:
    class Walked(MemorySource):
        def files(self, under: str = "") -> list[str]:
            raise AssertionError("walked")

    source = Walked({"infra/main.tf": MAIN, "infra/prod.tfvars": BOTH})
    found = VarFiles(TerraformFiles(source))
    found.know("", ["infra/main.tf", "infra/prod.tfvars"])
    assert [each.label for each in found.sets("infra")] == ["prod.tfvars"]


@given(
    st.dictionaries(
        st.from_regex(r"(?:(?:envs|prod|dev|config|eu)/){0,3}(?:prod|dev|common|a|b)(?:\.x)?\.tfvars", fullmatch=True),
        st.sampled_from(["size = 1", "zone = 1", BOTH, "", "other = 1", 'name = "n"\nsize = 2']),
        max_size=8,
    )
)
def test_every_set_has_a_label_of_its_own_and_no_file_twice(files: dict[str, str]) -> None:
    source = MemorySource({"main.tf": MAIN, **files})
    found = VarFiles(TerraformFiles(source)).sets("")
    assert len({each.label for each in found}) == len(found)
    assert all(each.files and len(set(each.files)) == len(each.files) for each in found)
    assert {file for each in found for file in each.files} <= set(files)
