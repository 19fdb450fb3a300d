import { en } from './en';
import * as terminal from '../pages/projects/services/terminal-words';
import * as applications from '../pages/projects/applications/applications-words';
import * as health from '../pages/platform/health-words';
import * as kubectl from '../pages/settings/kubectl-words';
import * as workspaces from '../pages/workspaces/workspaces-words';
import { zh } from './zh';

type Words = { [key: string]: string | Words };

function leaves(words: Words, above = ''): [string, string][] {
  return Object.entries(words).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[`${above}${key}`, value]] : leaves(value, `${above}${key}.`),
  );
}

const blanks = (text: string): string[] => (text.match(/\{\{\w+\}\}/g) ?? []).sort();
const all = { en: { first: en, terminal: terminal.en, kubectl: kubectl.en, workspaces: workspaces.en, health: health.en, applications: applications.en }, zh: { first: zh, terminal: terminal.zh, kubectl: kubectl.zh, workspaces: workspaces.zh, health: health.zh, applications: applications.zh } };
const chinese = new Map(leaves(all.zh));

it.each(leaves(all.en).map(([key, text]) => ({ key, text })))('$key has the same blanks in both languages, and words', ({ key, text }) => {
  const other = chinese.get(key) ?? '';
  expect(other.trim()).not.toBe('');
  expect(blanks(other)).toEqual(blanks(text));
});
