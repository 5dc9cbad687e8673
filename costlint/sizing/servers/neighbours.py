"""What stands beside a workload and says something about its servers: config maps, serving runtimes, mounted files."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from typing import Protocol

from costlint.clusters.workloads import PodGroup
from costlint.model import PartialMap, Path, Resource, Unknown, lookup
from costlint.sizing.servers.words import HOLE, Variable, Variables, expanded, written_text


class Neighbours(Protocol):
    """What is asked of a view of a stack."""

    def of_type(self, *types: str) -> Iterable[Resource]: ...


def named(beside: Neighbours | None, name: object, origin: Resource, *types: str) -> Resource | None:
    """The object of a name in the namespace of another one, None if it is not here."""
    if beside is None or not isinstance(name, str):
        return None
    for one in beside.of_type(*types):
        if one.name == name and _same_namespace(one, origin):
            return one
    return None


def environment(
    container: Mapping[str, object], path: Path, resource: Resource, beside: Neighbours | None
) -> Variables:
    """The variables of a container: `envFrom` config maps, then `env`, which may refer to those before (`$(NAME)`)."""
    values: dict[str, Variable] = {}
    is_open = False
    for index, source in enumerate(_listed(container.get("envFrom"))):
        prefix = source.get("prefix")
        for kind, type_ in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            reference = lookup(source, (kind, "name"))
            data = _data(named(beside, reference, resource, type_)) if reference is not None else None
            at = (*path, "envFrom", index, kind, "name")
            for key, value in (data or {}).items():
                values[f"{prefix if isinstance(prefix, str) else ''}{key}"] = Variable(written_text(value), at)
            is_open = is_open or (data is None and reference is not None and type_ == "ConfigMap")
        is_open = is_open or not {"configMapRef", "secretRef"} & source.keys()
    written = container.get("env")
    if isinstance(written, Unknown):
        is_open = True
    if isinstance(written, dict):  # KubeAI and Terraform write a map
        is_open = is_open or isinstance(written, PartialMap)
        for key, value in written.items():
            values[str(key)] = Variable(expanded(written_text(value), Variables(values)), (*path, "env", str(key)))
    for index, one in enumerate(written if isinstance(written, list) else ()):
        if isinstance(one, Unknown):
            is_open = True
        if not isinstance(one, dict) or not isinstance(one.get("name"), str):
            continue
        at = (*path, "env", index, "value")
        if "valueFrom" in one:
            text, at = _referred(one, resource, beside), (*path, "env", index, "valueFrom")
        else:
            given = one.get("value")
            text = "" if given is None else expanded(written_text(given), Variables(values))
        values[str(one["name"])] = Variable(text, at)
    return Variables(values, is_open)


def mounted_file(
    name: str, container: Mapping[str, object], group: PodGroup | None, resource: Resource, beside: Neighbours | None
) -> str | None:
    """The text of a file that a config map of the stack puts into a container, None if there is none."""
    volumes = {
        str(one.get("name")): lookup(one, ("configMap",))
        for one in _listed(group.spec.get("volumes") if group else None)
    }
    for mount in _listed(container.get("volumeMounts")):
        at, source = mount.get("mountPath"), volumes.get(str(mount.get("name")))
        if not isinstance(at, str) or not isinstance(source, dict):
            continue
        data = _data(named(beside, source.get("name"), resource, "ConfigMap"))
        if data is None:
            continue
        sub = mount.get("subPath")
        keys = {one.get("path"): one.get("key") for one in _listed(source.get("items"))} or {key: key for key in data}
        for file, key in keys.items():
            if not isinstance(file, str):
                continue
            place = at if isinstance(sub, str) and sub == file else posixpath.join(at, file)
            if posixpath.normpath(place) == posixpath.normpath(name) and isinstance(data.get(str(key)), str):
                return str(data[str(key)])
    return None


def _referred(one: Mapping[str, object], resource: Resource, beside: Neighbours | None) -> str:
    for kind, type_ in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
        reference = lookup(one, ("valueFrom", kind))
        if isinstance(reference, dict):
            data = _data(named(beside, reference.get("name"), resource, type_))
            value = data.get(str(reference.get("key"))) if data is not None else None
            return HOLE if value is None else written_text(value)
    return HOLE


def _data(holder: Resource | None) -> Mapping[str, object] | None:
    """What a config map or a secret holds as text; of a secret only what is written so (`stringData`)."""
    name = "stringData" if holder is not None and holder.type == "Secret" else "data"
    found = holder.attributes.get(name) if holder is not None else None
    return found if isinstance(found, dict) else None


def _listed(value: object) -> list[Mapping[str, object]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _same_namespace(one: Resource, other: Resource) -> bool:
    mine, theirs = (lookup(r.attributes, ("metadata", "namespace")) for r in (one, other))
    if isinstance(mine, Unknown) or isinstance(theirs, Unknown):
        return False
    return mine == theirs or not mine or not theirs
