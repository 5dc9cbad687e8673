"""Telling roots, libraries and plans apart."""

from pathlib import Path

import pytest

from costlint.readers.discover import Inputs, discover
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.plans.plan import read_plan
from costlint.sources import DirectorySource, MemorySource

PLAN = '{"format_version":"1.2","terraform_version":"1.9.0","planned_values":{"root_module":{}}}'
VOLUME = 'resource "aws_ebs_volume" "v" {}\n'
PROVIDER = 'provider "aws" {}\n' + VOLUME
MODULE = 'variable "size" {}\n' + VOLUME
STATE = 'terraform {\n  backend "s3" {\n    bucket = "acme"\n  }\n}\n'
LATER = 'terraform {\n  backend "s3" {}\n}\n'


def found(files: dict[str, str], *selected: str) -> Inputs:
    source = MemorySource(files)
    return discover(source, selected or ("",), TerraformFiles(source))


def roots(files: dict[str, str], *selected: str) -> list[tuple[str, bool]]:
    return [(root.path, root.library) for root in found(files, *selected).roots]


def calling(*sources: str) -> str:
    return PROVIDER + "".join(f'module "m{i}" {{\n  source = "{s}"\n}}\n' for i, s in enumerate(sources))


PLATFORM = {
    "envs/prod/main.tf": calling("../../modules/gpu", "hashicorp/consul/aws"),
    "envs/dev/main.tf": calling("../../modules/gpu/"),
    "modules/gpu/main.tf": 'module "disk" {\n  source = "../disk"\n}\n',
    "modules/disk/main.tf": 'resource "aws_ebs_volume" "v" {}\n',
    "modules/unused/main.tf": 'resource "aws_ebs_volume" "v" {}\n',
    "docs/readme.md": "",
}


def test_called_modules_are_not_roots_and_uncalled_ones_are_libraries() -> None:
    assert roots(PLATFORM) == [("envs/dev", False), ("envs/prod", False), ("modules/unused", True)]


def test_a_module_scanned_alone_is_a_library() -> None:
    assert roots(PLATFORM, "modules/gpu") == [("modules/gpu", True)]
    assert roots(PLATFORM, "modules/gpu", "modules/disk") == [("modules/gpu", True)]
    assert roots(PLATFORM, "envs/prod", "modules/gpu") == [("envs/prod", False)]


@pytest.mark.parametrize(
    ("files", "library", "why"),
    [
        ({"main.tf": PROVIDER}, False, "it configures a provider"),
        ({"main.tf": LATER + VOLUME}, False, "it has a backend block"),
        ({"main.tf": "terraform {\n  cloud {}\n}\n" + VOLUME}, False, "it has a cloud block"),
        ({"main.tf": MODULE, "prod.tfvars": "a = 1"}, False, "prod.tfvars stands beside it"),
        ({"a.tf": VOLUME, "b.tf.json": '{"terraform": {"backend": {"gcs": {}}}}'}, False, "it has a backend block"),
        (
            {"main.tf": VOLUME},
            False,
            "it takes no variables and gives no outputs, so no other module can use it",
        ),
        ({"main.tf": MODULE}, True, "nothing deploys it from here: no backend, provider or variable values"),
        ({"main.tf": "terraform {\n  required_providers {}\n}\n"}, True, "it declares nothing to deploy"),
        ({"main.tf": 'variable "a" {}\n', "prod.tfvars": "a = 1"}, True, "it declares nothing to deploy"),
        ({"main.tf": STATE + 'provider "aws" {}\n'}, True, "it declares nothing to deploy"),
    ],
)
def test_what_makes_a_root(files: dict[str, str], library: bool, why: str) -> None:
    (root,) = found(files).roots
    assert (root.path, root.library, root.why) == ("", library, why)


@pytest.mark.parametrize(
    ("files", "library"),
    [
        ({"main.tf": MODULE, "examples/full/main.tf": calling("../..")}, True),
        ({"examples/full/main.tf": calling("../../modules/gpu"), "modules/gpu/main.tf": MODULE}, True),
        ({"main.tf": MODULE, "examples/full/main.tf": calling("acme/gpu/aws")}, True),
        ({"main.tf": MODULE, "tests/full/main.tf": calling("../..")}, True),
        ({"main.tf": MODULE, "test/fixtures/full/main.tf": calling("acme/gpu/aws")}, True),
        ({"live/main.tf": PROVIDER + MODULE, "examples/full/main.tf": PROVIDER}, True),
        ({"examples/full/main.tf": PROVIDER, "examples/small/main.tf": calling("../full")}, False),
        ({"versions.tf": "terraform {}\n", "examples/full/main.tf": PROVIDER}, False),
        ({"main.tf": MODULE, "examples/full/main.tf": STATE + MODULE}, False),
        ({"main.tf": MODULE, "examples/full/main.tf": 'terraform {\n  backend "local" {}\n}\n' + PROVIDER}, True),
    ],
)
def test_an_example_is_a_library_where_there_is_something_it_shows_the_use_of(
    files: dict[str, str], library: bool
) -> None:
    labels = {root.path: root.library for root in found(files).roots}
    examples = {path: label for path, label in labels.items() if path.startswith(("examples", "test"))}
    assert set(examples.values()) == {library}


@pytest.mark.parametrize(
    ("path", "library"),
    [("tf_deprecated/rds", True), ("archived/gpu", True), ("old/gpu", False), ("undeprecated/gpu", False)],
)
def test_what_is_called_retired_is_a_library_whatever_it_has(path: str, library: bool) -> None:
    labels = {root.path: root for root in found({f"{path}/main.tf": LATER + PROVIDER + VOLUME}).roots}
    assert labels[path].library is library
    assert ("nobody deploys any more" in labels[path].why) is library


def test_an_example_says_what_it_is() -> None:
    (root,) = found({"main.tf": MODULE, "a/tests/full/main.tf": calling("../../..")}).roots
    assert root.why == "it is a test (tests/) of how the rest is used"


def test_an_example_that_is_asked_for_by_its_path_is_meant() -> None:
    files = {"main.tf": MODULE, "examples/full/main.tf": calling("../..")}
    assert roots(files, "examples/full") == [("examples/full", False)]
    assert roots(files, "", "examples/full") == [("examples/full", False)]
    assert roots(files, "examples/full/main.tf") == [("examples/full", True)]


@pytest.mark.parametrize(
    ("files", "library"),
    [
        ({"modules/gpu/main.tf": PROVIDER + MODULE}, True),
        ({"modules/gpu/main.tf": MODULE, "modules/gpu/terraform.tfvars": "size = 1"}, True),
        ({"modules/gpu/main.tf": STATE + MODULE}, False),
        ({"modules/main.tf": VOLUME}, True),
    ],
)
def test_an_uncalled_directory_in_modules_is_a_library_unless_it_keeps_state(
    files: dict[str, str], library: bool
) -> None:
    (root,) = found(files).roots
    assert root.library is library


@pytest.mark.parametrize(
    ("files", "library"),
    [
        ({"main.tf": LATER + MODULE}, True),
        ({"main.tf": LATER + VOLUME}, False),
        ({"main.tf": LATER + MODULE + PROVIDER}, False),
        ({"main.tf": LATER + MODULE, "dev.s3.tfbackend": ""}, False),
        ({"main.tf": LATER + MODULE, "staging.govuk.backend": ""}, False),
        ({"main.tf": LATER + MODULE, "envs/prod.tfvars": "size = 1"}, False),
        ({"main.tf": STATE + MODULE}, False),
    ],
)
def test_an_empty_backend_says_something_only_where_somebody_fills_it_in(files: dict[str, str], library: bool) -> None:
    (root,) = found(files).roots
    assert root.library is library


def test_a_hidden_directory_is_a_root_only_with_a_backend() -> None:
    files = {".github/check/main.tf": PROVIDER, ".identity/main.tf": STATE + PROVIDER, "main.tf": PROVIDER}
    assert roots(files) == [("", False), (".github/check", True), (".identity", False)]


@pytest.mark.parametrize(
    ("text", "library"),
    [
        ('resource "aws_ebs_volume" "v" {\n  size = var.size\n}\n', True),
        ('resource "aws_ebs_volume" "v" {\n  tags = local.tags\n}\n', True),
        ('locals {\n  size = 1\n}\nresource "aws_ebs_volume" "v" {\n  size = local.size\n}\n', False),
        (VOLUME + "# size = var.size\n", False),
        ('provider "aws" {}\ndata "aws_eks_cluster" "this" {\n  name = var.cluster\n}\n', True),
        ('provider "aws" {}\nresource "aws_ebs_volume" "v" {\n  size = var.nope\n}\n', False),
        ('provider "aws" {}\nvariable "cluster" {}\ndata "aws_eks_cluster" "this" {\n  name = var.cluster\n}\n', False),
        ('resource "aws_ebs_volume" "v" {\n  size = data.x.var.size\n}\n', False),
    ],
)
def test_what_uses_names_nobody_declares_is_a_fragment_of_something(text: str, library: bool) -> None:
    assert roots({"live/main.tf": PROVIDER, "region/main.tf": text}) == [("live", False), ("region", library)]


def test_variable_files_elsewhere_make_a_root() -> None:
    (root,) = found({"infra/main.tf": MODULE, "environments/prod.tfvars": "size = 1"}).roots
    assert (root.library, root.why) == (False, "environments/prod.tfvars gives it values")
    assert [found.label for found in root.sets] == ["prod.tfvars"]


def test_what_the_configuration_names_is_a_root_even_if_it_is_called() -> None:
    source = MemorySource(PLATFORM)
    inputs = discover(source, [""], TerraformFiles(source), is_named=lambda path: path == "modules/gpu")
    assert [root.path for root in inputs.roots if not root.library] == ["envs/dev", "envs/prod", "modules/gpu"]


def test_modules_that_call_each_other_in_a_circle_have_one_root() -> None:
    files = {"a/main.tf": calling("../b"), "b/main.tf": calling("../c"), "c/main.tf": calling("../a")}
    assert roots(files) == [("a", False)]
    assert roots({"a/main.tf": calling("./", ".")}) == [("a", False)]


def test_a_call_that_leads_out_of_the_tree_is_no_trouble() -> None:
    assert roots({"main.tf": calling("../../../other", "./missing")}) == [("", False)]


def test_downloaded_modules_are_not_roots() -> None:
    assert roots({"main.tf": PROVIDER, ".terraform/modules/x/main.tf": PROVIDER}) == [("", False)]


def test_plans_are_recognised_by_their_beginning() -> None:
    files = {
        "plans/a.json": PLAN,
        "plans/pretty.json": PLAN.replace("{", "{\n  ", 1).replace(":", ": "),
        "plans/state.json": '{"format_version":"1.0","terraform_version":"1.9.0","values":{}}',
        "package.json": '{"name": "planned_values", "format_version": 1}',
        "broken.json": "{",
    }
    inputs = found(files)
    assert inputs.plans == ["plans/a.json", "plans/pretty.json"]
    assert inputs.roots == []


def test_a_plan_takes_the_place_of_the_root_beside_it() -> None:
    inputs = found({"a/main.tf": PROVIDER, "a/plan.json": PLAN, "b/main.tf": PROVIDER})
    assert [root.path for root in inputs.roots] == ["b"]
    assert inputs.plans == ["a/plan.json"]
    assert [str(note) for note in inputs.diagnostics] == [
        "a: a/plan.json is a plan of this directory: it is read instead of the files beside it"
    ]


def test_a_file_can_be_selected() -> None:
    files = {"a/main.tf": PROVIDER, "a/plan.json": PLAN, "a/plan": "", "a/x.json": "{}", "a/p.tfvars": "", "a/b.md": ""}
    assert roots(files, "a/main.tf") == [("a", False)]
    assert found(files, "a/plan.json").plans == ["a/plan.json"]
    assert found(files, "a/plan.json").roots == []


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("nowhere", "nowhere: no such file or directory"),
        ("x.json", "x.json: this file is not a plan in JSON: write one with terraform show -json"),
        ("x.tfvars", "x.tfvars: this file holds values, not resources: give it with --var-file"),
        ("x.md", "x.md: this file is not a Terraform file, a plan or a Kubernetes manifest"),
    ],
)
def test_what_cannot_be_read_is_told_and_the_rest_is_found(path: str, message: str) -> None:
    inputs = found({"x.json": "{}", "x.tfvars": "", "x.md": "", "a/main.tf": PROVIDER}, path, "a")
    assert [(diagnostic.severity, str(diagnostic)) for diagnostic in inputs.diagnostics] == [("error", message)]
    assert [root.path for root in inputs.roots] == ["a"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_plan_is_recognised_however_it_is_encoded(encoding: str) -> None:
    text = PLAN if encoding in ("utf-8", "utf-8-sig", "utf-16") else f"\ufeff{PLAN}"
    source = MemorySource({"plan.json": text.encode(encoding)})
    assert discover(source, [""], TerraformFiles(source)).plans == ["plan.json"]
    assert read_plan(source, "plan.json", TerraformFiles(source)).diagnostics == []


def test_a_link_out_of_the_tree_is_no_plan(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(PLAN)
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "plan.json").symlink_to(tmp_path / "plan.json")
    source = DirectorySource(tmp_path / "tree")
    inputs = discover(source, [""], TerraformFiles(source))
    assert (inputs.plans, inputs.diagnostics) == ([], [])


def test_nothing_found_is_nothing() -> None:
    inputs = found({"readme.md": "", "values.yaml": ""})
    assert (inputs.roots, inputs.plans, inputs.diagnostics) == ([], [], [])


def test_ignored_directories_are_not_roots(tmp_path: Path) -> None:
    for path in ("kept/main.tf", "build/main.tf"):
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_text(PROVIDER)
    (tmp_path / ".gitignore").write_text("build/\n")
    source = DirectorySource(tmp_path)
    assert [root.path for root in discover(source, [""], TerraformFiles(source)).roots] == ["kept"]


def test_a_broken_file_does_not_hide_its_directory() -> None:
    assert roots({"a/main.tf": 'provider "aws" {}\nresource "a" {{{', "b/main.tf": PROVIDER}) == [
        ("a", False),
        ("b", False),
    ]


@pytest.mark.parametrize("name", ["helmfile.yaml", "deploy/helmfile.yaml.gotmpl", "helmfile.d/10-apps.yaml"])
def test_helmfiles_are_said_to_be_left_out(name: str) -> None:
    files = {name: "releases: []\n", "main.tf": PROVIDER}
    inputs = found(files)
    (note,) = inputs.diagnostics
    assert (note.severity, note.file) == ("note", name)
    assert "helmfile template | costlint scan -" in note.message
    assert [root.path for root in inputs.roots] == [""]


def test_many_helmfiles_are_one_note() -> None:
    inputs = found({f"helmfile.d/{n}.yaml": "releases: []\n" for n in range(3)})
    assert [one.message.partition(":")[0] for one in inputs.diagnostics] == ["Helmfile is not read (nor 2 more)"]


def test_a_workflow_about_helmfile_is_none() -> None:
    assert found({".github/workflows/helmfile_apply.yaml": "on: push\n"}).diagnostics == []


def test_a_start_script_in_parts_is_no_manifest() -> None:
    script = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="x"\n\n--x\napiVersion: node.eks.aws/v1\n'
    inputs = found({"userdata.yaml": script, "service.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n"})
    assert inputs.manifests == ["service.yaml"]
    assert inputs.diagnostics == []
