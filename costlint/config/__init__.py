"""Configuration: `.costlint.yaml` or `[tool.costlint]`, validated with a pointer to the bad key."""

from costlint.config.loading import CONFIG_NAMES, find_config, load_config, read_config, setting_error
from costlint.config.paths import matches_glob
from costlint.config.reading import ConfigError
from costlint.config.settings import (
    ClusterSettings,
    Commitment,
    Config,
    EnvironmentLabel,
    GuardRail,
    ModuleMapping,
    NewFinding,
    PathSettings,
    RegionByProvider,
    RootSettings,
    Threshold,
    Waiver,
    environment_label,
    parse_threshold,
)

__all__ = [
    "CONFIG_NAMES",
    "ClusterSettings",
    "Commitment",
    "Config",
    "ConfigError",
    "EnvironmentLabel",
    "GuardRail",
    "ModuleMapping",
    "NewFinding",
    "PathSettings",
    "RegionByProvider",
    "RootSettings",
    "Threshold",
    "Waiver",
    "environment_label",
    "find_config",
    "load_config",
    "matches_glob",
    "parse_threshold",
    "read_config",
    "setting_error",
]
