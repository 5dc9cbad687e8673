"""Objects of Kubernetes: pods as shares of nodes, volumes, load balancers. The method: docs/kubernetes-pricing.md."""
