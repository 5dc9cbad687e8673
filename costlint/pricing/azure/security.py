"""Keys, certificates and Defender plans."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates


@estimates("azurerm_key_vault_key")
def key(resource: Resource, bill: Bill) -> None:
    if resource.text("key_type").upper().endswith("-HSM"):
        bill.add("HSM key", "key-vault-key.hsm-protected-keys", "month", 1)
        bill.usage("operations", "key-vault-key.hsm-protected-keys", "transaction", "azure.key-vault.operations")
        return
    sku = "key-vault-key.software-protected-keys-rsa-2048"
    bill.usage("operations", sku, "transaction", "azure.key-vault.operations")


@estimates("azurerm_key_vault_certificate")
def certificate(resource: Resource, bill: Bill) -> None:
    bill.usage(
        "operations", "key-vault-certificate.certificate-operations", "transaction", "azure.key-vault.operations"
    )
    bill.usage("renewals", "key-vault-certificate.certificate-renewals", "request", "azure.key-vault.renewals")


@estimates("azurerm_key_vault_managed_hardware_security_module")
def managed_hsm(resource: Resource, bill: Bill) -> None:
    bill.hourly("HSM pool", "key-vault-managed-hardware-security-module.hsm-pools")


@estimates("azurerm_security_center_subscription_pricing")
def defender(resource: Resource, bill: Bill) -> None:
    if resource.text("tier").lower() == "free":
        bill.free()
        return
    bill.unpriced("a Defender plan bills what it protects in the whole subscription")


@estimates("azurerm_federated_identity_credential")
def federated_credential(resource: Resource, bill: Bill) -> None:
    """Sign-ins of workloads are free; those of external users are billed to the tenant."""
    bill.free()
