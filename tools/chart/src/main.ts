import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { rightsFile } from './rights-file.js';

/** `node tools/chart/dist/main.js`: writes what the chart takes from the code. */
writeFileSync(path.resolve(import.meta.dirname, '../../../charts/tidegate/generated/rights.yaml'), rightsFile());
