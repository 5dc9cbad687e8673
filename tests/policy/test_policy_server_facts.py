"""What rules may ask about a model server, and what is unknown to them."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from costlint.catalog import Catalog
from costlint.clusters.workloads import pod_groups
from costlint.graph import View
from costlint.model import Unknown
from costlint.policy import CheckSettings
from costlint.policy.reading import PatternError, compile_path
from costlint.policy.server_facts import SERVER_FACTS
from costlint.policy.subject import Context, Subject
from costlint.readers.kubernetes.read import read_stacks
from costlint.sources import MemorySource

VLLM = "vllm/vllm-openai:v0.11.0"
SMALL = ("--model=Qwen/Qwen3-8B", "--max-model-len=8192")
LARGE = ("--model=meta-llama/Llama-3.1-70B-Instruct", "--max-model-len=8192")


def container(*args: str, image: str = VLLM, gpus: object = 4, device: str = "nvidia.com/gpu") -> dict[str, object]:
    return {"name": "server", "image": image, "args": list(args), "resources": {"limits": {device: gpus}}}


def subject(*containers: dict[str, object], machine: str = "g6.12xlarge", **selector: str) -> Subject:
    """A deployment of these containers, seen from the first."""
    labels = {"node.kubernetes.io/instance-type": machine, **selector} if machine else selector
    manifest = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "chat"},
        "spec": {"template": {"spec": {"nodeSelector": labels, "containers": list(containers)}}},
    }
    source = MemorySource({"chat.yaml": json.dumps(manifest).encode()})
    (stack,) = read_stacks(source, source.files(""), [""], [])
    (resource,) = stack.resources
    made = Subject(resource, Context(View(stack), {}, Catalog(), CheckSettings().today))
    path, element = pod_groups(resource)[0].containers[0]
    return made.at(element, path)


def fact(name: str, of: Subject) -> object:
    return SERVER_FACTS[f"server.{name}"](of)


def unknown(name: str, of: Subject) -> bool:
    return isinstance(fact(name, of), Unknown)


def test_a_server_says_what_it_serves_and_how_it_is_spread() -> None:
    of = subject(container(*SMALL, "--tensor-parallel-size=2"))
    names = ("engine", "model", "kind", "confidence", "max_length", "gpus", "used_gpus", "idle_gpus", "accelerator")
    assert [fact(name, of) for name in names] == ["vllm", "Qwen/Qwen3-8B", "llm", "high", 8192, 4, 2, 2, "L4"]
    assert fact("parameters_b", of) == pytest.approx(8.2, abs=0.1)


def test_a_container_that_serves_no_model_has_no_server_facts() -> None:
    of = subject(container(image="nginx:1.29"))
    assert {name: one(of) for name, one in SERVER_FACTS.items() if one(of) is not None} == {}


@pytest.mark.parametrize(
    ("args", "fits", "needed"),
    [
        ((*SMALL, "--tensor-parallel-size=4"), True, 1),
        (("--model=Qwen/Qwen3-14B", "--max-model-len=8192", "--tensor-parallel-size=4"), True, 2),
        (("--model=Qwen/Qwen3-14B-FP8", "--max-model-len=8192", "--tensor-parallel-size=4"), True, 1),
        ((*SMALL, "--tensor-parallel-size=2", "--data-parallel-size=2"), True, 2),
        (("--model=Qwen/Qwen3-32B", "--max-model-len=8192", "--tensor-parallel-size=4"), True, 4),
    ],
)
def test_the_fewest_gpus_that_hold_the_model(args: tuple[str, ...], fits: bool, needed: int) -> None:
    of = subject(container(*args))
    assert (fact("fits", of), fact("gpus_needed", of)) == (fits, needed)


def test_the_share_of_memory_that_is_written_counts_for_fewer_gpus_too() -> None:
    def needed(share: str) -> object:
        args = (*SMALL, "--tensor-parallel-size=4", f"--gpu-memory-utilization={share}")
        return fact("gpus_needed", subject(container(*args)))

    assert (needed("0.5"), needed("0.95")) == (2, 1)


def test_what_does_not_fit_says_why_and_needs_no_number_of_gpus() -> None:
    of = subject(container(*LARGE, "--tensor-parallel-size=4"))
    assert fact("fits", of) is False
    assert "GiB on each with one request of 8,192 tokens, and may use 19.8" in str(fact("misfit", of))
    assert isinstance(headroom := fact("headroom_gib", of), float)
    assert headroom < 0
    assert unknown("gpus_needed", of)


def test_heads_that_do_not_divide_are_why_a_model_does_not_fit() -> None:
    of = subject(container(*SMALL, "--tensor-parallel-size=3"))
    assert (fact("fits", of), fact("misfit", of)) == (False, "32 attention heads do not divide by 3")


def test_what_fits_has_nothing_to_say_why_not() -> None:
    assert fact("misfit", subject(container(*SMALL, "--tensor-parallel-size=4"))) is None


@pytest.mark.parametrize(
    ("args", "image", "used"),
    [
        (SMALL, VLLM, 1),
        (("--model-id=Qwen/Qwen3-8B",), "ghcr.io/huggingface/text-generation-inference:3.3.4", 4),
        (("--model-id=BAAI/bge-m3",), "ghcr.io/huggingface/text-embeddings-inference:1.8", 1),
    ],
)
def test_gpus_an_engine_takes_of_its_own_accord(args: tuple[str, ...], image: str, used: int) -> None:
    assert fact("used_gpus", subject(container(*args, image=image))) == used


@pytest.mark.parametrize(
    "of",
    [
        subject(container(*SMALL, "--tensor-parallel-size=$(TP)")),
        subject(container(*SMALL, image="registry.example.com/ours/vllm-start:1")),
        subject(container(*SMALL, gpus="${GPUS}")),
        subject(container(*SMALL, "--tensor-parallel-size=1", device="google.com/tpu")),
        subject(container(*SMALL, "--tensor-parallel-size=1", device="aws.amazon.com/neuron")),
        subject({**container(gpus=2), "command": ["vllm", "serve", "Qwen/Qwen2.5-Omni-7B", "--omni"]}),
        subject({**container(*SMALL), "env": [{"name": "CUDA_VISIBLE_DEVICES", "value": "0,1"}]}),
    ],
    ids=[
        "a blank",
        "an image of somebody's own",
        "unknown gpus",
        "TPUs",
        "Neuron cores",
        "stages",
        "devices of its own",
    ],
)
def test_how_many_gpus_idle_is_unknown(of: Subject) -> None:
    assert unknown("idle_gpus", of)


@pytest.mark.parametrize(
    "of",
    [
        subject(container("--model=$(MODEL)", "--tensor-parallel-size=4")),
        subject(container("--model=acme/support", "--tensor-parallel-size=4")),
        subject(container(*LARGE, "--tensor-parallel-size=8")),
        subject(container(*LARGE, "--tensor-parallel-size=4"), machine=""),
        subject(container(*SMALL, gpus=1), **{"cloud.google.com/gke-gpu-partition-size": "1g.5gb"}),
        subject(container(*SMALL, "--enable-lora", "--lora-modules", "a=b/c", gpus=1)),
        subject(container(*SMALL, "--quantization=homemade", gpus=1)),
    ],
    ids=["blank", "unlisted", "more than asked", "any node", "a partition", "adapters", "a format nobody knows"],
)
def test_whether_it_fits_is_unknown(of: Subject) -> None:
    assert unknown("fits", of)
    assert unknown("gpus_needed", of)


def test_engines_that_shorten_what_they_take_may_fit_where_vllm_does_not() -> None:
    flags = ("Qwen/Qwen3-8B", "--tensor-parallel-size=1")
    vllm = subject(container("--model", *flags, gpus=1))
    sglang = {**container(image="lmsysorg/sglang:v0.5.3", gpus=1)}
    sglang["command"] = ["python3", "-m", "sglang.launch_server", "--model-path", *flags]
    assert fact("fits", vllm) is False
    assert fact("engine", subject(sglang)) == "sglang"
    assert unknown("fits", subject(sglang))


def test_an_image_of_somebodys_own_may_say_the_longest_request() -> None:
    args = ("--model=Qwen/Qwen3-8B", "--tensor-parallel-size=1")
    own = subject(container(*args, image="registry.example.com/ours/vllm-start:1", gpus=1))
    told = subject(container(*args, "--max-model-len=40960", image="registry.example.com/ours/vllm-start:1", gpus=1))
    assert unknown("fits", own)
    assert fact("fits", told) is False


def test_a_size_taken_from_a_name_has_low_confidence() -> None:
    of = subject(container("--model=acme/support-70b", "--tensor-parallel-size=4"))
    assert (fact("confidence", of), fact("parameters_b", of)) == ("low", 70)
    assert unknown("kind", of)


def test_of_two_servers_in_a_pod_each_is_seen_from_its_container() -> None:
    of = subject(container(*SMALL, gpus=1), container(*LARGE, gpus=1))
    assert fact("model", of) == "Qwen/Qwen3-8B"
    assert unknown("model", Subject(of.resource, of.context))


@pytest.mark.parametrize(
    ("flag", "name", "said"),
    [
        ("--no-enable-prefix-caching", "prefix_caching", False),
        ("--enable-prefix-caching", "prefix_caching", True),
        ("--no-enable-chunked-prefill", "chunked_prefill", False),
        ("--port=8000", "prefix_caching", None),
    ],
)
def test_what_is_switched_on_and_off_by_name(flag: str, name: str, said: object) -> None:
    assert fact(name, subject(container(*SMALL, flag))) is said


def test_a_fact_that_is_not_there_is_an_error_that_names_the_nearest() -> None:
    with pytest.raises(PatternError, match=r"server\.idle_gpu\b.*server\.idle_gpus"):
        compile_path("server.idle_gpu", "resource")


def test_rules_about_servers_load_nothing_of_sizing_before_there_is_a_workload() -> None:
    program = (
        "import sys; from costlint.policy.reading import compile_path\n"
        "compile_path('server.fits', 'element'); print(*sys.modules)"
    )
    modules = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert "costlint.policy.server_facts" in modules
    assert [name for name in modules if name.startswith("costlint.sizing")] == []
