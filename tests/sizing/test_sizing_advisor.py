"""The advisor: what it proposes is feasible, sold, and the cheapest there is."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costlint.catalog import Catalog
from costlint.sizing.advisor import Advisor, Demand, formats_for, pareto
from costlint.sizing.devices import device
from costlint.sizing.engines import engine_defaults
from costlint.sizing.formats import support, weight_format
from costlint.sizing.memory import Load, Placement, divides, fit
from costlint.sizing.models import Models
from costlint.sizing.tables import constant
from costlint.sizing.throughput import Traffic, throughput

MODELS, CATALOG = Models(), Catalog()
VLLM = engine_defaults("vllm")
CHAT = Traffic(1000, 300)
LLAMA_8B, LLAMA_70B = MODELS["meta-llama/Llama-3.1-8B-Instruct"], MODELS["meta-llama/Llama-3.1-70B-Instruct"]
CLOUDS = (("aws", "us-east-1"), ("gcp", "us-central1"), ("azure", "eastus"))


@pytest.fixture(scope="module")
def advisor() -> Advisor:
    return Advisor(CATALOG)


@pytest.mark.parametrize("model", [LLAMA_8B, LLAMA_70B, MODELS["Qwen/Qwen3-30B-A3B"], MODELS["google/gemma-3-27b-it"]])
def test_every_option_is_feasible_and_sold(advisor: Advisor, model: object) -> None:
    from costlint.sizing.models import Model

    assert isinstance(model, Model)
    forms = formats_for(model, ["fp8", "awq", "nvfp4"])
    demand = Demand(model, Load(length=8192, held=4), CHAT, VLLM, CLOUDS, 300, 2, forms, ("on-demand", "spot", "1y"))
    found = advisor.options(demand)
    assert found
    for option in found:
        shape = CATALOG.shape(option.shape.provider, option.shape.region, option.shape.name)
        assert shape is not None
        assert shape.offered is not False
        accelerator = CATALOG.accelerator(option.shape.gpu_model)
        assert accelerator is not None
        form = option.form or weight_format(model.dtype)
        assert form is not None
        assert support(form, accelerator) in ("native", "weights")
        held = fit(model, demand.load._replace(form=option.form), option.placement, VLLM)
        assert held.fits
        assert held.headroom_gib >= constant("advice.spare-share") * held.usable_gib
        assert option.speed >= 300
        assert option.machines * option.copies >= demand.replicas
        assert option.monthly == pytest.approx(option.machines * option.price.amount * CATALOG.hours_per_month)


def test_the_table_is_ever_dearer_and_faster(advisor: Advisor) -> None:
    options = advisor.options(Demand(LLAMA_8B, Load(length=8192), CHAT, VLLM, CLOUDS))
    table = pareto(options)
    assert table[0].monthly == min(option.monthly for option in options)
    for cheaper, dearer in pairwise(table):
        assert cheaper.monthly <= dearer.monthly
        assert cheaper.speed < dearer.speed


def test_nothing_is_proposed_where_nothing_holds_it(advisor: Advisor) -> None:
    demand = Demand(MODELS["deepseek-ai/DeepSeek-V3"], Load(length=8192), CHAT, VLLM, CLOUDS, accelerators=("L4",))
    assert advisor.options(demand) == []


def test_nothing_is_proposed_where_the_cache_is_unknown(advisor: Advisor) -> None:
    demand = Demand(MODELS["deepseek-ai/DeepSeek-V4-Flash"], Load(length=8192), CHAT, VLLM, CLOUDS)
    assert advisor.options(demand) == []


def test_a_region_nobody_knows_sells_nothing(advisor: Advisor) -> None:
    assert advisor.options(Demand(LLAMA_8B, Load(length=8192), CHAT, VLLM, (("aws", "moon-1"),))) == []


def test_a_machine_with_several_accelerators_holds_several_copies(advisor: Advisor) -> None:
    demand = Demand(LLAMA_8B, Load(length=8192), CHAT, VLLM, (("aws", "us-east-1"),), replicas=4)
    option = next(one for one in advisor.options(demand) if one.shape.gpu_count == 4 and one.placement.devices == 1)
    assert (option.copies, option.machines) == (4, 1)


def test_formats_that_save_nothing_are_left_out() -> None:
    assert [form and form.name for form in formats_for(LLAMA_8B, ["bf16", "fp8", "awq", "nope"])] == [
        None,
        "fp8",
        "awq",
    ]
    assert [form and form.name for form in formats_for(MODELS["openai/gpt-oss-20b"], ["fp8", "mxfp4"])] == [None]


def shop(folder: Path, machines: list[tuple[str, int, float, bool]]) -> Catalog:
    """A catalog whose only region sells these machines: accelerator, how many, USD/hour, offered."""
    real = Path(CATALOG.data)
    for name in ("accelerators.csv", "constants.csv", "region_ratios.csv"):
        (folder / name).write_text((real / name).read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "sources.csv").write_text(
        "id,what,commit,licence,date,inferred\nx,a list,,,2026-11-22,\n", encoding="utf-8"
    )
    (folder / "aws" / "instances").mkdir(parents=True)
    sizes, prices = (
        ["name,vcpu,memory_gib,gpu_count,gpu_model,gpu_memory_gib,arch"],
        ["name,on_demand,source,spot,spot_source,offered"],
    )
    for number, (model, count, price, offered) in enumerate(machines):
        accelerator = CATALOG.accelerator(model)
        assert accelerator is not None
        sizes.append(f"m{number},8,64,{count},{model},{accelerator.memory_gib:g},")
        prices.append(f"m{number},{price},x,,,{'y' if offered else 'n'}")
    (folder / "aws" / "shapes.csv").write_text("\n".join(sizes), encoding="utf-8")
    (folder / "aws" / "instances" / "us-east-1.csv").write_text("\n".join(prices), encoding="utf-8")
    return Catalog(folder)


MACHINES = st.lists(
    st.tuples(
        st.sampled_from(["T4", "L4", "A10G", "L40S", "A100-80GB", "H100"]),
        st.sampled_from([1, 2, 4, 8]),
        st.floats(0.1, 60).map(lambda price: round(price, 3)),
        st.booleans(),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=40, deadline=None)
@given(
    MACHINES, st.sampled_from([LLAMA_8B, LLAMA_70B]), st.sampled_from([0, 200, 1000]), st.sampled_from([2048, 16384])
)
def test_the_first_option_is_the_cheapest_of_all_by_brute_force(
    tmp_path_factory: pytest.TempPathFactory,
    machines: list[tuple[str, int, float, bool]],
    model: object,
    least: int,
    length: int,
) -> None:
    from costlint.sizing.models import Model

    assert isinstance(model, Model)
    catalog = shop(tmp_path_factory.mktemp("shop"), machines)
    forms = formats_for(model, ["fp8", "awq"])
    demand = Demand(model, Load(length=length), CHAT, VLLM, (("aws", "us-east-1"),), least, 1, forms)
    prices = []
    for name, count, price, offered in machines:
        accelerator = CATALOG.accelerator(name)
        assert accelerator is not None
        for form in forms:
            for tensor in (1, 2, 4, 8):
                for stages in (1, 2, 4, 8):
                    if tensor * stages > count or not divides(model, tensor) or not offered:
                        continue
                    place = Placement(device(accelerator), tensor, stages)
                    load = demand.load._replace(form=form)
                    held = fit(model, load, place, VLLM)
                    if not held.fits or held.headroom_gib < constant("advice.spare-share") * held.usable_gib:
                        continue
                    given = throughput(model, load, place, VLLM, CHAT)
                    if given is not None and given.answer >= least:
                        prices.append(price * catalog.hours_per_month)
    found = Advisor(catalog).options(demand)
    assert (found[0].monthly if found else None) == (pytest.approx(min(prices)) if prices else None)
