"""Builds the rule index into the wheel: reading hundreds of YAML files at start-up would cost every run."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class RuleIndex(BuildHookInterface[Any]):
    """Checks `rules/` and compiles it to `costlint/_rules/index.msgpack`, outside the source tree."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        try:
            from costlint.policy.load import index, read_rules, shipped
        finally:
            sys.path.remove(self.root)
        read_rules(Path(self.root, "rules"))
        self._folder = tempfile.TemporaryDirectory(prefix="costlint-rules-")
        file = Path(self._folder.name, "index.msgpack")
        file.write_bytes(index(shipped()))
        build_data["force_include"][str(file)] = "costlint/_rules/index.msgpack"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            self._folder.cleanup()
