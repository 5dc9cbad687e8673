"""Instance hours of EC2, however they are asked for: on demand, spot, or under a Savings Plan declared in the stack."""

from __future__ import annotations

from costlint.catalog import Commitment, Price, Shape
from costlint.model import Money, Resource
from costlint.pricing.aws.scaling import Count, fixed
from costlint.pricing.estimating import Bill
from costlint.pricing.misspelt import meant
from costlint.pricing.quantities import product, remainder

SAVINGS_PLANS = ("aws_savingsplans_savings_plan", "aws_savingsplans_plan")


def bill_machine(bill: Bill, name: str, count: Count | None = None, *, spot: bool = False) -> None:
    """Bill `count` (1) Linux instances of type `name` running all month."""
    running = count or fixed(1)
    shape = bill.catalog.shape("aws", bill.region, name)
    if shape is None or shape.on_demand is None:
        bill.unpriced(f"no price for {name} in {bill.region}{meant(bill, name)}")
        return
    hours = running.number.times(bill.hours)
    if spot:
        price, basis = spot_price(bill, shape, shape.on_demand)
        bill.add_priced(f"{name}, spot", price, hours, sku=name, assumptions=(*running.assumptions, *basis))
        return
    plan = _savings_plan(bill, name)
    if plan is None:
        bill.add_priced(f"{name}, on-demand", shape.on_demand, hours, sku=name, assumptions=running.assumptions)
        return
    covered = bill.assume("aws.commitment.covered-share")
    basis = (*running.assumptions, str(covered), f"{plan.kind} {plan.term} {plan.payment}: {plan.source}")
    discounted = shape.on_demand.times(1 - plan.percent / 100).not_committed()
    bill.add_priced(f"{name}, Savings Plan", discounted, product(hours, covered.quantity), sku=name, assumptions=basis)
    rest = product(hours, remainder(covered.quantity))
    bill.add_priced(f"{name}, on-demand", shape.on_demand, rest, sku=name, assumptions=basis)


def spot_price(bill: Bill, shape: Shape, on_demand: Price) -> tuple[Price, tuple[str, ...]]:
    """The spot price, with its basis where no source states one: on-demand less an assumed saving."""
    if shape.spot is not None:
        return shape.spot, ()
    saving = bill.assume("aws.ec2.spot-saving")
    less = 1 - saving.quantity.likely
    return on_demand.times(less).not_committed()._replace(inferred=True), (str(saving),)


def bill_monitoring(bill: Bill, count: Money) -> None:
    """Detailed monitoring: the metrics one instance sends, × `count`, billed as CloudWatch bills any metric."""
    metrics = bill.constant("aws.ec2.detailed-monitoring-metrics")
    bill.add("detailed monitoring", "cloudwatch-metrics.custom-metric-first-10k", "month", count.times(metrics))


def bill_credits(bill: Bill, block: Resource | None, count: Money) -> None:
    """Surplus CPU credits of a burstable instance in unlimited mode."""
    if block is not None and block.text("cpu_credits") == "unlimited":
        bill.usage("surplus CPU credits", "instance.cpu-credits", "vcpu-hour", "aws.ec2.surplus-credits", count)


def _savings_plan(bill: Bill, name: str) -> Commitment | None:
    plans = bill.of_type(*SAVINGS_PLANS)
    if not plans:
        return None
    plan = plans[0]
    kind = "convertible" if "compute" in plan.text("savings_plan_type", "compute").lower() else "standard"
    term = "3y" if plan.text("term", "1y").startswith(("3", "94608000")) else "1y"
    return bill.catalog.commitment("aws", bill.region, name.partition(".")[0], kind, term)
