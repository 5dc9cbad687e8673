{{- define "models.resources" -}}
{{- $model := . -}}
requests:
  memory: {{ required "requestMemory" $model.requestMemory | quote }}
  cpu: {{ $model.requestCPU | quote }}
  {{- if $model.requestGPU }}
  nvidia.com/gpu: {{ $model.requestGPU | quote }}
  {{- end }}
limits:
  {{- if $model.requestGPU }}
  nvidia.com/gpu: {{ $model.requestGPU | quote }}
  {{- end }}
  memory: {{ $model.limitMemory | default $model.requestMemory | quote }}
{{- end }}
