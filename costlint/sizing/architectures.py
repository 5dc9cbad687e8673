"""Which engines run on accelerators newer than most images."""

from __future__ import annotations

from costlint.catalog import Accelerator
from costlint.sizing.engines import Engine
from costlint.sizing.tables import rows


def is_new(accelerator: Accelerator) -> bool:
    """Whether images made before an accelerator came out may lack kernels for it."""
    return any(row["architecture"] == accelerator.architecture for row in rows("new_architectures"))


def ready_architectures(engine: Engine) -> frozenset[str]:
    """The new architectures that an engine's own image has kernels for."""
    known = (row for row in rows("new_architectures") if row["engine"] == engine.name)
    return frozenset(row["architecture"] for row in known if tuple(map(int, row["since"].split("."))) <= engine.version)


def is_ready_for(engine: Engine, accelerator: Accelerator) -> bool:
    """Whether an engine's own image has kernels for an accelerator; of new architectures only what is known to."""
    listed = [row for row in rows("new_architectures") if row["architecture"] == accelerator.architecture]
    return not listed or any(
        row["engine"] == engine.name and tuple(map(int, row["since"].split("."))) <= engine.version for row in listed
    )
