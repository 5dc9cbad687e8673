{{- define "common.deployment" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-{{ .component }}
spec:
  replicas: {{ .values.replicaCount }}
  revisionHistoryLimit: 4
  selector: {matchLabels: {app: {{ .component }}}}
  template:
    metadata: {labels: {app: {{ .component }}}}
    spec:
      {{- if .values.affinity }}
      affinity: {{- include "common.render" (dict "value" .values.affinity "context" .context) | nindent 8 }}
      {{- end }}
      containers:
        - name: {{ .component }}
          image: {{ include "common.image" (dict "image" .values.image "global" .context.Values.global) }}
          {{- if .values.resources }}
          resources: {{- toYaml .values.resources | nindent 12 }}
          {{- else if ne .values.resourcesPreset "none" }}
          resources:
            requests: {{- include "common.preset" .values.resourcesPreset | nindent 14 }}
          {{- end }}
          {{- if .values.extraArgs }}
          args: {{- include "common.render" (dict "value" .values.extraArgs "context" .context) | nindent 12 }}
          {{- end }}
{{- end -}}
