import type { TerminalSize } from './stream-session.js';

const LARGEST = 65_535;

/** Reads the JSON that clients send when their terminal changes; undefined for anything else. */
export function parseTerminalSize(text: string): TerminalSize | undefined {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== 'object' || json === null || !('Width' in json) || !('Height' in json)) return undefined;
    const [width, height] = [Number(json.Width), Number(json.Height)];
    const fits = [width, height].every((n) => Number.isInteger(n) && n > 0 && n <= LARGEST);
    return fits ? { width, height } : undefined;
  } catch {
    return undefined;
  }
}
