"""Where a finding without an edit stands: on what the rule asks about, the container it is about, or where its pods ask
for accelerators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from costlint.clusters.workloads import is_workload
from costlint.model import Path, Stack, lookup
from costlint.model.values import parse_path
from costlint.policy.places import Place
from costlint.policy.reach import is_here
from costlint.policy.subject import Subject

_OTHERS = frozenset(("not", "linked", "not_linked", "environment", "chart", "image", "key", "operator", "type"))
"""What a pattern holds besides attributes, and those that say which thing it is about and not what is wrong with it."""


def standing(subject: Subject, stack: Stack, pattern: Mapping[str, Any]) -> Place | None:
    """The place in an object, or in the pods a rule stands on, that says most; None where that is the object itself.
    `pattern` is what the rule asks: of the attributes it names the first that is written counts."""
    resource = subject.resource
    if resource.provider != "kubernetes" or subject.stack:
        return None
    paths = _of_container(subject) or _asked(pattern, subject.prefix)
    for path in (*paths, *_devices(subject)):
        found = resource.locator.locate(path)
        if found is not None and found.exact and is_here(found.span, stack):
            return Place(found.span, found.chain, resource.span, False, found.name)
    return None


def _of_container(subject: Subject) -> list[Path]:
    """The name of the container a rule stands on, or where it begins if it has none (KServe's `model`); [] if the rule
    stands on none."""
    if not subject.prefix or not is_workload(subject.resource.type):
        return []
    if "name" in subject.element:
        return [(*subject.prefix, "name")]
    return [subject.prefix] if isinstance(subject.prefix[-1], str) and "resources" in subject.element else []


def _asked(pattern: Mapping[str, Any], prefix: Path) -> Iterator[Path]:
    """The attributes a pattern says something about that has to be there, in its order."""
    for key, test in pattern.items():
        if key in ("any", "all"):
            for one in test if isinstance(test, list) else ():
                yield from _asked(one, prefix)
        elif key not in _OTHERS and test not in ("absent", None) and not (isinstance(test, dict) and "not" in test):
            path = parse_path(key)
            yield path[1:] if path[0] == "resource" else (*prefix, *path)


def _devices(subject: Subject) -> Iterator[Path]:
    """Where the containers of a pod spec ask for accelerators."""
    from costlint.clusters.needs import device_named

    if not subject.prefix or not is_workload(subject.resource.type):
        return
    containers = lookup(subject.element, ("containers",))
    for index, container in enumerate(containers if isinstance(containers, list) else ()):
        for part in ("limits", "requests"):
            amounts = lookup(container, ("resources", part))
            for name in amounts if isinstance(amounts, dict) else ():
                if device_named(str(name)) is not None:
                    yield (*subject.prefix, "containers", index, "resources", part, str(name))
