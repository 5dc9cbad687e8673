"""Where a finding without an edit stands: on the container it is about, or where its pods ask for accelerators."""

from __future__ import annotations

from collections.abc import Iterator

from costlint.clusters.workloads import is_workload
from costlint.model import Path, Stack, lookup
from costlint.policy.places import Place
from costlint.policy.reach import is_here
from costlint.policy.subject import Subject


def standing(subject: Subject, stack: Stack) -> Place | None:
    """The place in the pods a rule stands on that says most; None where that is their object."""
    resource = subject.resource
    if not subject.prefix or not is_workload(resource.type):
        return None
    for path in [(*subject.prefix, "name")] if "name" in subject.element else _devices(subject):
        found = resource.locator.locate(path)
        if found is not None and found.exact and is_here(found.span, stack):
            return Place(found.span, found.chain, resource.span, False, found.name)
    return None


def _devices(subject: Subject) -> Iterator[Path]:
    """Where the containers of a pod spec ask for accelerators."""
    from costlint.clusters.needs import device_named

    containers = lookup(subject.element, ("containers",))
    for index, container in enumerate(containers if isinstance(containers, list) else ()):
        for part in ("limits", "requests"):
            amounts = lookup(container, ("resources", part))
            for name in amounts if isinstance(amounts, dict) else ():
                if device_named(str(name)) is not None:
                    yield (*subject.prefix, "containers", index, "resources", part, str(name))
