import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { rightsFile } from './rights-file.js';

const file = path.resolve(import.meta.dirname, '../../../charts/tidegate/generated/rights.yaml');

it('is what the parts declare; otherwise run: node tools/chart/dist/main.js', () => {
  expect(readFileSync(file, 'utf8')).toBe(rightsFile());
});

interface Rules {
  identities: Record<string, { release: { resources: string[] }[]; everywhere: { resources: string[]; verbs: string[] }[] }>;
}

it('gives nobody everything', () => {
  expect(JSON.stringify(parse(rightsFile()))).not.toContain('"*"');
});

it('lets tenancy alone give rights that it does not hold, and the api alone act as somebody else', () => {
  const { identities } = parse(rightsFile()) as Rules;
  const holders = (verb: string) =>
    Object.entries(identities)
      .filter(([, { everywhere }]) => everywhere.some((rule) => rule.verbs.includes(verb)))
      .map(([name]) => name);
  expect(holders('escalate')).toEqual(['tenancy']);
  expect(holders('bind')).toEqual(['tenancy']);
  expect(holders('impersonate')).toEqual(['api']);
});

it("gives rights to Secrets in the release's namespace for certificates alone, and none to the webhook", () => {
  const { identities } = parse(rightsFile()) as Rules;
  const inRelease = Object.entries(identities).filter(([, r]) => r.release.some((rule) => rule.resources.includes('secrets')));
  expect(inRelease.map(([name]) => name)).toEqual(['certificates']);
  expect(identities['webhook']?.everywhere.some((rule) => rule.resources.includes('secrets'))).toBe(false);
});
