"""Where module calls lead: mappings, this repository, terraform's data directory, the lock file; in that order."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest
from terraform_stacks import resource

from costlint.config import ModuleMapping
from costlint.model import Stack, Unknown
from costlint.readers.discover import discover
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.read import TerraformOptions, read_stack
from costlint.readers.terraform.sourcing.lock import LOCK_NAME, Pin, render_lock
from costlint.sources import DirectorySource, MemorySource, MountedSource
from costlint.sources.packages import checksum_of, manifest_of, package_directory

DISK = 'resource "aws_ebs_volume" "d" {\n  type = "%s"\n}\n'
GITHUB = "git@github.com:Acme/terraform-aws-platform.git"


def calling(source: str, version: str = "") -> str:
    return f'module "m" {{\n  source = "{source}"\n' + (f'  version = "{version}"\n' if version else "") + "}\n"


def read(files: dict[str, str], *remotes: str, root: str = "", **options: object) -> Stack:
    source = MountedSource(MemorySource(files), remotes)
    return read_stack(TerraformFiles(source), root, TerraformOptions(**options))  # type: ignore[arg-type]


def said(stack: Stack) -> list[str]:
    return [str(each) for each in stack.diagnostics]


@pytest.fixture
def neighbours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository beside a checkout of modules; the current directory is the repository."""
    for name in ("repo/.git", "repo/infra", "repo/vendored/net", "acme/.git", "acme/net/vpc", "acme/disk"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "acme/net/vpc/main.tf").write_text('module "d" {\n  source = "../../disk"\n}\n')
    (tmp_path / "acme/disk/main.tf").write_text(DISK % "gp2")
    (tmp_path / "repo/vendored/net/main.tf").write_text(DISK % "io1")
    monkeypatch.chdir(tmp_path / "repo")
    return tmp_path


def mapped(neighbours: Path, source: str, match: str, path: str) -> Stack:
    (neighbours / "repo/infra/main.tf").write_text(calling(source))
    files = TerraformFiles(DirectorySource("."), [ModuleMapping(match, path)])
    return read_stack(files, "infra")


def test_a_mapped_module_is_read_where_it_lies(neighbours: Path) -> None:
    stack = mapped(neighbours, "git::https://x.io/acme/net.git//vpc?ref=v1", "git::https://x.io/acme/*", "../acme")
    disk = resource(stack, "module.m.module.d.aws_ebs_volume.d")
    assert disk.span.file == "../acme/disk/main.tf"
    location = disk.locator.locate(("type",))
    assert location is not None
    assert str(location.span) == "../acme/disk/main.tf:2:10"
    assert (stack.unresolved, said(stack)) == ([], [])


def test_a_mapping_may_lead_into_the_repository(neighbours: Path) -> None:
    stack = mapped(neighbours, "acme/net/aws", "acme/*/aws", "vendored/*")
    assert resource(stack, "module.m.aws_ebs_volume.d").span.file == "vendored/net/main.tf"


def test_a_local_source_outside_the_tree_can_be_mapped(neighbours: Path) -> None:
    stack = mapped(neighbours, "../../elsewhere/disk", "../../elsewhere/*", "../acme")
    assert resource(stack, "module.m.aws_ebs_volume.d").span.file == "../acme/disk/main.tf"


@pytest.mark.parametrize(("path", "wanted"), [("../nowhere", "../nowhere"), ("../acme", "../acme/gone/vpc")])
def test_a_mapping_that_leads_nowhere_is_said_and_nothing_else_is_tried(
    neighbours: Path, path: str, wanted: str
) -> None:
    stack = mapped(neighbours, "git::https://x.io/acme/gone.git//vpc", "git::https://x.io/acme/*", path)
    assert len(stack.unresolved) == 1
    assert said(stack) == [
        'infra/main.tf:2:12: module "m" comes from git::https://x.io/acme/gone.git//vpc and is not read: '
        f"modules: maps it to {wanted}, which is no directory"
    ]


@pytest.mark.parametrize(
    ("source", "remote"),
    [
        ("git::https://github.com/acme/terraform-aws-platform.git//modules/disk?ref=v1", GITHUB),
        ("github.com/acme/terraform-aws-platform//modules/disk", GITHUB),
        (
            "git@github.com:acme/terraform-aws-platform.git//modules/disk",
            "https://github.com/acme/terraform-aws-platform",
        ),
        ("acme/platform/aws//modules/disk", GITHUB),
        ("app.terraform.io/acme/platform/aws//modules/disk", GITHUB),
    ],
)
def test_a_repository_that_names_itself_is_read_here(source: str, remote: str) -> None:
    stack = read({"infra/main.tf": calling(source), "modules/disk/main.tf": DISK % "gp2"}, remote, root="infra")
    assert resource(stack, "module.m.aws_ebs_volume.d").span.file == "modules/disk/main.tf"


@pytest.mark.parametrize(
    "source",
    [
        "github.com/acme/terraform-aws-platform-two//modules/disk",
        "github.com/other/terraform-aws-platform//modules/disk",
        "acme/platform/google//modules/disk",
        "acme/platform2/aws//modules/disk",
        "git::https://gitlab.com/acme/terraform-aws-platform.git//modules/disk",
    ],
)
def test_another_repository_is_not_taken_for_this_one(source: str) -> None:
    stack = read({"main.tf": calling(source), "modules/disk/main.tf": DISK % "gp2"}, GITHUB)
    assert (len(stack.unresolved), stack.resources) == (1, [])


def test_a_directory_this_repository_lacks_is_said() -> None:
    stack = read({"main.tf": calling("github.com/acme/terraform-aws-platform//modules/gone")}, GITHUB)
    assert said(stack)[0].endswith("is not read: it is this repository, which has no directory modules/gone")


def test_a_module_called_by_its_address_is_no_root() -> None:
    source = MountedSource(
        MemorySource(
            {
                "infra/main.tf": 'provider "aws" {}\n' + calling("acme/platform/aws//modules/disk"),
                "modules/disk/main.tf": DISK % "gp2",
            }
        ),
        [GITHUB],
    )
    assert [root.path for root in discover(source, [""], TerraformFiles(source)).roots] == ["infra"]


def installed(**entry: str) -> dict[str, str]:
    return {
        "main.tf": calling("acme/disk/aws", "~> 1.0"),
        ".terraform/modules/modules.json": json.dumps({"Modules": [{"Key": "m", **entry}]}),
        ".terraform/modules/m/main.tf": DISK % "gp2",
    }


@pytest.mark.parametrize("source", ["registry.terraform.io/acme/disk/aws", "acme/disk/aws", ""])
def test_what_terraform_installed_for_the_call_is_read(source: str) -> None:
    stack = read(installed(Dir=".terraform/modules/m", Source=source, Version="1.2.3"))
    assert resource(stack, "module.m.aws_ebs_volume.d").span.file == ".terraform/modules/m/main.tf"


def test_what_terraform_installed_before_the_call_changed_is_not_read() -> None:
    stack = read(installed(Dir=".terraform/modules/m", Source="registry.terraform.io/acme/vpc/aws"))
    assert len(stack.unresolved) == 1


@pytest.mark.parametrize("directory", ["../../outside", "/etc", ".terraform/modules/gone"])
def test_an_installed_module_outside_the_tree_is_not_read(directory: str) -> None:
    assert len(read(installed(Dir=directory)).unresolved) == 1


def test_the_data_directory_of_terraform_counts_when_it_is_given() -> None:
    files = {
        "infra/main.tf": calling("acme/disk/aws"),
        "infra/.data/modules/modules.json": json.dumps({"Modules": [{"Key": "m", "Dir": ".data/modules/m"}]}),
        "infra/.data/modules/m/main.tf": DISK % "gp2",
    }
    assert len(read(files, root="infra").unresolved) == 1
    assert read(files, root="infra", environment={"TF_DATA_DIR": ".data"}).unresolved == []


def test_a_data_directory_outside_the_tree_is_read_when_it_is_given(tmp_path: Path) -> None:
    (tmp_path / "repo").mkdir()
    (tmp_path / "repo/main.tf").write_text(calling("acme/disk/aws"))
    data = tmp_path / "data"
    (data / "modules/m").mkdir(parents=True)
    (data / "modules/m/main.tf").write_text(DISK % "gp2")
    record = {"Modules": [{"Key": "m", "Dir": f"{data}/modules/m"}, {"Key": "n", "Dir": f"{data}/../repo"}]}
    (data / "modules/modules.json").write_text(json.dumps(record))
    options = TerraformOptions(environment={"TF_DATA_DIR": str(data)})
    stack = read_stack(TerraformFiles(DirectorySource(tmp_path / "repo")), "", options)
    assert [each.address for each in stack.resources] == ["module.m.aws_ebs_volume.d"]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COSTLINT_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def package(cache: Path, files: dict[str, str]) -> str:
    manifest = manifest_of({path: sha256(text.encode()).hexdigest() for path, text in files.items()})
    directory = package_directory(cache, checksum_of(manifest))
    for path, text in files.items():
        (directory / "tree" / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / "tree" / path).write_text(text)
    (directory / "manifest").write_bytes(manifest)
    return checksum_of(manifest)


def locked(source: str, version: str, *pins: Pin) -> Stack:
    return read({"main.tf": calling(source, version), LOCK_NAME: render_lock(pins)})


def test_a_locked_module_is_read_from_the_cache(cache: Path) -> None:
    checksum = package(
        cache,
        {
            "top/modules/a/main.tf": 'module "d" {\n  source = "../disk"\n}\n',
            "top/modules/disk/main.tf": DISK % "gp2",
        },
    )
    pin = Pin("registry.terraform.io/acme/disk/aws", "1.2.3", checksum, "~> 1.0", "top")
    stack = locked("acme/disk/aws//modules/a", "~> 1.0", pin)
    disk = resource(stack, "module.m.module.d.aws_ebs_volume.d")
    assert disk.span.file == "registry.terraform.io/acme/disk/aws@1.2.3/top/modules/disk/main.tf"
    assert said(stack) == []


@pytest.mark.parametrize(("version", "pinned"), [("~> 2.0", "~> 1.0"), ("", "~> 1.0")])
def test_a_pin_is_for_the_constraint_it_was_made_for(cache: Path, version: str, pinned: str) -> None:
    pin = Pin("registry.terraform.io/acme/disk/aws", "1.2.3", package(cache, {"main.tf": DISK % "gp2"}), pinned)
    assert len(locked("acme/disk/aws", version, pin).unresolved) == 1


def test_a_locked_module_that_is_not_in_the_cache_is_said(cache: Path) -> None:
    pin = Pin("git::https://x.io/a.git?ref=v1", "0" * 40, checksum_of(b""))
    stack = locked("git::https://x.io/a.git?ref=v1", "", pin)
    assert said(stack) == [
        'main.tf:2:12: module "m" comes from git::https://x.io/a.git?ref=v1, which is not here: what it deploys is '
        "unknown (x.io/a@v1 is not in the cache: run costlint modules fetch to have it read)"
    ]


def test_a_changed_file_in_the_cache_is_an_error_and_is_not_read(cache: Path) -> None:
    checksum = package(cache, {"main.tf": DISK % "gp2"})
    (package_directory(cache, checksum) / "tree/main.tf").write_text(DISK % "gp3")
    stack = locked("git::https://x.io/a.git", "", Pin("git::https://x.io/a.git", "c" * 40, checksum))
    assert stack.resources == []
    (error,) = [each for each in stack.diagnostics if each.severity == "error"]
    assert str(error) == (
        "x.io/a@cccccccccccc/main.tf: this file was changed in the cache after it was fetched (checksums differ): "
        "costlint modules fetch mends it"
    )


def test_a_broken_lock_file_is_named_at_the_call() -> None:
    stack = read({"main.tf": calling("acme/disk/aws"), LOCK_NAME: '{"format": 1,\n<<<<<<<'})
    assert f"{LOCK_NAME}:2:1: not valid JSON" in said(stack)[0]


def test_a_fetched_module_reads_neither_the_repository_nor_its_neighbours(cache: Path) -> None:
    inside = (
        'module "up" {\n  source = "../../../secrets"\n}\n'
        'resource "x_y" "z" {\n  stolen = file("${path.module}/../../secret.txt")\n'
        '  own = file("${path.module}/own.txt")\n'
        '  root = file("${path.root}/secret.txt")\n}\n'
    )
    checksum = package(cache, {"a/main.tf": inside, "a/own.txt": "own"})
    files = {
        "main.tf": calling("git::https://x.io/a.git//a"),
        LOCK_NAME: render_lock([Pin("git::https://x.io/a.git", "c" * 40, checksum)]),
        "secret.txt": "secret",
        "secrets/main.tf": DISK % "gp2",
    }
    stack = read(files)
    (found,) = stack.resources
    assert found.attributes["own"] == "own"
    assert isinstance(found.attributes["stolen"], Unknown)
    assert found.attributes["root"] == "secret", "terraform too lets a module read the root module's files"
    assert any('module "up" lies outside the scanned tree' in sentence for sentence in said(stack))


def test_the_repository_does_not_reach_into_fetched_modules(cache: Path) -> None:
    checksum = package(cache, {"main.tf": DISK % "gp2"})
    files = {
        "main.tf": calling("git::https://x.io/a.git") + 'module "n" {\n  source = "./<modules>/0"\n}\n',
        LOCK_NAME: render_lock([Pin("git::https://x.io/a.git", "c" * 40, checksum)]),
    }
    assert [each.address for each in read(files).resources] == ["module.m.aws_ebs_volume.d"]


SUBMODULES = '[submodule "modules"]\n\tpath = shared/modules\n\turl = https://x.io/acme/modules.git\n'


@pytest.mark.parametrize("source", ["./shared/modules", "./shared/modules/vpc"])
def test_a_module_in_a_submodule_that_is_not_checked_out_is_said_to_be(source: str) -> None:
    files = {".gitmodules": SUBMODULES, "main.tf": calling(source)}
    assert said(read(files)) == [
        f'main.tf:2:12: module "m" comes from {source} and is not read: the git submodule shared/modules is not '
        "checked out (git submodule update --init)"
    ]
    assert [each.source for each in read(files).unresolved] == [source]


@pytest.mark.parametrize("content", ["", DISK % "gp2"])
def test_git_leaves_an_empty_directory_for_a_submodule_it_does_not_check_out(tmp_path: Path, content: str) -> None:
    (tmp_path / "shared/modules").mkdir(parents=True)
    (tmp_path / ".gitmodules").write_text(SUBMODULES)
    (tmp_path / "main.tf").write_text(calling("./shared/modules"))
    if content:
        (tmp_path / "shared/modules/main.tf").write_text(content)
    stack = read_stack(TerraformFiles(DirectorySource(tmp_path)), "", TerraformOptions())
    assert (len(stack.unresolved), len(stack.resources)) == ((0, 1) if content else (1, 0))


@pytest.mark.parametrize("record", [SUBMODULES, "", "path =", b"\xff\xfe"])
def test_a_directory_that_no_submodule_explains_does_not_exist(record: str | bytes) -> None:
    files = {".gitmodules": record, "main.tf": calling("./shared/other")}
    assert said(read(files)) == ['main.tf:2:12: there is no directory ./shared/other for module "m"']  # type: ignore[arg-type]


def test_a_submodule_that_is_not_checked_out_is_a_warning_once_and_notes_from_then_on() -> None:
    calls = "".join(calling(f"./shared/modules/{name}").replace('"m"', f'"{name}"') for name in ("a", "b", "c"))
    found = read({".gitmodules": SUBMODULES, "main.tf": calls})
    assert [each.severity for each in found.diagnostics] == ["warning", "note", "note"]
    assert len(found.unresolved) == 3


@pytest.mark.parametrize(
    ("ignores", "ignored"),
    [
        ({".gitignore": "vendor/\n"}, "infra/vendor"),
        ({".gitignore": "/infra/vendor/modules\n"}, "infra/vendor/modules"),
        ({"infra/.gitignore": "vendor/modules/\n"}, "infra/vendor/modules"),
        ({".gitignore": "vendor/\n", "infra/.gitignore": "!vendor/\n"}, ""),
        ({".gitignore": "elsewhere/\n"}, ""),
        ({".gitignore": b"\xff\n"}, ""),
    ],
)
def test_a_directory_git_ignores_is_put_there_by_something_else(ignores: dict[str, str], ignored: str) -> None:
    stack = read({"infra/main.tf": calling("./vendor/modules//aks"), **ignores}, root="infra")
    (complaint,) = stack.diagnostics
    why = f"git ignores {ignored}, and nothing has put it there yet"
    nowhere = 'there is no directory ./vendor/modules//aks for module "m"'
    said = f'module "m" comes from ./vendor/modules//aks and is not read: {why}' if ignored else nowhere
    assert (complaint.severity, complaint.message) == ("warning" if ignored else "error", said)
    assert [each.address for each in stack.unresolved] == ["module.m"]
