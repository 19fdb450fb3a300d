import type { Browser } from 'playwright-core';
import { ApiInstance } from './api-instance.js';
import { browserProcesses, consoleFolder, shareOfCore, signedInPage } from './console-browser.js';
import { calls, dialledBy } from './console-traffic.js';
import { quantile } from './judge-table.js';
import { sleep } from './platform-instance.js';

const WATCHED_MS = 30_000;
const MOVES = 150;

export interface MapFigures {
  nodes: number;
  edges: number;
  /** From the first data to a drawn graph. */
  layoutMs: number;
  /** Of the page's own process, and of the whole browser, while figures come every second. */
  pageShare: number;
  browserShare: number;
  /** Between two frames, while it is dragged and zoomed. */
  frameMs: number[];
}

/** Noted in the page itself: when the graph is there without places, and when it has them. */
const WATCH_LAYOUT = `
  window.layout = {};
  new MutationObserver(() => {
    const graph = document.querySelector('[role=group][data-ready]');
    if (!graph) return;
    const key = graph.dataset.ready === 'true' ? 'drawn' : 'begun';
    window.layout[key] ??= performance.now();
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-ready'] });`;
const COUNT_FRAMES = `
  window.frames_ = [];
  { let before = performance.now(); const frame = (now) => { window.frames_.push(now - before); before = now; requestAnimationFrame(frame); }; requestAnimationFrame(frame); }`;

/** A map of so many services that call each other, live. */
export async function measureMap(browser: Browser, services: number): Promise<MapFigures> {
  const instance = await ApiInstance.start({ consoleFolder, traffic: { services, released: false } });
  try {
    await instance.fill(services);
    for (let n = 0; n < services; n++) await instance.kubernetes.must(0, 'POST', '/apis/networking.k8s.io/v1/ipaddresses', addressOf(n));
    const page = await signedInPage(browser, instance);
    await page.addInitScript(WATCH_LAYOUT);
    await page.goto(`${instance.url}/map`);
    await page.locator('[role=group][data-ready=true]').waitFor();
    const { begun, drawn } = (await page.evaluate('window.layout')) as { begun: number; drawn: number };
    const processes = await browserProcesses(browser);
    const pageShare = { of: 0, all: 0 };
    const [own, all] = [processes.filter((p) => p.type === 'renderer').map((p) => p.pid), processes.map((p) => p.pid)];
    pageShare.all = await shareOfCore(all, async () => {
      pageShare.of = await shareOfCore(own, () => sleep(WATCHED_MS));
    });
    const { x, y } = { x: 700, y: 500 };
    await page.evaluate(COUNT_FRAMES);
    await page.mouse.move(x, y);
    await page.mouse.down();
    for (let n = 0; n < MOVES; n++) await page.mouse.move(x + 150 * Math.sin(n / 8), y + 60 * Math.cos(n / 8));
    await page.mouse.up();
    for (let n = 0; n < MOVES; n++) await page.mouse.wheel(0, n % 50 < 25 ? -60 : 60);
    const frameMs = (await page.evaluate('window.frames_')) as number[];
    await page.context().close();
    return { nodes: services + 1, edges: calls(services).length, layoutMs: drawn - begun, pageShare: pageShare.of, browserShare: pageShare.all, frameMs };
  } finally {
    await instance.end();
  }
}

const addressOf = (n: number) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IPAddress',
  metadata: { name: dialledBy(n), labels: { 'tidegate.dev/caller': `s${n}`, 'tidegate.dev/caller-namespace': 'bench' } },
  spec: { parentRef: { group: '', resource: 'services', namespace: 'bench', name: `s${n}` } },
});

export const mapRow = ({ nodes, edges, layoutMs, pageShare, browserShare, frameMs }: MapFigures): string[] => [
  `${nodes} nodes, ${edges} edges`,
  layoutMs.toFixed(0),
  `${pageShare.toFixed(1)} %`,
  `${browserShare.toFixed(1)} %`,
  quantile(frameMs, 0.5).toFixed(0),
  quantile(frameMs, 0.95).toFixed(0),
  Math.max(...frameMs).toFixed(0),
];
