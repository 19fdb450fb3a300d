import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { golden } from '@tidegate/testing';
import { stringify } from 'yaml';
import { type Rendered, helm, render } from './render.js';

const withHelm = helm === undefined ? describe.skip : describe;
const text = (objects: Rendered[]): string => objects.map((o) => `---\n${stringify(o, { lineWidth: 140 })}`).join('');

/** Roles have a test of their own, and say nothing that generated/rights.yaml does not. */
const shown = (objects: Rendered[]): Rendered[] => objects.filter(({ kind }) => kind !== 'ClusterRole' && kind !== 'Role');

withHelm('the chart as Helm renders it', () => {
  it.each(['compact', 'distributed'])('profile %s', (profile) => {
    const actual = text(shown(render(`profile=${profile}`)));
    expect(actual).toBe(golden(path.join(import.meta.dirname, '..', 'testdata', `${profile}.yaml`), actual));
  });

  it('takes every image from one registry', () => {
    const all = JSON.stringify(render('image.registry=registry.example:5000/mirror', 'profile=distributed'));
    const images = [...all.matchAll(/[\w.:/-]+\/tidegate(?:-envoy)?:[\w.-]+/g)].map(([image]) => image);
    expect(new Set(images)).toEqual(
      new Set(['registry.example:5000/mirror/tidegate:0.1.0', 'registry.example:5000/mirror/tidegate-envoy:0.1.0']),
    );
  });

  it.each([
    'profile=small',
    'replicas=2',
    'image.registri=a',
    'components.traffic.replicas=2',
    'components.mesh.resources.limits.disk=1Gi',
    'gateway.service=Tunnel',
    'api.kubernetesAddress=http://k8s.example',
    'logLevel=trace',
  ])('refuses %s', (option) => {
    expect(() => render(option)).toThrow(/schema|specification/);
  });

  it.each(['api.kubernetesAddress=https://k8s.example', 'api.providers[0].name=corp,api.providers[0].issuer=https://id.example,api.providers[0].clientId=t'])('refuses %s without a database', (options) => {
    expect(() => render(...options.split(','))).toThrow(/needs a database of people: set database\.urlSecret/);
    expect(() => render(...options.split(','), 'database.urlSecret=postgres')).not.toThrow();
  });

  it.each(['compact', 'distributed'])('opens the Kubernetes API for people with a database alone: %s', (profile) => {
    const ports = (...set: string[]) => JSON.stringify(render(`profile=${profile}`, ...set).find((o) => o.kind === 'Service' && o.metadata.name === 'tidegate-api')?.['spec']);
    expect(ports()).not.toContain('"kubernetes"');
    expect(ports('database.urlSecret=postgres')).toContain('{"name":"kubernetes","port":443,"targetPort":"kubernetes"}');
  });

  it('binds every role that it makes, and binds to no other', () => {
    for (const profile of ['compact', 'distributed']) {
      const objects = render(`profile=${profile}`);
      const names = (kind: string): string[] => objects.filter((o) => o.kind === kind).map((o) => o.metadata.name);
      const aggregated = ['tidegate:edit', 'tidegate:view'];
      expect(names('ClusterRoleBinding').filter((n) => n !== 'tidegate:administrators')).toEqual(
        names('ClusterRole').filter((n) => !aggregated.includes(n)),
      );
      expect(names('RoleBinding')).toEqual(names('Role'));
    }
  });

  it('lets pull secrets be read only where the platform asks registries itself', () => {
    for (const profile of ['compact', 'distributed']) {
      const roles = (from: string): string[] =>
        render(`profile=${profile}`, `knative.digestsFrom=${from}`).flatMap((o) => (o.kind === 'ClusterRole' ? [o.metadata.name] : []));
      expect(roles('registry')).toContain('tidegate:digests');
      expect(roles('node')).not.toContain('tidegate:digests');
    }
  });

  it('shows figures that there are', () => {
    const [dashboard] = render('monitoring.dashboard.enabled=true').filter(({ metadata }) => metadata.name === 'tidegate-dashboard');
    const expressions = [...(dashboard?.data?.['tidegate.json'] ?? '').matchAll(/tidegate_\w+/g)].map(([name]) =>
      name.replace(/_bucket$/, ''),
    );
    expect(expressions.length).toBeGreaterThan(5);
    const sources = metricNames();
    expect(expressions.filter((name) => !sources.has(name))).toEqual([]);
  });
});

/** As the sources name them. */
function metricNames(): Set<string> {
  const root = path.resolve(import.meta.dirname, '../../..');
  const skip = (file: string): boolean => file.includes('node_modules') || file.includes('generated');
  const texts = globSync('{apps,libs}/**/src/**/*.ts', { cwd: root, exclude: skip }).map((file) =>
    readFileSync(path.join(root, file), 'utf8'),
  );
  return new Set(texts.flatMap((source) => [...source.matchAll(/name: '(tidegate_\w+)'/g)].map(([, name]) => name ?? '')));
}
