"""Which overlays there are, what is kept out of a rendering, and what is said where one fails."""

from __future__ import annotations

from pathlib import Path

import pytest
from readers.kustomize.overlay_tree import FILES

from costlint.model import Diagnostic, Stack
from costlint.readers.kustomize import read_overlays, rendering
from costlint.readers.kustomize.read import Overlays
from costlint.readers.kustomize.rendering import renderer
from costlint.sources import DirectorySource, MemorySource

renders = pytest.mark.skipif(not renderer(), reason="neither kustomize nor kubectl is installed")

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec: {replicas: 1}
"""


def _read(files: dict[str, str], **more: object) -> tuple[Overlays, list[Diagnostic]]:
    source = MemorySource(files)
    problems: list[Diagnostic] = []
    return read_overlays(source, source.files(), [""], problems, **more), problems  # type: ignore[arg-type]


def _one(files: dict[str, str]) -> tuple[Stack, list[str]]:
    found, problems = _read(files)
    (stack,) = found.stacks
    return stack, [str(one) for one in (*problems, *stack.diagnostics)]


def _patched(patch: str) -> dict[str, str]:
    return {"kustomization.yaml": f"resources: [api.yaml]\n{patch}", "api.yaml": DEPLOYMENT}


@renders
def test_overlays_are_stacks_and_what_they_are_made_of_is_not() -> None:
    found, problems = _read(FILES)
    assert [stack.path for stack in found.stacks] == ["overlays/dev", "overlays/prod"]
    assert not problems
    assert not any(stack.alternative or stack.library or stack.unread for stack in found.stacks)


@renders
def test_everything_an_overlay_is_made_of_belongs_to_kustomize() -> None:
    beside = {**FILES, "overlays/prod/unused.yaml": DEPLOYMENT, "plain/api.yaml": DEPLOYMENT}
    found, _ = _read(beside)
    assert found.read == set(beside) - {"plain/api.yaml"}


@renders
def test_the_notes_of_kustomize_are_no_annotations_of_the_object() -> None:
    found, _ = _read(FILES)
    assert "annotations" not in str([one.attributes["metadata"] for one in found.stacks[0].resources])


@renders
def test_an_overlay_that_only_lists_environments_stands_for_them() -> None:
    found, _ = _read({**FILES, "overlays/kustomization.yaml": "resources: [prod, dev]\n"})
    assert [stack.path for stack in found.stacks] == ["overlays/dev", "overlays/prod"]


@renders
def test_overlays_of_one_base_that_name_no_environment_stand_for_each_other() -> None:
    files = {
        "base/kustomization.yaml": "resources: [api.yaml]\n",
        "base/api.yaml": DEPLOYMENT,
        "gke/kustomization.yaml": "resources: [../base]\n",
        "kind/kustomization.yaml": "resources: [../base]\n",
        "prod/kustomization.yaml": "resources: [../base]\n",
    }
    found, _ = _read(files)
    assert {stack.path: stack.alternative for stack in found.stacks} == {"gke": True, "kind": True, "prod": False}
    assert len({stack.choice for stack in found.stacks if stack.alternative}) == 1


@renders
def test_overlays_of_one_manifest_stand_for_each_other() -> None:
    files = {
        "api.yaml": DEPLOYMENT,
        "awq/kustomization.yaml": "resources: [../api.yaml]\n",
        "kvcache/kustomization.yaml": "resources: [../api.yaml]\nnamePrefix: ''\n",
        "other/kustomization.yaml": "resources: [own.yaml]\n",
        "other/own.yaml": DEPLOYMENT,
    }
    found, _ = _read(files)
    assert {stack.path: stack.alternative for stack in found.stacks} == {"awq": True, "kvcache": True, "other": False}


@renders
def test_what_only_a_test_is_made_of_is_deployed_all_the_same() -> None:
    files = {
        "config/kustomization.yaml": "resources: [api.yaml]\n",
        "config/api.yaml": DEPLOYMENT,
        "test/e2e/kustomization.yaml": "resources: [../../config]\n",
    }
    found, _ = _read(files)
    assert [(stack.path, stack.library) for stack in found.stacks] == [("config", False), ("test/e2e", True)]


@renders
def test_a_base_something_names_is_a_stack_as_well() -> None:
    found, _ = _read(FILES, named={"base"})
    assert [stack.path for stack in found.stacks] == ["base", "overlays/dev", "overlays/prod"]


@renders
def test_a_licence_above_the_document_is_no_kustomization() -> None:
    stack, said = _one({"kustomization.yaml": "# a licence\n---\nresources: [api.yaml]\n", "api.yaml": DEPLOYMENT})
    assert [one.address for one in stack.resources] == ["Deployment/api"]
    assert not said


def test_a_kustomization_of_flux_is_left_alone() -> None:
    text = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps}\n"
    found, problems = _read({"kustomization.yaml": text})
    assert not found.stacks
    assert not found.read - {"kustomization.yaml"}
    assert not problems


@renders
@pytest.mark.parametrize(
    "remote",
    [
        "https://example.com/manifests.yaml",
        "github.com/owner/name//config/default?ref=v1.0.0",
        "git@example.com:owner/name.git",
        "ssh://git@example.com/owner/name",
        "git::https://example.com/owner/name.git",
    ],
)
def test_remote_bases_are_named_and_the_rest_is_read(remote: str) -> None:
    stack, said = _one({"kustomization.yaml": f"resources:\n- api.yaml\n- {remote}\n", "api.yaml": DEPLOYMENT})
    assert [one.address for one in stack.resources] == ["Deployment/api"]
    assert said == [
        f"kustomization.yaml:3:3: {remote} is fetched from elsewhere, which a scan does not do; the rest is read"
    ]
    assert stack.unread == (remote,)


@renders
def test_patches_of_what_was_not_fetched_do_no_harm() -> None:
    files = {
        "kustomization.yaml": "resources: [api.yaml, https://example.com/x.yaml]\n"
        "patchesStrategicMerge: [other.yaml, mine.yaml]\n",
        "api.yaml": DEPLOYMENT,
        "other.yaml": DEPLOYMENT.replace("api", "elsewhere"),
        "mine.yaml": DEPLOYMENT.replace("replicas: 1", "replicas: 5"),
    }
    stack, _ = _one(files)
    assert [one.get("spec.replicas") for one in stack.resources] == [5]
    location = stack.resources[0].locator.locate(("spec", "replicas"))
    assert location is not None
    assert str(location.span) == "mine.yaml:4:18"


@renders
def test_beside_what_was_not_fetched_a_patch_counts_however_its_path_is_written() -> None:
    files = {
        "kustomization.yaml": "resources: [base, https://example.com/x.yaml]\ncomponents: [more]\n",
        "base/kustomization.yaml": "resources: [api.yaml]\n",
        "base/api.yaml": DEPLOYMENT,
        "more/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
        "patches: [{path: ./mine.yaml}]\n",
        "more/mine.yaml": DEPLOYMENT.replace("replicas: 1", "replicas: 5"),
    }
    stack, _ = _one(files)
    assert [one.get("spec.replicas") for one in stack.resources] == [5]


@renders
def test_settings_added_to_what_was_not_fetched_do_no_harm() -> None:
    files = {
        "kustomization.yaml": "resources: [base, https://example.com/x.yaml]\nreplicas: [{name: api, count: 4}]\n"
        "configMapGenerator:\n- {name: theirs, behavior: merge, literals: [A=1]}\n"
        "- {name: ours, behavior: replace, literals: [B=2]}\n",
        "base/kustomization.yaml": "resources: [api.yaml]\nconfigMapGenerator: [{name: ours, literals: [B=1, C=1]}]\n",
        "base/api.yaml": DEPLOYMENT,
    }
    stack, said = _one(files)
    found = {one.name.rpartition("-")[0]: one.get("data") for one in stack.resources if one.type == "ConfigMap"}
    assert found == {"theirs": {"A": "1"}, "ours": {"B": "2"}}
    assert [one.get("spec.replicas") for one in stack.resources if one.type == "Deployment"] == [4]
    assert len(said) == 1


@renders
def test_settings_added_twice_to_what_was_not_fetched_do_no_harm_either() -> None:
    added = "configMapGenerator: [{name: theirs, behavior: replace, literals: [A=%s]}]\n"
    files = {
        "kustomization.yaml": "resources: [base]\n" + added % 2,
        "base/kustomization.yaml": "resources: [api.yaml, https://example.com/x.yaml]\n" + added % 1,
        "base/api.yaml": DEPLOYMENT,
    }
    stack, said = _one(files)
    assert [one.get("data") for one in stack.resources if one.type == "ConfigMap"] == [{"A": "2"}]
    assert len(said) == 1


@renders
def test_a_complaint_names_no_places_in_memory() -> None:
    _, said = _one(_patched("configMapGenerator: [{name: c, behavior: merge, literals: [A=1]}]"))
    (line,) = said
    assert "read without patches: merging from generator: id" in line


def test_a_kustomization_written_by_a_template_is_read_once_rendered() -> None:
    text = "resources: [api.yaml]\n{% if private %}\nnamePrefix: private-\n{% endif %}\n"
    _, problems = _read({"kustomization.yaml": text, "api.yaml": DEPLOYMENT})
    assert [(one.severity, one.message) for one in problems] == [
        ("note", "this kustomization is a template and is read only once rendered")
    ]


@renders
@pytest.mark.parametrize(
    ("patch", "what"),
    [
        ("configMapGenerator: [{name: c, files: [/etc/hostname]}]", "/etc/hostname is outside the scanned tree"),
        ("configMapGenerator: [{name: c, files: [../../secret]}]", "../../secret is outside the scanned tree"),
        ("configMapGenerator: [{name: c, envs: [.env]}]", ".env is not here"),
        ("patches: [{path: ../../../p.yaml}]", "../../../p.yaml is outside the scanned tree"),
        ("components: [../../other]", "../../other is outside the scanned tree"),
        ("patches: [{path: gone.yaml}]", "gone.yaml is not here"),
        ("helmCharts: [{name: vllm, repo: https://example.com}]", "helmCharts makes kustomize run Helm"),
        ("transformers: [plugin.yaml]", "plugin.yaml is a plugin, which is not run"),
    ],
)
def test_what_a_rendering_may_not_reach_is_left_out(patch: str, what: str) -> None:
    plugin = "apiVersion: example.com/v1\nkind: Anything\nmetadata: {name: x}\n"
    stack, said = _one({**_patched(patch), "plugin.yaml": plugin})
    assert "Deployment/api" in [one.address for one in stack.resources]
    (line,) = said
    assert line.startswith("kustomization.yaml:2:")
    assert what in line


@renders
def test_inline_plugins_with_files_of_the_machine_find_nothing() -> None:
    inline = (
        "generators:\n- |-\n  apiVersion: builtin\n  kind: ConfigMapGenerator\n  metadata: {name: x}\n"
        "  files: [/etc/hostname]\n"
    )
    stack, said = _one(_patched(inline))
    assert not any(one.type == "ConfigMap" for one in stack.resources)
    assert any("cannot be rendered" in line for line in said)


@renders
def test_a_link_that_leads_out_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text(DEPLOYMENT.replace("api", "stolen"))
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "kustomization.yaml").write_text("resources: [api.yaml, link.yaml]\n")
    (tree / "api.yaml").write_text(DEPLOYMENT)
    (tree / "link.yaml").symlink_to(outside)
    source = DirectorySource(tree)
    problems: list[Diagnostic] = []
    found = read_overlays(source, source.files(), [""], problems)
    assert [one.address for one in found.stacks[0].resources] == ["Deployment/api"]
    assert any("link.yaml" in one.message for one in problems)


@renders
def test_files_of_another_directory_of_the_tree_can_be_used() -> None:
    files = {
        "shared/api.yaml": DEPLOYMENT,
        "shared/patch.yaml": DEPLOYMENT.replace("1}", "4}"),
        "shared/settings.env": "A=1\n",
        "prod/kustomization.yaml": "resources: [../shared/api.yaml]\npatches: [{path: ../shared/patch.yaml}]\n"
        "configMapGenerator: [{name: c, envs: [../shared/settings.env]}]\n",
    }
    stack, said = _one(files)
    assert not said
    deployment = next(one for one in stack.resources if one.type == "Deployment")
    assert deployment.get("spec.replicas") == 4
    location = deployment.locator.locate(("spec", "replicas"))
    assert location is not None
    assert str(location.span) == "shared/patch.yaml:4:18"


@renders
def test_an_overlay_that_fails_is_read_without_patches_and_says_why() -> None:
    stack, said = _one(_patched('patches: [{target: {kind: Deployment}, patch: \'[{"op": "boil"}]\'}]'))
    assert [one.get("spec.replicas") for one in stack.resources] == [1]
    assert "kustomization.yaml" in stack.unread
    (line,) = said
    assert line.startswith("kustomization.yaml: this overlay cannot be rendered")
    assert "/tmp" not in line


@renders
def test_a_complaint_holds_neither_the_log_of_kubectl_nor_whole_objects() -> None:
    settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: %s}\ndata: {secret: sauce}\n"
    files = {"kustomization.yaml": "namespace: c\nresources: [a.yaml, b.yaml]\n"}
    _, said = _one(files | {"a.yaml": settings % "a", "b.yaml": settings % "b"})
    (line,) = said
    assert line.endswith("read without patches: namespace transformation produces ID conflict")


@renders
def test_kustomizations_made_of_each_other_end_in_a_sentence() -> None:
    found, problems = _read(
        {"a/kustomization.yaml": "resources: [../b]\n", "b/kustomization.yaml": "resources: [../a]\n"}
    )
    said = [str(one) for stack in found.stacks for one in stack.diagnostics]
    assert not problems
    assert len(said) == 1
    assert "cycle detected" in said[0]


@renders
def test_a_broken_kustomization_stops_no_other() -> None:
    found, problems = _read({**_patched(""), "broken/kustomization.yaml": "resources: [\n"})
    assert [stack.path for stack in found.stacks] == [""]
    assert [(one.severity, one.file, one.line) for one in problems] == [("error", "broken/kustomization.yaml", 2)]


@renders
def test_aliases_that_expand_without_end_are_not_handed_to_kustomize() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    bomb = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n" + "\n".join(lines)
    stack, said = _one({**_patched(""), "kustomization.yaml": "resources: [api.yaml, bomb.yaml]\n", "bomb.yaml": bomb})
    assert [one.address for one in stack.resources] == ["Deployment/api"]
    assert "aliases expand to more than" in said[0]


@renders
def test_too_large_an_output_is_cut_off_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "LARGEST_OUTPUT", 100)
    _, said = _one(_patched(""))
    assert "it comes to more than" in said[0]


def test_too_slow_a_renderer_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    slow = tmp_path / "kustomize"
    slow.write_text("#!/bin/sh\nwhile :; do :; done\n")
    slow.chmod(0o755)
    monkeypatch.setattr(rendering, "SECONDS", 0.2)
    found, _ = _read(_patched(""), command=(str(slow), "build"))
    assert "it takes more than" in found.stacks[0].diagnostics[0].message


def test_without_kustomize_resources_are_read_plainly_and_one_line_says_so() -> None:
    found, problems = _read(FILES, command=())
    assert [str(one) for one in problems] == [
        "overlays/dev/kustomization.yaml: neither kustomize nor kubectl is on the PATH: 2 overlays are read without "
        "patches"
    ]
    assert {stack.path: len(stack.resources) for stack in found.stacks} == {"overlays/dev": 5, "overlays/prod": 5}
    assert all(stack.unread for stack in found.stacks)


@renders
def test_comments_in_any_file_of_an_overlay_accept_findings() -> None:
    files = {
        "kustomization.yaml": "resources: [api.yaml]\nreplicas:\n  # costlint:ignore=K8S001 launch week\n"
        "  - {name: api, count: 9}\npatches: [{path: p.yaml}]\n",
        "api.yaml": DEPLOYMENT,
        "p.yaml": DEPLOYMENT.replace("spec:", "# costlint:ignore=K8S002 later\nspec:"),
    }
    stack, _ = _one(files)
    found = {(one.file, one.line, one.rules, one.reason) for one in stack.suppressions}
    assert found == {("kustomization.yaml", 4, ("K8S001",), "launch week"), ("p.yaml", 5, ("K8S002",), "later")}


@renders
def test_the_annotation_accepts_findings_about_its_object() -> None:
    api = DEPLOYMENT.replace("{name: api}", "\n  name: api\n  annotations:\n    costlint.io/ignore: K8S001 agreed")
    stack, _ = _one({**_patched(""), "api.yaml": api})
    (found,) = stack.suppressions
    assert (found.file, found.line, found.comment_line, found.rules, found.reason) == (
        "api.yaml",
        1,
        6,
        ("K8S001",),
        "agreed",
    )


@renders
def test_large_schemas_are_not_rendered_but_their_definitions_are() -> None:
    schema = "".join(f"          field{n}: {{type: string}}\n" for n in range(4000))
    definition = (
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: things.example.com\n"
        "spec:\n  group: example.com\n  names: {kind: Thing, plural: things}\n  scope: Namespaced\n  versions:\n"
        f"  - name: v1\n    schema:\n      openAPIV3Schema:\n        properties:\n{schema}"
        "    served: true\n    storage: true\n"
    )
    stack, said = _one({"kustomization.yaml": "resources: [crd.yaml]\n", "crd.yaml": definition})
    assert not said
    (resource,) = stack.resources
    assert resource.get("spec.versions") == [{"name": "v1", "served": True, "storage": True}]
    assert str(resource.span) == "crd.yaml:1:1"


@renders
def test_replacements_from_files_that_are_not_here_are_left_out_and_others_stay() -> None:
    overlay = """\
resources: [api.yaml]
configMapGenerator:
  - {name: here, literals: [COUNT=7]}
  - {name: gone, envs: [gone.env]}
replacements:
  - source: {kind: ConfigMap, name: here, fieldPath: data.COUNT}
    targets: [{select: {kind: Deployment}, fieldPaths: [metadata.labels.count], options: {create: true}}]
  - source: {kind: ConfigMap, name: gone, fieldPath: data.OTHER}
    targets: [{select: {kind: Deployment}, fieldPaths: [metadata.labels.other], options: {create: true}}]
"""
    stack, said = _one({"kustomization.yaml": overlay, "api.yaml": DEPLOYMENT})
    assert said == ["kustomization.yaml:4:25: gone.env is not here; the rest is read"]
    deployment = next(one for one in stack.resources if one.type == "Deployment")
    assert deployment.tags == {"count": 7}
