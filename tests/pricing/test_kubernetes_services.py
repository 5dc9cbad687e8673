"""Volumes, load balancers and nodes that manifests ask for."""

from __future__ import annotations

import pytest
from cluster_stacks import EKS, bill, bills, cluster

GKE = """
provider "google" { region = "us-central1" }
resource "google_container_cluster" "a" {
  name     = "a"
  location = "us-central1"
}
"""
AKS = """
provider "azurerm" { features {} }
resource "azurerm_kubernetes_cluster" "a" {
  name     = "a"
  location = "eastus"
  default_node_pool {
    name       = "default"
    vm_size    = "Standard_D4s_v5"
    node_count = 2
  }
}
"""


def claim(more: str = "", size: str = "100Gi") -> str:
    return f"""
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {{name: d}}
spec: {{{more} resources: {{requests: {{storage: {size}}}}}}}
"""


def storage_class(provisioner: str, parameters: str = "{}", default: str = "false") -> str:
    return f"""
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {{name: fast, annotations: {{storageclass.kubernetes.io/is-default-class: "{default}"}}}}
provisioner: {provisioner}
parameters: {parameters}
"""


@pytest.mark.parametrize(
    ("manifests", "terraform", "lines"),
    [
        (claim(), EKS, ["volume (gp2)"]),
        (claim("storageClassName: gp3,"), EKS, ["volume (gp3)"]),
        (claim("storageClassName: fast,") + storage_class("ebs.csi.aws.com"), EKS, ["volume (gp3)"]),
        (
            claim("storageClassName: fast,") + storage_class("ebs.csi.aws.com", "{type: io2, iops: '4000'}"),
            EKS,
            ["volume (io2)", "volume IOPS"],
        ),
        (claim() + storage_class("kubernetes.io/aws-ebs", "{type: st1}", "true"), EKS, ["volume (st1)"]),
        (claim(), GKE, ["volume (pd-balanced)"]),
        (claim("storageClassName: premium-rwo,"), GKE, ["volume (pd-ssd)"]),
        (claim(), AKS, ["volume (StandardSSD_LRS E10)"]),
        (claim("storageClassName: managed-csi-premium,"), AKS, ["volume (Premium_LRS P10)"]),
    ],
)
def test_a_claim_costs_the_disk_its_class_makes(manifests: str, terraform: str, lines: list[str]) -> None:
    estimate = bill("PersistentVolumeClaim/d", manifests, terraform)
    assert [part.name for part in estimate.components] == lines
    assert estimate.unpriced == ()


@pytest.mark.parametrize(
    ("manifests", "reason"),
    [
        (claim("storageClassName: nowhere,"), "the storage class nowhere is not declared here"),
        (claim("storageClassName: '', volumeName: old,"), "bound to a volume made elsewhere"),
        (claim("storageClassName: fast,") + storage_class("nfs.csi.k8s.io"), "nfs.csi.k8s.io have no price"),
        (claim(size="'${SIZE}'"), "how much storage is requested is not known"),
        (claim(size="lots"), "how much storage is requested is not known"),
    ],
)
def test_a_claim_whose_disk_is_not_known_is_unpriced(manifests: str, reason: str) -> None:
    estimate = bill("PersistentVolumeClaim/d", manifests, EKS)
    assert estimate.components == ()
    assert reason in estimate.unpriced[0]


def test_a_stateful_set_claims_a_volume_for_each_pod() -> None:
    manifests = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: q}
spec:
  replicas: 3
  template: {spec: {containers: [{resources: {requests: {cpu: 1}}}]}}
  volumeClaimTemplates:
  - {metadata: {name: data}, spec: {storageClassName: gp3, resources: {requests: {storage: 50Gi}}}}
"""
    estimate = bill("StatefulSet/q", manifests, EKS)
    (volume,) = (part for part in estimate.components if part.name == "volume data (gp3)")
    assert volume.quantity.likely == 150
    assert estimate.monthly.likely == volume.monthly.likely


def nim(kind: str, storage: str, name: str = "llama") -> str:
    return f"""
---
apiVersion: apps.nvidia.com/v1alpha1
kind: {kind}
metadata: {{name: {name}}}
spec:
  replicas: 3
  resources: {{requests: {{cpu: 1}}}}
  storage: {storage}
"""


@pytest.mark.parametrize("kind", ["NIMCache", "NIMService"])
def test_the_nim_operator_makes_one_claim_for_all_pods(kind: str) -> None:
    asked = nim(kind, "{pvc: {create: true, storageClass: fast, size: 50Gi}}") + storage_class("ebs.csi.aws.com")
    estimate = bill(f"{kind}.apps.nvidia.com/llama", asked, EKS)
    (volume,) = (part for part in estimate.components if part.name.startswith("volume"))
    assert (volume.name, volume.quantity.likely) == ("volume (gp3)", 50)


@pytest.mark.parametrize(
    "storage", ["{pvc: {name: models}}", "{nimCache: {name: other}}", "{pvc: {create: false, size: 50Gi}}", "{}"]
)
def test_a_cache_on_what_is_there_costs_nothing_more(storage: str) -> None:
    assert bill("NIMCache.apps.nvidia.com/llama", nim("NIMCache", storage), EKS).free


def test_a_cache_of_the_default_class_and_one_of_unknown_size() -> None:
    address = "NIMCache.apps.nvidia.com/llama"
    (volume,) = bill(address, nim("NIMCache", '{pvc: {create: true, storageClass: "", size: 50Gi}}'), EKS).components
    assert volume.name == "volume (gp2)"
    unknown = bill(address, nim("NIMCache", "{pvc: {create: true, size: '${SIZE}'}}"), EKS)
    assert unknown.unpriced == ("how much storage is requested is not known before deployment",)


def service(more: str = "", annotations: str = "{}", name: str = "s") -> str:
    return f"""
---
apiVersion: v1
kind: Service
metadata: {{name: {name}, annotations: {annotations}}}
spec: {{{more} ports: [{{port: 80}}]}}
"""


NLB = "{service.beta.kubernetes.io/aws-load-balancer-type: external}"


@pytest.mark.parametrize(
    ("manifest", "first"),
    [
        (service("type: LoadBalancer,"), "Classic Load Balancer"),
        (service("type: LoadBalancer,", NLB), "Network Load Balancer"),
        (service("type: LoadBalancer, loadBalancerClass: service.k8s.aws/nlb,"), "Network Load Balancer"),
    ],
)
def test_a_service_has_the_load_balancer_its_annotations_ask_for(manifest: str, first: str) -> None:
    assert bill("Service/s", manifest, EKS).components[0].name == first


_PREFIX = "service.beta.kubernetes.io/aws-load-balancer"


@pytest.mark.parametrize(
    ("annotations", "crosses"),
    [
        ("", False),
        (f", {_PREFIX}-attributes: load_balancing.cross_zone.enabled=true", True),
        (f", {_PREFIX}-attributes: 'a.b=c, load_balancing.cross_zone.enabled = true'", True),
        (f", {_PREFIX}-attributes: load_balancing.cross_zone.enabled=false", False),
        (f", {_PREFIX}-cross-zone-load-balancing-enabled: 'true'", True),
    ],
)
def test_traffic_of_a_network_load_balancer_across_zones_is_billed(annotations: str, crosses: bool) -> None:
    asked = service("type: LoadBalancer,", f"{{{_PREFIX}-type: external{annotations}}}")
    names = [part.name for part in bill("Service/s", asked, EKS).components]
    assert ("traffic across zones" in names) is crosses


def test_a_classic_load_balancer_pays_nothing_for_other_zones() -> None:
    asked = service("type: LoadBalancer,", f"{{{_PREFIX}-cross-zone-load-balancing-enabled: 'true'}}")
    assert "traffic across zones" not in [part.name for part in bill("Service/s", asked, EKS).components]


def test_a_load_balancer_of_somebody_else_is_not_the_clouds() -> None:
    estimate = bill("Service/s", service("type: LoadBalancer, loadBalancerClass: tailscale,"), EKS)
    assert estimate.unpriced == ("its load balancer is made by tailscale, not by the cloud",)


def test_a_service_inside_the_cluster_is_free() -> None:
    assert bill("Service/s", service(), EKS).free


def test_a_load_balancer_without_a_cloud_is_unpriced() -> None:
    assert bill("Service/s", service("type: LoadBalancer,")).unpriced == (
        "which cloud makes its load balancer is not known",
    )


def test_the_first_rules_on_google_cloud_share_a_charge() -> None:
    manifests = "".join(service("type: LoadBalancer,", name=f"s{number}") for number in range(6))
    found = bills(cluster(manifests, GKE))
    names = [[part.name for part in found[f"Service/s{number}"].components] for number in range(6)]
    assert names[0][0] == "load balancer rules (the first few)"
    assert names[1:5] == [["data processed"]] * 4
    assert names[5][0] == "further load balancer rule"


def test_ingresses_of_one_group_share_their_load_balancer() -> None:
    def ingress(name: str) -> str:
        return f"""
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: {name}, annotations: {{alb.ingress.kubernetes.io/group.name: shared}}}}
spec: {{ingressClassName: alb}}
"""

    found = bills(cluster(ingress("a") + ingress("b"), EKS))
    balancer, units = found["Ingress/a"].components
    assert (balancer.name, balancer.quantity.likely) == ("Application Load Balancer", 730)
    assert (units.name, units.quantity.likely) == ("capacity units", 2 * 730)
    assert found["Ingress/b"].free


def test_the_nodes_of_an_eksctl_cluster_are_billed_and_its_pods_are_shares_of_them() -> None:
    manifests = """
apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: {name: c, region: us-east-1}
managedNodeGroups:
- {name: gpu, instanceType: g5.xlarge, minSize: 1, maxSize: 1, desiredCapacity: 1}
---
apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {containers: [{resources: {limits: {nvidia.com/gpu: 1}}}]}
"""
    found = bills(cluster(manifests))
    assert [part.name for part in found["ClusterConfig.eksctl.io/c"].components] == [
        "control plane",
        "g5.xlarge, on-demand",
    ]
    assert {part.allocated for part in found["Pod/p"].components} == {"ClusterConfig.eksctl.io/c"}


def test_machines_karpenter_starts_are_billed_with_their_pods() -> None:
    manifests = """
apiVersion: karpenter.sh/v1
kind: NodePool
metadata: {name: gpu}
spec:
  template:
    spec:
      nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: default}
      requirements: [{key: karpenter.k8s.aws/instance-family, operator: In, values: [g6]}]
---
apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {containers: [{resources: {requests: {cpu: 2}, limits: {nvidia.com/gpu: 1}}}]}
"""
    found = bills(cluster(manifests))
    assert found["NodePool.karpenter.sh/gpu"].free
    assert {part.sku for part in found["Pod/p"].components} == {"g6.xlarge"}
    assert found["Pod/p"].monthly.likely > 0


def test_settings_are_free_and_kinds_nobody_knows_are_not() -> None:
    manifests = """
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: c}
---
apiVersion: example.com/v1
kind: Robot
metadata: {name: r}
"""
    found = bills(cluster(manifests))
    assert found["ConfigMap/c"].free
    assert found["Certificate.cert-manager.io/c"].free
    assert found["Robot.example.com/r"].unpriced == ("what a Robot.example.com makes the cluster run is not known",)


@pytest.mark.parametrize(
    ("claimed", "lines"),
    [
        (claim("storageClassName: standard-rwx,", "2Ti"), {"volume (Filestore basic-hdd)": 2048}),
        (
            claim("storageClassName: standard-rwx,", "50Gi"),
            {"volume (Filestore basic-hdd)": 100, "volume: small instance": 1},
        ),
        (claim("storageClassName: premium-rwx,"), {"volume (Filestore basic-ssd)": 2560}),
        (
            claim("storageClassName: fast,") + storage_class("filestore.csi.storage.gke.io", "{tier: ENTERPRISE}"),
            {"volume (Filestore enterprise)": 1024},
        ),
    ],
)
def test_a_shared_claim_on_google_cloud_is_a_file_system_of_at_least_the_size_of_its_tier(
    claimed: str, lines: dict[str, float]
) -> None:
    estimate = bill("PersistentVolumeClaim/d", claimed, GKE)
    assert {part.name: part.quantity.likely for part in estimate.components} == lines


def test_a_tier_of_file_systems_nobody_knows_is_unpriced() -> None:
    manifests = claim("storageClassName: fast,") + storage_class("filestore.csi.storage.gke.io", "{tier: glacial}")
    assert "no price for the tier glacial" in bill("PersistentVolumeClaim/d", manifests, GKE).unpriced[0]


@pytest.mark.parametrize(("size", "iops"), [("100Gi", 1000), ("10Ti", 64000)])
def test_iops_for_each_gib_count_by_the_size_claimed(size: str, iops: int) -> None:
    declared = storage_class("ebs.csi.aws.com", "{type: io1, iopsPerGB: '10'}")
    estimate = bill("PersistentVolumeClaim/d", claim("storageClassName: fast,", size) + declared, EKS)
    (provisioned,) = (part for part in estimate.components if part.name == "volume IOPS")
    assert provisioned.quantity.likely == iops


PROMETHEUS = """
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: p, namespace: monitoring}
spec:
  replicas: 2
  shards: 2
  resources: {requests: {cpu: 1, memory: 4Gi}}
  storage: {volumeClaimTemplate: {spec: {storageClassName: gp3, resources: {requests: {storage: 100Gi}}}}}
"""


def test_the_prometheus_operator_makes_pods_and_a_volume_for_each_replica_of_each_shard() -> None:
    estimate = bill("Prometheus.monitoring.coreos.com/monitoring/p", PROMETHEUS, EKS)
    quantities = {part.name: part.quantity.likely for part in estimate.components}
    assert quantities["volume (gp3)"] == 400
    assert quantities["CPU of p4d.24xlarge"] == 4 * 730
