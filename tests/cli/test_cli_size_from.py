"""`costlint size --from`: what servers have today beside what would do, on the example platform and on single files."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
ROOT = Path(__file__).parents[2]
PLATFORM = str(ROOT / "fixtures" / "llm-platform")
HOURS = 730

SERVER = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat}
spec:
  replicas: 2
  template:
    metadata: {labels: {app: chat}}
    spec:
      nodeSelector: {node.kubernetes.io/instance-type: p5.4xlarge, topology.kubernetes.io/region: us-east-1}
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.11.0
          args: [--model=meta-llama/Llama-3.1-8B-Instruct, --max-model-len=8192]
          resources: {requests: {cpu: "12", memory: 64Gi}, limits: {nvidia.com/gpu: 1}}
        - name: proxy
          image: envoyproxy/envoy:v1.33
"""
STACK = """\
servingEngineSpec:
  modelSpec:
    - {name: a, repository: vllm/vllm-openai, tag: v0.11.0, modelURL: Qwen/Qwen3-8B, replicaCount: 2, requestGPU: 1}
"""
NIM = """\
image: {repository: nvcr.io/nim/meta/llama-3.1-8b-instruct, tag: "1.8"}
resources: {limits: {nvidia.com/gpu: 1}}
"""


def sized(run: Run, *arguments: str) -> list[dict[str, Any]]:
    told = run("size", "--from", *arguments, "--format", "json", "--no-config", "--no-user-prices")
    assert told.code in (0, 4), told.err
    found: list[dict[str, Any]] = json.loads(told.out)["sized"]
    return found


@pytest.fixture
def manifest(tmp_path: Path) -> str:
    (tmp_path / "chat.yaml").write_text(SERVER)
    return "chat.yaml"


def test_every_server_of_the_platform_is_named_with_what_it_has(run_costlint: Run) -> None:
    found = sized(run_costlint, PLATFORM)
    today = {(one["today"]["stack"].rpartition("/")[2], one["name"].rpartition("/")[2]): one["today"] for one in found}
    chat = today["prod", "chat (vllm)"]
    assert (chat["accelerator"], chat["count"], chat["replicas"]) == ("A100-40GB", 4, 2)
    assert chat["fits"] is False
    assert chat["file"].endswith("deploy/prod/chat.yaml")
    assert chat["line"] == 31
    reranker = today["prod", "reranker (tei)"]
    assert (reranker["accelerator"], reranker["replicas"], reranker["fits"]) == ("T4", 3, True)
    assert today["prod", "llm-server (vllm)"]["accelerator"] == "T4"
    assert today["dev", "llm-server (vllm)"]["accelerator"] == "A10G"


def test_what_would_do_is_where_the_server_is_and_as_fast(run_costlint: Run) -> None:
    for one in sized(run_costlint, PLATFORM, "--name", "llm-server"):
        now = one["today"]["throughput"]["tokens_per_second"]["likely"]
        assert one["demand"]["min_tokens_per_second"] == pytest.approx(now, abs=0.1)
        assert min(option["throughput"]["tokens_per_second"]["likely"] for option in one["options"]) >= now - 0.1
    (dev, prod, _) = sized(run_costlint, PLATFORM, "--name", "llm-server")
    assert dev["demand"]["places"] == [{"provider": "aws", "region": "us-west-2"}]
    assert prod["demand"]["places"] == [{"provider": "aws", "region": "us-east-1"}]


def test_a_server_whose_model_nobody_names_is_not_sized(run_costlint: Run) -> None:
    for one in sized(run_costlint, PLATFORM, "--name", "summariser"):
        assert one["options"] == []
        assert "/opt/ml/model" in one["unknown"]
        assert one["today"]["monthly_usd"] > 1000


def test_half_the_speed_will_do_where_somebody_says_so(run_costlint: Run, manifest: str) -> None:
    (full,) = sized(run_costlint, manifest)
    (half,) = sized(run_costlint, manifest, "--min-throughput", "50%")
    (few,) = sized(run_costlint, manifest, "--min-throughput", "200")
    least = [one["demand"]["min_tokens_per_second"] for one in (full, half, few)]
    assert least[1] == pytest.approx(least[0] / 2, abs=0.01)
    assert least[2] == 200
    assert few["options"][0]["monthly_usd"] < half["options"][0]["monthly_usd"] < full["options"][0]["monthly_usd"]


def test_the_price_of_today_is_that_of_its_nodes(run_costlint: Run, manifest: str) -> None:
    (one,) = sized(run_costlint, manifest)
    assert one["today"]["monthly_usd"] == pytest.approx(2 * 6.88 * HOURS, rel=0.01)
    assert one["today"]["machine"] == "p5.4xlarge"
    assert one["demand"]["replicas"] == 2


def test_the_price_of_today_says_why_estimate_shows_another(run_costlint: Run, manifest: str) -> None:
    told = " ".join(run_costlint("size", "--from", manifest, "--no-config", "--no-user-prices").out.split())
    assert "what a server costs today is its share of the accelerators × the price of the nodes" in told
    assert "costlint estimate splits nodes by CPU and memory, too" in told


RAY = """\
apiVersion: ray.io/v1
kind: RayService
metadata: {name: chat}
spec:
  rayClusterConfig:
    headGroupSpec:
      template:
        spec:
          containers:
            - {name: head, image: "rayproject/ray:2.40", resources: {requests: {cpu: 2, memory: 20Gi}}}
    workerGroupSpecs:
      - groupName: gpu
        replicas: 1
        template:
          spec:
            containers:
              - name: vllm
                image: vllm/vllm-openai:v0.11.0
                args: [--model=meta-llama/Llama-3.1-8B-Instruct, --max-model-len=8192]
                resources: {limits: {nvidia.com/gpu: 1}}
"""


def test_a_server_whose_accelerators_have_no_price_has_none(run_costlint: Run, tmp_path: Path) -> None:
    (tmp_path / "chat.yaml").write_text(RAY)
    (found,) = sized(run_costlint, "chat.yaml")
    assert found["today"]["monthly_usd"] is None
    estimated = json.loads(run_costlint("estimate", "chat.yaml", "--format", "json", "--no-config").out)
    assert estimated["stacks"][0]["resources"][0]["components"]


def test_a_single_copy_on_spot_is_warned_about(run_costlint: Run, tmp_path: Path, manifest: str) -> None:
    several = SERVER.replace("nodeSelector: {", "nodeSelector: {karpenter.sh/capacity-type: spot, ")
    (tmp_path / "several.yaml").write_text(several)
    (tmp_path / "single.yaml").write_text(several.replace("replicas: 2", "replicas: 1"))
    says = "today's only copy runs on spot"
    assert says in run_costlint("size", "--from", "single.yaml", "--no-config").out
    assert says not in run_costlint("size", "--from", "several.yaml", "--no-config").out


def test_options_go_before_what_is_written(run_costlint: Run, manifest: str) -> None:
    asked = ("--max-len", "16k", "--concurrency", "8", "--replicas", "5", "--engine", "sglang", "--region", "eu-west-1")
    (one,) = sized(run_costlint, manifest, *asked)
    demand = one["demand"]
    assert (demand["length"], demand["held"], demand["batch"], demand["replicas"]) == (16384, 8, 8, 5)
    assert demand["engine"] == "sglang"
    assert demand["places"] == [{"provider": "aws", "region": "eu-west-1"}]


def test_the_speed_of_today_is_that_of_the_asked_requests(run_costlint: Run, manifest: str) -> None:
    (full,) = sized(run_costlint, manifest)
    (few,) = sized(run_costlint, manifest, "--concurrency", "4", "--input-tokens", "500", "--output-tokens", "100")
    assert full["today"]["throughput"]["batch"] > 4
    assert few["today"]["throughput"]["batch"] == 4


def test_a_request_larger_than_the_machine_is_said(run_costlint: Run, manifest: str) -> None:
    told = run_costlint("size", "--from", manifest, "--min-throughput", "0.05", "--all", "--no-config").out
    assert "its request of 12 vCPU and 64 GiB would have to shrink" in " ".join(told.split())


def test_what_stands_beside_today_says_what_it_saves(run_costlint: Run, manifest: str) -> None:
    told = run_costlint("size", "--from", manifest, "--min-throughput", "0.3", "--no-config").out
    assert "chat.yaml:13:18" in told
    assert "today: 2 replicas of 1 × H100 on p5.4xlarge, $10,045 as its part of the nodes, by accelerators" in " ".join(
        told.split()
    )
    assert "saves $" in told


def test_what_does_as_well_and_costs_no_less_is_said_to(run_costlint: Run, manifest: str) -> None:
    told = run_costlint("size", "--from", manifest, "--no-config").out
    assert "nothing that does costs less; the nearest:" in told


@pytest.mark.parametrize(
    ("picked", "says"),
    [
        (("--name", "nobody"), "no server there is called so; there are chat/vllm"),
        (("--container", "proxy"), "no server there is called so; there are chat/vllm"),
    ],
)
def test_a_server_that_is_not_there_is_said(
    run_costlint: Run, manifest: str, picked: tuple[str, ...], says: str
) -> None:
    told = run_costlint("size", "--from", manifest, *picked)
    assert told.code == 2
    assert says in told.err


@pytest.mark.parametrize("picked", [("--name", "chat"), ("--container", "vllm"), ("--name", "Deployment/chat")])
def test_a_server_is_picked_by_name_or_container(run_costlint: Run, manifest: str, picked: tuple[str, ...]) -> None:
    assert len(sized(run_costlint, manifest, *picked)) == 1


@pytest.mark.parametrize(
    ("values", "model", "replicas"), [(STACK, "Qwen/Qwen3-8B", 2), (NIM, "meta-llama/Llama-3.1-8B-Instruct", 1)]
)
def test_values_of_a_chart_from_elsewhere_are_sized(
    run_costlint: Run, tmp_path: Path, values: str, model: str, replicas: int
) -> None:
    (tmp_path / "values.yaml").write_text(values)
    (one,) = sized(run_costlint, "values.yaml")
    assert one["model"]["id"] == model
    assert one["demand"]["replicas"] == replicas
    assert one["options"]


def test_values_of_a_chart_that_is_here_are_rendered(run_costlint: Run) -> None:
    (one,) = sized(run_costlint, f"{PLATFORM}/charts/llm-server/values-staging.yaml")
    assert one["today"]["machine"] == "g5.2xlarge"
    assert one["today"]["stack"].endswith("[values-staging.yaml]")


def test_a_server_on_nobody_knows_what_is_sized_without_a_speed(run_costlint: Run) -> None:
    (one,) = sized(run_costlint, f"{PLATFORM}/deploy/prod/chat.yaml")
    assert one["today"]["accelerator"] is None
    assert "accelerator" in one["today"]["unknown"]
    assert one["demand"]["min_tokens_per_second"] is None
    assert one["options"]


@pytest.mark.parametrize(
    ("text", "code"),
    [("kind: [", 3), ("a: 1\n", 3), ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n", 4)],
)
def test_a_file_without_servers_is_said(run_costlint: Run, tmp_path: Path, text: str, code: int) -> None:
    (tmp_path / "x.yaml").write_text(text)
    told = run_costlint("size", "--from", "x.yaml")
    assert told.code == code
    assert "x.yaml" in told.err
    assert "Traceback" not in told.err


def test_models_of_ones_own_are_known_in_manifests(run_costlint: Run, tmp_path: Path, manifest: str) -> None:
    (tmp_path / manifest).write_text(SERVER.replace("meta-llama/Llama-3.1-8B-Instruct", "acme/support"))
    (tmp_path / ".costlint.yaml").write_text("models:\n  acme/support: {like: Qwen/Qwen3-8B}\n")
    told = run_costlint("size", "--from", manifest, "--format", "json")
    (one,) = json.loads(told.out)["sized"]
    assert one["model"]["id"] == "acme/support"
    assert one["today"]["fits"] is True


def test_what_runs_on_spot_is_held_against_spot(run_costlint: Run, tmp_path: Path, manifest: str) -> None:
    labels = "node.kubernetes.io/instance-type: p5.4xlarge,"
    (tmp_path / manifest).write_text(SERVER.replace(labels, f"{labels} karpenter.sh/capacity-type: spot,"))
    (one,) = sized(run_costlint, manifest)
    assert one["demand"]["purchases"] == ["spot"]
    (other,) = sized(run_costlint, manifest, "--purchase", "on-demand")
    assert other["demand"]["purchases"] == ["on-demand"]
    assert other["today"]["monthly_usd"] == one["today"]["monthly_usd"] < 10_000
