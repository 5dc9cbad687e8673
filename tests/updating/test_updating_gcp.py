"""Google's Cloud Billing Catalog: machine types are the sum of their parts."""

from __future__ import annotations

import pytest
from loopback import LoopbackServer, Reply
from updating.conftest import Updating
from updating.price_lists import serve_google, sku

from costlint.updating import UpdateError

PAGES = [
    [
        sku("N2 Instance Core running in Americas", 31611000, regions=("us-central1", "us-east1")),
        sku("N2 Instance Ram running in Americas", 4237000, "GiBy.h", regions=("us-central1", "us-east1")),
        sku("Spot Preemptible N2 Instance Core running in Americas", 7652000, usage="Preemptible"),
        sku("Spot Preemptible N2 Instance Ram running in Americas", 1026000, "GiBy.h", "Preemptible"),
        sku("Commitment v1: N2 Cpu in Americas for 1 Year", 19915000, usage="Commit1Yr"),
    ],
    [
        sku("G2 Instance Core running in Americas", 24988440),
        sku("G2 Instance Ram running in Americas", 2927160, "GiBy.h"),
        sku("Nvidia L4 GPU running in Americas", 560040000),
        sku("Nvidia Tesla T4 GPU running in Americas", 350000000),
        sku("Balanced PD Capacity", 100000000, "GiBy.mo"),
        sku("N2 Custom Instance Core running in Americas", 33191000),
    ],
]


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch, server: LoopbackServer) -> None:
    monkeypatch.setenv("COSTLINT_GOOGLE_API_KEY", "secret-key")


def test_a_machine_is_the_sum_of_its_parts(updating: Updating, server: LoopbackServer) -> None:
    serve_google(server, PAGES)
    outcome = updating("gcp", "us-central1")
    shapes = updating.catalog.shapes("gcp", "us-central1")
    machine, gpu = shapes["n2-standard-4"], shapes["g2-standard-8"]
    assert machine.on_demand is not None
    assert machine.spot is not None
    assert gpu.on_demand is not None
    assert machine.on_demand.amount == pytest.approx(4 * 0.031611 + 16 * 0.004237)
    assert machine.spot.amount == pytest.approx(4 * 0.007652 + 16 * 0.001026)
    assert gpu.on_demand.amount == pytest.approx(8 * 0.02498844 + 32 * 0.00292716 + 0.56004)
    assert outcome.unmapped == {"no name here": 1}
    assert not machine.on_demand.inferred


def test_only_the_regions_asked_for_are_kept(updating: Updating, server: LoopbackServer) -> None:
    serve_google(server, PAGES)
    assert updating("gcp", "us-east*").regions == ("us-east1",)
    price = updating.catalog.shapes("gcp", "us-central1")["n2-standard-4"].on_demand
    assert price is not None
    assert price.date != "2026-11-23"


def test_disks_attached_gpus_and_commitments_are_taken_too(updating: Updating, server: LoopbackServer) -> None:
    serve_google(server, PAGES)
    updating("gcp", "us-central1")
    gpu = updating.catalog.price("gcp", "us-central1", "compute-gpu.nvidia-tesla-t4-attached", "gpu-hour")
    disk = updating.catalog.price("gcp", "us-central1", "disk.pd-balanced", "gib-month")
    cud = updating.catalog.commitment("gcp", "us-central1", "n2", "cud", "1y")
    assert [gpu and gpu.amount, disk and disk.amount, cud and cud.percent] == [0.35, 0.1, 37]


def test_the_key_goes_in_a_header_and_into_no_message(updating: Updating, server: LoopbackServer) -> None:
    serve_google(server, PAGES, key="another")
    with pytest.raises(UpdateError) as error:
        updating("gcp", "us-central1")
    assert "refuses (HTTP 403)" in str(error.value)
    assert "secret-key" not in str(error.value)
    assert all("secret-key" not in request.path for request in server.requests)


def test_without_a_key_nothing_is_asked(
    updating: Updating, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COSTLINT_GOOGLE_API_KEY")
    with pytest.raises(UpdateError, match="set COSTLINT_GOOGLE_API_KEY"):
        updating("gcp", "us-central1")
    assert server.requests == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"skus": [{"description": "x"}]}', "are not what Google documents"),
        (b'{"services": []}', "are not what Google documents"),
    ],
)
def test_an_answer_in_another_format_is_a_sentence(
    updating: Updating, server: LoopbackServer, body: bytes, message: str
) -> None:
    server.routes["/v1/services/6F81-5844-456A/skus"] = Reply(body=body)
    with pytest.raises(UpdateError, match=message):
        updating("gcp", "us-central1")


def test_names_that_no_longer_mean_anything_are_a_sentence(updating: Updating, server: LoopbackServer) -> None:
    serve_google(server, [[sku("Core of N2", 31611000)]])
    with pytest.raises(UpdateError, match="could be understood; their names may have changed"):
        updating("gcp", "us-central1")
