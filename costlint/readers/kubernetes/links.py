"""Which objects belong together: names and selectors become links, as graph edges are made from.

A string that names another object of the stack is replaced by one that knows whom it names. What is not in the stack
stays plain text: whether it exists is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from costlint.clusters.constraints import holds
from costlint.clusters.pools import Requirement
from costlint.clusters.workloads import is_workload, pod_groups
from costlint.model import LinkedStr, Path, Reference, Resource, Unknown, lookup
from costlint.model.editing import put
from costlint.model.verdicts import all_of

_QUEUE = "kueue.x-k8s.io/queue-name"


class Named(NamedTuple):
    """A value that names objects: where it stands, and the types it may name. `clusterwide` objects have no
    namespace."""

    path: Path
    types: tuple[str, ...]
    clusterwide: bool = False


Linker: TypeAlias = Callable[[Resource], Iterator[Named]]


def link(resources: list[Resource]) -> None:
    """Link the Kubernetes objects among the resources of a stack, in place: each that names others is replaced by a
    copy that knows them."""
    index = _Index(one for one in resources if one.provider == "kubernetes")
    if not index:
        return
    for position, resource in enumerate(resources):
        if resource.provider != "kubernetes":
            continue
        linked = resource
        for named in _named(resource):
            value = lookup(resource.attributes, named.path)
            found = index.find(resource, named, value)
            if found:
                linked = _linked(linked, named.path, value, found)
        for path, selector, over_pods in _selectors(resource):
            found = index.selected(resource, selector, over_pods=over_pods)
            first = next(_texts(selector, path), None) if found else None
            if first is not None:
                linked = _linked(linked, first[0], first[1], found)
        if linked is not resource:
            resources[position] = linked


def name_of(resource: Resource) -> str:
    """What other objects call this one, "" if that is not known."""
    written = lookup(resource.attributes, ("metadata", "name"))
    return written if isinstance(written, str) else "" if written is not None else resource.name


def namespace_of(resource: Resource) -> object:
    """The namespace an object is in: "" if that is left to whoever applies it, an Unknown if it cannot be told."""
    found = lookup(resource.attributes, ("metadata", "namespace"))
    return "" if found is None else found


class _Index:
    """Objects by type, namespace and name, and pods by their labels."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._by_name: dict[tuple[str, str], list[Resource]] = {}
        self._by_label: dict[tuple[str, str], list[tuple[Resource, Mapping[str, object]]]] = {}
        self._services: list[Resource] = []
        for resource in resources:
            self._by_name.setdefault((resource.type, name_of(resource)), []).append(resource)
            if is_workload(resource.type):
                for group in pod_groups(resource):
                    for key, value in group.labels.items():
                        self._by_label.setdefault((key, str(value)), []).append((resource, group.labels))
            elif resource.type == "Service":
                self._services.append(resource)

    def __bool__(self) -> bool:
        return bool(self._by_name)

    def find(self, origin: Resource, named: Named, value: object) -> list[Resource]:
        if not isinstance(value, str) or isinstance(value, LinkedStr):
            return []
        found = [one for kind in named.types for one in self._by_name.get((kind, value), ())]
        return [one for one in found if named.clusterwide or _together(origin, one)]

    def selected(self, origin: Resource, selector: Mapping[str, object], *, over_pods: bool) -> list[Resource]:
        requirements = list(_requirements(selector))
        if not requirements:
            return []
        candidates: Iterable[tuple[Resource, Mapping[str, object]]]
        if over_pods:
            pairs = ((one.key, one.values) for one in requirements if one.operator == "In")
            single = next(((key, str(v[0])) for key, v in pairs if isinstance(v, list) and len(v) == 1), None)
            candidates = self._by_label.get(single, ()) if single is not None else ()
        else:
            candidates = ((one, one.tags) for one in self._services)
        return [
            resource
            for resource, labels in candidates
            if _together(origin, resource) and all_of(holds(one, labels.get(one.key)) for one in requirements) is True
        ]


def _together(one: Resource, other: Resource) -> bool:
    """Whether two objects are in one namespace; one that is left open is that of whoever applies it."""
    mine, theirs = namespace_of(one), namespace_of(other)
    if isinstance(mine, Unknown) or isinstance(theirs, Unknown):
        return False
    return mine == theirs or not mine or not theirs


def _linked(resource: Resource, path: Path, value: object, found: Iterable[Resource]) -> Resource:
    """The resource with a value that names others. (`LinkedStr` is text: a number becomes its text.)"""
    sources = tuple(dict.fromkeys(Reference(one.address) for one in found if one.address != resource.address))
    if not sources:
        return resource
    attributes = put(resource.attributes, path, LinkedStr(str(value), sources))
    assert isinstance(attributes, dict)
    return resource.having(attributes, resource.tags)


def _named(resource: Resource) -> Iterator[Named]:
    yield Named(("metadata", "namespace"), ("Namespace",), clusterwide=True)
    queue = ("metadata", "labels", _QUEUE)
    if isinstance(lookup(resource.attributes, queue), str):
        yield Named(queue, ("LocalQueue.kueue.x-k8s.io",))
    linker = _LINKERS.get(resource.type)
    if linker is not None:
        yield from linker(resource)
    if is_workload(resource.type):
        yield from _of_workload(resource)


def _scale_target(below: str) -> Linker:
    def linker(resource: Resource) -> Iterator[Named]:
        target = lookup(resource.attributes, ("spec", below))
        kind, version = (lookup(target, (name,)) for name in ("kind", "apiVersion"))
        if isinstance(target, dict) and not isinstance(kind, Unknown) and not isinstance(version, Unknown):
            kind, version = str(kind or "Deployment"), str(version or "")
            group = version.partition("/")[0] if "/" in version else ""
            yield Named(("spec", below, "name"), tuple(filter(is_workload, (kind, f"{kind}.{group}"))))

    return linker


def _of_workload(resource: Resource) -> Iterator[Named]:
    for group in pod_groups(resource):
        volumes = group.spec.get("volumes")
        for number, volume in enumerate(volumes if isinstance(volumes, list) else ()):
            if isinstance(volume, dict) and "persistentVolumeClaim" in volume:
                claim = (*group.path, "volumes", number, "persistentVolumeClaim", "claimName")
                yield Named(claim, ("PersistentVolumeClaim",))
        if "priorityClassName" in group.spec:
            yield Named((*group.path, "priorityClassName"), ("PriorityClass",), clusterwide=True)
    templates = lookup(resource.attributes, ("spec", "volumeClaimTemplates"))
    for number, _ in enumerate(templates if isinstance(templates, list) else ()):
        path = ("spec", "volumeClaimTemplates", number, "spec", "storageClassName")
        yield Named(path, ("StorageClass",), clusterwide=True)
    yield Named(
        ("spec", "storage", "volumeClaimTemplate", "spec", "storageClassName"), ("StorageClass",), clusterwide=True
    )
    yield from _nim_storage(resource)
    if resource.type == "StatefulSet":
        yield Named(("spec", "serviceName"), ("Service",))
    runtimes = ("ServingRuntime.serving.kserve.io", "ClusterServingRuntime.serving.kserve.io")
    yield Named(("spec", "predictor", "model", "runtime"), runtimes, clusterwide=True)


def _nim_storage(resource: Resource) -> Iterator[Named]:
    """What the NIM operator makes a claim of, or takes instead."""
    yield Named(("spec", "storage", "pvc", "storageClass"), ("StorageClass",), clusterwide=True)
    yield Named(("spec", "storage", "pvc", "name"), ("PersistentVolumeClaim",))
    yield Named(("spec", "storage", "nimCache", "name"), ("NIMCache.apps.nvidia.com",))


def _claim(resource: Resource) -> Iterator[Named]:
    yield Named(("spec", "storageClassName"), ("StorageClass",), clusterwide=True)
    yield Named(("spec", "volumeName"), ("PersistentVolume",), clusterwide=True)


def _ingress(resource: Resource) -> Iterator[Named]:
    for path, value in _strings(resource.attributes.get("spec"), ("spec",)):
        if path[-2:] == ("service", "name") or path[-1] == "serviceName":
            yield Named(path, ("Service",))
        elif path[-1] == "ingressClassName" and value:
            yield Named(path, ("IngressClass",), clusterwide=True)


def _route(resource: Resource) -> Iterator[Named]:
    for path, _ in _strings(resource.attributes.get("spec"), ("spec",)):
        if path[-1] == "name" and "backendRefs" in path:
            yield Named(path, ("Service",))
        elif path[-1] == "name" and "parentRefs" in path:
            yield Named(path, ("Gateway.gateway.networking.k8s.io",), clusterwide=True)


def _at(path: str, *types: str, clusterwide: bool = False) -> Linker:
    steps = tuple(path.split("."))

    def linker(resource: Resource) -> Iterator[Named]:
        yield Named(steps, types, clusterwide)

    return linker


def _cluster_queue(resource: Resource) -> Iterator[Named]:
    for path, _ in _strings(resource.attributes.get("spec"), ("spec",)):
        if path[-1] == "name" and "flavors" in path and "resources" not in path:
            yield Named(path, ("ResourceFlavor.kueue.x-k8s.io",), clusterwide=True)


_NODE_CLASSES = ("EC2NodeClass.karpenter.k8s.aws", "AKSNodeClass.karpenter.azure.com", "NodeClass.eks.amazonaws.com")
_LINKERS: Mapping[str, Linker] = {
    "HorizontalPodAutoscaler": _scale_target("scaleTargetRef"),
    "ScaledObject.keda.sh": _scale_target("scaleTargetRef"),
    "VerticalPodAutoscaler.autoscaling.k8s.io": _scale_target("targetRef"),
    "PodAutoscaler.autoscaling.aibrix.ai": _scale_target("scaleTargetRef"),
    "PersistentVolumeClaim": _claim,
    "NIMCache.apps.nvidia.com": _nim_storage,
    "Ingress": _ingress,
    "HTTPRoute.gateway.networking.k8s.io": _route,
    "GRPCRoute.gateway.networking.k8s.io": _route,
    "LocalQueue.kueue.x-k8s.io": _at("spec.clusterQueue", "ClusterQueue.kueue.x-k8s.io", clusterwide=True),
    "ClusterQueue.kueue.x-k8s.io": _cluster_queue,
    "NodePool.karpenter.sh": _at("spec.template.spec.nodeClassRef.name", *_NODE_CLASSES, clusterwide=True),
}
_OVER_PODS = {
    "Service": ("spec", "selector"),
    "PodDisruptionBudget": ("spec", "selector"),
    "NetworkPolicy": ("spec", "podSelector"),
    "PodMonitor.monitoring.coreos.com": ("spec", "selector"),
    "InferencePool.inference.networking.x-k8s.io": ("spec", "selector"),
}


def _selectors(resource: Resource) -> Iterator[tuple[Path, Mapping[str, object], bool]]:
    """The label selectors of an object, with their path, and whether they select pods (else services)."""
    path = _OVER_PODS.get(resource.type)
    over_pods = path is not None
    if resource.type == "ServiceMonitor.monitoring.coreos.com":
        path = ("spec", "selector")
    if path is not None:
        selector = lookup(resource.attributes, path)
        if isinstance(selector, dict) and selector:
            yield path, selector, over_pods


def _requirements(selector: Mapping[str, object]) -> Iterator[Requirement]:
    """What a selector asks for, in either form: labels alone, or matchLabels and matchExpressions."""
    if not {"matchLabels", "matchExpressions"} & set(selector):
        yield from (Requirement(str(key), "In", [value]) for key, value in selector.items())
        return
    labels, expressions = selector.get("matchLabels"), selector.get("matchExpressions")
    if isinstance(labels, dict):
        yield from (Requirement(str(key), "In", [value]) for key, value in labels.items())
    for one in expressions if isinstance(expressions, list) else ():
        if isinstance(one, dict):
            yield Requirement(str(one.get("key")), str(one.get("operator")), one.get("values"))


def _texts(selector: object, path: Path) -> Iterator[tuple[Path, str]]:
    """The values of a selector: the link stands on the first that is text."""
    yield from ((at, text) for at, text in _strings(selector, path) if at[-1] not in ("key", "operator"))


def _strings(value: object, path: Path, depth: int = 0) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif depth < _DEEPEST and isinstance(value, dict):
        for key, item in value.items():
            yield from _strings(item, (*path, key), depth + 1)
    elif depth < _DEEPEST and isinstance(value, list):
        for number, item in enumerate(value):
            yield from _strings(item, (*path, number), depth + 1)


_DEEPEST = 12
"""References of these kinds stand no deeper than this below `spec`."""
