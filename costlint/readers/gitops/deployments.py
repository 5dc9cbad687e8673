"""What a GitOps object says is deployed: a chart with its values, or a directory, and where to."""

from __future__ import annotations

from msgspec import Struct

from costlint.model import Resource, Sign, Stack
from costlint.readers.helm.layers import Layer


class Deployment(Struct, eq=False):
    """A chart or a directory something deploys.

    `declared` is the resource that says so, `stack` the one that is in. `path` is the directory of this tree that is
    deployed, None if it is elsewhere: then `chart`, `repository` and `version` say what is meant. Of `layers` the last
    one wins; `unread` names values that are given and cannot be read, `overrides` what else changes what is deployed.
    `signs` may tell the environment; `packaged`: it is certainly a chart; `rendered`: it was
    read."""

    declared: Resource
    stack: Stack
    name: str
    namespace: str = ""
    path: str | None = None
    chart: str = ""
    repository: str = ""
    version: str = ""
    layers: tuple[Layer, ...] = ()
    signs: tuple[Sign, ...] = ()
    unread: tuple[str, ...] = ()
    unsettled: bool = False
    overrides: tuple[str, ...] = ()
    packaged: bool = True
    rendered: bool = False

    @property
    def what(self) -> str:
        """The chart as people call it: `vllm-stack 0.1.5 (https://…)`."""
        called = " ".join(part for part in (self.chart, self.version) if part)
        return f"{called} ({self.repository})" if self.repository else called
