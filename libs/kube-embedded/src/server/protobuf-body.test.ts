import { ProtobufError, decodeProtobuf } from './protobuf-body.js';

/** Bodies as kubectl v1.37.1 sends them. */
const bodies = {
  'kubectl create deployment web --image=nginx:1 --replicas=0 --port=80':
    'azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50Er4BCiMKA3dlYhIAGgRzaG9wIgAqADIAOABCAFoKCgNhcHASA3dlYhKIAQgAEgwKCgoDYXBwEgN3ZWIabgocCgASABoAIgAqADIAOABCAFoKCgNhcHASA3dlYhJOEjAKBW5naW54EgduZ2lueDoxKgAyCgoAEAAYUCIAKgBCAGoAcgCAAQCIAQCQAQCiAQAaADIAQgBKAFIAWABgAGgAggEAigEAmgEAwgEAIgIKACgAOAAaDAgAEAAYACAAKAA4ABoAIgA=',
  'kubectl create service clusterip web --tcp=80:http':
    'azhzAAoNCgJ2MRIHU2VydmljZRJwCiMKA3dlYhIAGgRzaG9wIgAqADIAOABCAFoKCgNhcHASA3dlYhJFCh4KBzgwLWh0dHASA1RDUBhQIgoIARAAGgRodHRwKAASCgoDYXBwEgN3ZWIaACIJQ2x1c3RlcklQOgBCAFIAWgBgAGgAGgIKABoAIgA=',
  'kubectl create token s1 --duration=10m --bound-object-kind=Pod --bound-object-name=p':
    'azhzAAooChhhdXRoZW50aWNhdGlvbi5rOHMuaW8vdjESDFRva2VuUmVxdWVzdBItChAKABIAGgAiACoAMgA4AEIAEhMaDgoDUG9kEgJ2MRoBcCIAINgEGgQKABIAGgAiAA==',
  'kubectl create secret generic sec --from-literal=a=b':
    'azhzAAoMCgJ2MRIGU2VjcmV0EiMKFwoDc2VjEgAaBHNob3AiACoAMgA4AEIAEgYKAWESAWIaABoAIgA=',
  'kubectl create pdb p --min-available=50%':
    'azhzAAogCglwb2xpY3kvdjESE1BvZERpc3J1cHRpb25CdWRnZXQSOgoVCgFwEgAaBHNob3AiACoAMgA4AEIAEhUKCQgBEAAaAzUwJRIICgYKAWESAWIaCggAGAAgACgAMAAaACIA',
  'kubectl create quota q --hard=cpu=1500m':
    'azhzAAoTCgJ2MRINUmVzb3VyY2VRdW90YRIrChUKAXESABoEc2hvcCIAKgAyADgAQgASEAoOCgNjcHUSBwoFMTUwMG0aABoAIgA=',
};

const expected: Record<keyof typeof bodies, Record<string, unknown>> = {
  'kubectl create deployment web --image=nginx:1 --replicas=0 --port=80': {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'nginx', image: 'nginx:1', ports: [{ containerPort: 80 }] }] },
      },
    },
  },
  'kubectl create service clusterip web --tcp=80:http': {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } },
    spec: { ports: [{ name: '80-http', protocol: 'TCP', port: 80, targetPort: 'http' }], selector: { app: 'web' }, type: 'ClusterIP' },
  },
  'kubectl create token s1 --duration=10m --bound-object-kind=Pod --bound-object-name=p': {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'p' }, expirationSeconds: 600 },
  },
  'kubectl create secret generic sec --from-literal=a=b': {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'sec', namespace: 'shop' },
    data: { a: 'Yg==' },
  },
  'kubectl create pdb p --min-available=50%': {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'p', namespace: 'shop' },
    spec: { minAvailable: '50%', selector: { matchLabels: { a: 'b' } } },
  },
  'kubectl create quota q --hard=cpu=1500m': {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'q', namespace: 'shop' },
    spec: { hard: { cpu: '1500m' } },
  },
};

it.each(Object.entries(bodies))('reads %s', (command, base64) => {
  const decoded = decodeProtobuf(Buffer.from(base64, 'base64'));
  expect(decoded).toMatchObject(expected[command as keyof typeof bodies]);
});

it('refuses what is cut off, nested without end or of an unknown kind', () => {
  const whole = Buffer.from(bodies['kubectl create secret generic sec --from-literal=a=b'], 'base64');
  expect(() => decodeProtobuf(whole.subarray(0, whole.length - 8))).toThrow(ProtobufError);
  expect(() => decodeProtobuf(Buffer.from('{}'))).toThrow(ProtobufError);
  expect(() => decodeProtobuf(Buffer.from('k8s\0\x0a\x0b\x0a\x02v1\x12\x05Thing\x12\0', 'latin1'))).toThrow(ProtobufError);
});
