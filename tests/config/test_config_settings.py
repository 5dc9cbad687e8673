from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costlint.config import Config, EnvironmentLabel, Threshold, parse_threshold
from costlint.config.schema import config_schema
from costlint.config.settings import ConfigFile
from costlint.model import Level

DOCS = Path(__file__).parents[2] / "docs"


def test_the_published_schema_is_current() -> None:
    assert json.loads((DOCS / "schema" / "config.json").read_text()) == config_schema(), "run make schema"


def test_every_key_is_documented() -> None:
    page = (DOCS / "configuration.md").read_text()
    missing = [key for key in ConfigFile.__struct_fields__ if f"`{key}`" not in page]
    assert missing == []


@pytest.mark.parametrize(
    ("settings", "good"),
    [({"region": {"aws": "eu-west-1"}, "fail_on": 100}, True), ({"regoin": "x"}, False), ({"profile": "x"}, False)],
)
def test_the_schema_tells_good_settings_from_bad(settings: dict[str, object], good: bool) -> None:
    assert jsonschema.Draft202012Validator(config_schema()).is_valid(settings) is good


@pytest.mark.parametrize(
    ("text", "threshold"),
    [
        ("high", Threshold(severity="high")),
        (" HIGH ", Threshold(severity="high")),
        ("$100", Threshold(saving=100)),
        ("$1,250.50", Threshold(saving=1250.5)),
        ("100", Threshold(saving=100)),
        ("0", Threshold(saving=0)),
    ],
)
def test_thresholds_are_severities_or_dollars(text: str, threshold: Threshold) -> None:
    assert parse_threshold(text) == threshold


@pytest.mark.parametrize("text", ["", "severe", "-5", "$", "1e9", "100%"])
def test_other_thresholds_are_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="neither a severity"):
        parse_threshold(text)


@given(st.text())
def test_any_text_is_one_kind_of_threshold_or_refused(text: str) -> None:
    try:
        threshold = parse_threshold(text)
    except ValueError:
        return
    assert (threshold.severity is None) != (threshold.saving is None)


@pytest.mark.parametrize(
    ("severity", "reached"), [("low", False), ("medium", False), ("high", True), ("critical", True)]
)
def test_a_severity_threshold_holds_from_there_upward(severity: Level, reached: bool) -> None:
    assert parse_threshold("high").reached_by(severity, 0.0) is reached


def test_options_override_the_file_and_absent_options_do_not() -> None:
    config = Config(budget=10, select=("STO",), region="eu-west-1")
    changed = config.override(select=("CMP",), region=None, ignore=())
    assert (changed.select, changed.region, changed.budget) == (("CMP",), "eu-west-1", 10)


def test_zero_and_false_do_override() -> None:
    assert Config(min_saving=20).override(min_saving=0).min_saving == 0


def test_an_environment_for_everything_wins_over_the_map() -> None:
    config = Config(environment="prod", environments={"**": "nonprod"})
    assert config.environment_for("anything") == EnvironmentLabel("prod", "prod")


def test_environments_match_workspaces_and_the_first_match_counts() -> None:
    config = Config(environments={"live-*": "prod", "infra/**": EnvironmentLabel("lab", "nonprod")})
    assert config.environment_for("infra/a", workspace="live-eu").kind == "prod"
    assert config.environment_for("infra/a", workspace="default").name == "lab"
    assert config.environment_for("other") == EnvironmentLabel()


def test_environments_match_accounts_and_clusters() -> None:
    config = Config(environments={"acme-prod-*": "prod", "210987654321": "nonprod", "infra": "prod"})
    assert config.environment_for("live", names=["acme-prod-eu"]).kind == "prod"
    assert config.environment_for("live", names=["x", "210987654321"]).kind == "nonprod"
    assert config.environment_for("live", names=["x"]) == EnvironmentLabel()


def test_a_name_alone_leaves_the_kind_open() -> None:
    assert Config(environment="eu-cell-3").environment_for("x") == EnvironmentLabel("eu-cell-3", None)
