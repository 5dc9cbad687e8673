"""What stands for a chart that is not here: the values it is given, and what they say by convention."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from costlint.model import UNKNOWN, Diagnostic, Location, Origin, Region, Resource
from costlint.model.values import Path, path_text
from costlint.readers.gitops.conventions import Claim, claims_in, partial, pods_in
from costlint.readers.gitops.deployments import Deployment
from costlint.readers.gitops.values import together
from costlint.readers.helm.layers import Layer
from costlint.readers.kubernetes.syntax import YamlMistake

STAND_IN = "HelmValues"
"""The type of what stands for a chart: what it is given, and the pods that says something of."""

_ANYWHERE = Region("", True, "a release names no region")


def stand_ins(found: Iterable[Deployment]) -> list[Diagnostic]:
    """Put what stands for each chart that is not here into the stack that declares it. Notes that say so."""
    said: list[Diagnostic] = []
    for one in found:
        if one.path is not None or not one.chart:
            continue
        if one.stack.kind != "terraform":
            one.stack.unread = (*one.stack.unread, one.what)
        if not one.packaged:
            continue
        address = _address(STAND_IN, one.namespace, one.name)
        if any(other.address == address for other in one.stack.resources):
            continue
        given = together(one.layers) if one.layers else Layer("", one.declared.span.file, {}, b"")
        one.stack.resources += [_stand_in(one, given, address), *_claims(one, given)]
        left = f", and {', '.join(one.unread)} cannot be read" if one.unread else ""
        message = f"the chart {one.what} is not here: only the values it is given are checked{left}"
        said.append(Diagnostic("note", message, *one.declared.span[:3]))
    return said


def _stand_in(one: Deployment, given: Layer, address: str) -> Resource:
    attributes: dict[str, object] = {
        "chart": one.chart,
        "repository": one.repository,
        "version": one.version,
        "values": partial(given.value),
    }
    written: dict[Path, Path] = {("values",): ()}
    pods = [] if one.unsettled else pods_in(given.value)
    if pods:
        attributes["spec"] = {"pods": [each.element for each in pods]}
    for number, each in enumerate(pods):
        written |= {("spec", "pods", number, *path): place for path, place in each.written.items()}
    return _resource(one, given, STAND_IN, address, attributes, written)


def _claims(one: Deployment, given: Layer) -> Iterator[Resource]:
    """The disks the values claim; one whose number is not known stands for all of its kind."""
    for claim in () if one.unsettled else claims_in(given.value):
        for ordinal in range(claim.number if isinstance(claim.number, int) else 1):
            yield _claimed(one, given, claim, ordinal)


def _claimed(one: Deployment, given: Layer, claim: Claim, ordinal: int) -> Resource:
    address = _address("PersistentVolumeClaim", one.namespace, f"{one.name}.{path_text(claim.path)}-{ordinal}")
    found = _resource(one, given, "PersistentVolumeClaim", address, {"spec": claim.spec}, claim.written)
    if not isinstance(claim.number, int):
        found.exists = UNKNOWN
    return found


def _resource(
    one: Deployment,
    given: Layer,
    type_: str,
    address: str,
    attributes: dict[str, object],
    written: Mapping[Path, Path],
) -> Resource:
    return Resource(
        address=address,
        type=type_,
        provider="kubernetes",
        attributes={**attributes, "metadata": {"name": one.name, "namespace": one.namespace or UNKNOWN}},
        span=one.declared.span,
        region=_ANYWHERE,
        environment=one.declared.environment,
        name=one.name,
        module=one.declared.module,
        exists=one.declared.exists,
        locator=ValuesLocator(one, given, written),
        adapted=True,
    )


def _address(type_: str, namespace: str, name: str) -> str:
    return "/".join(part for part in (type_, namespace, name) if part)


class ValuesLocator:
    """Finds values of a release where they are given; `written` leads from paths of the resource to paths of the
    values."""

    def __init__(self, deployment: Deployment, given: Layer, written: Mapping[Path, Path]) -> None:
        self._deployment = deployment
        self._given = given
        self._written = written

    def locate(self, path: Path) -> Location | None:
        """Where a value is given; for the rest, what declares the release."""
        declared = self._deployment.declared
        header = Origin(declared.span, declared.address)
        for length in range(len(path), 0, -1):
            below = self._written.get(path[:length])
            if below is not None:
                return self._in_values((*below, *path[length:]), header)
        return Location(declared.span, (header,), exact=False)

    def _in_values(self, path: Path, header: Origin) -> Location | None:
        try:
            span, exact = self._given.span(path)
        except YamlMistake:
            return None
        named = f"values {path_text(path)}" if path else f"values of {self._deployment.name}"
        return Location(span, (header, Origin(span, named)), exact, f"{self._deployment.name}: {path_text(path)}")
