import { failedTests, readReport, reportText } from './report.js';

const text = `
date: "2026-01-01T00:00:00Z"
gatewayAPIVersion: v1.6.3
gatewayAPIChannel: standard
profiles:
- name: GATEWAY-HTTP
  core: { result: failure, statistics: { Passed: 3, Failed: 1, Skipped: 0 }, failedTests: [HTTPRouteWeight] }
  extended:
    result: success
    statistics: { Passed: 2, Failed: 0, Skipped: 1 }
    supportedFeatures: [ListenerSet]
    unsupportedFeatures: [GatewayInfrastructure]
- name: GATEWAY-GRPC
  core: { result: success, statistics: { Passed: 5, Failed: 0, Skipped: 0 } }
`;

it('shows what passed, what is supported and what failed', () => {
  const report = readReport(text);
  expect(failedTests(report)).toEqual(['HTTPRouteWeight']);
  expect(reportText(report).split('\n')).toEqual([
    'Gateway API v1.6.3, standard channel, 2026-01-01T00:00:00Z',
    '',
    '| profile | core: passed / failed / skipped | extended: passed / failed / skipped |',
    '| --- | --- | --- |',
    '| GATEWAY-HTTP | 3 / 1 / 0 | 2 / 0 / 1 |',
    '| GATEWAY-GRPC | 5 / 0 / 0 | - |',
    '',
    'Extended features supported: ListenerSet',
    'Not supported: GatewayInfrastructure',
    'Failed: HTTPRouteWeight',
  ]);
});

it('a report without profiles is none', () => {
  expect(() => readReport('kind: ConformanceReport')).toThrow('no report with profiles');
});
