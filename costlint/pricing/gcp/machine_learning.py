"""TPUs, notebooks and Vertex AI."""

from __future__ import annotations

import re

from costlint.model import Resource
from costlint.pricing.counts import ONE
from costlint.pricing.estimating import Bill, estimates
from costlint.pricing.gcp.disks import bill_disk
from costlint.pricing.gcp.machines import bill_machines, gpus_of
from costlint.pricing.sections import sections

_TPU = re.compile(r"^(?:tpu-?)?(?P<generation>v?\d+[a-z]*)-(?P<size>\d+)$")
_TOPOLOGY = re.compile(r"^\d+(?:x\d+)+$")
_COUNTED_IN_CORES = ("v2", "v3", "v4", "v5p", "v7x")
_ALSO_CALLED = {"v5litepod": "v5e", "7x": "v7x"}


@estimates("google_tpu_v2_vm", "google_tpu_node")
def tpu(resource: Resource, bill: Bill) -> None:
    found = _chips(resource)
    if found is None:
        bill.unpriced("its TPU type is not stated in a form that tells how many chips it has")
        return
    generation, chips = found
    spot = resource.flag("scheduling_config.spot") or resource.flag("scheduling_config.preemptible")
    sku = f"tpu.{generation}{'-spot' if spot else ''}"
    bill.add(f"{chips:g} × TPU {generation} chips", sku, "chip-hour", chips * bill.hours)


@estimates("google_workbench_instance")
def workbench(resource: Resource, bill: Bill) -> None:
    setups = sections(resource, "gce_setup")
    if not setups:
        bill.unpriced("its machine is not stated")
    for setup in setups:
        for path in ("boot_disk", "data_disks"):
            for disk in sections(setup, path):
                kind = disk.text("disk_type").replace("_", "-").lower()
                bill_disk(bill, kind, disk.number("disk_size_gb"), name=path.replace("_", " ").rstrip("s"))
        gpus = gpus_of(setup, "accelerator_configs", count="core_count")
        if resource.text("desired_state").upper() != "STOPPED":
            bill_machines(bill, setup.text("machine_type"), ONE, gpus=gpus)


@estimates("google_notebooks_instance")
def notebook(resource: Resource, bill: Bill) -> None:
    for path in ("boot_disk", "data_disk"):
        kind = resource.text(f"{path}_type").replace("_", "-").lower()
        size = resource.number(f"{path}_size_gb")
        if size:
            bill_disk(bill, kind or "pd-standard", size, name=path.replace("_", " "))
    gpus = gpus_of(resource, "accelerator_config", count="core_count")
    if resource.text("desired_state").upper() != "STOPPED":
        bill_machines(bill, resource.text("machine_type"), ONE, gpus=gpus)


@estimates("google_vertex_ai_endpoint", "google_vertex_ai_index_endpoint")
def endpoint(resource: Resource, bill: Bill) -> None:
    bill.unpriced("an endpoint bills the machines of the models deployed to it, which are not declared here")


@estimates("google_vertex_ai_endpoint_with_model_garden_deployment")
def model_garden(resource: Resource, bill: Bill) -> None:
    bill.unpriced("Vertex AI prediction machines have no price in the catalog")


def _chips(resource: Resource) -> tuple[str, float] | None:
    """TPU generation and chips, from `v6e-8`, `tpu7x-8` or a topology like `2x2x1`. Some names count cores, two to a
    chip."""
    named = _TPU.match(resource.text("accelerator_type"))
    if named:
        generation = _ALSO_CALLED.get(named["generation"], named["generation"])
        cores = generation in _COUNTED_IN_CORES
        return generation, int(named["size"]) / (2 if cores else 1)
    topology = resource.text("accelerator_config.topology")
    if _TOPOLOGY.match(topology):
        chips = 1
        for side in topology.split("x"):
            chips *= int(side)
        return resource.text("accelerator_config.type").lower(), chips
    return None
