"""YAML and JSON that stands as text inside of manifests: configuration files, Ray Serve's `serveConfigV2`, values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_LARGEST = 1_000_000
_DEEPEST = 50


def settings_in(text: object) -> Mapping[str, object] | None:
    """The mapping a text holds; None if it holds none, is too large or nested too deeply, or has aliases (which could
    multiply it)."""
    if not isinstance(text, str) or not 0 < len(text) <= _LARGEST:
        return None
    import yaml

    text = str(text)  # libyaml refuses texts with references in them, which are a kind of str
    loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    depth = 0
    try:
        for event in yaml.parse(text, Loader=loader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST or isinstance(event, yaml.AliasEvent):
                return None
        found = yaml.load(text, Loader=loader)
    except (yaml.YAMLError, ValueError):
        return None
    return found if isinstance(found, dict) else None
