"""Builds two indexes into the wheel: of the rules, because reading hundreds of YAML files at start-up would cost every
run, and of the estimators, so that a run imports those of the types it meets."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Indexes(BuildHookInterface[Any]):
    """Checks `rules/` and compiles it to `costlint/_rules/index.msgpack`; both indexes are made outside the tree."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        try:
            from costlint.policy.load import index, read_rules, shipped
            from costlint.pricing.estimators import index_of_estimators
        finally:
            sys.path.remove(self.root)
        read_rules(Path(self.root, "rules"))
        self._folder = tempfile.TemporaryDirectory(prefix="costlint-indexes-")
        made = {
            "costlint/_rules/index.msgpack": index(shipped()),
            "costlint/pricing/estimators.msgpack": index_of_estimators(),
        }
        for number, (place, content) in enumerate(made.items()):
            file = Path(self._folder.name, str(number))
            file.write_bytes(content)
            build_data["force_include"][str(file)] = place

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            self._folder.cleanup()
