"""How charts are read: what the configuration says about them."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from costlint.config import Config
from costlint.readers.helm.engines import Cluster


def _nobody(directory: str, files: tuple[str, ...]) -> bool:
    return False


class ChartOptions(Struct, frozen=True):
    """How charts are read. `cluster` is what they are told about it; `named` whether the configuration says that a
    values file of a chart (its directory and the file, as shown) belongs to an environment; `alternatives` is the
    setting of that name."""

    cluster: Cluster = Cluster()
    named: Callable[[str, tuple[str, ...]], bool] = _nobody
    alternatives: str = "one"


DEFAULTS = ChartOptions()


def chart_options(config: Config) -> ChartOptions:
    """What a configuration says about charts."""

    def named(directory: str, files: tuple[str, ...]) -> bool:
        said, chart = config.environment_for(directory, files), config.environment_for(directory)
        return bool(said.name or said.kind) and not (chart.name or chart.kind)

    return ChartOptions(Cluster(config.kubernetes_version, config.api_versions), named, config.alternatives)
