"""GitOps: what Argo CD, Flux and Terraform deploy from charts and directories, and with which values."""
