"""Names of regions as the data keys them, and the reference regions inference starts from."""

from __future__ import annotations

import re

REFERENCES = {
    "aws": ("us-east-1", "us-east-2", "us-west-2"),
    "gcp": ("us-central1", "us-east1", "europe-west1"),
    "azure": ("eastus", "eastus2", "westeurope", "westus"),
}

_PLACE = re.compile(r"[A-Za-z0-9_*-]+(?: [A-Za-z0-9]+)*")
_AWS_ZONE = re.compile(r"^(.+-\d+)[a-z]$")
_GCP_ZONE = re.compile(r"^([a-z]+-[a-z]+\d+)-[a-z]$")


def region_of(provider: str, place: str) -> str:
    """The region a region, zone, multi-region or display name means: "us-east-1a" → "us-east-1",
    "West Europe" → "westeurope", "us" → "US" (a Google Cloud multi-region). "" for what cannot be a place:
    regions come from the input and name files here."""
    if not _PLACE.fullmatch(place):
        return ""
    if provider == "azure":
        return place.replace(" ", "").lower()
    if provider == "aws":
        zone = _AWS_ZONE.match(place)
    elif "-" in place:
        place = place.lower()
        zone = _GCP_ZONE.match(place)
    else:
        return place.upper()
    return zone.group(1) if zone else place
