"""Load balancers that services, ingresses and gateways have a cloud make."""

from __future__ import annotations

from costlint.graph import View
from costlint.model import Resource, Unknown, UnknownValue
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.kubernetes.cluster import elsewhere, here
from costlint.pricing.quantities import product

_GATEWAY = "Gateway.gateway.networking.k8s.io"
_AWS = "service.beta.kubernetes.io/aws-load-balancer-"
_CLOUDS = ("k8s.aws/", "eks.amazonaws.com/", "gke.io/", "azure.com/")
"""What the classes of load balancers begin with that clouds make."""

_CROSS_ZONE = "load_balancing.cross_zone.enabled"
_ALB = "alb.ingress.kubernetes.io/"


@estimates("Service")
def service(resource: Resource, bill: Bill) -> None:
    if resource.text("spec.type", "ClusterIP") != "LoadBalancer":
        bill.free()
        return
    made_by = resource.get("spec.loadBalancerClass")
    if isinstance(made_by, str) and not any(domain in made_by for domain in _CLOUDS):
        bill.unpriced(f"its load balancer is made by {made_by}, not by the cloud")
        return
    provider = here(bill).around.provider
    if provider == "aws":
        _aws_service(resource, bill)
    else:
        _by_rules(provider, bill)


@estimates(_GATEWAY)
def gateway(resource: Resource, bill: Bill) -> None:
    """A gateway has one load balancer, whatever its routes."""
    provider = here(bill).around.provider
    name = resource.get("spec.gatewayClassName")
    if isinstance(name, str) and "lattice" in name:
        bill.unpriced("VPC Lattice has no price in the catalog")
    elif provider == "aws":
        application = isinstance(name, str) and "alb" in name
        _aws(bill, "Application" if application else "Network", internal=False)
    else:
        _by_rules(provider, bill)


@estimates("Ingress")
def ingress(resource: Resource, bill: Bill) -> None:
    """A load balancer of its own where the cloud's own controller serves it; else it shares that of its controller."""
    provider = here(bill).around.provider
    kind = _ingress_class(resource)
    if kind == "alb":
        members = bill.remember("albs", ("Ingress",), _members)
        if resource.address in members:
            internal = _annotation(resource, f"{_ALB}scheme") != "internet-facing"
            _aws(bill, "Application", internal=internal, traffic_of=members[resource.address])
        else:
            bill.free()
    elif provider == "gcp" and kind in ("", "gce", "gce-internal"):
        _by_rules(provider, bill)
    else:
        bill.free()


def _aws_service(resource: Resource, bill: Bill) -> None:
    kind = _annotation(resource, f"{_AWS}type")
    named = resource.get("spec.loadBalancerClass")
    if isinstance(kind, Unknown) or isinstance(named, Unknown):
        raise UnknownValue("the kind of its load balancer")
    internal = _annotation(resource, f"{_AWS}scheme") == "internal" or str(
        _annotation(resource, f"{_AWS}internal")
    ).lower() in ("true", "0.0.0.0/0")
    network = named in ("service.k8s.aws/nlb", "eks.amazonaws.com/nlb") or kind in ("nlb", "nlb-ip", "external")
    _aws(bill, "Network" if network else "Classic", internal=internal)
    if network and _crosses_zones(resource):
        with elsewhere(bill, "aws"):
            traffic, share = bill.assume("aws.nlb.processed-gb"), bill.assume("aws.network.cross-zone-share")
            crossed = product(traffic.quantity, share.quantity)
            bill.assumed("traffic across zones", "data-transfer.cross-az", "gb", crossed, traffic, share)


def _crosses_zones(resource: Resource) -> bool:
    """Whether a Network Load Balancer sends to the targets of all zones, which is off unless asked for. Raises
    UnknownValue."""
    listed = _annotation(resource, f"{_AWS}attributes")
    old = _annotation(resource, f"{_AWS}cross-zone-load-balancing-enabled")
    if isinstance(listed, Unknown) or isinstance(old, Unknown):
        raise UnknownValue("whether it sends to targets in other zones")
    if isinstance(listed, str) and _CROSS_ZONE in listed:
        return f"{_CROSS_ZONE}=true" in listed.replace(" ", "")
    return str(old).lower() == "true"


def _aws(bill: Bill, kind: str, *, internal: bool, traffic_of: int = 1) -> None:
    """A load balancer with the traffic of so many ingresses."""
    with elsewhere(bill, "aws"):
        if kind == "Classic":
            bill.hourly("Classic Load Balancer", "elb-classic.hour")
            bill.usage("data processed", "elb-classic.data-processed", "gb", "aws.elb.processed-gb")
        else:
            short = "alb" if kind == "Application" else "nlb"
            bill.hourly(f"{kind} Load Balancer", f"elbv2.{short}.hour")
            bill.usage(
                "capacity units",
                f"elbv2.{short}.lcu",
                "lcu-hour",
                f"aws.{short}.capacity-units",
                bill.hours * traffic_of,
            )
        if not internal:
            zones = bill.assume("aws.lb.zones")
            hours = zones.quantity.times(bill.hours)
            bill.assumed("public IPv4 addresses", "public-ipv4.in-use", "hour", hours, zones)


def _by_rules(provider: str, bill: Bill) -> None:
    """Google's and Azure's load balancers are billed by rule, the first few for one minimum charge."""
    if provider not in ("gcp", "azure"):
        bill.unpriced("which cloud makes its load balancer is not known")
        return
    position = bill.remember("load balancer rules", ("Service", "Ingress", _GATEWAY), _positions)[bill.resource.address]
    with elsewhere(bill, provider):
        if provider == "gcp":
            minimum, further, most = (
                "load-balancing.forwarding-rules-minimum",
                "load-balancing.forwarding-rules",
                "gcp.load-balancing.included-rules",
            )
            traffic = ("load-balancing.data-processed", "gcp.load-balancing.processed-gb")
        else:
            minimum, further, most = (
                "load-balancer.rules-minimum",
                "load-balancer.rule-usage",
                "azure.lb.included-rules",
            )
            traffic = ("load-balancer.data-processed", "azure.lb.processed-gb")
        if position == 0:
            bill.hourly("load balancer rules (the first few)", minimum)
        elif position >= bill.constant(most):
            bill.hourly("further load balancer rule", further)
        bill.usage("data processed", traffic[0], "gb", traffic[1])


def _positions(view: View) -> dict[str, int]:
    """Which load balancer of the cluster a service, ingress or gateway is."""
    balanced = [one for one in view.of_type("Service") if one.get("spec.type") == "LoadBalancer"]
    balanced += [*view.of_type("Ingress"), *view.of_type(_GATEWAY)]
    return {resource.address: number for number, resource in enumerate(balanced)}


def _members(view: View) -> dict[str, int]:
    """How many ingresses share an Application Load Balancer, by the address of the first of them."""
    first: dict[object, str] = {}
    members: dict[str, int] = {}
    for resource in view.of_type("Ingress"):
        if _ingress_class(resource) == "alb":
            group = _annotation(resource, f"{_ALB}group.name")
            named = group if isinstance(group, str) and group else resource.address
            address = first.setdefault(named, resource.address)
            members[address] = members.get(address, 0) + 1
    return members


def _ingress_class(resource: Resource) -> str:
    written = resource.get("spec.ingressClassName") or _annotation(resource, "kubernetes.io/ingress.class")
    if isinstance(written, Unknown):
        raise UnknownValue("the class of an ingress")
    return str(written) if written is not None else ""


def _annotation(resource: Resource, name: str) -> object:
    annotations = resource.get("metadata.annotations")
    return annotations.get(name) if isinstance(annotations, dict) else None
