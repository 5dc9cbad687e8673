"""Models the configuration declares are known to rules as those of the catalog are."""

from pathlib import Path

import pytest

from costlint.config import Config, ConfigError, load_config
from costlint.model import Report
from costlint.pipeline import scan

SERVER = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: support}
spec:
  template:
    metadata: {labels: {app: support}}
    spec:
      nodeSelector: {node.kubernetes.io/instance-type: g6.xlarge, topology.kubernetes.io/region: us-east-1}
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.11.0
          args: [--model=acme/support, --max-model-len=8192]
          resources: {limits: {nvidia.com/gpu: 1}}
"""
LARGE = "models:\n  acme/support: {like: meta-llama/Llama-3.1-70B-Instruct}\n"
SMALL = "models:\n  acme/support: {like: Qwen/Qwen2.5-7B-Instruct, format: awq}\n"


def scanned(folder: Path, configuration: str) -> Report:
    (folder / ".git").mkdir()
    (folder / "a.yaml").write_text(SERVER)
    (folder / ".costlint.yaml").write_text(f"profile: audit\n{configuration}")
    return scan([str(folder)], load_config([str(folder)]))


@pytest.mark.parametrize(("configuration", "told"), [(LARGE, True), (SMALL, False), ("models: {}\n", False)])
def test_whether_a_model_of_ones_own_fits_is_told(tmp_path: Path, configuration: str, told: bool) -> None:
    report = scanned(tmp_path, configuration)
    assert ("SRV013" in {finding.rule.id for finding in report.findings}) is told


def test_a_model_like_no_other_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match='acme/support: no model "acme/nobody" is known'):
        scanned(tmp_path, "models:\n  acme/support: {like: acme/nobody}\n")


def test_without_models_of_ones_own_nothing_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    from costlint import pipeline
    from costlint.sizing import own

    monkeypatch.delattr(own, "models_of")
    assert pipeline.own_models(Config()) is None
