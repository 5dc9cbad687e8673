"""Writes manifests of a given number and size that look like what platform teams apply: for each service a Deployment
with a GPU or without, its autoscaler, Service, claim and budget, and settings that make up most of the bytes.

The same count, size and seed always give the same bytes: `python benchmarks/manifests.py DIRECTORY`, and then
`costlint scan DIRECTORY`.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

_PER_DIRECTORY = 50
_GPUS = ("nvidia-l4", "nvidia-tesla-t4", "nvidia-h100-80gb")

_SERVICE = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  namespace: {namespace}
  labels: {{app: {name}, team: {team}}}
spec:
  replicas: {replicas}
  selector:
    matchLabels: {{app: {name}}}
  template:
    metadata:
      labels: {{app: {name}}}
    spec:
{selector}      containers:
        - name: server
          image: registry.example.com/{name}:1.{number}
          args: ["--port=8080", "--log-level=info"]
          ports:
            - containerPort: 8080
          resources:
            requests:
              cpu: "{cpu}"
              memory: {memory}Gi
{limits}          readinessProbe:
            httpGet: {{path: /healthz, port: 8080}}
            periodSeconds: 10
"""
_SELECTOR = """\
      nodeSelector:
        cloud.google.com/gke-accelerator: {gpu}
"""
_LIMITS = """\
            limits:
              nvidia.com/gpu: "1"
"""
_SCALER = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {name}
  namespace: {namespace}
spec:
  scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: {name}}}
  minReplicas: {replicas}
  maxReplicas: {most}
  metrics:
    - type: Resource
      resource: {{name: cpu, target: {{type: Utilization, averageUtilization: 70}}}}
"""
_ENTRY = """\
apiVersion: v1
kind: Service
metadata:
  name: {name}
  namespace: {namespace}
spec:
  type: {type}
  selector: {{app: {name}}}
  ports:
    - port: 80
      targetPort: 8080
"""
_CLAIM = """\
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {name}
  namespace: {namespace}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: standard-rwo
  resources:
    requests:
      storage: {disk}Gi
"""
_SETTINGS = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {name}
  namespace: {namespace}
data:
"""


def manifests(count: int, size: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """`count` objects, one a file, of about `size` bytes together: the path and the text of each."""
    chance = random.Random(seed)
    for number in range(-(-count // 5)):
        gpu = chance.choice(_GPUS) if chance.random() < 0.2 else ""
        values = {
            "name": f"service-{number}",
            "number": number,
            "namespace": f"team-{number // _PER_DIRECTORY}",
            "team": f"team-{number // _PER_DIRECTORY}",
            "replicas": chance.randint(1, 4),
            "most": chance.randint(5, 12),
            "cpu": chance.choice(("250m", "500m", "1", "2")),
            "memory": chance.choice((1, 2, 4, 8)),
            "disk": chance.choice((10, 50, 200)),
            "type": "LoadBalancer" if chance.random() < 0.05 else "ClusterIP",
            "selector": _SELECTOR.format(gpu=gpu) if gpu else "",
            "limits": _LIMITS if gpu else "",
        }
        texts = [text.format(**values) for text in (_SERVICE, _SCALER, _ENTRY, _CLAIM, _SETTINGS)]
        texts[-1] += _padding(chance, size * 5 // count - sum(map(len, texts)))
        for kind, text in zip(("deployment", "hpa", "service", "pvc", "configmap"), texts, strict=True):
            if number * 5 < count:
                yield f"{values['namespace']}/{values['name']}/{kind}.yaml", text


def _padding(chance: random.Random, size: int) -> str:
    """Settings of about this many bytes, a line each."""
    lines = max(0, size) // 60
    return "".join(f"  SETTING_{line:04}: {chance.getrandbits(160):040x}\n" for line in range(lines)) or "  A: b\n"


def main() -> None:
    parser = argparse.ArgumentParser(description="Write manifests to scan.")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--count", type=int, default=5000, help="how many objects (5000)")
    parser.add_argument("--megabytes", type=float, default=20, help="how many MB together (20)")
    arguments = parser.parse_args()
    for path, text in manifests(arguments.count, int(arguments.megabytes * 1_000_000)):
        file = arguments.directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


if __name__ == "__main__":
    main()
