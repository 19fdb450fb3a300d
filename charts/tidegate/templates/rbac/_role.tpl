{{/* The roles of an identity, bound to a service account: (list root identity rights account annotations) */}}
{{- define "tidegate.role" -}}
{{- $root := index . 0 }}
{{- $identity := index . 1 }}
{{- $rights := index . 2 }}
{{- $account := index . 3 }}
{{- $annotations := index . 4 }}
{{- range $kind, $rules := dict "ClusterRole" $rights.everywhere "Role" $rights.release }}
{{- if $rules }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $kind }}
metadata:
  name: tidegate:{{ $identity }}
  {{- if eq $kind "Role" }}
  namespace: {{ $root.Release.Namespace }}
  {{- end }}
  labels: {{- include "tidegate.labels" $root | nindent 4 }}
  {{- with $annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
rules:
  {{- toYaml $rules | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $kind }}Binding
metadata:
  name: tidegate:{{ $identity }}
  {{- if eq $kind "Role" }}
  namespace: {{ $root.Release.Namespace }}
  {{- end }}
  labels: {{- include "tidegate.labels" $root | nindent 4 }}
  {{- with $annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: {{ $kind }}, name: 'tidegate:{{ $identity }}' }
subjects:
  - { kind: ServiceAccount, name: {{ $account }}, namespace: {{ $root.Release.Namespace }} }
{{- end }}
{{- end }}
{{- end -}}
