"""TPUs, notebooks and Vertex AI."""

from __future__ import annotations

import re
from collections.abc import Iterator

from costlint.catalog import Price
from costlint.model import Resource
from costlint.pricing.counts import ONE, Count, autoscaled
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.gcp.disks import bill_disk
from costlint.pricing.gcp.machines import bill_machines, gpus_of, has_gpus, machine_price
from costlint.pricing.sections import section, sections

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
    spot = resource.flag("scheduling_config.spot") or resource.flag("scheduling_config.preemptible")
    _bill_chips(bill, *found, spot=spot)


@estimates("google_tpu_v2_queued_resource")
def queued_tpu(resource: Resource, bill: Bill) -> None:
    """The nodes asked for, as if they were granted at once; a spot block asks for spot capacity."""
    spot = bool(resource.blocks("spot"))
    found = [node for spec in sections(resource, "tpu.node_spec") for node in sections(spec, "node")]
    if not found:
        bill.unpriced("its nodes are not stated")
    for node in found:
        chips = _chips(node)
        if chips is None:
            bill.unpriced("its TPU type is not stated in a form that tells how many chips it has")
        else:
            _bill_chips(bill, *chips, spot=spot)


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
    """No charge of its own; models are deployed to it outside of Terraform."""
    bill.free()
    bill.unpriced("an endpoint bills the machines of the models deployed to it, which are not declared here")


@estimates("google_vertex_ai_endpoint_with_model_garden_deployment")
def model_garden(resource: Resource, bill: Bill) -> None:
    """The machines of the deployment at the prediction price, a factor above Compute Engine's."""
    dedicated = section(resource, "deploy_config.dedicated_resources")
    machine = dedicated.text("machine_spec.machine_type") if dedicated is not None else ""
    if dedicated is None or not machine:
        bill.unpriced("Google chooses the machine of the model, which is not stated here")
        return
    replicas = replicas_of(dedicated, bill)
    hours = replicas.number.times(bill.hours)
    spot = dedicated.flag("spot")
    for label, price, each in _prediction_prices(bill, dedicated, machine, spot=spot):
        factor = bill.constant("gcp.vertex.prediction-factor")
        source = f"Compute Engine × {factor:g} for Vertex AI prediction; {price.source}"
        dearer = price._replace(amount=price.amount * factor, source=source, inferred=True)
        bill.add_priced(label, dearer, hours.times(each), sku=label, assumptions=replicas.assumptions)


def replicas_of(dedicated: Resource, bill: Bill) -> Count:
    """How many machines of their own (`dedicated_resources`) a model or an index has on average."""
    least = dedicated.number("min_replica_count", 1)
    return autoscaled(bill, least, None, dedicated.number("max_replica_count", least))


def _prediction_prices(
    bill: Bill, dedicated: Resource, machine: str, *, spot: bool
) -> Iterator[tuple[str, Price, float]]:
    """Machine and attached GPUs of a replica with their Compute Engine prices."""
    price = machine_price(bill, machine, "spot" if spot else "on-demand")
    if price is None:
        bill.unpriced(f"no {'spot' if spot else 'on-demand'} price for {machine} in {bill.region}")
    else:
        yield f"{machine} prediction", price, 1.0
    spec = section(dedicated, "machine_spec")
    model = spec.text("accelerator_type").replace("_", "-").lower() if spec is not None else ""
    if spec is None or not model or has_gpus(machine):
        return
    sku = f"compute-gpu.{model}-attached{'-spot' if spot else ''}"
    attached = bill.price(sku, "gpu-hour")
    if attached is None:
        bill.unpriced(f"no price for {sku} per gpu-hour in {bill.region}")
    else:
        yield model, attached, spec.number("accelerator_count", 1)


def _bill_chips(bill: Bill, generation: str, chips: float, *, spot: bool) -> None:
    sku = f"tpu.{generation}{'-spot' if spot else ''}"
    bill.add(f"{chips:g} × TPU {generation} chips", sku, "chip-hour", chips * bill.hours)


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
