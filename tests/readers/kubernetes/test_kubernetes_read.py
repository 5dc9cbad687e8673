"""Manifests become stacks: what is an object, what it is called, where it stands, and what is deployed together."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from costlint.model import UNKNOWN, Diagnostic, Stack
from costlint.readers.kubernetes.read import read_stacks
from costlint.sources import MemorySource

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  namespace: ml
  labels: {{team: search}}
spec:
  replicas: 2
"""


def read(files: Mapping[str, str | bytes], selected: str = "") -> tuple[list[Stack], list[Diagnostic]]:
    source = MemorySource({path: text.encode() if isinstance(text, str) else text for path, text in files.items()})
    problems: list[Diagnostic] = []
    return read_stacks(source, source.files(selected), [selected], problems), problems


def deployment(name: str) -> str:
    return DEPLOYMENT.format(name=name)


def test_an_object_is_a_resource_with_its_place() -> None:
    (stack,), problems = read({"k8s/a.yaml": "# the server\n---\n" + deployment("vllm")})
    (resource,) = stack.resources
    assert problems == []
    assert (stack.kind, stack.directory) == ("kubernetes", "k8s")
    assert (resource.address, resource.type, resource.name) == ("Deployment/ml/vllm", "Deployment", "vllm")
    assert resource.tags == {"team": "search"}
    assert str(resource.span) == "k8s/a.yaml:3:1"
    location = resource.locator.locate(("spec", "replicas"))
    assert location is not None
    assert (str(location.span), location.exact) == ("k8s/a.yaml:10:13", True)
    assert [str(step.span) for step in location.chain] == ["k8s/a.yaml:3:1", "k8s/a.yaml:10:13"]


@pytest.mark.parametrize(
    ("version", "kind", "expected"),
    [
        ("v1", "Service", "Service"),
        ("batch/v1beta1", "CronJob", "CronJob"),
        ("networking.k8s.io/v1", "Ingress", "Ingress"),
        ("storage.k8s.io/v1", "StorageClass", "StorageClass"),
        ("serving.knative.dev/v1", "Service", "Service.serving.knative.dev"),
        ("serving.kserve.io/v1beta1", "InferenceService", "InferenceService.serving.kserve.io"),
        ("keda.sh/v1alpha1", "ScaledObject", "ScaledObject.keda.sh"),
    ],
)
def test_a_type_is_the_kind_and_the_group_of_others(version: str, kind: str, expected: str) -> None:
    (stack,), _ = read({"a.yaml": f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: x}}\n"})
    assert [resource.type for resource in stack.resources] == [expected]


def test_the_items_of_a_list_are_resources_of_their_own() -> None:
    text = """\
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Namespace
    metadata: {name: ml}
  - apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {type: LoadBalancer}
"""
    (stack,), _ = read({"a.yaml": text})
    assert [(one.address, one.span.line) for one in stack.resources] == [("Namespace/ml", 4), ("Service/web", 7)]
    location = stack.resources[1].locator.locate(("spec", "type"))
    assert location is not None
    assert str(location.span) == "a.yaml:10:18"


def test_json_is_read_like_yaml() -> None:
    (stack,), _ = read({"a.json": '{\n\t"apiVersion": "v1",\n\t"kind": "Pod",\n\t"metadata": {"name": "x"}\n}\n'})
    assert [resource.address for resource in stack.resources] == ["Pod/x"]


def test_yaml_that_is_not_kubernetes_is_left_alone() -> None:
    others = {
        "ci.yml": "on: push\njobs: {a: {}}\n",
        "values.yaml": "kind: big\nreplicas: 3\n",
        "compose.yaml": "services: {a: {image: b}}\n",
        "broken.yaml": "a: [\n",
        "package.json": '{"name": "x"}',
    }
    assert read(others) == ([], [])


def test_a_broken_document_is_said_and_the_others_are_read() -> None:
    text = deployment("a") + "---\napiVersion: v1\nkind: Pod\n  bad: [\n---\n" + deployment("b")
    (stack,), problems = read({"a.yaml": text})
    assert [resource.name for resource in stack.resources] == ["a", "b"]
    assert [(one.severity, one.file, one.line) for one in problems] == [("error", "a.yaml", 12)]


def test_templates_are_counted_and_not_read() -> None:
    text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}-x\n{{- if .Values.a }}\nspec: {}\n"
    stacks, problems = read({"templates/a.yaml": text})
    assert stacks == []
    assert [str(one) for one in problems] == [
        "templates/a.yaml: 1 document is a template and is read only once rendered"
    ]


def test_what_is_substituted_before_applying_is_unknown() -> None:
    spec = "spec:\n  replicas: ${REPLICAS}\n  x: $(HOME) ${A}\n"
    (stack,), _ = read({"a.yaml": f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: a}}\n{spec}"})
    (resource,) = stack.resources
    assert resource.get("spec.replicas") is UNKNOWN
    assert resource.get("spec.x") == "$(HOME) ${A}"


def test_what_lies_below_one_directory_is_deployed_together() -> None:
    files = {"k8s/web/a.yaml": deployment("a"), "k8s/hpa/b.yaml": deployment("b"), "k8s/c.yaml": deployment("c")}
    (stack,), _ = read(files)
    assert (stack.directory, len(stack.resources)) == ("k8s", 3)


def test_environments_are_kept_apart() -> None:
    files = {"k8s/dev/a.yaml": deployment("a"), "k8s/prod/b.yaml": deployment("b"), "k8s/c.yaml": deployment("c")}
    stacks, _ = read(files)
    assert [(stack.directory, len(stack.resources)) for stack in stacks] == [
        ("k8s", 1),
        ("k8s/dev", 1),
        ("k8s/prod", 1),
    ]


def test_directories_that_declare_the_same_are_kept_apart() -> None:
    stacks, _ = read({"demos/one/a.yaml": deployment("a"), "demos/two/a.yaml": deployment("a")})
    assert [stack.directory for stack in stacks] == ["demos/one", "demos/two"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("aws/eks", "azure"), ["on/aws/eks", "on/azure", "on/kserve"]),
        (("eks", "google_cloud"), ["on/eks", "on/google_cloud", "on/kserve"]),
        (("aws", "eks"), ["on"]),
        (("azure-openai-proxy", "gke"), ["on"]),
    ],
)
def test_directories_for_different_clouds_are_kept_apart(names: tuple[str, str], expected: list[str]) -> None:
    files = {f"on/{name}/a.yaml": deployment(f"server-{number}") for number, name in enumerate(names)}
    stacks, _ = read(files | {"on/kserve/a.yaml": deployment("model")})
    assert sorted(stack.directory for stack in stacks) == expected


@pytest.mark.parametrize(
    ("directories", "expected"),
    [
        (("install/v1.1", "install/v1.2"), {"install/v1.1", "install/v1.2"}),
        (("gemma/vllm-2b-awq", "gemma/vllm-7b"), {"gemma/vllm-2b-awq", "gemma/vllm-7b"}),
        (("k8s/prod", "k8s/dev"), set()),
        (("k8s/us-east-1", "k8s/eu-west-1"), set()),
        (("k8s/westeurope", "k8s/eastus2"), set()),
        (("tenants/acme", "tenants/globex"), set()),
        (("one/server", "two/server"), set()),
    ],
)
def test_of_directories_with_the_same_workloads_one_counts(directories: tuple[str, str], expected: set[str]) -> None:
    stacks, _ = read({f"{directory}/a.yaml": deployment("vllm") for directory in directories})
    assert {stack.directory for stack in stacks} == set(directories)
    assert {stack.directory for stack in stacks if stack.alternative} == expected
    assert len({stack.choice for stack in stacks if stack.alternative}) == bool(expected)


def test_the_same_settings_in_two_directories_are_no_choice_between_them() -> None:
    settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: common}\n---\n"
    stacks, _ = read({f"k8s/{name}/a.yaml": settings + deployment(name) for name in ("chat", "search")})
    assert [stack.alternative for stack in stacks] == [False, False]


def test_examples_are_a_library_unless_they_are_what_was_asked_for() -> None:
    files = {"deploy/a.yaml": deployment("a"), "examples/x/b.yaml": deployment("b")}
    stacks, _ = read(files)
    assert [(stack.directory, stack.library) for stack in stacks] == [("deploy", False), ("examples/x", True)]
    stacks, _ = read(files, "examples")
    assert [(stack.directory, stack.library) for stack in stacks] == [("examples/x", False)]


def test_of_an_object_declared_twice_the_first_counts() -> None:
    (stack,), _ = read({"a.yaml": deployment("a") + "---\n" + deployment("a"), "b.yaml": deployment("a")})
    assert len(stack.resources) == 1
    assert [(one.severity, one.file, one.line) for one in stack.diagnostics] == [("note", "a.yaml", 10)]
    assert "declared in a.yaml:1 as well; that one is read, and 1 more" in stack.diagnostics[0].message


def test_comments_and_annotations_accept_findings() -> None:
    text = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: a
  annotations:
    costlint.io/ignore: "K8S001,idle-gpu kept warm until=2027-01-01"
spec:
  # costlint:ignore=K8S002 on purpose
  template:
    spec: {}
  replicas: 2
"""
    (stack,), _ = read({"a.yaml": text})
    annotation, comment = sorted(stack.suppressions, key=lambda one: one.line)
    assert (annotation.rules, annotation.reason, annotation.until) == (
        ("K8S001", "idle-gpu"),
        "kept warm",
        "2027-01-01",
    )
    assert (annotation.line, annotation.comment_line, annotation.end_line) == (1, 6, 11)
    assert (comment.rules, comment.line, comment.end_line) == (("K8S002",), 9, 10)


def test_a_document_may_begin_on_the_line_of_its_mark() -> None:
    (stack,), _ = read(
        {"a.yaml": "--- {apiVersion: v1, kind: Pod, metadata: {name: x}}\n--- # next\n" + deployment("b")}
    )
    assert [(one.address, one.span.line) for one in stack.resources] == [("Pod/x", 1), ("Deployment/ml/b", 3)]


def test_a_file_with_too_many_documents_is_read_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("costlint.readers.kubernetes.manifests.MOST_DOCUMENTS", 3)
    text = "---\n".join(f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p{n}}}\n" for n in range(10))
    (stack,), problems = read({"a.yaml": text})
    assert len(stack.resources) == 3
    assert [(one.severity, one.line) for one in problems] == [("error", 13)]
    assert "more than 3 documents" in problems[0].message
