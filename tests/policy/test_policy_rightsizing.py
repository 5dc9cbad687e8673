"""What is proposed for model servers that have more than they need: every line that must change, and nothing that does
not hold the model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from costlint.catalog import Catalog
from costlint.clusters.workloads import pod_groups
from costlint.graph import View
from costlint.model import Patch, SetValue, lookup
from costlint.policy import CheckSettings
from costlint.policy.proposals.rightsizing import rightsized
from costlint.policy.serving import server_of
from costlint.policy.subject import Context, Subject
from costlint.pricing import Pricer
from costlint.readers.kubernetes.read import read_stacks
from costlint.sizing.server import Server
from costlint.sources import MemorySource

GKE = "cloud.google.com/gke-accelerator"
MACHINE = "node.kubernetes.io/instance-type"
VLLM = "vllm/vllm-openai:v0.11.0"
SMALL = ("--model=Qwen/Qwen3-8B", "--max-model-len=8192")


def subject(selector: Mapping[str, str], gpus: object = 4, image: str = VLLM, **container: object) -> Subject:
    manifest = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "chat"},
        "spec": {
            "replicas": 1,
            "template": {
                "spec": {
                    "nodeSelector": dict(selector),
                    "containers": [
                        {
                            "name": "server",
                            "image": image,
                            "resources": {
                                "requests": {"cpu": "4", "memory": "16Gi", "nvidia.com/gpu": gpus},
                                "limits": {"nvidia.com/gpu": gpus},
                            },
                            **container,
                        }
                    ],
                }
            },
        },
    }
    source = MemorySource({"chat.yaml": json.dumps(manifest).encode()})
    (stack,) = read_stacks(source, source.files(""), [""], [])
    (resource,) = stack.resources
    view, catalog = View(stack), Catalog()
    price = Pricer(catalog)
    made = Subject(resource, Context(view, price(view), catalog, CheckSettings().today, price=price))
    path, element = pod_groups(resource)[0].containers[0]
    return made.at(element, path)


def proposals(of: Subject, **options: Any) -> list[Patch]:
    return [Patch(tuple(edits)) for edits in rightsized(of, options)]


def told(of: Subject, patch: Patch) -> Server:
    """The server as it reads with the patch."""
    view = of.context.view.patched(patch)
    resource = view.resources[of.resource.address]
    element = lookup(resource.attributes, of.prefix)
    assert isinstance(element, dict)
    found = server_of(Subject(resource, of.context.on(view, {})).at(element, of.prefix))
    assert isinstance(found, Server)
    return found


def written(patch: Patch) -> dict[str, object]:
    return {str(edit.path[-1]): edit.value for edit in patch.edits if isinstance(edit, SetValue)}


@pytest.mark.parametrize(
    "container",
    [
        {"args": [*SMALL, "--tensor-parallel-size=4"]},
        {"args": [*SMALL, "--tensor-parallel-size", "4"]},
        {"args": [*SMALL, "-tp", "4"]},
        {"command": ["sh", "-c", f"exec vllm serve Qwen/Qwen3-8B {SMALL[1]} \\\n  --tensor-parallel-size 4"]},
        {"args": [*SMALL, "--tensor-parallel-size=$(TP)"], "env": [{"name": "TP", "value": "4"}]},
        {
            "command": ["bash", "-c", f"vllm serve Qwen/Qwen3-8B {SMALL[1]} -tp $TP --port 8004"],
            "env": [{"name": "TP", "value": "4"}],
        },
    ],
)
def test_gpus_and_parallelism_change_together_however_they_are_written(container: dict[str, Any]) -> None:
    of = subject({MACHINE: "g6.12xlarge"}, **container)
    found = [told(of, patch) for patch in proposals(of, rate=0.5)]
    assert [(one.gpus, one.tensor_parallel) for one in found] == [(2.0, 2)]
    limits = lookup(found and of.resource.attributes, (*of.prefix, "resources", "limits"))
    assert limits == {"nvidia.com/gpu": 4}, "the manifest itself stays as it is"


def test_limits_and_requests_both_change_in_the_type_they_are_written_in() -> None:
    of = subject({MACHINE: "g6.12xlarge"}, gpus="4", args=[*SMALL, "--tensor-parallel-size=4"])
    (patch,) = proposals(of, rate=0.5)
    counts = [edit for edit in patch.edits if isinstance(edit, SetValue) and edit.path[-1] == "nvidia.com/gpu"]
    assert [(edit.path[-2], edit.value) for edit in counts] == [("limits", "2"), ("requests", "2")]


def test_an_engine_that_spreads_by_itself_needs_its_gpus_changed_alone() -> None:
    tgi = "ghcr.io/huggingface/text-generation-inference:3.3.4"
    of = subject({MACHINE: "g6.12xlarge"}, image=tgi, args=["--model-id=Qwen/Qwen3-8B", "--max-total-tokens=8192"])
    (patch,) = proposals(of, rate=0.5)
    assert {edit.path[-1] for edit in patch.edits if isinstance(edit, SetValue)} == {"nvidia.com/gpu"}


def test_several_options_in_one_text_all_change() -> None:
    text = "vllm serve Qwen/Qwen3-32B --max-model-len 8192 --tensor-parallel-size 4"
    of = subject({MACHINE: "g6.12xlarge"}, command=["sh", "-c", text])
    found = [told(of, patch) for patch in proposals(of, smaller=0.3, rate=0.5)]
    assert {(one.model, one.tensor_parallel, one.gpus) for one in found} >= {("Qwen/Qwen3-8B", 2, 2.0)}


def test_nothing_slower_than_asked_is_proposed() -> None:
    of = subject({MACHINE: "g6.12xlarge"}, args=[*SMALL, "--tensor-parallel-size=4"])
    assert proposals(of, rate=1) == []
    assert [told(of, patch).gpus for patch in proposals(of, rate=0.1)] == [1.0, 2.0]


def test_what_does_not_hold_the_requests_asked_for_is_not_proposed() -> None:
    args = [*SMALL, "--tensor-parallel-size=4"]
    few = subject({MACHINE: "g6.12xlarge"}, args=[*args, "--max-num-seqs=2"])
    many = subject({MACHINE: "g6.12xlarge"}, args=[*args, "--max-num-seqs=20"])
    assert [told(few, patch).gpus for patch in proposals(few, rate=0.1)] == [1.0, 2.0]
    assert [told(many, patch).gpus for patch in proposals(many, rate=0.1)] == []


def test_replicas_make_up_for_slower_ones() -> None:
    of = subject({MACHINE: "p5.48xlarge"}, gpus=8, args=[*SMALL, "--tensor-parallel-size=8"])
    found = [written(patch) for patch in proposals(of, rate=0.5, replicas=True)]
    assert {"replicas": 2} in [{"replicas": one["replicas"]} for one in found if "replicas" in one]
    for one in found:
        assert int(str(one["nvidia.com/gpu"])) * int(str(one.get("replicas", 1))) < 8


def test_another_accelerator_changes_every_label_that_names_the_machine() -> None:
    labels = {
        GKE: "nvidia-h100-80gb",
        "cloud.google.com/gke-accelerator-count": "1",
        "cloud.google.com/gke-spot": "true",
    }
    of = subject(labels, gpus=1, args=list(SMALL))
    found = [written(patch) for patch in proposals(of, others=True, rate=0.2)]
    assert {one.get(GKE) for one in found} >= {"nvidia-l4"}
    assert all(one.get("cloud.google.com/gke-spot") is None for one in found)


def test_a_machine_is_proposed_only_with_as_many_accelerators_as_are_used() -> None:
    of = subject({MACHINE: "p5.48xlarge"}, gpus=8, args=[*SMALL, "--tensor-parallel-size=8"])
    catalog = Catalog()
    for patch in proposals(of, others=True, rate=0.1):
        machine = str(written(patch)[MACHINE])
        shape = catalog.shape("aws", "us-east-1", machine)
        assert shape is not None
        assert shape.gpu_count == told(of, patch).gpus


def test_machines_stay_of_the_same_processor_and_keep_bfloat16() -> None:
    of = subject({MACHINE: "g5.2xlarge"}, gpus=1, args=["--model=Qwen/Qwen2.5-7B-Instruct-AWQ", "--max-model-len=4096"])
    machines = {str(written(patch)[MACHINE]) for patch in proposals(of, others=True, rate=0.1)}
    assert any(name.startswith("g6.") for name in machines)
    assert not any(name.startswith(("g5g.", "g4dn.", "p3.")) for name in machines)


@pytest.mark.parametrize("more", [{"team": "search"}, {"agentpool": "gpu"}])
def test_labels_that_may_choose_other_nodes_leave_the_machine_alone(more: dict[str, str]) -> None:
    of = subject({MACHINE: "p5.4xlarge", **more}, gpus=1, args=list(SMALL))
    assert proposals(of, others=True, rate=0.1) == []


def test_a_smaller_format_is_proposed_where_it_is_native_and_loads() -> None:
    native = subject({MACHINE: "g6.12xlarge"}, args=["--model=Qwen/Qwen3-14B", SMALL[1], "--tensor-parallel-size=4"])
    found = [told(native, patch) for patch in proposals(native, formats=["fp8"], rate=0.5)]
    assert [(one.gpus, one.quantisation) for one in found] == [(2.0, "fp8")], "16-bit weights fit on no single L4"
    older = subject({MACHINE: "g5.12xlarge"}, args=["--model=Qwen/Qwen3-14B", SMALL[1], "--tensor-parallel-size=4"])
    assert proposals(older, formats=["fp8"], rate=0.1) == []


def test_a_smaller_sibling_takes_the_place_of_the_model() -> None:
    of = subject({MACHINE: "g6.12xlarge"}, args=["--model=Qwen/Qwen3-32B", SMALL[1], "--tensor-parallel-size=4"])
    assert {told(of, patch).model for patch in proposals(of, smaller=0.3, rate=0.5)} == {"Qwen/Qwen3-8B"}


@pytest.mark.parametrize(
    ("selector", "args"),
    [
        ({MACHINE: "g6.12xlarge"}, ["--model=acme/none", "--tensor-parallel-size=4"]),
        ({MACHINE: "g6.12xlarge"}, ["--model=Qwen/Qwen3-8B", "--tensor-parallel-size=$(UNSET)"]),
        ({}, [*SMALL, "--tensor-parallel-size=4"]),
    ],
)
def test_nothing_is_proposed_from_a_guess(selector: dict[str, str], args: list[str]) -> None:
    from costlint.model import UnknownValue

    with pytest.raises(UnknownValue):
        proposals(subject(selector, args=args), rate=0.1)


def test_what_does_not_fit_today_is_left_alone() -> None:
    of = subject({MACHINE: "g6.12xlarge"}, gpus=1, args=["--model=Qwen/Qwen3-32B", SMALL[1]])
    assert proposals(of, others=True, rate=0.1) == []


def test_a_machine_that_is_dearer_as_a_whole_is_no_saving() -> None:
    """The pod's share of a G4 machine is small; the rest of it nobody else may use."""
    of = subject({GKE: "nvidia-l4"}, gpus=2, args=["--model=Qwen/Qwen3-14B", SMALL[1], "--tensor-parallel-size=2"])
    catalog, machines = Catalog(), set()
    for patch in proposals(of, others=True, rate=0.1):
        machines.add(written(patch)[GKE])
    large, small = (catalog.shape("gcp", "us-central1", name) for name in ("g4-standard-48", "g2-standard-24"))
    assert large is not None
    assert small is not None
    assert large.on_demand is not None
    assert small.on_demand is not None
    assert large.on_demand.amount > small.on_demand.amount
    assert "nvidia-rtx-pro-6000" not in machines
