"""The edge: CloudFront, API Gateway, WAF. Prices: aws.amazon.com/{cloudfront,api-gateway,waf}/pricing."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.quantities import product, remainder

_HOME = "us-east-1"
_OUT = "data-transfer-out-to-internet-first-10tb"


@estimates("aws_cloudfront_distribution")
def distribution(resource: Resource, bill: Bill) -> None:
    """Traffic to viewers by edge region: PriceClass_100 serves the far ones from North America and Europe."""
    if resource.get("enabled") is not None and not resource.flag("enabled"):
        bill.free()
        return
    traffic, far = bill.assume("aws.cloudfront.delivered-gb"), bill.assume("aws.cloudfront.far-share")
    sent = traffic.quantity
    basis: tuple[str, ...] = (str(traffic), str(far))
    with bill.part("compression"):
        if resource.flag("default_cache_behavior.compress"):
            packed = bill.assume("aws.cloudfront.compressed-share")
            sent, basis = product(sent, packed.quantity), (*basis, str(packed))
    near = "us-mexico-canada"
    elsewhere = near if resource.text("price_class", "PriceClass_All") == "PriceClass_100" else "japan"
    for region, share in ((near, remainder(far.quantity)), (elsewhere, far.quantity)):
        bill.add(
            f"traffic to viewers at {region} prices",
            f"cloudfront-distribution.{region}-{_OUT}",
            "gb",
            product(sent, share),
            assumptions=basis,
            usage=True,
            region=_HOME,
        )
    requests = bill.assume("aws.cloudfront.requests")
    bill.add(
        "HTTPS requests",
        f"cloudfront-distribution.{near}-https-requests",
        "request",
        requests.quantity,
        assumptions=(str(requests),),
        usage=True,
        region=_HOME,
    )


@estimates("aws_api_gateway_rest_api")
def rest_api(resource: Resource, bill: Bill) -> None:
    bill.usage("requests", "api-gateway-rest-api.requests-first-333m", "request", "aws.api-gateway.requests")


@estimates("aws_apigatewayv2_api")
def http_api(resource: Resource, bill: Bill) -> None:
    if resource.text("protocol_type") == "WEBSOCKET":
        bill.usage("messages", "apigatewayv2-api.messages-first-1b", "message", "aws.api-gateway.requests")
        bill.usage("connection", "apigatewayv2-api.connection-duration", "minute", "aws.api-gateway.connection-minutes")
    else:
        bill.usage("requests", "apigatewayv2-api.requests-first-300m", "request", "aws.api-gateway.requests")


@estimates("aws_api_gateway_stage")
def api_stage(resource: Resource, bill: Bill) -> None:
    if not resource.flag("cache_cluster_enabled"):
        bill.free()
        return
    size = resource.text("cache_cluster_size", "0.5")
    bill.hourly(f"cache of {size} GB", f"api-gateway-stage.cache-memory-{size}-gb")


@estimates("aws_wafv2_web_acl")
def web_acl(resource: Resource, bill: Bill) -> None:
    bill.add("web ACL", "wafv2-web-acl.web-acl-usage", "month", 1)
    with bill.part("rules"):
        rules = len(resource.blocks("rule"))
        if rules:
            bill.add("rules", "wafv2-web-acl.rules", "rules-month", rules)
    bill.usage("requests", "wafv2-web-acl.requests", "request", "aws.waf.requests")


@estimates("aws_waf_web_acl", "aws_wafregional_web_acl")
def classic_web_acl(resource: Resource, bill: Bill) -> None:
    bill.add("web ACL", "waf-web-acl.web-acl-usage", "month", 1)
    with bill.part("rules"):
        rules = len(resource.blocks("rules")) or len(resource.blocks("rule"))
        if rules:
            bill.add("rules", "waf-web-acl.rules", "rules-month", rules)
    bill.usage("requests", "waf-web-acl.requests", "request", "aws.waf.requests")
