"""Models a configuration declares."""

import json
from pathlib import Path

import pytest

from costlint.config import Config, ModelSettings
from costlint.sizing.names import Names
from costlint.sizing.own import BadModel, models_of

LIKE = "meta-llama/Llama-3.1-8B-Instruct"


def test_a_fine_tune_has_the_shape_of_what_it_is_like() -> None:
    found = Names(models_of(Config(models={"acme/support": ModelSettings(like=LIKE)}))).find("acme/support")
    assert found is not None
    assert (found.how, found.model.kv_heads, found.model.source) == ("id", 8, f"configuration: like {LIKE}")


def test_one_of_which_only_the_size_is_known_has_low_confidence() -> None:
    model = models_of(Config(models={"acme/big": ModelSettings(billions=13)}))["acme/big"]
    assert (model.parameters, model.confidence, model.cache) == (13e9, "low", "unknown")


def test_a_config_json_states_the_shape(tmp_path: Path) -> None:
    shape = {"model_type": "llama", "hidden_size": 2048, "num_hidden_layers": 16, "num_attention_heads": 32}
    (tmp_path / "config.json").write_text(json.dumps(shape | {"vocab_size": 32000}), encoding="utf-8")
    settings = ModelSettings(config_json=str(tmp_path / "config.json"), format="fp8")
    model = models_of(Config(models={"acme/ours": settings}))["acme/ours"]
    assert (model.layers, model.dtype) == (16, "fp8")


def test_what_is_declared_goes_before_the_catalog() -> None:
    assert models_of(Config(models={LIKE: ModelSettings(billions=9)}))[LIKE].parameters == 9e9


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (ModelSettings(like="acme/nobody"), 'no model "acme/nobody" is known'),
        (ModelSettings(config_json="missing/config.json"), "missing"),
        (ModelSettings(billions=1, format="homemade"), 'no format "homemade" is known'),
    ],
)
def test_what_cannot_be_made_out_is_said(settings: ModelSettings, says: str) -> None:
    with pytest.raises(BadModel, match=f"models: acme/x: .*{says}"):
        models_of(Config(models={"acme/x": settings}))


@pytest.mark.parametrize(
    ("settings", "right"),
    [
        (ModelSettings(like=LIKE), True),
        (ModelSettings(), False),
        (ModelSettings(like=LIKE, billions=8), False),
    ],
)
def test_a_model_is_said_in_one_way(settings: ModelSettings, right: bool) -> None:
    assert (settings.complaint() == "") is right
