"""A small repository with a base, a component and overlays, as the tests of the Kustomize reader use it."""

from __future__ import annotations

BASE = """\
resources:
  - server.yaml
  - more/
configMapGenerator:
  - name: settings
    literals:
      - MODE=fast
      - MODEL=small
  - name: limits
    envs: [limits.env]
commonLabels:
  app: serving
"""
SERVER = """\
# the model server
apiVersion: apps/v1
kind: Deployment
metadata:
  name: server
spec:
  replicas: 2
  template:
    metadata:
      annotations:
        note: base
    spec:
      nodeSelector:
        pool: gpu
      terminationGracePeriodSeconds: 30
      containers:
        - name: proxy
          image: envoy:1.0
          resources:
            requests: {cpu: 100m, memory: 64Mi}
        - name: model
          image: vllm:0.1
          args: ["--port", "8000"]
          ports:
            - containerPort: 8000
            - containerPort: 9000
          env:
            - name: A
              value: one
            - name: B
              value: two
          resources:
            limits:
              cpu: "4"
              memory: 16Gi
              nvidia.com/gpu: 1
---
apiVersion: v1
kind: Service
metadata:
  name: server
spec:
  type: ClusterIP
  ports:
    - port: 80
      targetPort: 8000
"""
MORE = """\
resources: [volume.yaml, scaler.yaml, queue.yaml]
"""
VOLUME = """\
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: weights
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 500Gi
"""
SCALER = """\
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: server
spec:
  minReplicaCount: 1
  maxReplicaCount: 4
  cooldownPeriod: 300
"""
QUEUE = """\
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Service
    metadata:
      name: queue
    spec:
      type: LoadBalancer
      loadBalancerClass: outer
"""
SPOT = """\
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
patches:
  - target:
      kind: Deployment
      name: serv.*
    patch: |-
      - op: add
        path: /spec/template/spec/tolerations
        value:
          - key: spot
            operator: Exists
      - op: replace
        path: /spec/template/spec/terminationGracePeriodSeconds
        value: 5
"""
PROD = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: ml
namePrefix: prod-
resources:
  - ../../base
components:
  - ../../components/spot
replicas:
  - name: server
    count: 6
images:
  - name: vllm
    newTag: "0.2"
  - name: envoy
    newName: registry.example/envoy
labels:
  - pairs:
      team: search
    includeSelectors: false
commonAnnotations:
  contact: search
patches:
  - path: gpus.yaml
  - path: scaler.json
    target:
      group: keda.sh
      kind: ScaledObject
  - target: {kind: PersistentVolumeClaim}
    patch: '[{"op": "replace", "path": "/spec/resources/requests/storage", "value": "2Ti"}]'
replacements:
  - source:
      kind: ConfigMap
      name: settings
      fieldPath: data.MODEL
    targets:
      - select: {kind: Deployment}
        fieldPaths:
          - spec.template.spec.containers.[name=model].env.[name=B].value
"""
GPUS = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: server
spec:
  template:
    spec:
      containers:
        - name: metrics
          image: metrics:3
          resources:
            requests:
              memory: 256Mi
        - name: model
          resources:
            limits:
              memory: 64Gi
              nvidia.com/gpu: 8
          env:
            - name: A
              value: three
          ports:
            - containerPort: 9000
              name: metrics
"""
SCALER_PATCH = """\
[
  {"op": "replace", "path": "/spec/minReplicaCount", "value": 3},
  {"op": "add", "path": "/spec/pollingInterval", "value": 15}
]
"""
DEV = """\
resources: [../../base]
nameSuffix: -dev
patchesStrategicMerge:
  - |-
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: server
    spec:
      replicas: 1
"""

FILES = {
    "base/limits.env": "# of one request\nMAX_TOKENS=4096\n",
    "base/kustomization.yaml": BASE,
    "base/server.yaml": SERVER,
    "base/more/kustomization.yml": MORE,
    "base/more/volume.yaml": VOLUME,
    "base/more/scaler.yaml": SCALER,
    "base/more/queue.yaml": QUEUE,
    "components/spot/kustomization.yaml": SPOT,
    "overlays/prod/kustomization.yaml": PROD,
    "overlays/prod/gpus.yaml": GPUS,
    "overlays/prod/scaler.json": SCALER_PATCH,
    "overlays/dev/kustomization.yaml": DEV,
}
