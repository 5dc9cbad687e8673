"""Runtimes of Bedrock AgentCore: CPU and memory sessions use. Source: aws.amazon.com/bedrock/agentcore/pricing."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates


@estimates("aws_bedrockagentcore_agent_runtime")
def agent_runtime(resource: Resource, bill: Bill) -> None:
    """Sessions pay for the CPU they use and the memory they hold. Runtimes are of platform version V1 unless they say
    otherwise (hashicorp/terraform-provider-aws issue 50078, 2026-09-18); V2 bills at rates of its own."""
    if resource.text("platform_version", "V1") != "V1":
        bill.unpriced("runtimes of platform version V2 have prices of their own, which could not be traced")
        return
    bill.usage("CPU in use", "agentcore.runtime-vcpu", "vcpu-hour", "aws.agentcore.vcpu-hours")
    bill.usage("memory in use", "agentcore.runtime-memory", "gb-hour", "aws.agentcore.gb-hours")
