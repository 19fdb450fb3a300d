import type { Container, PodSpec, Probe } from '@tidegate/kube';
import { runtimeClassForLabels } from '@tidegate/serving-config';
import {
  CONFIGURATION_LABEL,
  DEFAULT_CONTAINER_NAME,
  REVISION_LABEL,
  SERVICE_LABEL,
  USER_PORT_NAME,
  type Revision,
} from '@tidegate/serving-contract';
import type { Settings } from '../settings.js';
import { servingContainer, userPortOf } from './containers.js';

/** How often Kubernetes looks when Knative asks for "as often as you can". */
const SHORTEST_PERIOD_SECONDS = 1;

/** The pod of a Revision: the user's containers, told who they are, and nothing beside them. */
export function desiredPodSpec(revision: Revision, settings: Settings): PodSpec {
  const { containerConcurrency: _c, timeoutSeconds, responseStartTimeoutSeconds: _r, idleTimeoutSeconds: _i, ...pod } = revision.spec;
  const serving = servingContainer(revision.spec);
  const affinity =
    pod.affinity ??
    (settings.config.deployment.defaultAffinityType === 'prefer-spread-revision-over-nodes'
      ? { podAntiAffinity: spreadOverNodes(revision) }
      : undefined);
  const runtimeClassName = pod.runtimeClassName ?? runtimeClassForLabels(settings.config.deployment, revision.metadata?.labels ?? {});
  return {
    ...pod,
    ...(runtimeClassName ? { runtimeClassName } : {}),
    ...(affinity ? { affinity } : {}),
    // A token is a volume, for which a kubelet waits longer than for all else of a small pod; and who names no account asks the API for nothing.
    ...(pod.automountServiceAccountToken === undefined && !pod.serviceAccountName ? { automountServiceAccountToken: false } : {}),
    enableServiceLinks: pod.enableServiceLinks ?? settings.config.defaults.enableServiceLinks,
    // A request may take this long, so a pod that is asked to go may too.
    terminationGracePeriodSeconds: timeoutSeconds ?? settings.config.defaults.revisionTimeoutSeconds,
    containers: pod.containers.map((given, index) => {
      const container = given.name ? given : { ...given, name: defaultNameOf(index, pod.containers.length) };
      const pinned = { ...container, image: revision.status?.containerStatuses?.[index]?.imageDigest || container.image };
      // What the node found out is told, not asked for: it would replace the pods that told it.
      const from = settings.platform.digestsFrom === 'registry' ? pinned : container;
      return given === serving ? servingForm(from, revision, settings) : ordinaryForm(from, revision);
    }),
  };
}

/** As admission would have named it. */
function defaultNameOf(index: number, containers: number): string {
  return containers === 1 ? DEFAULT_CONTAINER_NAME : `${DEFAULT_CONTAINER_NAME}-${index}`;
}

function servingForm(container: Container, revision: Revision, settings: Settings): Container {
  const port = userPortOf(revision);
  return ordinaryForm(
    {
      ...container,
      ports: [{ name: USER_PORT_NAME, containerPort: port, protocol: 'TCP' }],
      env: [...(container.env ?? []), { name: 'PORT', value: String(port) }],
      readinessProbe: readinessProbe(container.readinessProbe, port),
      ...(container.livenessProbe
        ? { livenessProbe: atPort(container.livenessProbe, port, settings.config.features.multiContainerProbing !== 'Enabled') }
        : {}),
      ...(container.startupProbe
        ? { startupProbe: atPort(container.startupProbe, port, settings.config.features.multiContainerProbing !== 'Enabled') }
        : {}),
    },
    revision,
  );
}

function ordinaryForm(container: Container, revision: Revision): Container {
  const labels = revision.metadata?.labels;
  const { stdin: _s, tty: _t, ...rest } = container;
  return {
    ...rest,
    env: [
      ...(container.env ?? []),
      { name: 'K_REVISION', value: revision.metadata?.name ?? '' },
      { name: 'K_CONFIGURATION', value: labels?.[CONFIGURATION_LABEL] ?? '' },
      { name: 'K_SERVICE', value: labels?.[SERVICE_LABEL] ?? '' },
    ],
    // The last lines of the log say more about a crash than nothing.
    terminationMessagePolicy: container.terminationMessagePolicy ?? 'FallbackToLogsOnError',
  };
}

/** The user's probe, or whether the port answers. Without a period it is looked at as often as Kubernetes can. */
function readinessProbe(probe: Probe | undefined, port: number): Probe {
  const asked = probe && (probe.httpGet ?? probe.tcpSocket ?? probe.grpc ?? probe.exec) ? probe : { ...probe, tcpSocket: { port } };
  const { periodSeconds, ...rest } = atPort(asked, port, false);
  return { ...rest, periodSeconds: periodSeconds || SHORTEST_PERIOD_SECONDS, successThreshold: probe?.successThreshold || 1 };
}

/** The probe at the serving port where it names none, or always. */
function atPort(probe: Probe, port: number, always: boolean): Probe {
  const at = <P extends { port?: number | string }>(handler: P): P & { port: number | string } => ({
    ...handler,
    port: always || !handler.port ? port : handler.port,
  });
  const { httpGet, tcpSocket, grpc } = probe;
  return {
    ...probe,
    ...(httpGet ? { httpGet: at(httpGet) } : {}),
    ...(tcpSocket ? { tcpSocket: at(tcpSocket) } : {}),
    ...(grpc ? { grpc: { ...grpc, port: grpc.port || port } } : {}),
  };
}

function spreadOverNodes(revision: Revision): NonNullable<NonNullable<PodSpec['affinity']>['podAntiAffinity']> {
  return {
    preferredDuringSchedulingIgnoredDuringExecution: [
      {
        weight: 100,
        podAffinityTerm: {
          topologyKey: 'kubernetes.io/hostname',
          labelSelector: { matchLabels: { [REVISION_LABEL]: revision.metadata?.name ?? '' } },
        },
      },
    ],
  };
}
