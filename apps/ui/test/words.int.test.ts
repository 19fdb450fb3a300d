import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { en } from '../src/i18n/en.js';
import { en as terminal } from '../src/pages/projects/services/terminal-words.js';
import { en as applications } from '../src/pages/projects/applications/applications-words.js';
import { en as health } from '../src/pages/platform/health-words.js';
import { en as kubectl } from '../src/pages/settings/kubectl-words.js';
import { en as workspaces } from '../src/pages/workspaces/workspaces-words.js';

type Words = { [key: string]: string | Words };

const folder = path.resolve(import.meta.dirname, '..', 'src');
const source = readdirSync(folder, { recursive: true })
  .map(String)
  .filter((file) => /\.tsx?$/.test(file) && !/generated|test|i18n.(en|zh)\.ts|(terminal|kubectl|workspaces|health|applications)-words\.ts/.test(file))
  .map((file) => readFileSync(path.join(folder, file), 'utf8'))
  .join('\n');
/** Keys that are put together: `phase.${phase}`. */
const begun = [...source.matchAll(/`([\w.]+\.)\$\{/g)].map((found) => found[1] as string);
/** Groups that are read as a whole. */
const whole = [...source.matchAll(/t\('([\w.]+)', \{ returnObjects: true \}\)/g)].map((found) => `${found[1]}.`);

function keysOf(words: Words, above = ''): string[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [`${above}${key}`] : keysOf(value, `${above}${key}.`),
  );
}

it.each([...keysOf(en), ...[terminal, kubectl, workspaces, health, applications].flatMap((words) => keysOf(words))].map((key) => ({ key })))('$key is said somewhere', ({ key }) => {
  expect(source.includes(`'${key}'`) || [...begun, ...whole].some((start) => key.startsWith(start))).toBe(true);
});
