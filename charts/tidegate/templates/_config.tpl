{{/* The settings of a component as YAML: (list root component). The schema of each is in its program's config.ts. */}}
{{- define "tidegate.config" -}}
{{- $root := index . 0 -}}
{{- $component := index . 1 -}}
{{- $namespace := $root.Release.Namespace -}}
health: { host: 0.0.0.0, port: 8081 }
logLevel: {{ $root.Values.logLevel }}
{{- if eq $component "traffic" }}
namespace: {{ $namespace }}
gateways: {{ include "tidegate.gateways" $root | fromYaml | toJson }}
{{- else if eq $component "control" }}
namespace: {{ $namespace }}
signals: {{ include "tidegate.dial" (list $root "telemetry" 18003 "telemetry") | fromYaml | toJson }}
webhook: { service: { name: tidegate-webhook, port: 443 } }
api:
  port: 8080
  {{- include "tidegate.apiConfig" $root | nindent 2 }}
digestsFrom: {{ $root.Values.knative.digestsFrom }}
certificates: { components: {{ include "tidegate.certificateComponents" $root | fromYaml | toJson }} }
{{- else if eq $component "mesh" }}
listen: { host: 0.0.0.0, port: 18000, tls: /etc/tidegate/tls }
mode: kubernetes
leaseNamespace: {{ $namespace }}
installKinds: false
gateways: {{ include "tidegate.gateways" $root | fromYaml | toJson }}
{{- else if eq $component "telemetry" }}
listen: { host: 0.0.0.0, port: 18001, tls: /etc/tidegate/tls }
signals: { host: 0.0.0.0, port: 18003, tls: /etc/tidegate/tls }
{{- else if eq $component "activator" }}
listen: { host: 0.0.0.0, port: 18002, tls: /etc/tidegate/tls }
signals: {{ include "tidegate.dial" (list $root "telemetry" 18003 "telemetry") | fromYaml | toJson }}
autoscaler: {{ include "tidegate.dial" (list $root "autoscaler" 18004 "autoscaler") | fromYaml | toJson }}
peers: { listen: { host: 0.0.0.0, port: 18005, tls: /etc/tidegate/tls }, leaseNamespace: {{ $namespace }} }
{{- else if eq $component "autoscaler" }}
signals: {{ include "tidegate.dial" (list $root "telemetry" 18003 "telemetry") | fromYaml | toJson }}
peers: { listen: { host: 0.0.0.0, port: 18004, tls: /etc/tidegate/tls }, leaseNamespace: {{ $namespace }} }
{{- else if eq $component "strategy-controller" }}
signals: {{ include "tidegate.dial" (list $root "telemetry" 18003 "telemetry") | fromYaml | toJson }}
leaseNamespace: {{ $namespace }}
{{- else if eq $component "serving-controller" }}
digestsFrom: {{ $root.Values.knative.digestsFrom }}
leaseNamespace: {{ $namespace }}
{{- else if eq $component "tenancy-controller" }}
namespace: {{ $namespace }}
{{- else if eq $component "admission-webhook" }}
port: 9443
service: { namespace: {{ $namespace }}, name: tidegate-webhook, port: 443 }
tls: /etc/tidegate/tls
{{- else if eq $component "api" }}
host: 0.0.0.0
port: 8080
signals: {{ include "tidegate.dial" (list $root "telemetry" 18003 "telemetry") | fromYaml | toJson }}
{{- include "tidegate.apiConfig" $root | nindent 0 }}
{{- end }}
{{- end -}}

{{/* Who signs in, and where. */}}
{{- define "tidegate.apiConfig" -}}
hosts: {{ toJson .Values.api.hosts }}
trustedProxies: {{ toJson .Values.api.trustedProxies }}
terminalIdleMinutes: {{ .Values.api.terminalIdleMinutes }}
{{- if not .Values.database.urlSecret }}
{{- range $option, $value := pick .Values.api "providers" "kubernetesAddress" }}
{{- if $value }}
{{- fail (printf "\n\napi.%s needs a database of people: set database.urlSecret to the name of a Secret with the URL of a PostgreSQL." $option) }}
{{- end }}
{{- end }}
{{- end }}
providers:
  {{- $secret := .Values.api.providersSecret }}
  {{- range .Values.api.providers }}
  - {{ merge (dict) . (ternary (dict "clientSecretFile" (printf "/etc/tidegate/providers/%s" .name)) (dict) (ne $secret "")) | toJson }}
  {{- else }} []
  {{- end }}
consoleFolder: /opt/tidegate/apps/ui/dist
{{- if .Values.database.urlSecret }}
databaseUrlFile: /etc/tidegate/database/url
setupTokenFile: /etc/tidegate/sign-in/token
kubernetesProxy:
  address: {{ .Values.api.kubernetesAddress | default "https://127.0.0.1:8443" | quote }}
  serverName: tidegate-api.{{ .Release.Namespace }}.svc
{{- else }}
ownerTokenFile: /etc/tidegate/sign-in/token
{{- end }}
{{- end -}}

{{/* The proxies that the mesh makes. */}}
{{- define "tidegate.gateways" -}}
image: {{ include "tidegate.image" (list . "tidegate-envoy") }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
imagePullSecrets: {{ toJson .Values.image.pullSecrets }}
replicas: {{ .Values.gateway.replicas }}
service: {{ .Values.gateway.service }}
concurrency: {{ .Values.gateway.concurrency }}
drainSeconds: {{ .Values.gateway.drainSeconds }}
resources: {{ toJson .Values.gateway.resources }}
tlsSecret: tidegate-tls-gateway
mesh: { host: tidegate-mesh.{{ .Release.Namespace }}.svc, port: 18000 }
telemetry: { host: tidegate-telemetry.{{ .Release.Namespace }}.svc, port: 18001 }
activator: { host: tidegate-activator.{{ .Release.Namespace }}.svc, port: 18002 }
{{- end -}}

{{/* Settings of the program that makes certificates; the install Job lets it install the kinds as well, for which no account has rights afterwards. */}}
{{- define "tidegate.certificatesConfig" -}}
namespace: {{ .Release.Namespace }}
logLevel: {{ .Values.logLevel }}
components: {{ include "tidegate.certificateComponents" . | fromYaml | toJson }}
{{- end -}}

{{- define "tidegate.installConfig" -}}
{{ include "tidegate.certificatesConfig" . }}
install: { knative: {{ .Values.knative.install }}{{ with .Values.knative.domain }}, domain: {{ . }}{{ end }} }
{{- end -}}

{{/* Settings of the Job that removes what the platform made. */}}
{{- define "tidegate.removeConfig" -}}
namespace: {{ .Release.Namespace }}
release: {{ .Release.Name }}
logLevel: {{ .Values.logLevel }}
keepKinds: {{ .Values.crds.keep }}
{{- end -}}
