"""Which cloud the names of directories say that what lies in them is for."""

from __future__ import annotations

from collections.abc import Iterable

_NAMES = {
    **dict.fromkeys(("aws", "amazon", "eks", "aws-eks", "amazon-eks"), "aws"),
    **dict.fromkeys(("azure", "aks", "azure-aks"), "azure"),
    **dict.fromkeys(("gcp", "gke", "google", "google-cloud", "googlecloud", "gcp-gke"), "gcp"),
}


def cloud_named(path: str) -> str:
    """The one cloud the directories of a path are named after (`cloud-service-providers/azure/aks`): "" if they are
    named after none, or several. A word of a longer name is none: `azure-openai-proxy` runs anywhere."""
    found = clouds_named((path,))
    return found.pop() if len(found) == 1 else ""


def clouds_named(paths: Iterable[str]) -> set[str]:
    """All clouds directories of the paths are named after."""
    return {_NAMES[part] for path in paths for part in path.lower().replace("_", "-").split("/") if part in _NAMES}
