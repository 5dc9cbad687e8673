"""App Service plans and environments, functions and logic apps."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.azure.scale_sets import scaled
from costlint.pricing.counts import Count
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.quantities import product
from costlint.pricing.sections import sections

_FLEX = "FC1"
_CONSUMPTION = ("Y1", _FLEX)
_FREE = ("F1",)
_SHARED = ("D1", "SHARED")
_SIZES = {"EP1": "ep1", "EP2": "ep2", "EP3": "ep3", "WS1": "ep1", "WS2": "ep2", "WS3": "ep3"}
_SECONDS_PER_HOUR = 3600
_MIB_PER_GIB = 1024


@estimates("azurerm_service_plan")
def service_plan(resource: Resource, bill: Bill) -> None:
    sku = resource.text("sku_name").upper()
    if sku in _CONSUMPTION or sku in _FREE:
        bill.free()
        return
    system = resource.text("os_type").lower()
    if sku in _SHARED:
        bill.hourly("shared plan", "app-service-plan.instance-usage-d1-windows")
        return
    workers = scaled(bill, resource.number("worker_count"))
    if sku in _SIZES:
        _elastic(sku, system, bill, workers)
        return
    name = f"app-service-plan.instance-usage-{sku.lower()}"
    listed = f"{name}-{system}" if bill.price(f"{name}-{system}", "hour") is not None else name
    bill.hourly(f"{sku} workers ({system})", listed, workers.number, workers.assumptions)


@estimates("azurerm_app_service_plan")
def classic_plan(resource: Resource, bill: Bill) -> None:
    """The older resource type: its size is in a block, Windows unless its kind says Linux."""
    size = resource.text("sku.size").lower()
    tier = resource.text("sku.tier").lower()
    if tier in ("free", "dynamic"):
        bill.free()
        return
    if tier == "shared":
        bill.hourly("shared plan", "app-service-plan.instance-usage-d1-windows")
        return
    system = "linux" if resource.text("kind").lower() == "linux" else "windows"
    workers = scaled(bill, resource.number("sku.capacity", 1))
    if size.upper() in _SIZES:
        _elastic(size.upper(), system, bill, workers)
        return
    sku = f"app-service-plan.instance-usage-{size}-{system}"
    bill.hourly(f"{size.upper()} workers ({system})", sku, workers.number, workers.assumptions)


@estimates("azurerm_linux_function_app", "azurerm_windows_function_app", "azurerm_function_app")
def function_app(resource: Resource, bill: Bill) -> None:
    """Billed by use on a consumption plan, with the plan otherwise."""
    plans = bill.referred("azurerm_service_plan", "azurerm_app_service_plan")
    if not plans:
        bill.unpriced("its plan is not in the stack, so whether it is billed by use is not known")
        return
    if plans[0].text("sku_name").upper() not in _CONSUMPTION and plans[0].text("sku.tier").lower() != "dynamic":
        bill.free()
        return
    if plans[0].text("sku_name").upper() == _FLEX:
        _flex(bill)
        return
    service = "windows-function-app" if "windows" in resource.type else "linux-function-app"
    bill.usage("execution time", f"{service}.execution-time", "gb-second", "azure.functions.gb-seconds")
    bill.usage("executions", f"{service}.executions", "request", "azure.functions.executions")


@estimates("azurerm_function_app_flex_consumption")
def flex_function_app(resource: Resource, bill: Bill) -> None:
    """Instances kept ready are billed all month at the baseline rate, what runs by GB-second."""
    gib = resource.number("instance_memory_in_mb") / _MIB_PER_GIB
    ready = sum(block.number("instance_count") for block in sections(resource, "always_ready"))
    if ready:
        seconds = ready * gib * bill.hours * _SECONDS_PER_HOUR
        bill.add("always-ready instances", "functions.flex-always-ready-baseline", "gb-second", seconds)
    _flex(bill)


@estimates("azurerm_function_app_slot")
def function_app_slot(resource: Resource, bill: Bill) -> None:
    """Runs on the plan of its app, and is billed with it."""
    bill.free()


@estimates("azurerm_app_service_custom_hostname_binding")
def hostname_binding(resource: Resource, bill: Bill) -> None:
    """Free but for a TLS binding to an address of its own."""
    if resource.text("ssl_state").lower() != "ipbasedenabled":
        bill.free()
        return
    bill.add("IP-based TLS", "app-service.ip-ssl-connection", "month", 1)


@estimates("azurerm_app_service_environment_v3")
def service_environment(resource: Resource, bill: Bill) -> None:
    """No fee of its own: plans in it are billed as isolated workers, an empty one as one Windows I1v2
    (learn.microsoft.com/azure/app-service/environment/overview)."""
    if bill.referring("azurerm_service_plan"):
        bill.free()
        return
    bill.hourly("empty environment (I1v2)", "app-service-plan.instance-usage-i1v2-windows")


@estimates("azurerm_logic_app_workflow")
def logic_app(resource: Resource, bill: Bill) -> None:
    actions = bill.assume("azure.logic-app.actions")
    calls = bill.assume("azure.logic-app.connector-share")
    bill.assumed("built-in actions", "logic-app-workflow.built-in-actions", "action", actions.quantity, actions)
    called = product(actions.quantity, calls.quantity)
    sku = "logic-app-workflow.standard-connector"
    bill.assumed("calls of standard connectors", sku, "action", called, actions, calls)


@estimates("azurerm_logic_app_integration_account")
def integration_account(resource: Resource, bill: Bill) -> None:
    tier = resource.text("sku_name").lower()
    if tier == "free":
        bill.free()
        return
    bill.add(f"{tier} account", f"logic-app-integration-account.{tier}", "month", 1)


@estimates("azurerm_logic_app_standard")
def standard_logic_app(resource: Resource, bill: Bill) -> None:
    """Runs on its plan, which is billed."""
    if bill.referred("azurerm_service_plan", "azurerm_app_service_plan"):
        bill.free()
    else:
        bill.unpriced("its plan is not in the stack")


def _elastic(sku: str, system: str, bill: Bill, workers: Count) -> None:
    """Premium functions and Logic Apps Standard: vCPU and memory of each worker apart."""
    step = _SIZES[sku]
    vcpu, memory = bill.constant(f"azure.functions.{step}-vcpu"), bill.constant(f"azure.functions.{step}-gb")
    hours = workers.number.times(bill.hours)
    if sku.startswith("WS"):
        names = ("logic-app-standard.vcpu", "logic-app-standard.memory")
    else:
        service = f"{'windows' if system == 'windows' else 'linux'}-function-app"
        names = (f"{service}.vcpu-{step}", f"{service}.memory-{step}")
    bill.add(f"{sku} vCPU", names[0], "vcpu-hour", hours.times(vcpu), assumptions=workers.assumptions)
    bill.add(f"{sku} memory", names[1], "gb-hour", hours.times(memory), assumptions=workers.assumptions)


def _flex(bill: Bill) -> None:
    bill.usage("execution time", "functions.flex-execution-time", "gb-second", "azure.functions.gb-seconds")
    bill.usage("executions", "functions.flex-executions", "request", "azure.functions.executions")
