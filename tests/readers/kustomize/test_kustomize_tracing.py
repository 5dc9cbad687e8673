"""The reported line sets the value: it is edited, the overlay rendered again, and the value changes."""

from __future__ import annotations

import pytest
from readers.kustomize.overlay_tree import FILES

from costlint.model import Location, Resource, Stack, lookup, parse_path
from costlint.readers.kustomize import read_overlays
from costlint.readers.kustomize.rendering import renderer
from costlint.sources import MemorySource

pytestmark = pytest.mark.skipif(not renderer(), reason="neither kustomize nor kubectl is installed")

_MODEL = "spec.template.spec.containers.{model}"
_WEIGHTS = "PersistentVolumeClaim/ml/prod-weights"
_PROD = "Deployment/ml/prod-server"


def _stack(files: dict[str, str], path: str) -> Stack:
    source = MemorySource(files)
    problems: list[object] = []
    found = read_overlays(source, source.files(), [""], problems)  # type: ignore[arg-type]
    assert not problems
    return next(stack for stack in found.stacks if stack.path == path)


@pytest.fixture(scope="module")
def prod() -> Stack:
    return _stack(FILES, "overlays/prod")


@pytest.fixture(scope="module")
def dev() -> Stack:
    return _stack(FILES, "overlays/dev")


def _resource(stack: Stack, address: str) -> Resource:
    return next(one for one in stack.resources if one.address.startswith(address))


def _path(resource: Resource, path: str) -> str:
    """The path with the numbers of the containers in place of their names."""
    containers = lookup(resource.attributes, parse_path("spec.template.spec.containers"))
    for index, each in enumerate(containers if isinstance(containers, list) else ()):
        path = path.replace(f"{{{each['name']}}}", str(index))
    return path


def _located(stack: Stack, address: str, path: str) -> tuple[object, Location]:
    resource = _resource(stack, address)
    path = _path(resource, path)
    location = resource.locator.locate(parse_path(path))
    assert location is not None
    return resource.get(path), location


def _edited(location: Location, value: object) -> dict[str, str]:
    """The files with something else where a value was located."""
    span = location.span
    lines = FILES[span.file].split("\n")
    line = lines[span.line - 1]
    written = line[span.column - 1 : span.end_column - 1] if span.end_line == span.line else line[span.column - 1 :]
    if isinstance(value, int):
        assert str(value) in written
        new = written.replace(str(value), str(value + 1))
    else:
        new = written.replace(str(value), "else") if str(value) in written else ""
        if not new and ":" in str(value):  # an image: its name or its tag stands there
            new = next(written.replace(part, "else") for part in str(value).rsplit(":", 1) if part in written)
    lines[span.line - 1] = line[: span.column - 1] + new + line[span.column - 1 + len(written) :]
    return {**FILES, span.file: "\n".join(lines)}


CASES = [
    (_PROD, "spec.replicas", "overlays/prod/kustomization.yaml", 11),
    (_PROD, f"{_MODEL}.image", "overlays/prod/kustomization.yaml", 14),
    (_PROD, "spec.template.spec.containers.{proxy}.image", "overlays/prod/kustomization.yaml", 16),
    (_PROD, f"{_MODEL}.resources.limits[nvidia.com/gpu]", "overlays/prod/gpus.yaml", 18),
    (_PROD, f"{_MODEL}.resources.limits.memory", "overlays/prod/gpus.yaml", 17),
    (_PROD, f"{_MODEL}.resources.limits.cpu", "base/server.yaml", 34),
    (_PROD, f"{_MODEL}.args.1", "base/server.yaml", 23),
    (_PROD, f"{_MODEL}.env.0.value", "overlays/prod/gpus.yaml", 21),
    (_PROD, f"{_MODEL}.env.1.value", "base/kustomization.yaml", 8),
    (_PROD, f"{_MODEL}.ports.1.containerPort", "base/server.yaml", 25),
    (_PROD, "spec.template.spec.containers.{metrics}.resources.requests.memory", "overlays/prod/gpus.yaml", 13),
    (_PROD, "spec.template.spec.containers.{proxy}.resources.requests.cpu", "base/server.yaml", 20),
    (_PROD, "spec.template.spec.terminationGracePeriodSeconds", "components/spot/kustomization.yaml", 15),
    (_PROD, "spec.template.spec.tolerations.0.key", "components/spot/kustomization.yaml", 11),
    (_PROD, "spec.template.spec.nodeSelector.pool", "base/server.yaml", 14),
    (_PROD, "metadata.namespace", "overlays/prod/kustomization.yaml", 3),
    (_PROD, "metadata.labels.team", "overlays/prod/kustomization.yaml", 19),
    (_PROD, "metadata.labels.app", "base/kustomization.yaml", 12),
    (_PROD, "metadata.annotations.contact", "overlays/prod/kustomization.yaml", 22),
    (
        _WEIGHTS,
        "spec.resources.requests.storage",
        "overlays/prod/kustomization.yaml",
        30,
    ),
    ("ScaledObject.keda.sh/ml/prod-server", "spec.minReplicaCount", "overlays/prod/scaler.json", 2),
    ("ScaledObject.keda.sh/ml/prod-server", "spec.pollingInterval", "overlays/prod/scaler.json", 3),
    ("ScaledObject.keda.sh/ml/prod-server", "spec.maxReplicaCount", "base/more/scaler.yaml", 7),
    ("Service/ml/prod-queue", "spec.loadBalancerClass", "base/more/queue.yaml", 10),
    ("Service/ml/prod-server", "spec.ports.0.targetPort", "base/server.yaml", 46),
    ("ConfigMap/ml/prod-limits", "data.MAX_TOKENS", "base/limits.env", 2),
    ("ConfigMap/ml/prod-settings", "data.MODE", "base/kustomization.yaml", 7),
]


@pytest.mark.parametrize(("address", "path", "file", "line"), CASES, ids=[f"{one[0]}:{one[1]}" for one in CASES])
def test_editing_the_reported_line_changes_the_rendered_value(
    prod: Stack, address: str, path: str, file: str, line: int
) -> None:
    before, location = _located(prod, address, path)
    assert (location.span.file, location.span.line, location.exact) == (file, line, True)
    again = _stack(_edited(location, before), "overlays/prod")
    if path == "metadata.namespace":
        address = address.replace("/ml/", "/else/")
    resource = _resource(again, address)
    after = resource.get(_path(resource, path))
    assert after is not None
    assert after != before


def test_a_patch_written_in_the_kustomization_is_found_inside_its_text(dev: Stack) -> None:
    value, location = _located(dev, "Deployment/server-dev", "spec.replicas")
    assert value == 1
    assert (location.span.file, location.span.line, location.span.column) == ("overlays/dev/kustomization.yaml", 10, 17)


def test_the_chain_leads_from_the_object_through_the_base_to_the_patch(prod: Stack) -> None:
    _, location = _located(prod, _PROD, f"{_MODEL}.resources.limits.memory")
    assert [(str(one.span), one.what) for one in location.chain] == [
        ("base/server.yaml:2:1", _PROD),
        ("base/server.yaml:35:23", "base/server.yaml"),
        ("overlays/prod/gpus.yaml:17:23", "patch overlays/prod/gpus.yaml"),
    ]


def test_a_value_nobody_wrote_is_placed_at_what_is_around_it(prod: Stack) -> None:
    _, location = _located(prod, _PROD, f"{_MODEL}.resources.requests.memory")
    assert not location.exact
    assert (location.span.file, location.span.line) == ("base/server.yaml", 33)


def test_the_name_kustomize_put_together_is_on_no_line(prod: Stack) -> None:
    _, location = _located(prod, _PROD, "metadata.name")
    assert not location.exact


def test_what_names_the_patched_object_sets_nothing() -> None:
    named = FILES["overlays/dev/kustomization.yaml"].replace("name: server", "name: server\n      namespace: default")
    base = FILES["base/server.yaml"].replace("  name: server\n", "  name: server\n  namespace: default\n", 1)
    stack = _stack({**FILES, "overlays/dev/kustomization.yaml": named, "base/server.yaml": base}, "overlays/dev")
    _, location = _located(stack, "Deployment/default/server-dev", "metadata.namespace")
    assert str(location.span) == "base/server.yaml:6:14"


def test_a_generated_object_begins_where_its_generator_is_written(prod: Stack) -> None:
    assert str(_resource(prod, "ConfigMap/ml/prod-settings").span) == "base/kustomization.yaml:5:5"


def test_a_value_of_the_base_has_one_name_in_every_overlay(prod: Stack, dev: Stack) -> None:
    image = f"{_MODEL}.image"
    names = {
        resource.locator.locate(parse_path("spec.strategy")).name  # type: ignore[union-attr]
        for resource in (_resource(prod, _PROD), _resource(dev, "Deployment/"))
    }
    assert len(names) == 1
    (name,) = names
    assert name.startswith("base/")
    assert name.endswith(" spec.strategy")
    _, own = _located(prod, _PROD, image)
    assert own.name.endswith(".image")
    assert own.name != name
