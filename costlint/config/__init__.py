"""Configuration: `.costlint.yaml` or `[tool.costlint]`, validated with a pointer to the bad key."""

from costlint.config.effective import Config, Threshold, parse_threshold
from costlint.config.loading import CONFIG_NAMES, find_config, load_config, read_config, setting_error
from costlint.config.paths import matches_glob
from costlint.config.reading import ConfigError
from costlint.config.sections import (
    ClusterSettings,
    Commitment,
    EnvironmentLabel,
    GuardRail,
    ModelSettings,
    ModuleMapping,
    NewFinding,
    PathSettings,
    RegionByProvider,
    RootSettings,
    Waiver,
    environment_label,
)

__all__ = [
    "CONFIG_NAMES",
    "ClusterSettings",
    "Commitment",
    "Config",
    "ConfigError",
    "EnvironmentLabel",
    "GuardRail",
    "ModelSettings",
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
