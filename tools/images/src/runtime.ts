import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { silentLogger } from '@tidegate/kernel';
import { provideEnvoy } from '@tidegate/mesh-xds-server';
import { runProgram } from './run-program.js';
import type { Component } from './sbom.js';

export interface Program {
  file: string;
  component: Component;
}

/** The Node that `tools/runtime` pins, from where the launcher keeps it; fetched by npm when it is not there. */
export function nodeProgram(root: string): Program {
  const kept = path.join(root, '.tidegate/runtime');
  const wanted = path.join(root, 'tools/runtime/package-lock.json');
  const name = `node-linux-${process.arch}`;
  const file = path.join(kept, 'node_modules', name, 'bin/node');
  const mark = path.join(kept, 'installed');
  if (!existsSync(file) || !existsSync(mark) || !readFileSync(mark).equals(readFileSync(wanted))) {
    mkdirSync(kept, { recursive: true });
    for (const part of ['package.json', 'package-lock.json']) copyFileSync(path.join(root, 'tools/runtime', part), path.join(kept, part));
    runProgram('npm', ['ci', '--prefix', kept, '--no-audit', '--no-fund', '--loglevel=error']);
    copyFileSync(wanted, mark);
  }
  const version = runProgram(file, ['--version']).trim().slice(1);
  return { file, component: programComponent('node', version, `pkg:generic/node@${version}`, 'MIT', file) };
}

/** The Envoy that the mesh pins. */
export async function envoyProgram(root: string, onProgress: (text: string) => void): Promise<Program> {
  // An Envoy of the user's own would make another image than the pinned one.
  const env = { ...process.env, TIDEGATE_ENVOY: undefined };
  const { binary, version } = await provideEnvoy({ dataDir: path.join(root, '.tidegate/envoy'), env, log: silentLogger, onProgress });
  return {
    file: binary,
    component: programComponent('envoy', version, `pkg:github/envoyproxy/envoy@v${version}`, 'Apache-2.0', binary),
  };
}

function programComponent(name: string, version: string, purl: string, license: string, file: string): Component {
  const content = createHash('sha256').update(readFileSync(file)).digest('hex');
  return { type: 'application', name, version, purl, licenses: [{ expression: license }], hashes: [{ alg: 'SHA-256', content }] };
}

/** Debian's name of this machine's architecture. */
export const debianArchitecture = (): string => (process.arch === 'x64' ? 'amd64' : process.arch);
