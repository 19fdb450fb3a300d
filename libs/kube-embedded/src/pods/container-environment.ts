import { TidegateError } from '@tidegate/kernel';
import type { ConfigMap, Container, Pod, Secret } from '@tidegate/kube';
import { codes } from './errors.js';
import { expandVariables, referencedVariables } from './expand-variables.js';
import { podField, resourceField } from './pod-fields.js';

/** ConfigMaps and Secrets of the pod's namespace; undefined when there is none of that name. */
export interface References {
  configMap(name: string): Promise<ConfigMap | undefined>;
  secret(name: string): Promise<Secret | undefined>;
  /** The folder behind a claim of the pod's namespace. */
  claimFolder(name: string): Promise<string>;
  /** A token of the pod's account that lives with the pod; the same one while most of its time is left. `audience` undefined: for the API. */
  token(audience: string | undefined, seconds: number): Promise<string>;
}

export interface EnvironmentInput {
  pod: Pod;
  container: Container;
  /** NAME=value of the image. */
  image: string[];
  services: ReadonlyMap<string, string>;
  /** HOST, PORT and what else the platform promises; it wins over the manifest, since the manifest cannot know them. */
  promised: ReadonlyMap<string, string>;
  podIP: string;
  hostIP: string;
  references: References;
}

/**
 * The environment of a container in Kubernetes' order: image, Services, envFrom, env, with $(NAME) expanded from what came before.
 * In the image's variables it stands for Services and promises, so that a program can be told its port by a name of its own.
 * Throws POD_CONFIG_INVALID with kubelet's sentence when a reference has no target.
 */
export async function containerEnvironment(input: EnvironmentInput): Promise<Map<string, string>> {
  const { pod, container, references, promised } = input;
  const environment = new Map<string, string>();
  const known = new Map([...input.services, ...promised]);
  for (const text of input.image) {
    const at = text.indexOf('=');
    if (at > 0)
      environment.set(
        text.slice(0, at),
        expandVariables(text.slice(at + 1), (name) => known.get(name)),
      );
  }
  for (const [name, value] of known) environment.set(name, value);
  const set = (name: string, value: string): void => {
    if (promised.has(name)) return;
    environment.set(name, value);
    known.set(name, value);
  };
  for (const source of container.envFrom ?? []) {
    for (const [name, value] of await readSource(source, pod, references)) set(`${source.prefix ?? ''}${name}`, value);
  }
  for (const variable of container.env ?? []) {
    const value = variable.valueFrom
      ? await readValue(variable.valueFrom, input)
      : expandVariables(variable.value ?? '', (name) => known.get(name));
    if (value !== undefined) set(variable.name, value);
  }
  return environment;
}

/** Names in $(...) of env, command and args. */
export function referencedNames(container: Container): Set<string> {
  const texts = [...(container.env ?? []).map((v) => v.value ?? ''), ...(container.command ?? []), ...(container.args ?? [])];
  return new Set(texts.flatMap(referencedVariables));
}

type EnvFrom = NonNullable<Container['envFrom']>[number];
type ValueFrom = NonNullable<NonNullable<Container['env']>[number]['valueFrom']>;

async function readSource(source: EnvFrom, pod: Pod, references: References): Promise<[string, string][]> {
  if (source.configMapRef) {
    const { name = '', optional } = source.configMapRef;
    const found = await references.configMap(name);
    if (!found && !optional) throw missing(`configmap "${name}" not found`);
    return Object.entries(found?.data ?? {});
  }
  if (source.secretRef) {
    const { name = '', optional } = source.secretRef;
    const found = await references.secret(name);
    if (!found && !optional) throw missing(`secret "${name}" not found`);
    return Object.entries(found?.data ?? {}).map(([key, value]) => [key, decode(value)]);
  }
  throw missing(`an envFrom entry of pod ${pod.metadata?.name} names no source`);
}

async function readValue(from: ValueFrom, input: EnvironmentInput): Promise<string | undefined> {
  const namespace = input.pod.metadata?.namespace ?? '';
  if (from.configMapKeyRef) {
    const { name = '', key, optional } = from.configMapKeyRef;
    const found = await input.references.configMap(name);
    const value = found?.data?.[key];
    if (value !== undefined || optional) return value;
    throw missing(found ? `couldn't find key ${key} in ConfigMap ${namespace}/${name}` : `configmap "${name}" not found`);
  }
  if (from.secretKeyRef) {
    const { name = '', key, optional } = from.secretKeyRef;
    const found = await input.references.secret(name);
    const value = found?.data?.[key];
    if (value !== undefined) return decode(value);
    if (optional) return undefined;
    throw missing(found ? `couldn't find key ${key} in Secret ${namespace}/${name}` : `secret "${name}" not found`);
  }
  if (from.fieldRef) return podField(input.pod, from.fieldRef.fieldPath, { podIP: input.podIP, hostIP: input.hostIP });
  if (from.resourceFieldRef) return resourceField(input.pod, input.container, from.resourceFieldRef);
  throw missing('a variable names no source in valueFrom');
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

function missing(sentence: string): TidegateError {
  return new TidegateError(codes.POD_CONFIG_INVALID, sentence, { remedy: 'Create it; the container starts then by itself.' });
}
