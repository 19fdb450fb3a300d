import { execFile } from 'node:child_process';
import { webcrypto } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { kinds } from '@tidegate/kube';
import { waitFor } from '@tidegate/testing';
import { ClusterFixture } from './cluster-fixture.js';

const binaries = (process.env['TIDEGATE_KUBECTL'] ?? '').split(',').filter((name) => name !== '');
const run = promisify(execFile);

/** What people do with `kubectl`. Several binaries in TIDEGATE_KUBECTL, separated by commas, take turns. */
(binaries.length > 0 ? describe.each(binaries) : describe.skip.each(['kubectl']))('%s', (binary) => {
  const cluster = new ClusterFixture();
  let kubeconfig: string;
  beforeAll(async () => {
    await cluster.start();
    kubeconfig = path.join(cluster.dataDir, 'kubectl.kubeconfig');
    writeFileSync(kubeconfig, await cluster.cluster.api.issueKubeconfig('kubectl', ['system:masters']), { mode: 0o600 });
  });
  afterAll(() => cluster.end());

  const kubectl = async (words: string, input?: string, more: string[] = []): Promise<string> => {
    const env = { PATH: process.env['PATH'] ?? '', KUBECONFIG: kubeconfig, HOME: cluster.dataDir };
    const call = run(binary, [...words.split(' '), ...more], { env, timeout: 90_000 });
    call.child.stdin?.end(input);
    return (await call).stdout;
  };
  const workload = (kind: string, name: string): string => `
apiVersion: apps/v1
kind: ${kind}
metadata: {name: ${name}}
spec:
  ${kind === 'StatefulSet' ? `serviceName: ${name}` : ''}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      terminationGracePeriodSeconds: 2
      containers: [{name: c, image: test/server:v1, command: [sleep, "1000"]}]
`;

  it.each(['Deployment', 'DaemonSet', 'StatefulSet'])('rolls a %s out, shows its history and takes it back', async (kind) => {
    const name = kind.toLowerCase();
    const it = `${name}/${name}`;
    const template = (): Promise<string> => kubectl(`get ${it} -o jsonpath={.spec.template.spec.containers[0].env}`);
    await kubectl('apply -f -', workload(kind, name));
    await kubectl(`rollout status ${it} --timeout=60s`);
    await kubectl(`set env ${it} MODE=new`);
    await kubectl(`rollout status ${it} --timeout=60s`);
    expect(await template()).toContain('MODE');
    expect(await kubectl(`rollout history ${it}`)).toMatch(/1 .*\n2 /);
    await kubectl(`rollout undo ${it}`);
    await kubectl(`rollout status ${it} --timeout=60s`);
    expect(await template()).toBe('');
    await kubectl(`delete ${it}`);
  });

  it('pauses and resumes a Deployment, restarts it and makes it follow its load', async () => {
    await kubectl('create deployment web --image=test/server:v1 -- sleep 1000');
    await kubectl('rollout status deployment/web --timeout=60s');
    await kubectl('rollout pause deployment/web');
    await kubectl('set env deployment/web MODE=later');
    const reasons = (): Promise<string> => kubectl('get deployment web -o jsonpath={.status.conditions[*].reason}');
    await cluster.until(kinds.deployments, 'web', 'paused', ({ status }) => status?.observedGeneration === 3);
    expect(await reasons()).toContain('DeploymentPaused');
    await kubectl('rollout resume deployment/web');
    await kubectl('rollout status deployment/web --timeout=60s');
    await kubectl('rollout restart deployment/web');
    await kubectl('rollout status deployment/web --timeout=60s');
    // Old clients make it in v1, new ones in v2.
    await kubectl('autoscale deployment web --max=3');
    await cluster.until(kinds.horizontalPodAutoscalers, 'web', 'looked at', ({ status }) => status?.currentReplicas === 1, 30_000);
    expect(await kubectl('get horizontalpodautoscalers.v1.autoscaling web -o jsonpath={.spec.targetCPUUtilizationPercentage}')).toBe('80');
    await kubectl('delete hpa web');
    const target = '{apiVersion: apps/v1, kind: Deployment, name: web}';
    const old = (max: number): string =>
      `apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec: {scaleTargetRef: ${target}, maxReplicas: ${max}, targetCPUUtilizationPercentage: 60}\n`;
    for (const max of [3, 4]) await kubectl('apply -f -', old(max));
    expect(await kubectl('get hpa web -o jsonpath={.apiVersion},{.spec.maxReplicas},{.spec.metrics[0].resource.target.averageUtilization}')).toBe('autoscaling/v2,4,60');
    await kubectl('delete deployment,hpa web');
  });

  it('debugs a pod with a program beside it, and asks programs through the API', async () => {
    await kubectl('run web --image=test/server:v1 --port=8080');
    await kubectl('wait pod/web --for=condition=Ready --timeout=60s');
    await kubectl('debug pod/web --image=test/server:v1 --container=beside --profile=general -- sh -c', undefined, ['echo seen; sleep 1000']);
    await cluster.until(kinds.pods, 'web', 'debugged', ({ status }) => status?.ephemeralContainerStatuses?.[0]?.state?.running !== undefined);
    expect(await kubectl('logs web -c beside')).toBe('seen\n');
    expect(await kubectl('exec web -c beside -- echo there')).toBe('there\n');
    expect(await kubectl('get --raw /api/v1/namespaces/default/pods/web:8080/proxy/')).toBe('ok');
    await kubectl('delete pod web');
  });

  it('drains the node past a budget that allows it', async () => {
    await kubectl('create deployment guarded --image=test/server:v1 -- sleep 1000');
    await kubectl('rollout status deployment/guarded --timeout=60s');
    await kubectl('create poddisruptionbudget guarded --selector=app=guarded --min-available=1');
    await cluster.until(kinds.podDisruptionBudgets, 'guarded', 'counted', ({ status }) => status?.observedGeneration === 1);
    await expect(kubectl('drain embedded --force --delete-emptydir-data --timeout=3s')).rejects.toThrow(/disruption budget/);
    await kubectl('delete poddisruptionbudget guarded');
    await kubectl('drain embedded --force --delete-emptydir-data --timeout=60s');
    await kubectl('uncordon embedded');
    await kubectl('delete deployment guarded');
  });

  it('has a certificate signed that lets its owner in', async () => {
    const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
    const made = await x509.Pkcs10CertificateRequestGenerator.create({ name: [{ O: ['team'] }, { CN: ['ann'] }], keys, signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' } });
    const request = Buffer.from(made.toString('pem')).toString('base64');
    const spec = `{request: ${request}, signerName: kubernetes.io/kube-apiserver-client, usages: [client auth]}`;
    await kubectl('create -f -', `apiVersion: certificates.k8s.io/v1\nkind: CertificateSigningRequest\nmetadata: {name: ann}\nspec: ${spec}\n`);
    expect(await kubectl('get csr ann')).toMatch(/kubectl .*Pending/);
    await kubectl('certificate approve ann');
    const signed = await waitFor('a certificate', async () => (await kubectl('get csr ann -o jsonpath={.status.certificate}')) || undefined);
    const certificate = new x509.X509Certificate(Buffer.from(signed, 'base64').toString());
    expect(certificate.subject).toBe('O=team, CN=ann');
    await kubectl('delete csr ann');
  });
});
