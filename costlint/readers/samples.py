"""What directories and repositories are called whose manifests show how something is done, rather than run."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from costlint.readers.roots import shows_use
from costlint.sources import Source
from costlint.sources.repository import remote_addresses

_SHOWN = {
    **dict.fromkeys(("tutorials", "tutorial", "walkthroughs", "walkthrough", "codelabs"), "a tutorial"),
    **dict.fromkeys(("quickstarts", "quickstart", "getting-started"), "a quick start"),
    **dict.fromkeys(("demos", "demonstrations"), "a demonstration"),
    **dict.fromkeys(("workshops", "workshop"), "a workshop"),
    **dict.fromkeys(("benchmarks", "benchmark", "benchmarking"), "a benchmark"),
    **dict.fromkeys(("docs", "doc", "documentation"), "documentation"),
}
_COLLECTIONS = frozenset(
    (
        *("samples", "examples", "tutorials", "demos", "quickstarts", "walkthroughs", "codelabs"),
        *("workshop", "workshops", "cookbook", "cookbooks"),
    )
)
_WORDS = re.compile(r"[-_+. ]+")


def manifests_show(directory: str) -> str:
    """What manifests in a directory of this name are there for, if not to be deployed: `an example`; else "". A name of
    several words counts if all of them do (`tutorials-and-examples`)."""
    kind = shows_use(directory) or _SHOWN.get(directory, "")
    if kind or "-and-" not in directory:
        return kind
    found = [shows_use(word) or _SHOWN.get(word, "") for word in directory.split("-and-")]
    return found[-1] if all(found) else ""


def is_collection(name: str) -> bool:
    """Whether what is called this holds samples beside each other, of which nobody applies all (`gke-samples`)."""
    return not _COLLECTIONS.isdisjoint(_WORDS.split(name.lower()))


def collections_among(source: Source, selected: Iterable[str]) -> list[str]:
    """Those directories that are selected which are, or lie in, a collection of samples: a directory, the repository
    itself, or all its owner has (`aws-samples`). Directories below them are samples of their own."""
    root = Path(source.label.partition(" at ")[0])
    remotes = (part for url in remote_addresses(root)[:1] for part in url.split("/")[-2:])
    found = (path for path in selected if not source.is_file(path))
    names = (root.name, *remotes)
    return [path for path in found if any(map(is_collection, (*names, *path.split("/"))))]
