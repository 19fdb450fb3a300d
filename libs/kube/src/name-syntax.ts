/**
 * The syntaxes of Kubernetes names (k8s.io/apimachinery/pkg/util/validation) and their exact messages.
 * Every function answers the complaints, none when the value is fine.
 */
const label1123 = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain1123 = `${label1123}(\\.${label1123})*`;
const label1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const qualifiedName = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const labelValue = `(${qualifiedName})?`;
const configKey = '[-._a-zA-Z0-9]+';

const whole = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`);
const patterns = {
  label1123: whole(label1123),
  subdomain1123: whole(subdomain1123),
  label1035: whole(label1035),
  qualifiedName: whole(qualifiedName),
  labelValue: whole(labelValue),
  configKey: whole(configKey),
  wildcardSubdomain: whole(`\\*\\.${subdomain1123}`),
};

/** `(e.g. 'a',  or 'b', regex used for validation is '...')` */
function withExamples(message: string, pattern: string, ...examples: string[]): string {
  return `${message} (e.g. ${examples.map((example) => `'${example}'`).join(',  or ')}, regex used for validation is '${pattern}')`;
}

const tooLongName = (limit: number): string => `must be no more than ${limit} characters`;
const tooLongBytes = (limit: number): string => `must be no more than ${limit} bytes`;

const label1123Message = withExamples(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  label1123,
  'my-name',
  '123-abc',
);
const subdomain1123Message = withExamples(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  subdomain1123,
  'example.com',
);
const label1035Message = withExamples(
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  label1035,
  'my-name',
  'abc-123',
);
const nameShape = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const nameExamples = ['MyName', 'my.name', '123-abc'];

function check(value: string, pattern: RegExp, limit: number, message: string): string[] {
  const complaints = value.length > limit ? [tooLongName(limit)] : [];
  // Overlong text is not matched: its own complaint is enough, and the match would cost what a stranger likes.
  if (value.length <= 4096 && !pattern.test(value)) complaints.push(message);
  return complaints;
}

export const badDnsLabel = (value: string): string[] => check(value, patterns.label1123, 63, label1123Message);
export const badDnsSubdomain = (value: string): string[] => check(value, patterns.subdomain1123, 253, subdomain1123Message);
export const badDns1035Label = (value: string): string[] => check(value, patterns.label1035, 63, label1035Message);

export function badWildcardSubdomain(value: string): string[] {
  const message = withExamples(
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
    `\\*\\.${subdomain1123}`,
    '*.example.com',
  );
  return check(value, patterns.wildcardSubdomain, 253, message);
}

/** Label and annotation keys, finalizers, condition types: `[prefix/]name`. */
export function badQualifiedName(value: string): string[] {
  const parts = value.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.length > 2) {
    const message = withExamples(`a valid label key ${nameShape}`, qualifiedName, ...nameExamples);
    return [`${message} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const complaints: string[] = [];
  if (parts.length === 2) {
    const prefix = parts[0] ?? '';
    if (prefix === '') complaints.push('prefix part must be non-empty');
    else complaints.push(...badDnsSubdomain(prefix).map((message) => `prefix part ${message}`));
  }
  if (name === '') complaints.push('name part must be non-empty');
  else if (name.length > 63) complaints.push(`name part ${tooLongBytes(63)}`);
  if (name.length <= 4096 && !patterns.qualifiedName.test(name))
    complaints.push(withExamples(`name part ${nameShape}`, qualifiedName, ...nameExamples));
  return complaints;
}

export function badLabelValue(value: string): string[] {
  const complaints = value.length > 63 ? [tooLongBytes(63)] : [];
  if (value.length <= 4096 && !patterns.labelValue.test(value)) {
    const message =
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
    complaints.push(withExamples(message, labelValue, 'MyValue', 'my_value', '12345'));
  }
  return complaints;
}

/** Keys of ConfigMaps and Secrets. */
export function badConfigKey(value: string): string[] {
  const complaints = value.length > 253 ? [tooLongName(253)] : [];
  if (value.length <= 4096 && !patterns.configKey.test(value))
    complaints.push(
      withExamples(
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
        configKey,
        'key.name',
        'KEY_NAME',
        'key-name',
      ),
    );
  if (value === '.') complaints.push("must not be '.'");
  else if (value === '..') complaints.push("must not be '..'");
  else if (value.startsWith('..')) complaints.push("must not start with '..'");
  return complaints;
}

/** Names of environment variables, with the relaxed rule of Kubernetes 1.34 and later. */
export function badEnvironmentName(value: string): string[] {
  if (value === '') return ['a valid environment variable name must not be empty'];
  return /^[ -<>-~]+$/.test(value)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

/** Names of container ports (IANA service names). */
export function badPortName(value: string): string[] {
  const complaints: string[] = [];
  if (value.length > 15) complaints.push('must be no more than 15 characters');
  if (!/^[-a-z0-9]+$/.test(value)) complaints.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(value)) complaints.push('must contain at least one letter (a-z)');
  if (value.includes('--')) complaints.push('must not contain consecutive hyphens');
  if (value !== '' && (value.startsWith('-') || value.endsWith('-'))) complaints.push('must not begin or end with a hyphen');
  return complaints;
}

export function badPortNumber(value: number): string[] {
  return Number.isInteger(value) && value >= 1 && value <= 65535 ? [] : ['must be between 1 and 65535, inclusive'];
}

/** Names of RBAC objects and others that only have to be usable in a path. */
export function badPathSegment(value: string): string[] {
  if (value === '.' || value === '..') return [`may not be '${value}'`];
  return ['/', '%'].filter((part) => value.includes(part)).map((part) => `may not contain '${part}'`);
}
