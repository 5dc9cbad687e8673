"""The values line that is reported is the one whose change is seen in what is rendered."""

from __future__ import annotations

import pytest
import yaml
from helm_trees import needs_helm, packed, resource, stack_of, tree, value

from costlint.model import Location, parse_path
from costlint.readers.helm.changing import changed, text_of

pytestmark = needs_helm

C0 = "spec.template.spec.containers.0"
NODES = "spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.0"

STORE = {
    "store/Chart.yaml": "apiVersion: v2\nname: store\nversion: 1.0.0\n",
    "store/values.yaml": "replicas: 2\nsize: 80Gi\n",
    "store/templates/store.yaml": (
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: store}\nspec:\n  replicas: {{ .Values.replicas }}\n"
        "  volumeClaimTemplates:\n    - metadata: {name: data}\n      spec:\n"
        "        resources: {requests: {storage: {{ .Values.size }}}}\n"
    ),
}
PACKED: dict[str, str | bytes] = {
    "search/Chart.yaml": "apiVersion: v2\nname: search\nversion: 1.0.0\ndependencies: [{name: store, version: 1.x}]\n",
    "search/values.yaml": "# Search.\nstore:\n  replicas: 5\n",
    "search/charts/store-1.0.0.tgz": packed(STORE),
}

CASES = [
    # chart, stack, resource, path in the resource, values file, key in it
    ("server", "server", "Deployment/server-server", "spec.replicas", "server/values.yaml", "replicaCount"),
    ("server", "server", "Deployment/server-server", f"{C0}.imagePullPolicy", "server/values.yaml", "image.pullPolicy"),
    ("server", "server", "Deployment/server-server", f"{C0}.image", "server/values.yaml", "image.repository"),
    (
        "server",
        "server",
        "Deployment/server-server",
        f"{C0}.resources.limits[nvidia.com/gpu]",
        "server/values.yaml",
        "resources.limits[nvidia.com/gpu]",
    ),
    (
        "server",
        "server",
        "Deployment/server-server",
        f"{C0}.resources.requests.memory",
        "server/values.yaml",
        "resources.requests.memory",
    ),
    (
        "server",
        "server",
        "Deployment/server-server",
        f"{C0}.resources.limits.memory",
        "server/values.yaml",
        "resources.limits.memory",
    ),
    (
        "server",
        "server",
        "Deployment/server-server",
        f"{C0}.resources.requests.cpu",
        "server/values.yaml",
        "resources.requests.cpu",
    ),
    (
        "server",
        "server",
        "Deployment/server-server",
        f"{C0}.ports.0.containerPort",
        "server/values.yaml",
        "service.port",
    ),
    (
        "server",
        "server",
        "Deployment/server-server",
        "spec.template.spec.terminationGracePeriodSeconds",
        "server/values.yaml",
        "terminationGracePeriodSeconds",
    ),
    (
        "server",
        "server",
        "Deployment/server-server",
        "spec.template.spec.tolerations.0.key",
        "server/values.yaml",
        "tolerations.0.key",
    ),
    (
        "server",
        "server",
        "PersistentVolumeClaim/server-server",
        "spec.resources.requests.storage",
        "server/values.yaml",
        "persistence.size",
    ),
    (
        "server",
        "server",
        "PersistentVolumeClaim/server-server",
        "spec.storageClassName",
        "server/values.yaml",
        "persistence.storageClass",
    ),
    ("gateway", "gateway", "Deployment/gateway-proxy", "spec.replicas", "gateway/values.yaml", "proxy.replicaCount"),
    ("gateway", "gateway", "Deployment/gateway-worker", "spec.replicas", "gateway/values.yaml", "worker.replicaCount"),
    ("gateway", "gateway", "Deployment/gateway-proxy", f"{C0}.args.1", "gateway/values.yaml", "proxy.extraArgs.1"),
    ("gateway", "gateway", "Deployment/gateway-proxy", f"{C0}.args.2", "gateway/values.yaml", "workers"),
    (
        "gateway",
        "gateway",
        "Deployment/gateway-worker",
        f"{NODES}.matchExpressions.0.values.0",
        "gateway/values.yaml",
        "pool",
    ),
    (
        "gateway",
        "gateway",
        "Deployment/gateway-worker",
        f"{C0}.resources.requests.memory",
        "gateway/values.yaml",
        "worker.resources.requests.memory",
    ),
    (
        "gateway",
        "gateway",
        "Deployment/gateway-worker",
        f"{C0}.image",
        "gateway/values.yaml",
        "worker.image.repository",
    ),
    (
        "models",
        "models",
        "Deployment/models-mixtral",
        "spec.replicas",
        "models/values.yaml",
        "serving.models.1.replicaCount",
    ),
    (
        "models",
        "models",
        "Deployment/models-llama",
        "spec.replicas",
        "models/values.yaml",
        "serving.models.0.replicaCount",
    ),
    (
        "models",
        "models",
        "Deployment/models-mixtral",
        f"{C0}.resources.limits[nvidia.com/gpu]",
        "models/values.yaml",
        "serving.models.1.requestGPU",
    ),
    (
        "models",
        "models",
        "Deployment/models-llama",
        f"{C0}.resources.limits.memory",
        "models/values.yaml",
        "serving.models.0.requestMemory",
    ),
    (
        "models",
        "models",
        "Deployment/models-mixtral",
        "spec.template.spec.nodeSelector[node.kubernetes.io/instance-type]",
        "models/values.yaml",
        "serving.models.1.nodeSelector[node.kubernetes.io/instance-type]",
    ),
    (
        "models",
        "models",
        "PersistentVolumeClaim/models-llama",
        "spec.resources.requests.storage",
        "models/values.yaml",
        "serving.models.0.pvcStorage",
    ),
    (
        "models",
        "models",
        "Deployment/models-llama",
        f"{C0}.command.5",
        "models/values.yaml",
        "serving.models.0.args.gpuMemoryUtilization",
    ),
    ("models", "models", "Deployment/models-router", "spec.replicas", "models/values.yaml", "router.replicaCount"),
    (
        "platform",
        "platform",
        "StatefulSet/platform-vectors",
        "spec.replicas",
        "platform/values.yaml",
        "vectors.replicas",
    ),
    (
        "platform",
        "platform",
        "StatefulSet/platform-cache-master",
        "spec.replicas",
        "platform/values.yaml",
        "cache.master.count",
    ),
    (
        "platform",
        "platform",
        "StatefulSet/platform-cache-replicas",
        "spec.replicas",
        "platform/charts/cache/values.yaml",
        "cache.replica.replicaCount",
    ),
    (
        "platform",
        "platform",
        "StatefulSet/platform-cache-master",
        f"{C0}.resources.limits.memory",
        "platform/charts/cache/values.yaml",
        "cache.master.memory",
    ),
    (
        "platform",
        "platform",
        "StatefulSet/platform-traces",
        "spec.volumeClaimTemplates.0.spec.resources.requests.storage",
        "platform/charts/store/values.yaml",
        "traces.storage",
    ),
    (
        "platform",
        "platform",
        "StatefulSet/platform-traces",
        "spec.volumeClaimTemplates.0.spec.storageClassName",
        "platform/values.yaml",
        "global.storageClass",
    ),
    ("sizing", "sizing", "StatefulSet/sizing", f"{C0}.resources.requests.cpu", "sizing/values.yaml", "cpuPerGpu"),
    (
        "sizing",
        "sizing",
        "StatefulSet/sizing",
        f"{C0}.resources.limits[nvidia.com/gpu]",
        "sizing/values.yaml",
        "gpusPerReplica",
    ),
    (
        "sizing",
        "sizing",
        "StatefulSet/sizing",
        "spec.template.spec.priorityClassName",
        "sizing/values.yaml",
        "priority",
    ),
    ("sizing", "sizing", "ScaledObject.keda.sh/sizing", "spec.maxReplicaCount", "sizing/values.yaml", "replicas.max"),
    ("sizing", "sizing", "ScaledObject.keda.sh/sizing", "spec.minReplicaCount", "sizing/values.yaml", "replicas.min"),
    (
        "sizing",
        "sizing",
        "ScaledObject.keda.sh/sizing",
        "spec.cooldownPeriod",
        "sizing/values.yaml",
        "overrides.cooldown",
    ),
    (
        "sizing",
        "sizing",
        "ScaledObject.keda.sh/sizing",
        "spec.pollingInterval",
        "sizing/values.yaml",
        "defaults.polling",
    ),
    ("workers", "workers", "Deployment/embed", "spec.replicas", "workers/values.yaml", "workers.embed.replicas"),
    ("workers", "workers", "Deployment/rerank", "spec.replicas", "workers/values.yaml", "defaults.replicas"),
    (
        "workers",
        "workers",
        "Deployment/rerank",
        f"{C0}.resources.requests.cpu",
        "workers/values.yaml",
        "workers.rerank.cpu",
    ),
    ("workers", "workers", "Deployment/embed", f"{C0}.resources.requests.cpu", "workers/values.yaml", "defaults.cpu"),
    ("workers", "workers", "CronJob/nightly", "spec.suspend", "workers/values.yaml", "workers.nightly.suspend"),
    (
        "staged",
        "staged [values-prod.yaml]",
        "StatefulSet/staged",
        "spec.replicas",
        "staged/values-prod.yaml",
        "replicas",
    ),
    (
        "staged",
        "staged [values-prod.yaml]",
        "StatefulSet/staged",
        f"{C0}.resources.limits[nvidia.com/gpu]",
        "staged/values-prod.yaml",
        "gpu.count",
    ),
    (
        "staged",
        "staged [values-dev.yaml]",
        "StatefulSet/staged",
        f"{C0}.resources.limits[nvidia.com/gpu]",
        "staged/values.yaml",
        "gpu.count",
    ),
    (
        "staged",
        "staged [values-dev.yaml]",
        "StatefulSet/staged",
        "spec.volumeClaimTemplates.0.spec.resources.requests.storage",
        "staged/values-dev.yaml",
        "volume.size",
    ),
    ("search", "search", "StatefulSet/store", "spec.replicas", "search/values.yaml", "store.replicas"),
]


def charts(name: str) -> dict[str, str | bytes]:
    if name == "search":
        return dict(PACKED)
    return dict(tree(name, *(["common"] if name == "gateway" else [])))


def located(files: dict[str, str | bytes], stack: str, address: str, path: str) -> Location:
    found = resource(stack_of(files, stack), address).locator.locate(parse_path(path))
    assert found is not None
    return found


def edited(files: dict[str, str | bytes], location: Location) -> dict[str, str | bytes]:
    """The files with another value where a location says that one stands."""
    span = location.span
    text = files[span.file]
    assert isinstance(text, str)
    lines = text.split("\n")
    line = lines[span.line - 1]
    assert span.line == span.end_line
    before = yaml.safe_load(line[span.column - 1 : span.end_column - 1])
    after = changed(before, 0, ()) if before else 777
    lines[span.line - 1] = f"{line[: span.column - 1]} {yaml_text(after)}{line[span.end_column - 1 :]}"
    return {**files, span.file: "\n".join(lines)}


def yaml_text(found: object) -> str:
    return yaml.safe_dump(found, default_flow_style=True).split("\n")[0]


@pytest.mark.parametrize(("chart", "stack", "address", "path", "file", "key"), CASES)
def test_a_value_stands_where_an_edit_changes_it(
    chart: str, stack: str, address: str, path: str, file: str, key: str
) -> None:
    files = charts(chart)
    location = located(files, stack, address, path)
    assert (location.span.file, location.chain[-1].what) == (file, f"values {key}")
    assert location.exact
    before = resource(stack_of(files, stack), address)
    after = resource(stack_of(edited(files, location), stack), address)
    assert text_of(value(after, path)) != text_of(value(before, path))


WRITTEN_IN_TEMPLATES = [
    ("server", "Deployment/server-server", "spec.minReadySeconds", "| default 30"),
    ("server", "Deployment/server-server", f"{C0}.readinessProbe.periodSeconds", "periodSeconds: 15"),
    ("gateway", "Deployment/gateway-proxy", "spec.revisionHistoryLimit", "revisionHistoryLimit: 4"),
    ("models", "Deployment/models-router", f"{C0}.resources.requests.cpu", "requests: {cpu: 400m"),
    ("models", "Deployment/models-llama", f"{C0}.image", "image: vllm/vllm-openai:v0.9.1"),
    ("sizing", "StatefulSet/sizing", f"{C0}.resources.limits.ephemeral-storage", "ephemeral-storage: 100Gi"),
    ("sizing", "StatefulSet/sizing", "spec.template.spec.nodeSelector[karpenter.sh/capacity-type]", 'ternary "spot"'),
    ("workers", "Deployment/rerank", f"{C0}.image", "image: example/worker:1"),
    ("platform", "StatefulSet/platform-vectors", "spec.volumeClaimTemplates.0.spec.accessModes.0", "accessModes:"),
]


@pytest.mark.parametrize(("chart", "address", "path", "line"), WRITTEN_IN_TEMPLATES)
def test_what_a_template_writes_itself_stands_in_the_template(chart: str, address: str, path: str, line: str) -> None:
    files = charts(chart)
    location = located(files, chart, address, path)
    text = files[location.span.file]
    assert isinstance(text, str)
    assert "/templates/" in location.span.file
    assert line in text.split("\n")[location.span.line - 1]
