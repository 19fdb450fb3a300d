import { ActivatorConfig } from '@tidegate/activator';
import { AdmissionWebhookConfig } from '@tidegate/admission-webhook';
import { ApiConfig } from '@tidegate/api';
import { AutoscalerProcessConfig } from '@tidegate/autoscaler';
import { readConfig } from '@tidegate/kernel';
import { MeshConfig } from '@tidegate/mesh-app';
import { ServingControllerConfig } from '@tidegate/serving-controller';
import { StrategyControllerConfig } from '@tidegate/strategy-controller';
import { TelemetryConfig } from '@tidegate/telemetry-app';
import { TenancyControllerConfig } from '@tidegate/tenancy-controller-app';
import { CertificatesConfig, ClusterControlConfig, ClusterTrafficConfig, RemoveConfig } from '@tidegate/tidegate-cli';
import type { z } from 'zod';
import { helm, render } from './render.js';

const jobs = { 'tidegate-install': CertificatesConfig, 'tidegate-remove': RemoveConfig };
const programs: Record<string, Record<string, z.ZodType>> = {
  compact: { ...jobs, 'tidegate-traffic': ClusterTrafficConfig, 'tidegate-control': ClusterControlConfig },
  distributed: {
    ...jobs,
    'tidegate-certificates': CertificatesConfig,
    'tidegate-mesh': MeshConfig,
    'tidegate-telemetry': TelemetryConfig,
    'tidegate-activator': ActivatorConfig,
    'tidegate-autoscaler': AutoscalerProcessConfig,
    'tidegate-strategy-controller': StrategyControllerConfig,
    'tidegate-serving-controller': ServingControllerConfig,
    'tidegate-tenancy-controller': TenancyControllerConfig,
    'tidegate-admission-webhook': AdmissionWebhookConfig,
    'tidegate-api': ApiConfig,
  },
};

/** Every option that reaches a program, each with another value than its default. */
const others = [
  'logLevel=debug',
  'gateway.service=NodePort',
  'gateway.replicas=3',
  'gateway.concurrency=1',
  'gateway.drainSeconds=7',
  'image.pullPolicy=Always',
  'image.pullSecrets={login}',
  'knative.install=false',
  'knative.domain=apps.example',
  'knative.digestsFrom=node',
  'api.hosts={tidegate.example,tidegate.example:8443}',
  'database.urlSecret=postgres',
  'api.trustedProxies={10.0.0.0/8}',
  'api.terminalIdleMinutes=5',
  'api.providers[0].name=corp',
  'api.providers[0].issuer=https://id.example',
  'api.providers[0].clientId=tidegate',
  'api.providers[0].groupMap.ops=administrators',
  'api.providersSecret=corp-login',
  'api.kubernetesAddress=https://k8s.example:6443',
  'crds.keep=false',
];

const withHelm = helm === undefined ? describe.skip : describe;
withHelm('the settings that the chart writes', () => {
  describe.each(Object.keys(programs))('%s', (profile) => {
    it.each([
      { name: 'defaults', set: [] },
      { name: 'all else', set: others },
    ])('are accepted by every program: $name', ({ set }) => {
      const configMaps = render(`profile=${profile}`, ...set).filter(({ kind, data }) => kind === 'ConfigMap' && data?.['config.json']);
      expect(configMaps.map(({ metadata }) => metadata.name).sort()).toEqual(Object.keys(programs[profile] ?? {}).sort());
      for (const { metadata, data } of configMaps) {
        const schema = programs[profile]?.[metadata.name];
        // Unknown keys and wrong values are refused, all at once.
        if (schema) expect(() => readConfig(schema, JSON.parse(data?.['config.json'] ?? ''), metadata.name)).not.toThrow();
      }
    });
  });
});
