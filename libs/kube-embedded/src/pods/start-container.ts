import path from 'node:path';
import { TidegateError, causeChain } from '@tidegate/kernel';
import type { Container, Pod } from '@tidegate/kube';
import { ContainerProcess } from './container-process.js';
import { containerEnvironment } from './container-environment.js';
import { makeInside } from './claim-folder.js';
import { type Mount, mountsOf } from './container-root.js';
import { codes } from './errors.js';
import type { NodeContext } from './node-context.js';
import { INSTANCE_VARIABLE, POD_VARIABLE } from './orphans.js';
import { portVariables } from './pod-ports.js';
import type { PodSandbox } from './pod-sandbox.js';
import { missingServices, seenServices, serviceEnvironment } from './service-environment.js';

export type Started =
  | { kind: 'running'; process: ContainerProcess; imageID: string }
  /** No program ran; try again later. `firstReason` is shown for the failed try itself, `reason` while waiting for the next. */
  | { kind: 'waiting'; firstReason: string; reason: string; message: string; retryMs: number }
  /** The program itself cannot run: it counts as a crash. */
  | { kind: 'crashed'; reason: 'StartError'; message: string; imageID: string };

const CONFIG_RETRY_MS = 2000;
const IMAGE_RETRY_MS = 5000;
const SERVICE_RETRY_MS = 100;

export interface StartOptions {
  pod: Pod;
  container: Container;
  sandbox: PodSandbox;
  restartCount: number;
  /** Whether to wait for Services that the manifest names but that do not exist. */
  waitForServices: boolean;
  onEnd(end: { code: number | null; signal: NodeJS.Signals | null }): void;
}

/** Finds the image, builds the environment and starts the program. Rejects only for trouble that is not the pod's own (the API, the disk). */
export async function startContainer(node: NodeContext, options: StartOptions): Promise<Started> {
  const { pod, container, sandbox } = options;
  const image = await resolveImage(node, container);
  if ('kind' in image) return image;
  const missing = options.waitForServices ? missingServices(node, pod, container) : [];
  if (missing.length > 0) {
    const message = `waiting for Service ${missing.join(', ')}, which env, command or args name`;
    return { kind: 'waiting', firstReason: 'WaitingForService', reason: 'WaitingForService', message, retryMs: SERVICE_RETRY_MS };
  }
  const imageID = `${image.reference.replace(/:[^:/]*$/, '')}@${image.digest}`;
  await sandbox.takePorts(pod, container, image.ports);
  sandbox.beginToPublishPorts(pod);
  try {
    const services = await seenServices(node, pod, container);
    const hosts = sandbox.writeHosts(pod, services);
    const mounts = mountsOf(pod, container, sandbox.volumes);
    makeSubPaths(pod, container, mounts, sandbox.uid);
    const environment = await containerEnvironment({
      pod,
      container,
      image: image.env,
      services: serviceEnvironment(node, services),
      promised: promisedVariables(node, options, image.ports),
      podIP: sandbox.podIP,
      hostIP: node.hostIP,
      references: sandbox.references,
    });
    const process = new ContainerProcess({
      container,
      image,
      environment,
      mounts: [...mounts, ...hosts],
      dir: path.join(sandbox.dir, 'containers', container.name),
      logFile: containerLogFile(node, pod, container.name, options.restartCount),
      uid: sandbox.uid,
      network: sandbox.network,
      searchPath: node.searchPath,
      clock: node.clock,
      onEnd: options.onEnd,
    });
    return { kind: 'running', process, imageID };
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    if (error.code === codes.POD_START_FAILED) return { kind: 'crashed', reason: 'StartError', message: error.message, imageID };
    const reason = error.code === codes.POD_CONFIG_INVALID ? 'CreateContainerConfigError' : 'CreateContainerError';
    return { kind: 'waiting', firstReason: reason, reason, message: causeChain(error), retryMs: CONFIG_RETRY_MS };
  }
}

/** As a kubelet: a subPath that is not there yet is made, in volumes that pods write. */
function makeSubPaths(pod: Pod, container: Container, mounts: readonly Mount[], uid: number | undefined): void {
  for (const { name, mountPath, subPath } of container.volumeMounts ?? []) {
    const volume = pod.spec?.volumes?.find((candidate) => candidate.name === name);
    const mount = mounts.find((candidate) => candidate.volume === name && candidate.mountPath === mountPath);
    if (subPath && mount && (volume?.persistentVolumeClaim ?? volume?.emptyDir)) makeInside(mount.source, uid);
  }
}

export function podLogsDir(node: Pick<NodeContext, 'logsDir'>, pod: Pod): string {
  const { namespace, name, uid } = pod.metadata ?? {};
  return path.join(node.logsDir, `${namespace}_${name}_${uid}`);
}

export function containerLogFile(node: Pick<NodeContext, 'logsDir'>, pod: Pod, container: string, restartCount: number): string {
  return path.join(podLogsDir(node, pod), container, `${restartCount}.log`);
}

async function resolveImage(
  node: NodeContext,
  container: Container,
): Promise<(Awaited<ReturnType<NodeContext['images']['resolve']>> & {}) | Extract<Started, { kind: 'waiting' }>> {
  const image = container.image ?? '';
  const retryMs = IMAGE_RETRY_MS;
  try {
    const found = await node.images.resolve(image);
    if (found) return found;
  } catch (error) {
    return {
      kind: 'waiting',
      firstReason: 'ErrImagePull',
      reason: 'ImagePullBackOff',
      message: `Failed to unpack image "${image}": ${causeChain(error)}`,
      retryMs,
    };
  }
  if (container.imagePullPolicy === 'Never') {
    return {
      kind: 'waiting',
      firstReason: 'ErrImageNeverPull',
      reason: 'ErrImageNeverPull',
      message: `Container image "${image}" is not present with pull policy of Never`,
      retryMs,
    };
  }
  const message =
    `Back-off pulling image "${image}": the embedded cluster runs only images that were built for it and pulls from nowhere. ` +
    `Build it with "tidegate image build DIR" (DIR has a tidegate-image.json that names it); the pod then starts by itself.`;
  return { kind: 'waiting', firstReason: 'ErrImagePull', reason: 'ImagePullBackOff', message, retryMs };
}

function promisedVariables(node: NodeContext, { pod, container, sandbox }: StartOptions, exposed: readonly number[]): Map<string, string> {
  const { uid = '', name = '' } = pod.metadata ?? {};
  const variables = portVariables(container, exposed, sandbox.listenHost, sandbox.ports);
  variables.set('HOSTNAME', pod.spec?.hostname ?? name);
  variables.set(INSTANCE_VARIABLE, node.instanceId);
  variables.set(POD_VARIABLE, uid);
  return variables;
}
