"""Vertex AI Vector Search: the nodes of a deployed index by the hour. Source: cloud.google.com/vertex-ai/pricing."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.gcp.machine_learning import replicas_of
from costlint.pricing.sections import section


@estimates("google_vertex_ai_index_endpoint_deployed_index")
def deployed_index(resource: Resource, bill: Bill) -> None:
    dedicated = section(resource, "dedicated_resources")
    machine = dedicated.text("machine_spec.machine_type") if dedicated is not None else ""
    if dedicated is None or not machine:
        bill.unpriced("Google chooses the machines of the index, which are not stated here")
        return
    nodes = replicas_of(dedicated, bill)
    bill.hourly(f"nodes, {machine}", f"vertex-vector-search.{machine}", nodes.number, nodes.assumptions)
