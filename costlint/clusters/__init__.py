"""What runs on a Kubernetes cluster and on which of its nodes: pods, pools, quantities. Knows nothing of money."""
