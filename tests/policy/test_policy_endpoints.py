"""Smaller machines for models behind SageMaker endpoints."""

from __future__ import annotations

import pytest

from costlint.catalog import Catalog
from costlint.graph import View
from costlint.model import Edit, Patch, SetValue, UnknownValue, lookup
from costlint.policy import CheckSettings
from costlint.policy.proposals.endpoints import rightsized_endpoint
from costlint.policy.subject import Context, Subject
from costlint.pricing import Pricer
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.read import read_stack
from costlint.sizing.servers import servers_of
from costlint.sources import MemorySource

TGI = "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-tgi-inference:2.6.0-tgi3.2.3-gpu-py311"
STACK = """
provider "aws" {{
  region = "us-east-1"
}}
variable "model" {{}}
resource "aws_sagemaker_model" "chat" {{
  execution_role_arn = "arn:aws:iam::123456789012:role/sagemaker"
  primary_container {{
    image       = "{image}"
    environment = {{ HF_MODEL_ID = {model}, MAX_TOTAL_TOKENS = "8192", SM_NUM_GPUS = "{gpus}" }}
  }}
}}
resource "aws_sagemaker_endpoint_configuration" "chat" {{
  production_variants {{
    variant_name           = "live"
    model_name             = aws_sagemaker_model.chat.name
    instance_type          = "{machine}"
    initial_instance_count = 1
  }}
}}
"""


def variant(model: str = '"Qwen/Qwen2.5-7B-Instruct"', machine: str = "ml.g5.12xlarge", gpus: int = 4) -> Subject:
    text = STACK.format(image=TGI, model=model, machine=machine, gpus=gpus)
    stack = read_stack(TerraformFiles(MemorySource({"main.tf": text.encode()})), "")
    view, catalog = View(stack), Catalog()
    config = view.resources["aws_sagemaker_endpoint_configuration.chat"]
    subject = Subject(config, Context(view, Pricer(catalog)(view), catalog, CheckSettings().today))
    block = lookup(config.attributes, ("production_variants", 0))
    assert isinstance(block, dict)
    return subject.at(block, ("production_variants", 0))


def proposals(of: Subject, **options: object) -> list[list[Edit]]:
    return [list(edits) for edits in rightsized_endpoint(of, options)]


def test_machine_and_parallelism_change_together() -> None:
    of = variant()
    catalog = Catalog()
    found = proposals(of, rate=0.5)
    assert found
    for edits in found:
        patched = of.context.view.patched(Patch(tuple(edits)))
        (machine,) = (edit.value for edit in edits if isinstance(edit, SetValue) and edit.path[-1] == "instance_type")
        shape = catalog.shape("aws", "us-east-1", str(machine).removeprefix("ml."))
        (server,) = servers_of(patched.resources["aws_sagemaker_model.chat"], patched)
        assert shape is not None
        assert server.tensor_parallel == shape.gpu_count


def test_no_machine_sagemaker_has_no_price_for_is_proposed() -> None:
    catalog = Catalog()
    for edits in proposals(variant(), rate=0.1):
        for edit in edits:
            if isinstance(edit, SetValue) and edit.path[-1] == "instance_type":
                assert catalog.price("aws", "us-east-1", f"sagemaker.instance-{edit.value}", "hour") is not None


def test_a_model_that_fills_its_machine_keeps_it() -> None:
    of = variant('"meta-llama/Llama-3.1-70B-Instruct"', "ml.g5.12xlarge", 4)
    assert proposals(of, rate=0.1) == [], "it does not even fit"


@pytest.mark.parametrize("model", ["var.model", '"acme/none"'])
def test_nothing_is_proposed_for_a_model_nobody_knows(model: str) -> None:
    with pytest.raises(UnknownValue):
        proposals(variant(model), rate=0.1)
