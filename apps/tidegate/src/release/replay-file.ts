import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { TidegateError } from '@tidegate/kernel';
import { strategySpecSchema, type StrategySpecInput } from '@tidegate/delivery-contract';
import { replayRelease } from '@tidegate/delivery-plan';
import type { SignalBatch } from '@tidegate/signals';
import { parse } from 'yaml';
import { codes } from './release-errors.js';
import { releaseLines } from './release-view.js';

/** A day of seconds, partials and open requests. */
const MOST_LINES = 1_500_000;
const TYPES = new Set(['second', 'gap', 'partial', 'open']);

/**
 * Prints what a Strategy would have done with a recording: JSON lines of signal batches, the first line optionally
 * `{"type":"strategy","spec":{...}}`; `strategyFile` (a Strategy as YAML) goes before it.
 */
export async function replayFile(file: string, strategyFile: string | undefined, out: (line: string) => void): Promise<number> {
  const { spec: recorded, batches } = await readRecording(file);
  const spec = strategyFile === undefined ? recorded : specOf(parse(readFileSync(strategyFile, 'utf8')), strategyFile);
  if (!spec) throw invalid(`${file} names no Strategy.`, 'Add --strategy FILE, or let its first line be {"type":"strategy","spec":{...}}.');
  if (spec.candidate === undefined)
    throw invalid('The Strategy names no candidate.', 'Set spec.candidate to the version label in the recording.');
  const { lines, status } = replayRelease(spec, batches);
  for (const line of lines) out(`${new Date(line.atMs).toISOString().slice(11, 19)}  ${line.what.padEnd(14)} ${line.message}`);
  out('');
  const checked = strategySpecSchema.parse(spec);
  const name = `${spec.service}-${spec.candidate}`;
  const release = {
    metadata: { name, namespace: 'replay' },
    spec: {
      strategy: 'replay',
      service: spec.service,
      principal: spec.principal,
      candidate: spec.candidate,
      candidateHash: '',
      policy: checked,
    },
    status: { ...status, history: [] },
  };
  for (const line of releaseLines(release)) out(line);
  return status.phase === 'RolledBack' ? 1 : 0;
}

async function readRecording(file: string): Promise<{ spec?: StrategySpecInput; batches: SignalBatch[] }> {
  const batches: SignalBatch[] = [];
  let spec: StrategySpecInput | undefined;
  let number = 0;
  for await (const text of createInterface({ input: createReadStream(file, 'utf8') })) {
    number++;
    if (number > MOST_LINES) throw invalid(`${file} has more than ${MOST_LINES} lines.`, 'Replay a part of it.');
    if (text.trim() === '') continue;
    const line = jsonOf(text, file, number);
    if (line.type === 'strategy') spec = specOf(line, `${file}:${number}`);
    else if (isBatch(line)) batches.push(line);
    else throw invalid(`${file}:${number} is no signal batch.`, 'Each line is one JSON object with type second, gap, partial or open.');
  }
  return { ...(spec ? { spec } : {}), batches };
}

function jsonOf(text: string, file: string, number: number): { type?: unknown } {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === 'object' && line !== null ? line : {};
  } catch (cause) {
    throw new TidegateError(codes.CLI_RECORDING_INVALID, `${file}:${number} is not JSON.`, {
      remedy: 'A recording has one JSON object in each line.',
      cause,
    });
  }
}

function isBatch(line: { type?: unknown }): line is SignalBatch {
  if (typeof line.type !== 'string' || !TYPES.has(line.type)) return false;
  return line.type === 'gap' || ('versions' in line && Array.isArray(line.versions));
}

function specOf(manifest: unknown, source: string): StrategySpecInput {
  const spec: unknown = typeof manifest === 'object' && manifest !== null && 'spec' in manifest ? manifest.spec : manifest;
  const parsed = strategySpecSchema.safeParse(spec);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((i) => `spec.${i.path.join('.')}: ${i.message}`).join('; ');
  throw invalid(`The Strategy in ${source} is not valid: ${problems}.`, 'Correct the fields named above.');
}

function invalid(message: string, remedy: string): TidegateError {
  return new TidegateError(codes.CLI_RECORDING_INVALID, message, { remedy });
}
