import { TidegateError, defineErrors } from '@tidegate/kernel';
import { badDnsSubdomain } from '@tidegate/kube';

export const codes = defineErrors({ API_INPUT_INVALID: 'A field of the input is not valid.', API_NOT_FOUND: 'An object that a call names does not exist.' });

/** What is wrong with one field: `extensions.field` is its path in the variables, such as `input.replicas`. */
export class InvalidInput extends TidegateError {
  constructor(
    readonly field: string,
    sentence: string,
    remedy?: string,
  ) {
    super(codes.API_INPUT_INVALID, sentence, remedy === undefined ? {} : { remedy });
  }
}

export const notFound = (what: string, name: string, namespace?: string): TidegateError =>
  new TidegateError(codes.API_NOT_FOUND, `There is no ${what} ${name}${namespace === undefined ? '' : ` in ${namespace}`}.`, { remedy: 'It may have been deleted; list what there is.' });

/** A name of an object or namespace: 253 characters of lower case. Refused here, it cannot become a path. */
export function requireName(field: string, value: string): string {
  if (badDnsSubdomain(value).length === 0) return value;
  throw new InvalidInput(field, `${field} is not the name of an object.`, 'Names are lower case letters, digits, "-" and ".", at most 253 characters.');
}

/** Throws when the text is longer than `most` characters. */
export function requireShort(field: string, value: string, most: number): string {
  if (value.length <= most) return value;
  throw new InvalidInput(field, `${field} is longer than ${most} characters.`, 'Say it shorter.');
}

/** Throws unless the number is whole and from `least` to `most`. */
export function requireBetween(field: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new InvalidInput(field, `${field} is ${value}; it has to be from ${least} to ${most}.`);
}
