"""Keys and secrets."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.sections import sections


@estimates("google_kms_crypto_key")
def crypto_key(resource: Resource, bill: Bill) -> None:
    hardware = resource.text("version_template.protection_level").upper() == "HSM"
    if hardware:
        bill.usage("key versions (HSM)", "kms-crypto-key.key-versions-hsm", "month", "gcp.kms.versions")
        bill.usage("operations (HSM)", "kms-crypto-key.operations-hsm", "operation", "gcp.kms.operations")
    else:
        bill.usage("key versions", "kms-crypto-key.key-versions", "month", "gcp.kms.versions")
        bill.usage("operations", "kms-crypto-key.operations-software", "operation", "gcp.kms.operations")


@estimates("google_secret_manager_secret")
def secret(resource: Resource, bill: Bill) -> None:
    """A version is billed once per replica location it is stored in; automatic replication counts as one."""
    replicas = [
        replica
        for replication in sections(resource, "replication")
        for managed in sections(replication, "user_managed")
        for replica in sections(managed, "replicas")
    ]
    sku = "secret-manager-secret.active-secret-versions"
    bill.usage("active versions", sku, "versions-month", "gcp.secret-manager.versions", times=len(replicas) or 1)
    bill.usage("accesses", "secret-manager-secret.access-operations", "request", "gcp.secret-manager.accesses")


@estimates("google_secret_manager_regional_secret")
def regional_secret(resource: Resource, bill: Bill) -> None:
    """Stored in one region."""
    sku = "secret-manager-secret.active-secret-versions"
    bill.usage("active versions", sku, "versions-month", "gcp.secret-manager.versions")
    bill.usage("accesses", "secret-manager-secret.access-operations", "request", "gcp.secret-manager.accesses")


@estimates("google_secret_manager_secret_version", "google_secret_manager_regional_secret_version")
def secret_version(resource: Resource, bill: Bill) -> None:
    """Billed with its secret."""
    bill.free()
