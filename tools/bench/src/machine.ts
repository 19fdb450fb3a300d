import { cpus, loadavg, release, totalmem } from 'node:os';

/** Date, machine and load average, for beside the tables. */
export function printMachine(bench: string): void {
  const models = cpus();
  const [memory, node] = [(totalmem() / 2 ** 30).toFixed(0), process.version];
  console.log(
    `${bench}, ${new Date().toISOString().slice(0, 16)}Z: ${models.length} x ${models[0]?.model}, ${memory} GiB, Linux ${release()}, Node ${node}`,
  );
  printLoad('at the start');
}

/** What else the machine does: the load average holds the bench's own work too. */
export function printLoad(when: string): void {
  const [one, five] = loadavg();
  console.log(`Load average ${when}: ${one?.toFixed(1)} over 1 minute, ${five?.toFixed(1)} over 5.`);
}
