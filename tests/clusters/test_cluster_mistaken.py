"""Labels a pod selects by mistake."""

import pytest

from costlint.clusters.constraints import constraints_of
from costlint.clusters.mistaken import mistaken_label
from costlint.clusters.pools import Pool, Requirement
from costlint.model import UNKNOWN

POOLS = [
    Pool("pool.a", "a", "aws", "", None, {"workload": "inference", "gpu": "h100", "pool": "gpu-1", "team": UNKNOWN}),
    Pool("pool.b", "b", "aws", "", None, {"workload": "training"}),
]


def told(selector: dict[str, object]) -> str:
    return mistaken_label(constraints_of({"nodeSelector": selector}), POOLS)


@pytest.mark.parametrize(
    ("selector", "meant"),
    [
        ({"workload": "inferense"}, "workload=inference"),
        ({"workload": "trainign"}, "workload=training"),
        ({"workload": "Training"}, "workload=training"),
        ({"worklod": "training"}, "workload=training"),
        ({"workload": "training", "pol": "gpu-1"}, "pool=gpu-1"),
    ],
)
def test_one_edit_away_from_a_label_of_a_pool_is_asked_about(selector: dict[str, object], meant: str) -> None:
    assert told(selector).endswith(f": did you mean {meant}?")


@pytest.mark.parametrize(
    "selector",
    [
        {"workload": "training"},
        {"workload": "serving"},
        {"gpu": "a100"},
        {"pool": "gpu-2"},
        {"team": "ml"},
        {"workload": UNKNOWN},
        {},
    ],
    ids=["it is there", "another thing", "another GPU", "another number", "not known", "not known here", "nothing"],
)
def test_what_may_well_be_meant_is_not(selector: dict[str, object]) -> None:
    assert told(selector) == ""


@pytest.mark.parametrize(
    "other",
    [
        Pool("pool.c", "c", "aws", "", None, {}, complete=False),
        Pool("pool.c", "c", "aws", "", None, {"workload": UNKNOWN}),
        Pool("pool.c", "c", "aws", "", None, {}, requirements=(Requirement("workload", "In", ["inferense"]),)),
    ],
    ids=["more labels may be set", "its value is not known", "it brings nodes that have it"],
)
def test_nothing_is_said_where_a_pool_may_have_the_label(other: Pool) -> None:
    assert mistaken_label(constraints_of({"nodeSelector": {"workload": "inferense"}}), [*POOLS, other]) == ""


def test_alternatives_in_an_affinity_are_no_mistake() -> None:
    either = {"key": "workload", "operator": "In", "values": ["inferense", "training"]}
    terms = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [either]}]}}
    assert mistaken_label(constraints_of({"affinity": {"nodeAffinity": terms}}), POOLS) == ""
