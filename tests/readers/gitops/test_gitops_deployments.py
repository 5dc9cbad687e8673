"""What Applications, HelmReleases and helm_release deploy, with which values, and where those are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from costlint.config import Config
from costlint.model import Diagnostic, PartialMap, Resource, Stack
from costlint.model.values import Path as ValuePath
from costlint.readers.gitops.deployments import Deployment
from costlint.readers.gitops.read import deployments, directories, releases, settle
from costlint.readers.gitops.stand_ins import stand_ins
from costlint.readers.gitops.values import together
from costlint.readers.kubernetes.read import read_stacks
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.read import read_stack
from costlint.readers.terraform.reading import TerraformOptions
from costlint.sources import MemorySource, open_directory

HERE = "https://github.com/acme/platform"
REPOS = {HERE: ""}
CHART = {"charts/vllm/Chart.yaml": "name: vllm\nversion: 1.0.0\n", "charts/vllm/values.yaml": "replicas: 1\n"}

APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: vllm-prod, namespace: argocd}
spec:
  destination: {name: prod-eu, namespace: ml}
  source:
    repoURL: git@github.com:acme/platform.git
    path: charts/vllm
    helm:
      releaseName: serving
      valueFiles: [values-prod.yaml, gone.yaml]
      values: |
        resources:
          limits:
            nvidia.com/gpu: 4
      valuesObject:
        model: llama
      parameters:
        - name: replicas
          value: "6"
        - name: image.tag
          value: "1.10"
          forceString: true
"""


def _read(files: dict[str, str]) -> tuple[MemorySource, list[Stack]]:
    source = MemorySource(files)
    problems: list[Diagnostic] = []
    manifests = [path for path in source.files() if path.endswith(".yaml") and "charts/" not in path]
    stacks = read_stacks(source, manifests, [""], problems)
    if any(path.endswith(".tf") for path in source.files()):
        stacks.append(read_stack(TerraformFiles(source, ()), "", TerraformOptions()))
    return source, stacks


def _deployed(files: dict[str, str]) -> list[Deployment]:
    source, stacks = _read(files)
    return deployments(source, stacks, REPOS)


def _written(deployment: Deployment, path: ValuePath) -> tuple[str, bool]:
    span, exact = together(deployment.layers).span(path)
    return f"{span.file}:{span.line}:{span.column}", exact


def test_an_application_deploys_a_chart_of_this_tree_with_its_values() -> None:
    files = {**CHART, "charts/vllm/values-prod.yaml": "replicas: 2\nzone: a\n", "apps/app.yaml": APPLICATION}
    (found,) = _deployed(files)
    assert (found.path, found.name, found.namespace, found.unread) == ("charts/vllm", "serving", "ml", ("gone.yaml",))
    assert together(found.layers).value == {
        "replicas": 6,
        "zone": "a",
        "resources": {"limits": {"nvidia.com/gpu": 4}},
        "model": "llama",
        "image": {"tag": "1.10"},
    }


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("replicas",), "apps/app.yaml:20:18"),
        (("zone",), "charts/vllm/values-prod.yaml:2:7"),
        (("resources", "limits", "nvidia.com/gpu"), "apps/app.yaml:15:29"),
        (("model",), "apps/app.yaml:17:16"),
        (("image", "tag"), "apps/app.yaml:22:18"),
    ],
)
def test_each_value_of_a_release_stands_where_it_is_given(path: ValuePath, place: str) -> None:
    files = {**CHART, "charts/vllm/values-prod.yaml": "replicas: 2\nzone: a\n", "apps/app.yaml": APPLICATION}
    (found,) = _deployed(files)
    assert _written(found, path) == (place, True)


def test_values_of_another_source_are_read_from_this_tree() -> None:
    text = f"""\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: vllm}}
spec:
  destination: {{namespace: ml}}
  sources:
    - repoURL: https://charts.example.com
      chart: vllm-stack
      targetRevision: 0.1.5
      helm: {{valueFiles: [$here/values/vllm.yaml]}}
    - repoURL: {HERE}
      ref: here
"""
    (found,) = _deployed({"app.yaml": text, "values/vllm.yaml": "replicas: 3\n"})
    assert (found.path, found.chart, found.version) == (None, "vllm-stack", "0.1.5")
    assert _written(found, ("replicas",)) == ("values/vllm.yaml:1:11", True)


def test_a_fork_is_known_by_the_name_of_its_repository(tmp_path: Path) -> None:
    from costlint.readers.gitops.repositories import Repositories

    known = Repositories(MemorySource({"a/b": ""}), {}, ("git@github.com:me/platform.git",))
    assert known.path(HERE, "a") == "a"
    assert known.path("https://github.com/acme/other", "a") is None
    assert known.path(HERE, "../../etc") is None


SET = f"""\
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {{name: models}}
spec:
  generators: GENERATORS
  template:
    metadata: {{name: "x"}}
    spec:
      destination: {{name: "{{{{cluster}}}}", namespace: ml}}
      source:
        repoURL: {HERE}
        path: "{{{{path}}}}"
        helm: {{valuesObject: {{replicas: "{{{{replicas}}}}"}}}}
"""


def _set(generators: str) -> dict[str, str]:
    return {
        "set.yaml": SET.replace("GENERATORS", generators),
        "apps/a/Chart.yaml": "name: a\n",
        "apps/b/Chart.yaml": "name: b\n",
        "apps/old/Chart.yaml": "name: old\n",
        "clusters/one.json": '{"cluster": "one", "path": "apps/a"}',
    }


@pytest.mark.parametrize(
    ("generators", "made"),
    [
        ("[{list: {elements: [{cluster: dev, path: apps/a, replicas: 1}]}}]", [("apps/a", "dev")]),
        (
            f"[{{git: {{repoURL: {HERE}, directories: [{{path: apps/*}}, {{path: apps/old, exclude: true}}]}}}}]",
            [("apps/a", "{{cluster}}"), ("apps/b", "{{cluster}}")],
        ),
        (f"[{{git: {{repoURL: {HERE}, files: [{{path: clusters/*.json}}]}}}}]", [("apps/a", "one")]),
        (
            f"[{{matrix: {{generators: [{{git: {{repoURL: {HERE}, directories: [{{path: apps/b}}]}}}}, "
            "{list: {elements: [{cluster: dev}, {cluster: prod}]}}]}}]",
            [("apps/b", "dev"), ("apps/b", "prod")],
        ),
    ],
    ids=["list", "directories", "files", "matrix"],
)
def test_generators_make_applications(generators: str, made: list[tuple[str, str]]) -> None:
    found = _deployed(_set(generators))
    assert [(one.path, one.signs[1].value) for one in found] == made


def test_a_value_a_list_fills_in_stands_in_its_element() -> None:
    (found,) = _deployed(_set("[{list: {elements: [{cluster: dev, path: apps/a, replicas: 7}]}}]"))
    assert together(found.layers).value == {"replicas": "7"}
    assert _written(found, ("replicas",)) == ("set.yaml:5:74", True)


def test_a_generator_that_asks_the_cluster_is_named() -> None:
    source, stacks = _read(_set("[{clusters: {}}]"))
    assert not deployments(source, stacks, REPOS)
    (said,) = stacks[0].diagnostics
    assert "the generator clusters" in said.message


FLUX = """\
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: charts, namespace: ml}
spec: {url: https://charts.example.com}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: defaults, namespace: ml}
data:
  values.yaml: |
    replicas: 2
    gpu: 1
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: vllm, namespace: ml}
spec:
  chart: {spec: {chart: vllm-stack, version: 0.1.x, sourceRef: {kind: HelmRepository, name: charts}}}
  valuesFrom:
    - {kind: ConfigMap, name: defaults}
    - {kind: Secret, name: tokens}
  values:
    gpu: 8
"""


def test_a_helm_release_of_flux_brings_values_from_config_maps_and_its_own() -> None:
    (found,) = _deployed({"release.yaml": FLUX})
    assert (found.chart, found.repository, found.version) == ("vllm-stack", "https://charts.example.com", "0.1.x")
    assert found.unread == ("Secret tokens",)
    assert together(found.layers).value == {"replicas": 2, "gpu": 8}
    assert _written(found, ("replicas",)) == ("release.yaml:11:15", True)
    assert _written(found, ("gpu",)) == ("release.yaml:23:10", True)


def test_a_kustomization_of_flux_names_the_directory_it_applies() -> None:
    text = f"""\
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {{name: self}}
spec: {{url: {HERE}}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: apps}}
spec:
  path: ./apps/prod
  sourceRef: {{kind: GitRepository, name: self}}
"""
    (found,) = _deployed({"flux.yaml": text, "apps/prod/readme.md": ""})
    assert found.path == "apps/prod"


TERRAFORM = """\
resource "helm_release" "vllm" {
  name       = "vllm"
  namespace  = "ml"
  chart      = "vllm-stack"
  repository = "https://charts.example.com"
  version    = "0.1.5"
  values = [
    yamlencode({
      servingEngine = {
        replicas = 3
        gpu      = var.gpus
      }
    }),
    <<-EOT
      cache:
        size: 100Gi
    EOT
    , file("${path.module}/values.yaml"),
    templatefile("${path.module}/sized.yaml", { size = 7 }),
    file(var.more),
  ]
  set {
    name  = "servingEngine.limits.nvidia\\\\.com/gpu"
    value = 2
  }
}
variable "gpus" { default = 8 }
variable "more" { default = "more/values.yaml" }
"""
TF_FILES = {
    "main.tf": TERRAFORM,
    "values.yaml": "# of the platform\nzone: a\n",
    "sized.yaml": "disk: ${size}\nkeep: true\n",
    "more/values.yaml": "region:\n  name: eu\n",
}


@pytest.mark.parametrize(
    ("path", "place", "exact"),
    [
        (("servingEngine", "replicas"), "main.tf:10:20", True),
        (("cache", "size"), "main.tf:16:15", True),
        (("zone",), "values.yaml:2:7", True),
        (("keep",), "sized.yaml:2:7", True),
        (("disk",), "main.tf:19:56", True),
        (("region", "name"), "more/values.yaml:2:9", True),
        (("servingEngine", "limits", "nvidia.com/gpu"), "main.tf:24:13", True),
    ],
)
def test_values_of_helm_release_stand_where_they_are_written(path: ValuePath, place: str, exact: bool) -> None:
    (found,) = _deployed(TF_FILES)
    assert (found.name, found.namespace, found.unread) == ("vllm", "ml", ())
    assert _written(found, path) == (place, exact)


def test_a_helm_release_of_a_chart_beside_it_is_one_of_this_tree() -> None:
    text = 'resource "helm_release" "a" {\n  name  = "a"\n  chart = "${path.module}/charts/vllm"\n}\n'
    (found,) = _deployed({**CHART, "main.tf": text})
    assert found.path == "charts/vllm"


def test_values_that_are_not_known_are_named() -> None:
    text = 'variable "v" {}\nresource "helm_release" "a" {\n  name = "a"\n  chart = "x"\n  values = [var.v]\n}\n'
    (found,) = _deployed({"main.tf": text})
    assert found.unread == ("values[0]",)


def test_a_chart_that_is_not_here_is_stood_in_for_by_its_values() -> None:
    source, stacks = _read(TF_FILES)
    (said,) = stand_ins(deployments(source, stacks, REPOS))
    assert str(said) == (
        "main.tf:1:1: the chart vllm-stack 0.1.5 (https://charts.example.com) is not here: only the values it is given "
        "are checked"
    )
    found = _stand_in(stacks)
    assert found.address == "HelmValues/ml/vllm"
    assert isinstance(found.attributes["values"], PartialMap)
    assert found.get("values.servingEngine.gpu") == 8
    location = found.locator.locate(("values", "cache", "size"))
    assert location is not None
    assert (str(location.span), location.chain[0].what) == ("main.tf:16:15", "helm_release.vllm")


def _stand_in(stacks: list[Stack]) -> Resource:
    return next(one for stack in stacks for one in stack.resources if one.type == "HelmValues")


def test_a_chart_of_this_tree_is_released_with_the_values_it_is_given() -> None:
    files = {**CHART, "apps/app.yaml": APPLICATION}
    source, stacks = _read(files)
    found = deployments(source, stacks, REPOS)
    (variant,) = releases(found, source)["charts/vllm"]
    assert variant.environment
    assert variant.layers[0].value == {"resources": {"limits": {"nvidia.com/gpu": 4}}}
    assert not stand_ins(found)


def test_a_directory_an_application_names_is_deployed_even_as_an_example() -> None:
    app = APPLICATION.replace("path: charts/vllm", "path: examples/api")
    api = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\n"
    source, stacks = _read({"apps/app.yaml": app, "examples/api/api.yaml": api})
    stack = next(one for one in stacks if one.path == "examples/api")
    assert stack.library
    settle(stacks, directories(deployments(source, stacks, REPOS)))
    assert not stack.library
    assert [sign.value for sign in stack.signs] == ["vllm-prod", "prod-eu", "ml"]


def test_the_configuration_maps_urls_of_repositories_to_directories() -> None:
    source, stacks = _read({**CHART, "apps/app.yaml": APPLICATION})
    (elsewhere,) = deployments(source, stacks, {})
    (here,) = deployments(source, stacks, Config(repos={HERE: "."}).repos)
    assert (elsewhere.path, here.path) == (None, "charts/vllm")


@pytest.mark.parametrize(("where", "written"), [(".", "vendor"), ("apps", "../vendor")])
def test_directories_of_the_configuration_are_seen_from_where_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, written: str
) -> None:
    for name, text in {"apps/app.yaml": APPLICATION, **{f"vendor/{path}": one for path, one in CHART.items()}}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path / where)
    source, _ = open_directory(".")
    stacks = read_stacks(source, ["apps/app.yaml"], [""], [])
    (found,) = deployments(source, stacks, {HERE: written})
    assert found.path == "vendor/charts/vllm"
    (outside,) = deployments(source, stacks, {HERE: f"{written}/../../elsewhere"})
    assert outside.path is None


def test_what_an_application_deploys_may_not_be_known() -> None:
    source, stacks = _read({"apps/app.yaml": APPLICATION.replace("path: charts/vllm", "path: ${WHICH}")})
    assert not deployments(source, stacks, REPOS)
    assert "depends on values that are not known" in stacks[0].diagnostics[0].message


@pytest.mark.parametrize("path", ["../outside", "../../etc", "charts/../../outside", "/../etc"])
def test_paths_that_lead_out_of_the_tree_are_elsewhere(path: str) -> None:
    files = {**CHART, "apps/app.yaml": APPLICATION.replace("path: charts/vllm", f"path: {path}")}
    source, stacks = _read(files)
    (found,) = deployments(source, stacks, REPOS)
    assert found.path is None
    assert releases([found], source) == {}


@pytest.mark.parametrize("name", ["../../../etc/passwd", "/../../etc/passwd", "../../secrets.yaml"])
def test_values_files_that_lead_out_of_the_tree_are_named_and_not_read(name: str) -> None:
    app = APPLICATION.replace("gone.yaml", name)
    source, stacks = _read({**CHART, "apps/app.yaml": app})
    (found,) = deployments(source, stacks, REPOS)
    assert name in found.unread


@pytest.mark.parametrize("chart", ["../../outside", "${path.module}/../../../etc", "/etc/charts"])
def test_a_local_chart_of_terraform_outside_the_tree_is_elsewhere(chart: str) -> None:
    text = f'resource "helm_release" "a" {{\n  name  = "a"\n  chart = "{chart}"\n}}\n'
    (found,) = _deployed({"main.tf": text})
    assert found.path is None
