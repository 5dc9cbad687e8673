"""Samples are told from what is deployed: by what their directory is called, or the repository they lie in."""

from __future__ import annotations

from pathlib import Path

import pytest

from costlint.model import Stack
from costlint.readers.kubernetes.read import read_stacks
from costlint.readers.samples import is_collection, manifests_show
from costlint.sources import DirectorySource

SERVER = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec: {{replicas: 1}}\n"
SETTINGS = "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n"


def read(root: Path, files: dict[str, str], selected: str = "") -> list[Stack]:
    for path, text in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text.format(name=place.stem))
    source = DirectorySource(root)
    return read_stacks(source, source.files(selected), [selected], [])


@pytest.mark.parametrize(
    ("directory", "kind"),
    [
        ("examples", "an example"),
        ("tutorials", "a tutorial"),
        ("quickstarts", "a quick start"),
        ("demos", "a demonstration"),
        ("benchmarks", "a benchmark"),
        ("docs", "documentation"),
        ("tutorials-and-examples", "an example"),
        ("demo", ""),
        ("tutorials-and-apps", ""),
        ("documents", ""),
    ],
)
def test_a_directory_says_that_it_shows_something(tmp_path: Path, directory: str, kind: str) -> None:
    assert manifests_show(directory) == kind
    stacks = read(tmp_path / "platform", {"deploy/a.yaml": SERVER, f"{directory}/b.yaml": SERVER})
    assert {stack.path for stack in stacks if stack.library} == ({directory} if kind else set())


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("kubernetes-engine-samples", True),
        ("GoogleCloudPlatform+kubernetes-engine-samples", True),
        ("eks-workshop-v2", True),
        ("inference-demo", False),
        ("resampling", False),
        ("platform", False),
    ],
)
def test_a_repository_of_samples_by_its_name(name: str, is_one: bool) -> None:
    assert is_collection(name) == is_one


def test_of_the_samples_of_a_repository_one_counts(tmp_path: Path) -> None:
    files = {
        "ai/gemma/vllm.yaml": SERVER,
        "ai/gemma/cache.yaml": SETTINGS,
        "ai/llama/tgi.yaml": SERVER,
        "web/shop.yaml": SERVER,
        "web/policies/limits.yaml": SETTINGS,
    }
    stacks = read(tmp_path / "gke-samples", files)
    assert [stack.path for stack in stacks if stack.alternative] == ["ai/gemma", "ai/llama", "web"]
    assert len({stack.choice for stack in stacks if stack.alternative}) == 1
    assert {stack.path for stack in read(tmp_path / "platform", files)} == {""}


@pytest.mark.parametrize("url", ["https://github.com/aws-samples/do-eks.git", "git@github.com:acme/eks-workshop.git"])
def test_a_clone_under_another_name_is_known_by_its_remote(tmp_path: Path, url: str) -> None:
    (tmp_path / "work" / ".git").mkdir(parents=True)
    (tmp_path / "work" / ".git" / "config").write_text(f'[remote "origin"]\n\turl = {url}\n')
    stacks = read(tmp_path / "work", {"a/x.yaml": SERVER, "b/y.yaml": SERVER})
    assert [stack.alternative for stack in stacks] == [True, True]


def test_a_single_sample_is_what_was_asked_for(tmp_path: Path) -> None:
    files = {"ai/gemma/vllm.yaml": SERVER, "ai/llama/tgi.yaml": SERVER}
    (stack,) = read(tmp_path / "gke-samples", files, "ai/gemma")
    assert (stack.path, stack.alternative, stack.library) == ("ai/gemma", False, False)


def test_samples_somebody_selects_stand_for_each_other(tmp_path: Path) -> None:
    files = {"deploy/a.yaml": SERVER, "examples/one/b.yaml": SERVER, "examples/two/c.yaml": SERVER}
    stacks = read(tmp_path / "platform", files, "examples")
    assert [(stack.path, stack.alternative, stack.library) for stack in stacks] == [
        ("examples/one", True, False),
        ("examples/two", True, False),
    ]
