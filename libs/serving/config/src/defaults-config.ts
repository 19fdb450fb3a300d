import type { Result } from '@tidegate/kernel';
import { ConfigKeys, type ConfigData, parsing, refuse } from './config-keys.js';
import { type GoTemplate, type TemplateShape, parseTemplate } from './go-template.js';
import { equalFold } from './go-values.js';

const RESOURCES = ['cpu', 'memory', 'ephemeral-storage'] as const;
export type DefaultedResource = (typeof RESOURCES)[number];

/** config-defaults: what a revision gets where its author said nothing, and what he may ask for. */
export interface DefaultsConfig {
  revisionTimeoutSeconds: number;
  maxRevisionTimeoutSeconds: number;
  revisionResponseStartTimeoutSeconds: number;
  /** 0: none. */
  revisionIdleTimeoutSeconds: number;
  /** Of the parent object's metadata. */
  containerNameTemplate: GoTemplate;
  initContainerNameTemplate: GoTemplate;
  /** Requests at once per pod; 0: unlimited. */
  containerConcurrency: number;
  containerConcurrencyMaxLimit: number;
  allowContainerConcurrencyZero: boolean;
  /** Undefined: left to Kubernetes. */
  enableServiceLinks: boolean | undefined;
  requests: Readonly<Partial<Record<DefaultedResource, string>>>;
  limits: Readonly<Partial<Record<DefaultedResource, string>>>;
}

const METADATA: TemplateShape = {
  name: 'container-template',
  type: 'v1.ObjectMeta',
  texts: ['Name', 'GenerateName', 'Namespace', 'UID', 'ResourceVersion'],
  maps: ['Labels', 'Annotations'],
};
const plain = (text: string): GoTemplate => ({ text, parts: [{ literal: text }] });
const LARGEST_INT32 = 2_147_483_647;

export const defaultDefaultsConfig: DefaultsConfig = {
  revisionTimeoutSeconds: 300,
  maxRevisionTimeoutSeconds: 600,
  revisionResponseStartTimeoutSeconds: 300,
  revisionIdleTimeoutSeconds: 0,
  containerNameTemplate: plain('user-container'),
  initContainerNameTemplate: plain('init-container'),
  containerConcurrency: 0,
  containerConcurrencyMaxLimit: 1000,
  allowContainerConcurrencyZero: true,
  enableServiceLinks: false,
  requests: {},
  limits: {},
};

export function parseDefaultsConfig(data: ConfigData): Result<DefaultsConfig, string> {
  return parsing(() => checked(readDefaultsConfig(new ConfigKeys(data))));
}

function readDefaultsConfig(keys: ConfigKeys): DefaultsConfig {
  const fallback = defaultDefaultsConfig;
  const revisionTimeoutSeconds = keys.int64('revision-timeout-seconds', fallback.revisionTimeoutSeconds);
  return {
    initContainerNameTemplate: template(keys.raw('init-container-name-template')) ?? fallback.initContainerNameTemplate,
    containerNameTemplate: template(keys.raw('container-name-template')) ?? fallback.containerNameTemplate,
    allowContainerConcurrencyZero: keys.bool('allow-container-concurrency-zero', fallback.allowContainerConcurrencyZero),
    enableServiceLinks: serviceLinks(keys.raw('enable-service-links'), fallback.enableServiceLinks),
    revisionTimeoutSeconds,
    maxRevisionTimeoutSeconds: keys.int64('max-revision-timeout-seconds', fallback.maxRevisionTimeoutSeconds),
    revisionIdleTimeoutSeconds: keys.int64('revision-idle-timeout-seconds', fallback.revisionIdleTimeoutSeconds),
    containerConcurrency: keys.int64('container-concurrency', fallback.containerConcurrency),
    containerConcurrencyMaxLimit: keys.int64('container-concurrency-max-limit', fallback.containerConcurrencyMaxLimit),
    requests: resources(keys, 'request'),
    limits: resources(keys, 'limit'),
    revisionResponseStartTimeoutSeconds: keys.int64('revision-response-start-timeout-seconds', revisionTimeoutSeconds),
  };
}

function checked(c: DefaultsConfig): DefaultsConfig {
  if (c.revisionTimeoutSeconds > c.maxRevisionTimeoutSeconds)
    refuse(
      `revision-timeout-seconds (${c.revisionTimeoutSeconds}) cannot be greater than max-revision-timeout-seconds (${c.maxRevisionTimeoutSeconds})`,
    );
  const withinTimeout = (key: string, seconds: number): void => {
    if (seconds > 0 && seconds > c.revisionTimeoutSeconds)
      refuse(`${key} (${seconds}) cannot be greater than revision-timeout-seconds (${c.revisionTimeoutSeconds})`);
  };
  withinTimeout('revision-response-start-timeout-seconds', c.revisionResponseStartTimeoutSeconds);
  withinTimeout('revision-idle-timeout-seconds', c.revisionIdleTimeoutSeconds);
  const most = c.containerConcurrencyMaxLimit;
  if (most < 1) refuse(`expected 1 <= ${most} <= ${LARGEST_INT32}: container-concurrency-max-limit`);
  if (c.containerConcurrency < 0 || c.containerConcurrency > most)
    refuse(`expected 0 <= ${c.containerConcurrency} <= ${most}: container-concurrency`);
  return c;
}

function template(raw: string | undefined): GoTemplate | undefined {
  if (raw === undefined) return undefined;
  const parsed = parseTemplate(raw, METADATA);
  if (parsed.ok) return parsed.value;
  return refuse(parsed.error.includes(': executing ') ? `error executing template: ${parsed.error}` : parsed.error);
}

function serviceLinks(raw: string | undefined, fallback: boolean | undefined): boolean | undefined {
  if (raw === undefined) return fallback;
  return equalFold(raw, 'true') ? true : equalFold(raw, 'false') ? false : undefined;
}

function resources(keys: ConfigKeys, what: 'request' | 'limit'): DefaultsConfig['requests'] {
  const found: Partial<Record<DefaultedResource, string>> = {};
  for (const resource of RESOURCES) {
    const quantity = keys.quantity(`revision-${resource}-${what}`);
    if (quantity !== undefined) found[resource] = quantity;
  }
  return found;
}
