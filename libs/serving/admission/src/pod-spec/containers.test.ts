import type { JsonObject } from '../json.js';
import { IMAGE, complaints, configured, container, features, service, warnings, withContainer } from '../../test/objects.js';

const S = 'spec.template.spec';
const C = `${S}.containers[0]`;
const on = (...flags: string[]) => features(Object.fromEntries(flags.map((flag) => [flag, 'enabled'])));

describe('a container', () => {
  it.each([
    {
      name: 'with fields that Knative has not',
      object: withContainer({ lifecycle: {}, volumeDevices: [{ name: 'd', devicePath: '/d' }], stdinOnce: true }),
      says: [`must not set the field(s): ${C}.lifecycle, ${C}.stdinOnce, ${C}.volumeDevices`],
    },
    {
      name: 'with a port of the node',
      object: withContainer({ ports: [{ containerPort: 8080, hostPort: 80, hostIP: '10.0.0.1' }] }),
      says: [`must not set the field(s): ${C}.ports.hostIP, ${C}.ports.hostPort`],
    },
    {
      name: 'with a port that speaks no TCP',
      object: withContainer({ ports: [{ containerPort: 8080, protocol: 'UDP' }] }),
      says: [`invalid value: UDP: ${C}.ports.protocol`],
    },
    {
      name: 'with a port beyond all ports',
      object: withContainer({ ports: [{ containerPort: 65536 }] }),
      says: [`expected 0 <= 65536 <= 65535: ${C}.ports.containerPort`],
    },
    {
      name: 'with a reserved port',
      object: withContainer({ ports: [{ containerPort: 9090 }] }),
      says: [`invalid value: 9090 is a reserved port: ${C}.ports.containerPort\n9090 is a reserved port, please use a different value`],
    },
    {
      name: 'with a variable without a name',
      object: withContainer({ env: [{ value: 'x' }] }),
      says: [`missing field(s): ${C}.env[0].name`],
    },
    {
      name: 'with a variable from a field of the pod, while the flag is off',
      object: withContainer({ env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] }),
      says: [`must not set the field(s): ${C}.env[0].valueFrom.fieldRef`],
    },
    {
      name: 'with variables from nowhere',
      object: withContainer({ envFrom: [{ prefix: 'A_' }] }),
      says: [`expected exactly one, got neither: ${C}.envFrom.configMapRef, ${C}.envFrom.secretRef`],
    },
    {
      name: 'with variables from two places at once',
      object: withContainer({ envFrom: [{ secretRef: { name: 's' }, configMapRef: { name: 'c' } }] }),
      says: [`expected exactly one, got both: ${C}.envFrom.configMapRef, ${C}.envFrom.secretRef`],
    },
    {
      name: 'with claims of resources',
      object: withContainer({ resources: { limits: { cpu: '1' }, claims: [{ name: 'gpu' }] } }),
      says: [`must not set the field(s): ${C}.resources.claims`],
    },
    {
      name: 'with a message policy that is none',
      object: withContainer({ terminationMessagePolicy: 'Never' }),
      says: [`invalid value: Never: ${C}.terminationMessagePolicy`],
    },
  ])('$name', ({ object, says }) => expect(complaints('Service', object)).toEqual(says));

  it('reads fields of the pod once the flag is on', () => {
    const env = [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }];
    expect(complaints('Service', withContainer({ env }), undefined, on('kubernetes.podspec-fieldref'))).toEqual([]);
  });

  it.each([
    'hello',
    'hello:1',
    'ko.local/hello',
    'registry:5000/team/hello',
    'localhost:5000/hello:v1',
    `a.dev/bb@sha256:${'0'.repeat(64)}`,
  ])('may have the image %s', (image) => expect(complaints('Service', withContainer({ image }))).toEqual([]));
  // An empty tag means the latest, as registries' clients read it.
  it('may have an image with an empty tag', () => expect(complaints('Service', withContainer({ image: 'hello:' }))).toEqual([]));
  it.each(['Hello', 'h', 'a b', 'hello@sha256:12', 'hello:a:b', 'hello:tag!'])('may not have the image %s', (image) =>
    expect(complaints('Service', withContainer({ image }))).toEqual([
      `Failed to parse image reference: ${C}.image\nimage: "${image}", error: could not parse reference: ${image}`,
    ]),
  );
});

describe('containers', () => {
  const serving = container({ name: 'app', ports: [{ containerPort: 8080 }] });
  const pair = (side: JsonObject): JsonObject => service({ containers: [serving, { image: IMAGE, name: 'side', ...side }] });
  it.each([
    { name: 'one of which serves', object: pair({}), says: [] },
    {
      name: 'none of which says that it serves',
      object: service({ containers: [container(), container()] }),
      says: [`missing field(s): ${S}.containers[*].ports`],
    },
    {
      name: 'both of which serve',
      object: pair({ ports: [{ containerPort: 8081 }] }),
      says: [`more than one container port is set: ${S}.containers[*].ports\nOnly a single port is allowed across all containers`],
    },
    { name: 'one of which takes PORT for itself', object: pair({ env: [{ name: 'PORT', value: '1' }] }), says: [] },
    {
      name: 'the serving one of which takes PORT for itself',
      object: withContainer({ env: [{ name: 'PORT', value: '1' }] }),
      says: [`"PORT" is a reserved environment variable: ${C}.env[0].name`],
    },
    {
      name: 'with a probe of the one that does not serve',
      object: pair({ livenessProbe: { httpGet: { port: 80 }, periodSeconds: 3 } }),
      says: [`must not set the field(s): ${S}.containers[1].livenessProbe, ${S}.containers[1].livenessProbe.periodSeconds`],
    },
    { name: 'of one name', object: pair({ name: 'app' }), says: [expect.stringContaining('duplicate container name "app"')] },
  ])('$name', ({ object, says }) => expect(complaints('Service', object)).toEqual(says));

  it('of several need a flag that is on', () =>
    expect(complaints('Service', pair({}), undefined, features({ 'multi-container': 'disabled' }))).toEqual([
      'multi-container is off, but found 2 containers: ',
    ]));

  it('that do not serve are probed at a port that is named', () => {
    const object = pair({ readinessProbe: { httpGet: { path: '/' } } });
    expect(complaints('Service', object, undefined, on('multi-container-probing'))).toEqual([
      `invalid value: 0: ${S}.containers[1].readinessProbe.httpGet.port\nProbe port must be specified`,
    ]);
    const named = pair({ readinessProbe: { httpGet: { path: '/', port: 81 } } });
    expect(complaints('Service', named, undefined, on('multi-container-probing'))).toEqual([]);
  });

  it('that only prepare need a flag, and neither probes nor the name of another', () => {
    const init = (more: JsonObject): JsonObject => service({ containers: [container({ name: 'app' })], initContainers: [container(more)] });
    expect(complaints('Service', init({}))).toEqual([
      `must not set the field(s): ${S}.initContainers`,
      'pod spec support for init-containers is off, but found 1 init containers: ',
    ]);
    const enabled = on('kubernetes.podspec-init-containers');
    expect(complaints('Service', init({}), undefined, enabled)).toEqual([]);
    expect(complaints('Service', init({ startupProbe: { exec: {} }, lifecycle: {} }), undefined, enabled)).toEqual([
      `field not allowed in an init container: ${C}.lifecycle, ${C}.startupProbe`,
      `must not set the field(s): ${C}.lifecycle`,
    ]);
    expect(complaints('Service', init({ name: 'app' }), undefined, enabled)).toEqual([`duplicate container name "app": ${C}.name`]);
  });
});

describe('a probe', () => {
  const R = `${C}.readinessProbe`;
  const MOST = 2_147_483_647;
  it.each<{ name: string; probe: JsonObject; says: string[] }>([
    { name: 'with a period', probe: { httpGet: { path: '/' }, periodSeconds: 2 }, says: [] },
    {
      name: 'of a port with another name than the one that serves',
      probe: { tcpSocket: { port: 'admin' } },
      says: [`invalid value: admin: ${R}.tcpSocket.port\nProbe port must match container port`],
    },
    {
      name: 'of numbers below nothing',
      probe: { tcpSocket: {}, periodSeconds: -1, initialDelaySeconds: -1, successThreshold: -1 },
      says: [
        `expected 0 <= -1 <= ${MOST}: ${R}.initialDelaySeconds, ${R}.periodSeconds`,
        `expected 1 <= -1 <= ${MOST}: ${R}.successThreshold`,
      ],
    },
    {
      name: 'without a period, with what a period needs',
      probe: { tcpSocket: {}, failureThreshold: 3, timeoutSeconds: 2 },
      says: [
        `failureThreshold is disallowed when periodSeconds is zero: ${R}.failureThreshold`,
        `timeoutSeconds is disallowed when periodSeconds is zero: ${R}.timeoutSeconds`,
      ],
    },
    {
      name: 'of two kinds, one of which is gRPC',
      probe: { exec: { command: ['true'] }, grpc: { port: 1 } },
      says: [`expected exactly one, got both: ${R}.exec, ${R}.gRPC`],
    },
  ])('$name', ({ probe, says }) => expect(complaints('Service', withContainer({ readinessProbe: probe }))).toEqual(says));

  it('for liveness must say how', () =>
    expect(complaints('Service', withContainer({ livenessProbe: { periodSeconds: 5 } }))).toEqual([
      `expected exactly one, got neither: ${C}.livenessProbe.exec, ${C}.livenessProbe.grpc, ${C}.livenessProbe.httpGet, ${C}.livenessProbe.tcpSocket`,
    ]));
});

describe('security', () => {
  const secure = {
    runAsNonRoot: true,
    allowPrivilegeEscalation: false,
    seccompProfile: { type: 'RuntimeDefault' },
    capabilities: { drop: ['ALL'] },
  };
  const INSECURE = 'Kubernetes default value is insecure, Knative may default this to secure in a future release';
  it.each<{ name: string; context: JsonObject; says: string[] }>([
    { name: 'not privileged', context: { privileged: false }, says: [] },
    { name: 'privileged', context: { privileged: true }, says: [`must not set the field(s): ${C}.securityContext.privileged`] },
    {
      name: 'with another label, and proc as it is',
      context: { seLinuxOptions: { level: 's0' }, procMount: 'Unmasked' },
      says: [`must not set the field(s): ${C}.securityContext.procMount, ${C}.securityContext.seLinuxOptions`],
    },
    {
      name: 'with more capabilities',
      context: { capabilities: { add: ['NET_ADMIN'] } },
      says: [`must not set the field(s): ${C}.securityContext.capabilities.add`],
    },
    {
      name: 'as users that there are not',
      context: { runAsUser: -1, runAsGroup: 2_147_483_648 },
      says: [
        `expected 0 <= -1 <= 2147483647: ${C}.securityContext.runAsUser`,
        `expected 0 <= 2147483648 <= 2147483647: ${C}.securityContext.runAsGroup`,
      ],
    },
  ])('$name', ({ context, says }) => expect(complaints('Service', withContainer({ securityContext: context }))).toEqual(says));

  it('of the whole pod needs a flag', () => {
    const object = service({
      securityContext: { runAsUser: 1000, fsGroup: -1, supplementalGroups: [5, -2], sysctls: [{ name: 'a', value: 'b' }] },
    });
    const P = `${S}.securityContext`;
    expect(complaints('Service', object)).toContain(
      `must not set the field(s): ${S}.securityContext, ${P}.fsGroup, ${P}.runAsUser, ${P}.supplementalGroups, ${P}.sysctls`,
    );
    expect(complaints('Service', object, undefined, on('kubernetes.podspec-securitycontext'))).toEqual([
      `expected 0 <= -1 <= 2147483647: ${P}.fsGroup`,
      `expected 0 <= -2 <= 2147483647: ${P}.supplementalGroups[1]`,
      `must not set the field(s): ${P}.sysctls`,
    ]);
  });

  it('is warned about where Kubernetes leaves it open', () => {
    const at = ['allowPrivilegeEscalation', 'capabilities', 'runAsNonRoot', 'seccompProfile'].map(
      (field) => `${C}.securityContext.${field}`,
    );
    expect(warnings(service())).toEqual([`${INSECURE}: ${at.join(', ')}`]);
    expect(warnings(withContainer({ securityContext: secure }))).toEqual([]);
    expect(warnings(withContainer({ securityContext: { ...secure, capabilities: { drop: ['all'] } } }))).toEqual([
      `invalid value: all: ${C}.securityContext.capabilities.drop\nMust be spelled as 'ALL'`,
    ]);
    expect(warnings(service(), features({ 'secure-pod-defaults': 'enabled' }))).toEqual([]);
  });

  it('may add low ports, and opt out for the pod, with secure defaults', () => {
    const config = features({ 'secure-pod-defaults': 'enabled' });
    const object = service({
      securityContext: { seccompProfile: { type: 'Unconfined' } },
      containers: [container({ securityContext: { capabilities: { add: ['NET_BIND_SERVICE'] } } })],
    });
    expect(complaints('Service', object, undefined, config)).toEqual([]);
    const more = withContainer({ securityContext: { capabilities: { add: ['NET_BIND_SERVICE', 'SYS_TIME'] } } });
    expect(complaints('Service', more, undefined, config)).toEqual([`must not set the field(s): ${C}.securityContext.capabilities.add`]);
  });
});

describe('fields of the pod', () => {
  it.each([
    ['affinity', {}, 'affinity'],
    ['topologySpreadConstraints', [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }], 'topologyspreadconstraints'],
    ['hostAliases', [{ ip: '10.0.0.1' }], 'hostaliases'],
    ['nodeSelector', { a: 'b' }, 'nodeselector'],
    ['runtimeClassName', 'gvisor', 'runtimeclassname'],
    ['tolerations', [{ key: 'a' }], 'tolerations'],
    ['shareProcessNamespace', true, 'shareprocessnamespace'],
    ['priorityClassName', 'high', 'priorityclassname'],
    ['schedulerName', 'other', 'schedulername'],
    ['dnsPolicy', 'Default', 'dnspolicy'],
    ['dnsConfig', {}, 'dnsconfig'],
    ['hostIPC', true, 'hostipc'],
    ['hostPID', true, 'hostpid'],
    ['hostNetwork', true, 'hostnetwork'],
  ])('%s needs its flag', (field, value, flag) => {
    const object = service({ [field]: value });
    expect(complaints('Service', object)).toEqual([`must not set the field(s): ${S}.${field}`]);
    expect(complaints('Service', object, undefined, features({ [`kubernetes.podspec-${flag}`]: 'allowed' }))).toEqual([]);
  });

  it('that no flag lets in are refused together', () =>
    expect(complaints('Service', service({ restartPolicy: 'Never', nodeName: 'a', terminationGracePeriodSeconds: 3 }))).toEqual([
      `must not set the field(s): ${S}.nodeName, ${S}.restartPolicy, ${S}.terminationGracePeriodSeconds`,
    ]));

  it('let a token be refused, and not asked for', () => {
    expect(complaints('Service', service({ automountServiceAccountToken: false }))).toEqual([]);
    expect(complaints('Service', service({ automountServiceAccountToken: true }))).toEqual([
      `must not set the field(s): ${S}.automountServiceAccountToken`,
    ]);
  });

  it('are bounded by what the cluster sets', () => {
    const config = configured({
      'config-defaults': {
        'allow-container-concurrency-zero': 'false',
        'container-concurrency': '5',
        'container-concurrency-max-limit': '10',
        'max-revision-timeout-seconds': '900',
      },
    });
    const object = service({ containerConcurrency: 0, timeoutSeconds: 901 });
    expect(complaints('Service', object, undefined, config)).toEqual([
      `expected 0 <= 901 <= 900: ${S}.timeoutSeconds`,
      `expected 1 <= 0 <= 10: ${S}.containerConcurrency`,
    ]);
  });
});
