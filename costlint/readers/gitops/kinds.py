"""The resources that say that something else is deployed."""

from __future__ import annotations

from costlint.model import Stack

APPLICATION = "Application.argoproj.io"
APPLICATION_SET = "ApplicationSet.argoproj.io"
FLUX_RELEASE = "HelmRelease.helm.toolkit.fluxcd.io"
FLUX_KUSTOMIZATION = "Kustomization.kustomize.toolkit.fluxcd.io"
TERRAFORM_RELEASE = "helm_release"

DEPLOYING = frozenset((APPLICATION, APPLICATION_SET, FLUX_RELEASE, FLUX_KUSTOMIZATION, TERRAFORM_RELEASE))


def deploys(stack: Stack) -> bool:
    """Whether something in a stack says that something else is deployed."""
    return any(resource.type in DEPLOYING for resource in stack.resources)
