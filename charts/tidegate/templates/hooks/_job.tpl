{{/*
A Job of its own account and rights that runs once and is gone when it has succeeded: (dict "root" . "name" "install" "hooks" "pre-install,pre-upgrade" "program" PATH "config" YAML).
One that failed stays, for its log, until the next try.
*/}}
{{- define "tidegate.hookJob" -}}
{{- $root := .root }}
{{- $account := printf "tidegate-%s" .name }}
{{- $rights := $root.Files.Get "generated/rights.yaml" | fromYaml }}
{{- $before := dict "helm.sh/hook" .hooks "helm.sh/hook-weight" "-5" "helm.sh/hook-delete-policy" "before-hook-creation,hook-succeeded" }}
{{- $then := dict "helm.sh/hook" .hooks "helm.sh/hook-weight" "0" "helm.sh/hook-delete-policy" "before-hook-creation,hook-succeeded" }}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ $account }}
  namespace: {{ $root.Release.Namespace }}
  labels: {{- include "tidegate.labels" $root | nindent 4 }}
  annotations: {{- toYaml $before | nindent 4 }}
automountServiceAccountToken: false
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ $account }}
  namespace: {{ $root.Release.Namespace }}
  labels: {{- include "tidegate.labels" $root | nindent 4 }}
  annotations: {{- toYaml $before | nindent 4 }}
data:
  config.json: {{ .config | fromYaml | toPrettyJson | quote }}
{{- include "tidegate.role" (list $root .name (index $rights.hooks .name) $account $before) }}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ $account }}
  namespace: {{ $root.Release.Namespace }}
  labels: {{- include "tidegate.labels" $root | nindent 4 }}
  annotations: {{- toYaml $then | nindent 4 }}
spec:
  backoffLimit: 3
  activeDeadlineSeconds: 280
  template:
    metadata:
      labels:
        {{- include "tidegate.labels" $root | nindent 8 }}
        app.kubernetes.io/component: {{ .name }}
    spec:
      restartPolicy: OnFailure
      {{- include "tidegate.jobPod" (list $root .name .program $account) | nindent 6 }}
{{- end -}}

{{/* The pod of a program that runs once: (list root container program account) */}}
{{- define "tidegate.jobPod" -}}
{{- $root := index . 0 -}}
serviceAccountName: {{ index . 3 }}
automountServiceAccountToken: true
{{- with include "tidegate.pullSecrets" $root | trim }}
{{ . }}
{{- end }}
{{- with include "tidegate.scheduling" $root | trim }}
{{ . }}
{{- end }}
securityContext: {{- include "tidegate.podSecurity" $root | nindent 2 }}
containers:
  - name: {{ index . 1 }}
    image: {{ include "tidegate.image" (list $root "tidegate") }}
    imagePullPolicy: {{ $root.Values.image.pullPolicy }}
    args: [{{ index . 2 }}, /etc/tidegate/config.json]
    env:
      - name: POD_NAME
        valueFrom: { fieldRef: { fieldPath: metadata.name } }
    # What it cannot do is said in the pod's status, where `kubectl describe` shows it.
    terminationMessagePolicy: FallbackToLogsOnError
    resources: { requests: { cpu: 50m, memory: 128Mi }, limits: { memory: 512Mi } }
    securityContext: {{- include "tidegate.containerSecurity" $root | nindent 6 }}
    volumeMounts:
      - { name: config, mountPath: /etc/tidegate/config.json, subPath: config.json, readOnly: true }
volumes:
  - name: config
    configMap: { name: {{ index . 3 }} }
{{- end -}}
