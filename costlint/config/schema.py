"""The JSON Schema of the configuration file, for editors."""

from __future__ import annotations

from typing import Any

import msgspec

from costlint.config.settings import ConfigFile


def config_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of `.costlint.yaml` and `[tool.costlint]`."""
    schema: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(msgspec.json.schema(ConfigFile)))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "costlint configuration", **schema}
