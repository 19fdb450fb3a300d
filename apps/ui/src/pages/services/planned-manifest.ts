/** What the form of a new service holds. */
export interface NewService {
  project: string;
  name: string;
  image: string;
  /** `knative` sleeps without requests; `deployment` always runs. */
  kind: 'knative' | 'deployment';
  port: number;
  /** Pods that are kept: of a Knative Service at least, of a Deployment exactly. */
  pods: number;
  /** Lines of NAME=value. */
  env: string;
}

/** JSON text is YAML too, and nothing that is typed can leave it. */
const quoted = (text: string): string => JSON.stringify(text);

export interface EnvLine {
  name: string;
  value: string;
}

/** The first line that is not NAME=value is told by its number from 1. */
export function readEnv(text: string): { env: EnvLine[]; badLine?: number } {
  const env: EnvLine[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const [, name, value] = /^\s*([A-Za-z_][A-Za-z0-9_.-]*)=(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return { env, badLine: index + 1 };
    env.push({ name, value });
  }
  return { env };
}

/** The manifest that the form stands for. It is shown before anything is made. */
export function plannedManifest(input: NewService): string {
  return input.kind === 'knative' ? knative(input) : deployment(input);
}

function container({ image, port, env }: NewService, indent: string): string {
  const lines = readEnv(env).env.map(({ name, value }) => `\n${indent}    - { name: ${quoted(name)}, value: ${quoted(value)} }`);
  const variables = lines.length === 0 ? '' : `\n${indent}  env:${lines.join('')}`;
  return `${indent}- name: app\n${indent}  image: ${quoted(image)}\n${indent}  ports: [{ containerPort: ${port} }]${variables}`;
}

function knative(input: NewService): string {
  const { project, name, pods } = input;
  return `apiVersion: serving.knative.dev/v1
kind: Service
metadata:
  name: ${quoted(name)}
  namespace: ${quoted(project)}
spec:
  template:
    metadata:
      annotations:
        autoscaling.knative.dev/min-scale: ${quoted(String(pods))}
    spec:
      containers:
${container(input, '        ')}
`;
}

function deployment(input: NewService): string {
  const { project, name, pods, port } = input;
  const labels = `{ app: ${quoted(name)}, version: v1 }`;
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${quoted(`${name}-v1`)}
  namespace: ${quoted(project)}
  labels: ${labels}
spec:
  replicas: ${pods}
  selector:
    matchLabels: ${labels}
  template:
    metadata:
      labels: ${labels}
    spec:
      containers:
${container(input, '        ')}
---
apiVersion: v1
kind: Service
metadata:
  name: ${quoted(name)}
  namespace: ${quoted(project)}
spec:
  selector: { app: ${quoted(name)} }
  ports: [{ name: http, port: ${port}, targetPort: ${port}, appProtocol: http }]
`;
}
