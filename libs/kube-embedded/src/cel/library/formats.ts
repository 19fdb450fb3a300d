import { badDns1035Label, badDnsLabel, badDnsSubdomain } from '@tidegate/kube';
import { hasFormat } from '../../schema/string-formats.js';
import { declare, list, type Overload, text } from '../signatures.js';
import { Addressed, Optional, type Value, noOverload } from '../values.js';

const labelValue = /^(?:(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const qualifiedName = /^(?:([a-z0-9](?:[-a-z0-9.]*[a-z0-9])?)\/)?([A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)$/;
const DASH_PREFIX = /-$/;

const byFormat = (format: string, problem: string) => (given: string): string[] => (hasFormat(given, format) ? [] : [problem]);
/** A prefix may end with a dash: something follows it. */
const asPrefix = (check: (given: string) => string[]) => (given: string): string[] => check(given.replace(DASH_PREFIX, 'a'));

const formats: Record<string, (given: string) => string[]> = {
  dns1123Label: badDnsLabel,
  dns1123Subdomain: badDnsSubdomain,
  dns1035Label: badDns1035Label,
  dns1123LabelPrefix: asPrefix(badDnsLabel),
  dns1123SubdomainPrefix: asPrefix(badDnsSubdomain),
  dns1035LabelPrefix: asPrefix(badDns1035Label),
  qualifiedName: (given) =>
    qualifiedName.test(given)
      ? []
      : [
          "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
        ],
  labelValue: (given) =>
    given.length <= 63 && labelValue.test(given)
      ? []
      : [
          "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
        ],
  uri: byFormat('uri', 'parse error: invalid URI for request'),
  uuid: byFormat('uuid', 'does not match the UUID format'),
  byte: byFormat('byte', 'invalid base64'),
  date: byFormat('date', 'invalid date'),
  datetime: byFormat('date-time', 'invalid datetime'),
};

const formatOf = (name: string): Addressed => new Addressed('kubernetes.NamedFormat', name, formats[name]);

function validate([format, given]: Value[]): Value {
  const check = format instanceof Addressed ? formats[format.text] : undefined;
  if (!check) throw noOverload();
  const problems = check(text(given));
  return new Optional(problems.length === 0 ? undefined : list(problems));
}

export const namedFormats: Overload[] = [
  declare('format.named(string): optional<NamedFormat>', ([name]) => new Optional(Object.hasOwn(formats, text(name)) ? formatOf(text(name)) : undefined)),
  declare('NamedFormat.validate(string): optional<list<string>>', validate, [1]),
  ...Object.keys(formats).map((name) => declare(`format.${name}(): NamedFormat`, () => formatOf(name))),
];
