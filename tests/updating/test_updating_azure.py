"""The Azure Retail Prices API: paging, and what its meters mean here."""

from __future__ import annotations

import os

import pytest
from loopback import LoopbackServer, Reply
from updating.conftest import Updating
from updating.price_lists import Microsoft, disk, meter

from costlint.catalog.updates import POINTER
from costlint.updating import UpdateError

MACHINES = [
    [meter("D2s v5", 0.12), meter("D2s v5 Spot", 0.03), meter("D2s v5 Low Priority", 0.02)],
    [meter("D2s v5", 0.21, productName="Virtual Machines Dsv5 Series Windows")],
    [meter("D2s v5", 630.72, type="Reservation", reservationTerm="1 Year"), meter("D4s v5", 0.24)],
]


@pytest.fixture
def microsoft(server: LoopbackServer) -> Microsoft:
    return Microsoft(server, Virtual_Machines=MACHINES, Storage=[[disk("P10", 21.68), disk("P10", 0.1, type="Other")]])


def test_pages_are_followed_to_the_last(updating: Updating, microsoft: Microsoft) -> None:
    outcome = updating("azure", "westeurope")
    shapes = updating.catalog.shapes("azure", "westeurope")
    two, four = shapes["Standard_D2s_v5"], shapes["Standard_D4s_v5"]
    assert two.on_demand is not None
    assert two.spot is not None
    assert four.on_demand is not None
    assert (two.on_demand.amount, two.spot.amount, four.on_demand.amount) == (0.12, 0.03, 0.24)
    assert outcome.unmapped == {"no name here": 3}
    assert "Virtual Machines in westeurope, page 3/0" in updating.told


def test_managed_disks_are_priced_by_tier_and_redundancy(updating: Updating, microsoft: Microsoft) -> None:
    updating("azure", "westeurope", services=("storage",))
    price = updating.catalog.price("azure", "westeurope", "managed-disk.p10-lrs", "month")
    assert price is not None
    assert (price.amount, price.source) == (21.68, "Azure Retail Prices API, Storage westeurope, read 2026-11-23")


def test_a_reservation_is_the_price_of_the_whole_term(updating: Updating, microsoft: Microsoft) -> None:
    updating("azure", "westeurope", services=("Virtual Machines",))
    found = updating.catalog.commitment("azure", "westeurope", "Ds_v5", "reservation", "1y")
    assert found is not None
    assert found.percent == 40


@pytest.mark.parametrize("status", [429, 503, 500])
def test_a_busy_server_is_asked_again_after_a_pause(updating: Updating, microsoft: Microsoft, status: int) -> None:
    microsoft.odd = {1: Reply(status), 2: Reply(status, {"Retry-After": "7"})}
    assert updating("azure", "westeurope", services=("Storage",)).mapped == 1
    assert updating.pauses == [1, 7]


def test_a_server_that_asks_for_too_long_a_pause_stops_the_update(updating: Updating, microsoft: Microsoft) -> None:
    microsoft.odd = {1: Reply(429, {"Retry-After": "3600"})}
    with pytest.raises(UpdateError, match=r"is busy \(HTTP 429\) for 3600 s; run again then"):
        updating("azure", "westeurope", services=("Storage",))
    assert updating.pauses == []


def test_a_connection_that_drops_in_page_three_is_resumed_by_the_next_run(
    updating: Updating, microsoft: Microsoft
) -> None:
    broken = Reply(200, {}, b'{"Items": [', 5)
    microsoft.odd = dict.fromkeys(range(3, 8), broken)
    with pytest.raises(UpdateError, match=r"dropped \(5 attempts\); run again to go on from there"):
        updating("azure", "westeurope", services=("Virtual Machines",))
    assert not (updating.root / "azure" / POINTER).exists()
    microsoft.server.requests.clear()
    assert updating("azure", "westeurope", services=("Virtual Machines",)).mapped == 4
    assert ["skip=2" in request.path for request in microsoft.server.requests] == [True]


def test_pages_of_another_day_are_fetched_again(updating: Updating, microsoft: Microsoft) -> None:
    microsoft.odd = {2: Reply(404)}
    with pytest.raises(UpdateError, match="answers with HTTP 404"):
        updating("azure", "westeurope", services=("Virtual Machines",))
    for path in (updating.root / "azure" / ".partial").iterdir():
        os.utime(path, (0, 0))
    microsoft.server.requests.clear()
    updating("azure", "westeurope", services=("Virtual Machines",))
    assert len(microsoft.server.requests) == 3


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"Items": [{"serviceName": "Storage"}]}', "come without productName"),
        (b'{"items": []}', "come without Items"),
        (b"[]", "come without Items"),
        (b'{"Items": [', "is not whole JSON"),
        (b"<html>", "is not whole JSON"),
    ],
)
def test_an_answer_in_another_format_is_a_sentence_and_changes_nothing(
    updating: Updating, microsoft: Microsoft, body: bytes, message: str
) -> None:
    updating("azure", "westeurope", services=("Storage",))
    before = (updating.root / "azure" / POINTER).read_bytes()
    microsoft.server.routes["/api/retail/prices"] = Reply(body=body)
    with pytest.raises(UpdateError, match=message):
        updating("azure", "westeurope", services=("Storage",))
    assert (updating.root / "azure" / POINTER).read_bytes() == before


def test_the_next_page_is_never_looked_for_elsewhere(updating: Updating, microsoft: Microsoft) -> None:
    body = b'{"Items": [], "NextPageLink": "http://169.254.169.254/latest/meta-data"}'
    microsoft.server.routes["/api/retail/prices"] = Reply(body=body)
    with pytest.raises(UpdateError, match=r"go on at 169\.254\.169\.254, which is not asked"):
        updating("azure", "westeurope", services=("Storage",))


def test_a_region_nothing_is_sold_in_is_a_sentence(updating: Updating, microsoft: Microsoft) -> None:
    microsoft.pages = {}
    with pytest.raises(UpdateError, match="nothing was found"):
        updating("azure", "atlantis")


def test_a_server_that_is_not_there_is_a_sentence(updating: Updating, server: LoopbackServer) -> None:
    server.stop()
    with pytest.raises(UpdateError, match=r"cannot be reached: connection refused \(5 attempts\)"):
        updating("azure", "westeurope")
    assert updating.pauses == [1, 2, 4, 8]
