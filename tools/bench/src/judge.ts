import { printCost } from './judge-cost.js';
import { printPower } from './judge-power.js';
import { printReleases } from './judge-releases.js';

/** `node dist/judge.js [RUNS]`: the tables of the judge with fixed seeds, beside the figures of its design. Default 1,000 releases. */
const runs = Number(process.argv[2] ?? 1_000);
printCost();
printReleases(runs);
printPower(Math.ceil(runs * 0.3));
