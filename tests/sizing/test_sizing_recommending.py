"""Which configurations are worth a look, what stands beside them, and why there are none."""

import pytest

from costlint.catalog import Catalog
from costlint.sizing.advisor import Advisor, Demand, formats_for, pareto
from costlint.sizing.engines import engine_defaults
from costlint.sizing.memory import Load
from costlint.sizing.models import Model, Models
from costlint.sizing.names import Named
from costlint.sizing.recommending import (
    Recommendation,
    quality_of,
    quantisations,
    recommend,
    request_cost,
    worth_showing,
)
from costlint.sizing.throughput import Traffic, throughput

MODELS, CATALOG = Models(), Catalog()
CHAT = Traffic(1000, 300)
VLLM = engine_defaults("vllm")
CLOUDS = (("aws", "us-east-1"), ("gcp", "us-central1"), ("azure", "eastus"))
LLAMA_8B, LLAMA_70B = MODELS["meta-llama/Llama-3.1-8B-Instruct"], MODELS["meta-llama/Llama-3.1-70B-Instruct"]


@pytest.fixture(scope="module")
def advisor() -> Advisor:
    return Advisor(CATALOG)


def wanted(model: Model = LLAMA_8B, **changes: object) -> Demand:
    return Demand(model, Load(length=8192), CHAT, VLLM, CLOUDS)._replace(**changes)  # type: ignore[arg-type]


def recommended(advisor: Advisor, demand: Demand) -> Recommendation:
    return recommend(advisor, CATALOG, MODELS, Named(demand.model, "", "id"), demand)


def test_shown_are_the_best_and_the_first_of_each_provider(advisor: Advisor) -> None:
    options = advisor.options(wanted())
    shown = worth_showing(options)
    assert {id(one) for one in pareto(options)} <= {id(one) for one in shown}
    assert {one.shape.provider for one in shown} == {"aws", "gcp", "azure"}
    assert [one.monthly for one in shown] == sorted(one.monthly for one in shown)


def test_a_machine_may_be_used_in_full(advisor: Advisor) -> None:
    used = {one.placement.devices for one in advisor.options(wanted()) if one.shape.name == "p5.48xlarge"}
    assert max(used) == 8


def test_asked_about_some_requests_their_throughput_is_told(advisor: Advisor) -> None:
    for one in advisor.options(wanted(load=Load(length=8192, held=4), batch=4)):
        assert one.given is not None
        assert one.given.batch == 4
        alone = throughput(LLAMA_8B, Load(length=8192, held=4), one.placement, VLLM, CHAT, 4)
        assert alone is not None
        assert one.given.answer == alone.answer


def test_a_smaller_format_is_mentioned_only_where_nobody_asked(advisor: Advisor) -> None:
    found = recommended(advisor, wanted(LLAMA_70B))
    assert found.smaller is not None
    assert found.smaller.form is not None
    assert found.smaller.form.name in quantisations("vllm")
    assert found.smaller.monthly < found.options[0].monthly
    asked = formats_for(LLAMA_70B, quantisations("vllm"))
    assert recommended(advisor, wanted(LLAMA_70B, forms=asked)).smaller is None
    assert recommended(advisor, wanted(MODELS["openai/gpt-oss-20b"])).smaller is None


def test_a_cache_in_fp8_is_mentioned_where_it_takes_a_smaller_machine(advisor: Advisor) -> None:
    many = Load(length=8192, held=4)
    found = recommended(advisor, wanted(load=many))
    assert found.compact is not None
    assert found.compact.monthly < found.options[0].monthly
    assert found.compact.shape.gpu_model == "L4"
    assert recommended(advisor, wanted(load=many._replace(kv_bytes=2.0))).compact is None
    assert recommended(advisor, wanted(load=many, accelerators=("A100-80GB",))).compact is None
    assert recommended(advisor, wanted(load=many, engine=engine_defaults("tgi"))).compact is None
    assert recommended(advisor, wanted(load=many._replace(held=1))).compact is None


def test_a_usual_request_costs_its_tokens(advisor: Advisor) -> None:
    cost = advisor.options(wanted())[0].cost
    assert cost is not None
    one = request_cost(cost, CHAT)
    assert one.likely == pytest.approx((cost.prompt.likely * 1000 + cost.answer.likely * 300) / 1e6)
    assert one.low < one.likely < one.high


def test_every_format_offered_to_make_weights_smaller_is_known() -> None:
    for engine in ("vllm", "sglang", "tgi", "ollama"):
        assert quantisations(engine)
        assert len(formats_for(LLAMA_8B, quantisations(engine))) == len(quantisations(engine)) + 1
        assert all(quality_of(form) for form in quantisations(engine))
    assert quantisations("tei") == ()


@pytest.mark.parametrize(
    ("demand", "says", "unknown"),
    [
        (
            wanted(accelerators=("L4",), places=(("azure", "eastus"),)),
            "no machine with L4 is sold in azure eastus",
            False,
        ),
        (wanted(places=(("aws", "moon-1"),)), "is sold in aws moon-1", False),
        (
            wanted(LLAMA_70B, accelerators=("L4",), load=Load(length=131072)),
            "with 1 request of 131,072 tokens needs",
            False,
        ),
        (wanted(answer=1e9), "no copy gives 1,000,000,000 tokens/s; the fastest, 8 × ", False),
        (wanted(accelerators=("T4",), forms=formats_for(LLAMA_8B, ["nvfp4"])[1:]), "T4 does not run nvfp4", False),
        (wanted(MODELS["deepseek-ai/DeepSeek-V4-Flash"]), "nothing says what it keeps of each token", True),
        (wanted(MODELS["BAAI/bge-m3"], tflops=1e9), "nothing computes as fast", False),
    ],
)
def test_why_there_is_nothing_is_said(advisor: Advisor, demand: Demand, says: str, unknown: bool) -> None:
    found = recommended(advisor, demand)
    assert not found.options
    assert says in found.why_none
    assert found.unknown is unknown


def test_hosts_that_images_do_not_run_on_are_left_out(advisor: Advisor) -> None:
    assert {one.shape.arch for one in advisor.options(wanted())} == {"x86_64"}
    assert "arm64" in {one.shape.arch for one in advisor.options(wanted(archs=()))}
