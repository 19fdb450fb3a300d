{{/*
The components of the profile, as YAML: program, what of Service serves which port, the rights it holds (identities of templates/rbac), and what it mounts.
All else (Deployments, Services, accounts, bindings, budgets, policies, certificates) follows from this table.
A port without a service is reached at the pods' own addresses.
from: who may connect: proxies, components (any of ours), activator (its other replicas), apiserver (from anywhere), people (proxies, and port-forward)
*/}}
{{- define "tidegate.components" -}}
{{- $digests := eq .Values.knative.digestsFrom "registry" | ternary ", digests" "" }}
{{- if eq .Values.profile "compact" }}
traffic:
  program: apps/tidegate/dist/cluster/traffic.js
  identities: [traffic, activator, autoscaler]
  ports:
    - { name: ads, port: 18000, service: mesh, from: proxies }
    - { name: telemetry, port: 18001, service: telemetry, from: proxies }
    - { name: authz, port: 18002, service: activator, from: proxies }
    - { name: signals, port: 18003, service: telemetry, from: components }
control:
  program: apps/tidegate/dist/cluster/control.js
  identities: [delivery, serving, tenancy, webhook, api, certificates{{ $digests }}]
  signIn: true
  ports:
    - { name: webhook, port: 9443, service: webhook, servicePort: 443, from: apiserver }
    - { name: api, port: 8080, service: api, servicePort: 80, from: people }
    {{- if .Values.database.urlSecret }}
    - { name: kubernetes, port: 8443, service: api, servicePort: 443, from: people }
    {{- end }}
{{- else }}
mesh:
  program: apps/mesh/dist/main.js
  identities: [traffic]
  ports:
    - { name: ads, port: 18000, service: mesh, from: proxies }
telemetry:
  program: apps/telemetry/dist/main.js
  identities: []
  ports:
    - { name: telemetry, port: 18001, service: telemetry, from: proxies }
    - { name: signals, port: 18003, service: telemetry, from: components }
activator:
  program: apps/activator/dist/main.js
  identities: [activator]
  ports:
    - { name: authz, port: 18002, service: activator, from: proxies }
    - { name: peers, port: 18005, from: activator }
autoscaler:
  program: apps/autoscaler/dist/main.js
  identities: [autoscaler]
  ports:
    - { name: peers, port: 18004, service: autoscaler, from: components }
strategy-controller:
  program: apps/strategy-controller/dist/main.js
  identities: [delivery]
  ports: []
serving-controller:
  program: apps/serving-controller/dist/main.js
  identities: [serving{{ $digests }}]
  ports: []
tenancy-controller:
  program: apps/tenancy-controller/dist/main.js
  identities: [tenancy]
  ports: []
admission-webhook:
  program: apps/admission-webhook/dist/main.js
  identities: [webhook]
  ports:
    - { name: webhook, port: 9443, service: webhook, servicePort: 443, from: apiserver }
api:
  program: apps/api/dist/main.js
  identities: [api]
  signIn: true
  ports:
    - { name: api, port: 8080, service: api, servicePort: 80, from: people }
    {{- if .Values.database.urlSecret }}
    - { name: kubernetes, port: 8443, service: api, servicePort: 443, from: people }
    {{- end }}
{{- end }}
{{- end -}}

{{/* Component and the names of its Services: what its certificate is for. Proxies have one as clients. */}}
{{- define "tidegate.certificateComponents" -}}
{{- range $name, $component := include "tidegate.components" . | fromYaml }}
{{- $services := list }}
{{- range $component.ports }}{{ with .service }}{{ $services = append $services (printf "tidegate-%s" .) }}{{ end }}{{ end }}
{{ $name }}: {{ $services | uniq | toJson }}
{{- end }}
gateway: []
{{- end -}}
