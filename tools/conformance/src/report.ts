import { parse } from 'yaml';

interface Part {
  result: string;
  statistics: { Passed: number; Failed: number; Skipped: number };
  failedTests?: string[];
  skippedTests?: string[];
  supportedFeatures?: string[];
  unsupportedFeatures?: string[];
}

/** What the suite writes with -report-output. */
export interface Report {
  date: string;
  gatewayAPIVersion: string;
  gatewayAPIChannel: string;
  profiles: { name: string; core?: Part; extended?: Part }[];
}

export function readReport(text: string): Report {
  const report = parse(text) as Partial<Report> | null;
  if (!report?.profiles) throw new Error('The suite wrote no report with profiles.');
  return { date: '', gatewayAPIVersion: '', gatewayAPIChannel: '', ...report, profiles: report.profiles };
}

export function failedTests({ profiles }: Report): string[] {
  const parts = profiles.flatMap(({ core, extended }) => [core, extended]);
  return [...new Set(parts.flatMap((part) => part?.failedTests ?? []))].sort();
}

/** A table in Markdown, and the extended features that are and are not supported. */
export function reportText(report: Report): string {
  const counts = (part: Part | undefined) =>
    part ? `${part.statistics.Passed} / ${part.statistics.Failed} / ${part.statistics.Skipped}` : '-';
  const features = (name: 'supportedFeatures' | 'unsupportedFeatures') =>
    [...new Set(report.profiles.flatMap(({ extended }) => extended?.[name] ?? []))].sort();
  return [
    `Gateway API ${report.gatewayAPIVersion}, ${report.gatewayAPIChannel} channel, ${report.date}`,
    '',
    '| profile | core: passed / failed / skipped | extended: passed / failed / skipped |',
    '| --- | --- | --- |',
    ...report.profiles.map(({ name, core, extended }) => `| ${name} | ${counts(core)} | ${counts(extended)} |`),
    '',
    `Extended features supported: ${features('supportedFeatures').join(', ') || 'none'}`,
    `Not supported: ${features('unsupportedFeatures').join(', ') || 'none'}`,
    ...(failedTests(report).length > 0 ? [`Failed: ${failedTests(report).join(', ')}`] : []),
  ].join('\n');
}
