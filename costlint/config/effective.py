"""The configuration in effect: what a run asks of its settings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import structs

from costlint.config.paths import matches_glob
from costlint.config.sections import ClusterSettings, EnvironmentLabel, PathSettings, environment_label
from costlint.config.settings import ConfigFile
from costlint.model import Level

_LEVELS: tuple[Level, ...] = ("low", "medium", "high", "critical")
_DOLLARS = re.compile(r"\$?(\d+(?:\.\d+)?)")


class Config(ConfigFile, frozen=True, kw_only=True):
    """Settings of one run. `file` is the configuration file as shown to people ("" if there is none);
    `base` is the directory its globs are relative to ("" for the current directory). `tf_var_env`: TF_VAR_… of the
    process may be used; no file can say so, only who runs costlint. Without `use_baseline` every finding is told.

    `rules`, `var_files`, `prices_file` and the paths of `roots`, `modules` and `models` are relative to the current
    directory here, wherever they were written.
    """

    file: str = ""
    base: str = ""
    tf_var_env: bool = False
    use_baseline: bool = True

    def override(self, **settings: Any) -> Config:
        """A copy with the given settings replaced; None and empty collections leave a setting as it is."""
        given = {name: value for name, value in settings.items() if value not in (None, "", (), {})}
        return structs.replace(self, **given)

    def region_for(self, provider: str) -> str:
        """The configured region for a provider, "" if there is none."""
        if isinstance(self.region, str):
            return self.region
        return str(getattr(self.region, provider, ""))

    def environment_for(
        self, path: str, var_files: Iterable[str] = (), workspace: str = "", names: Iterable[str] = ()
    ) -> EnvironmentLabel:
        """What the configuration says about a stack's environment; an empty label if it says nothing.

        Paths are given as shown to people (relative to the current directory); `names` are the accounts and clusters
        it is deployed to.
        """
        if self.environment:
            return self.environments_named().get(self.environment) or environment_label(self.environment)
        named = [*names, *([workspace] if workspace not in ("", "default") else [])]
        places = [*named, *map(self._relative, (path, *var_files))]
        for glob, label in self.environments.items():
            if any(matches_glob(glob, place) for place in places):
                return environment_label(label)
        return EnvironmentLabel()

    def environments_named(self) -> dict[str, EnvironmentLabel]:
        """The environments the configuration tells of, by name."""
        labels = map(environment_label, self.environments.values())
        return {label.name: label for label in labels if label.name}

    def cluster_for(self, path: str, namespaces: Iterable[str]) -> ClusterSettings | None:
        """What the configuration says about the cluster of the manifests at a path (as shown to people), None if it
        says nothing. `namespaces` are those they name."""
        relative, named = self._relative(path), list(namespaces)
        for entry in self.clusters:
            if matches_glob(entry.path, relative) and all(matches_glob(entry.namespace, one) for one in named):
                return entry
        return None

    def is_at(self, glob: str, path: str) -> bool:
        """Whether a path (as shown to people) is one a glob of the configuration means."""
        return matches_glob(glob, self._relative(path))

    def settings_for(self, file: str) -> list[PathSettings]:
        """The `per_path` entries that hold for a file, given as shown to people."""
        if not self.per_path:
            return []
        relative = self._relative(file)
        return [settings for settings in self.per_path if matches_glob(settings.path, relative)]

    @property
    def variable_texts(self) -> dict[str, str]:
        """Variables as they would be written after `-var name=`."""
        return {
            name: str(value).lower() if isinstance(value, bool) else str(value)
            for name, value in self.variables.items()
        }

    @property
    def rule_paths(self) -> tuple[Path, ...]:
        """Directories with rules of the user's own."""
        return tuple(Path(path) for path in self.rules)

    @property
    def price_files(self) -> tuple[str, ...]:
        """Files with prices of your own, in order; what a later one says goes before."""
        return (self.prices_file,) if isinstance(self.prices_file, str) else self.prices_file

    @property
    def threshold(self) -> Threshold | None:
        """When findings fail the run, None if they never do."""
        return None if self.fail_on == "" else parse_threshold(str(self.fail_on))

    def _relative(self, shown: str) -> str:
        if not self.base:
            return Path(shown).as_posix()
        try:
            return Path(shown).absolute().relative_to(self.base).as_posix()
        except ValueError:
            return Path(shown).as_posix()


class Threshold(NamedTuple):
    """A finding fails the run at or above this severity, or this saving (USD/month)."""

    severity: Level | None = None
    saving: float | None = None

    def reached_by(self, severity: Level, saving: float) -> bool:
        if self.severity is not None:
            return _LEVELS.index(severity) >= _LEVELS.index(self.severity)
        return self.saving is not None and saving >= self.saving


def parse_threshold(text: str) -> Threshold:
    """`"high"` or `"$100"`. Raises ValueError with a sentence for anything else."""
    lowered = text.strip().lower()
    for level in _LEVELS:
        if lowered == level:
            return Threshold(severity=level)
    dollars = _DOLLARS.fullmatch(lowered.replace(",", ""))
    if dollars is None:
        raise ValueError(f'"{text}" is neither a severity ({", ".join(_LEVELS)}) nor an amount such as $100')
    return Threshold(saving=float(dollars.group(1)))
