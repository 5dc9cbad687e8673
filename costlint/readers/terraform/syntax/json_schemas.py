"""Which properties of a JSON file are blocks: JSON itself does not tell them from arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Blocks(NamedTuple):
    """The block types at the top of a file, and inside those that hold others, each with its number of labels. `bare`:
    a type whose labels may be left out where the block has this property. `strict`: nothing else may stand at the
    top."""

    top: Mapping[str, int]
    within: Mapping[str, Mapping[str, int]]
    bare: Mapping[str, str] = {}
    strict: bool = True


CONFIGURATION = Blocks(
    {
        **dict.fromkeys(("resource", "data", "ephemeral", "action"), 2),
        **dict.fromkeys(("module", "variable", "output", "provider", "check"), 1),
        **dict.fromkeys(("locals", "terraform", "moved", "import", "removed"), 0),
    },
    {"terraform": {"backend": 1, "cloud": 0, "required_providers": 0, "provider_meta": 1}},
)
TERRAGRUNT = Blocks(
    {
        **dict.fromkeys(("include", "dependency", "generate", "feature"), 1),
        **dict.fromkeys(("locals", "terraform", "dependencies", "remote_state", "exclude"), 0),
        **dict.fromkeys(("engine", "errors", "catalog"), 0),
    },
    {"terraform": {"extra_arguments": 1, "before_hook": 1, "after_hook": 1, "error_hook": 1}},
    bare={"include": "path"},
    strict=False,
)
