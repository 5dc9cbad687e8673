"""The workspace: the one that was named, the one selected beside the root, or not known.

A configuration that asks for `terraform.workspace` is deployed more than once, with other values each time. Reading it
as the workspace called "default" would invent a deployment nobody has. So the name is unknown unless somebody gives
it, with one exception: where the configuration itself knows a "default", that is what it deploys unasked.
"""

from __future__ import annotations

from collections.abc import Mapping

from costlint.model import Unknown
from costlint.sources import Source, SourceError

DEFAULT = "default"
_SELECTED = ".terraform/environment"


class UnnamedWorkspace(Unknown):
    """`terraform.workspace` where nobody named one. `asked` is true once something depends on it; `known` are the
    workspaces that maps looked into by this name speak of."""

    __slots__ = ("asked", "known")

    def __init__(self) -> None:
        super().__init__()
        self.asked = False
        self.known: dict[str, None] = {}

    def key_in(self, mapping: Mapping[str, object]) -> str | None:
        """The key to look up: "default" where the map has it, else None (it cannot be told)."""
        if DEFAULT in mapping:
            return DEFAULT
        self.known.update(dict.fromkeys(map(str, mapping)))
        return None


def selected_workspace(source: Source, root: str) -> str:
    """The workspace `terraform workspace select` left beside the root, "" if there is none."""
    path = f"{root}/{_SELECTED}" if root else _SELECTED
    try:
        return source.read(path).decode().strip() if source.is_file(path) else ""
    except (SourceError, UnicodeDecodeError):
        return ""
