"""Facts about model servers reach every kind that serves a model, not only pods."""

from __future__ import annotations

import pytest

from costlint.catalog import Catalog
from costlint.clusters.workloads import pod_groups
from costlint.graph import View
from costlint.model import Unknown
from costlint.policy import CheckSettings
from costlint.policy.server_facts import SERVER_FACTS
from costlint.policy.subject import Context, Subject
from costlint.readers.kubernetes.read import read_stacks
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.read import read_stack
from costlint.sources import MemorySource

CATALOG = Catalog()


def in_manifest(text: str) -> Subject:
    """The first object of a file."""
    source = MemorySource({"a.yaml": text.encode()})
    (stack,) = read_stacks(source, source.files(""), [""], [])
    return Subject(stack.resources[0], Context(View(stack), {}, CATALOG, CheckSettings().today))


def in_terraform(text: str, address: str) -> Subject:
    stack = read_stack(TerraformFiles(MemorySource({"main.tf": text})), "")
    view = View(stack)
    return Subject(view.resources[address], Context(view, {}, CATALOG, CheckSettings().today))


def fact(name: str, of: Subject) -> object:
    return SERVER_FACTS[f"server.{name}"](of)


RAY = """
apiVersion: ray.io/v1
kind: RayService
metadata: {{name: llm}}
spec:
  serveConfigV2: |
    applications:
      - import_path: ray.serve.llm:build_openai_app
        args:
          llm_configs:
            - model_loading_config: {{model_id: chat, model_source: {model}}}
              accelerator_type: L4
              engine_kwargs: {{tensor_parallel_size: 4, max_model_len: 8192}}
  rayClusterConfig:
    headGroupSpec:
      template: {{spec: {{containers: [{{name: head, image: "rayproject/ray-llm:2.46.0"}}]}}}}
    workerGroupSpecs:
      - groupName: gpu
        template:
          spec:
            containers:
              - {{name: worker, image: "rayproject/ray-llm:2.46.0", resources: {{limits: {{nvidia.com/gpu: 8}}}}}}
"""


@pytest.mark.parametrize(
    ("model", "fits"), [("Qwen/Qwen3-8B", True), ("meta-llama/Llama-3.1-70B-Instruct", False), ("acme/ours", None)]
)
def test_a_model_of_ray_serve_is_one_of_the_container_whose_accelerators_it_runs_on(model: str, fits: object) -> None:
    whole = in_manifest(RAY.format(model=model))
    groups = {group.role: group for group in pod_groups(whole.resource)}
    path, element = groups["gpu"].containers[0]
    head, nothing = groups["head"].containers[0]
    worker = whole.at(element, path)
    assert fact("model", worker) == model
    assert (fact("gpus", worker), fact("idle_gpus", worker)) == (4, 0)
    assert fact("model", whole.at(nothing, head)) is None
    found = fact("fits", worker)
    assert (None if isinstance(found, Unknown) else found) is fits


KUBEAI = """
apiVersion: kubeai.org/v1
kind: Model
metadata: {{name: chat}}
spec:
  url: hf://{model}
  engine: VLLM
  resourceProfile: nvidia-gpu-l4:1
  args: [--max-model-len=8192]
"""


@pytest.mark.parametrize(("model", "fits"), [("Qwen/Qwen3-8B", True), ("Qwen/Qwen3-32B", False)])
def test_a_kubeai_model_fits_the_profile_it_asks_for_or_not(model: str, fits: bool) -> None:
    of = in_manifest(KUBEAI.format(model=model))
    assert (fact("accelerator", of), fact("gpus", of), fact("fits", of)) == ("L4", 1, fits)


def test_a_workspace_of_kaito_has_the_accelerators_of_its_machine() -> None:
    of = in_manifest(
        "apiVersion: kaito.sh/v1beta1\nkind: Workspace\nmetadata: {name: w}\n"
        "resource: {instanceType: Standard_NC24ads_A100_v4}\ninference: {preset: {name: phi-4}}\n"
    )
    assert fact("model", of) == "phi-4"
    assert fact("kind", of) == "llm"
    assert isinstance(fact("fits", of), Unknown)  # its operator sets what is not written


SAGEMAKER = """
provider "aws" {
  region = "us-east-1"
}
resource "aws_sagemaker_model" "chat" {
  name               = "chat"
  execution_role_arn = "arn:aws:iam::123456789012:role/x"
  primary_container {
    image = "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-tgi-inference:2.7.0-tgi3.3.4-gpu-py311"
    environment = {
      HF_MODEL_ID      = "@"
      SM_NUM_GPUS      = "2"
      MAX_TOTAL_TOKENS = "8192"
    }
  }
}
resource "aws_sagemaker_endpoint_configuration" "chat" {
  name = "chat"
  production_variants {
    variant_name           = "all"
    model_name             = aws_sagemaker_model.chat.name
    instance_type          = "ml.g5.12xlarge"
    initial_instance_count = 2
  }
}
resource "aws_sagemaker_endpoint" "chat" {
  name                 = "chat"
  endpoint_config_name = aws_sagemaker_endpoint_configuration.chat.name
}
"""


@pytest.mark.parametrize("kind", ["model", "endpoint", "endpoint_configuration"])
def test_a_model_of_sagemaker_runs_on_the_machine_of_its_endpoint(kind: str) -> None:
    of = in_terraform(SAGEMAKER.replace("@", "Qwen/Qwen3-8B"), f"aws_sagemaker_{kind}.chat")
    assert (fact("engine", of), fact("model", of), fact("max_length", of)) == ("tgi", "Qwen/Qwen3-8B", 8192)
    assert (fact("gpus", of), fact("used_gpus", of), fact("idle_gpus", of)) == (4, 2, 2)
    assert (fact("accelerator", of), fact("fits", of)) == ("A10G", True)


def test_weights_beyond_the_machine_of_an_endpoint_do_not_fit() -> None:
    of = in_terraform(
        SAGEMAKER.replace("@", "meta-llama/Llama-3.1-70B-Instruct"), "aws_sagemaker_endpoint_configuration.chat"
    )
    assert fact("fits", of) is False


def test_an_endpoint_whose_model_is_not_here_has_no_server() -> None:
    text = SAGEMAKER.replace("aws_sagemaker_model.chat.name", '"chat-from-elsewhere"')
    assert fact("model", in_terraform(text, "aws_sagemaker_endpoint_configuration.chat")) is None


def test_other_models_of_sagemaker_have_no_server() -> None:
    text = SAGEMAKER.replace("huggingface-pytorch-tgi-inference", "sagemaker-xgboost")
    assert fact("engine", in_terraform(text, "aws_sagemaker_model.chat")) is None


def test_a_garden_deployment_says_model_and_accelerators() -> None:
    of = in_terraform(
        """
        resource "google_vertex_ai_endpoint_with_model_garden_deployment" "g" {
          location              = "us-central1"
          hugging_face_model_id = "Qwen/Qwen3-32B"
          deploy_config {
            dedicated_resources {
              min_replica_count = 1
              machine_spec {
                machine_type      = "g2-standard-48"
                accelerator_type  = "NVIDIA_L4"
                accelerator_count = 4
              }
            }
          }
        }
        """,
        "google_vertex_ai_endpoint_with_model_garden_deployment.g",
    )
    assert (fact("model", of), fact("engine", of), fact("confidence", of)) == ("Qwen/Qwen3-32B", "managed", "high")


def test_provisioned_units_of_azure_openai_name_their_model() -> None:
    of = in_terraform(
        """
        resource "azurerm_cognitive_deployment" "d" {
          name                 = "gpt"
          cognitive_account_id = "x"
          model {
            format = "OpenAI"
            name   = "gpt-4o"
          }
          sku {
            name     = "ProvisionedManaged"
            capacity = 50
          }
        }
        """,
        "azurerm_cognitive_deployment.d",
    )
    assert (fact("model", of), fact("engine", of)) == ("gpt-4o", "managed")
    assert isinstance(fact("fits", of), Unknown)
