{{/* Renders a value that may hold a template: {{ include "common.render" (dict "value" .Values.x "context" $) }} */}}
{{- define "common.render" -}}
{{- $value := typeIs "string" .value | ternary .value (.value | toYaml) }}
{{- if contains "{{" (toJson .value) }}
{{- tpl $value .context }}
{{- else }}
{{- $value }}
{{- end }}
{{- end -}}

{{- define "common.image" -}}
{{- $registry := .global.imageRegistry | default .image.registry -}}
{{- printf "%s/%s:%s" $registry .image.repository (.image.tag | toString) -}}
{{- end -}}

{{- define "common.preset" -}}
{{- $sizes := dict "small" (dict "cpu" "500m" "memory" "1Gi") "large" (dict "cpu" "4" "memory" "16Gi") -}}
{{- get $sizes . | toYaml -}}
{{- end -}}
