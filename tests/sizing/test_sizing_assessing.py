"""Servers as manifests describe them, sized; what cannot be told is refused."""

import pytest

from costlint.catalog import Catalog
from costlint.model import UNKNOWN, UnknownValue
from costlint.sizing.assessing import Assessment, assess
from costlint.sizing.models import Models
from costlint.sizing.names import Names
from costlint.sizing.server import Server
from costlint.sizing.throughput import Traffic

NAMES, CATALOG = Names(Models()), Catalog()
CHAT = Traffic(1000, 300)


def on(gpu: str, **said: object) -> Assessment:
    accelerator = CATALOG.accelerator(gpu)
    assert accelerator is not None
    facts = {"engine": "vllm", "tag": "v0.10.0", "model": "meta-llama/Llama-3.1-8B-Instruct", "gpus": 1, **said}
    return assess(Server("Deployment/ml/vllm", **facts), accelerator, NAMES, CHAT)  # type: ignore[arg-type]


def test_a_server_is_sized_with_what_is_written() -> None:
    found = on("L4", max_length=8192, memory_utilisation=0.95)
    assert found.fit.fits
    assert found.fit.usable_gib == pytest.approx(0.95 * 22.03)
    assert found.given is not None


def test_the_default_of_the_tag_holds_where_nothing_is_written() -> None:
    assert on("L4", tag="v0.8.5").fit.usable_gib < on("L4", tag="v0.25.0").fit.usable_gib


def test_devices_beyond_the_parallelism_are_idle() -> None:
    found = on("H100", gpus=8, tensor_parallel=2)
    assert (found.asked, found.used, found.idle) == (8, 2, 6)


def test_copies_of_data_parallelism_use_devices() -> None:
    assert on("H100", gpus=8, tensor_parallel=2, data_parallel=4).idle == 0


def test_tgi_spreads_over_all_it_sees() -> None:
    found = on("L4", engine="tgi", gpus=2, model="google/gemma-7b-it", max_length=2048)
    assert (found.placement.tensor, found.idle) == (2, 0)


def test_ollama_spreads_by_layers() -> None:
    found = on("L4", engine="ollama", gpus=2, model="llama3.1:70b")
    assert (found.placement.tensor, found.placement.pipeline) == (1, 2)


def test_a_flag_quantises_a_model_that_is_not() -> None:
    assert on("L4", quantisation="fp8").fit.weights_gib < on("L4").fit.weights_gib


def test_the_name_of_a_quantised_copy_says_its_format() -> None:
    copy = on("L4", model="hugging-quants/Meta-Llama-3.1-8B-Instruct-AWQ-INT4", quantisation="awq_marlin")
    assert copy.fit.weights_gib == pytest.approx(5.3, abs=0.2)


def test_the_precision_of_a_model_published_quantised_is_not_that_of_its_weights() -> None:
    found = on("H100", model="openai/gpt-oss-20b", precision="bfloat16", max_length=8192)
    assert found.fit.weights_gib == pytest.approx(12.81, abs=0.01)


def test_full_precision_doubles_the_weights() -> None:
    assert on("H100", precision="float32").fit.weights_gib == pytest.approx(2 * on("H100").fit.weights_gib)


def test_a_slice_is_what_the_resource_name_says() -> None:
    found = on("A100-80GB", device="nvidia.com/mig-2g.20gb", max_length=4096)
    assert found.placement.device.name == "A100-80GB 2g.20gb"
    assert found.fit.fits


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"model": UNKNOWN}, "the model"),
        ({"model": None}, "the model"),
        ({"model": "acme/nobody"}, "the size of acme/nobody"),
        ({"engine": None}, "the engine"),
        ({"gpus": UNKNOWN}, "how many accelerators"),
        ({"gpus": None}, "how many accelerators"),
        ({"max_length": UNKNOWN}, "the longest request"),
        ({"tensor_parallel": UNKNOWN}, "tensor parallelism"),
        ({"tag": UNKNOWN}, "the version of the engine"),
        ({"memory_utilisation": UNKNOWN}, "the share of memory"),
        ({"quantisation": "homemade"}, "the format homemade"),
        ({"kv_dtype": "turboquant"}, "the size of turboquant"),
        ({"device": "nvidia.com/mig-9g.1gb"}, "the size of nvidia.com/mig-9g.1gb"),
    ],
)
def test_what_cannot_be_told_is_not_guessed(said: dict[str, object], what: str) -> None:
    with pytest.raises(UnknownValue, match=what):
        on("A100-80GB", **said)
