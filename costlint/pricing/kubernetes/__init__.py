"""Objects of Kubernetes: pods as shares of nodes, volumes, load balancers. The method: docs/kubernetes-pricing.md."""

import costlint.pricing.kubernetes.nodes
import costlint.pricing.kubernetes.pods
import costlint.pricing.kubernetes.traffic
import costlint.pricing.kubernetes.volumes  # noqa: F401
