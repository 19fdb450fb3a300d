import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { imageFolder, manifestsFolder } from './folders.js';

/** Read as text: what matters here is that image, services and manifests name the same things. */
const texts = ['.', 'versions'].flatMap((folder) =>
  readdirSync(path.join(manifestsFolder, folder))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => readFileSync(path.join(manifestsFolder, folder, file), 'utf8')),
);
const all = texts.join('---\n');

describe('manifests', () => {
  it('use the image that the folder makes, and services that it has', () => {
    const { name, tag } = JSON.parse(readFileSync(path.join(imageFolder, 'tidegate-image.json'), 'utf8')) as { name: string; tag: string };
    const images = [...all.matchAll(/image: (\S+)/g)].map((m) => m[1]);
    expect(new Set(images)).toEqual(new Set([`${name}:${tag}`]));
    const services = readdirSync(path.join(imageFolder, 'services')).map((file) => file.replace('.mjs', ''));
    const started = [...all.matchAll(/command: \[node, main\.mjs, (\w+)\]/g)].map((m) => m[1] ?? '');
    expect(new Set(started)).toEqual(new Set(services));
    expect(started).toHaveLength(6);
  });
  it('route only to services that exist', () => {
    const backends = [...all.matchAll(/- \{ name: (\w+), port: 9080 \}/g)].map((m) => m[1]);
    const services = [...all.matchAll(/kind: Service\nmetadata:\n {2}name: (\w+)/g)].map((m) => m[1]);
    expect(backends).toHaveLength(4);
    expect(services).toEqual(expect.arrayContaining(backends));
  });
});
