import path from 'node:path';
import { parseArgs } from 'node:util';
import { runInOwnNetwork } from './own-network.js';
import { failedTests, reportText } from './report.js';
import { runSuite } from './suite-run.js';

/** `node dist/gateway-api.js --suite FILE --echo FILE`: the conformance suite of the Gateway API on an instance of its own. */
const PROFILES = 'GATEWAY-HTTP,GATEWAY-GRPC,GATEWAY-TLS,GATEWAY-TCP';
const { values } = parseArgs({
  options: {
    suite: { type: 'string', default: process.env['GATEWAY_CONFORMANCE_SUITE'] ?? '' },
    echo: { type: 'string', default: process.env['GATEWAY_CONFORMANCE_ECHO'] ?? '' },
    profiles: { type: 'string', default: PROFILES },
    test: { type: 'string' },
    out: { type: 'string', default: path.resolve('tmp', 'conformance') },
  },
});
if (values.suite === '' || values.echo === '') {
  console.error('Name the compiled suite and its echo server with --suite and --echo; docs/conformance.md says how to compile them.');
  process.exit(2);
}
const inside = runInOwnNetwork();
if (inside !== undefined) process.exit(inside);

const report = await runSuite({
  suite: path.resolve(values.suite),
  echo: path.resolve(values.echo),
  profiles: values.profiles.split(','),
  outDir: values.out,
  ...(values.test === undefined ? {} : { only: values.test }),
});
if (report) {
  console.log(reportText(report));
  if (failedTests(report).length > 0) process.exitCode = 1;
}
console.log(`Log and report: ${values.out}`);
