import { badDnsLabel } from '@tidegate/kube';
import { immutable, invalidValue, requiredValue, unsupportedValue } from '../../schema/field-errors.js';
import { type JsonObject, equalJson, numberAt, objectAt, textAt, textsAt } from '@tidegate/kube/json';
import type { FieldError } from '../resource-definition.js';

/** Rules of RuntimeClass. */
export function runtimeClassErrors(runtimeClass: JsonObject, previous?: JsonObject): FieldError[] {
  const handler = textAt(runtimeClass, 'handler');
  if (previous) return handler === previous.handler ? [] : [invalidValue('handler', null, immutable)];
  return badDnsLabel(handler).map((complaint) => invalidValue('handler', handler, complaint));
}

const USAGES = `any cert sign client auth code signing content commitment crl sign data encipherment decipher only digital signature
  email protection encipher only ipsec end system ipsec tunnel ipsec user key agreement key encipherment microsoft sgc netscape sgc ocsp signing
  s/mime server auth signing timestamping`;
const SHORTEST_S = 600;

/** Rules of CertificateSigningRequest. */
export function signingRequestErrors(request: JsonObject, previous?: JsonObject): FieldError[] {
  const spec = objectAt(request, 'spec');
  if (previous) return equalJson(spec, previous.spec) ? [] : [invalidValue('spec', 'object', immutable)];
  const signer = textAt(spec, 'signerName');
  const errors: FieldError[] = [];
  const pem = Buffer.from(textAt(spec, 'request'), 'base64').toString('latin1');
  if (!/-----BEGIN CERTIFICATE REQUEST-----[\s\S]+-----END CERTIFICATE REQUEST-----/.test(pem))
    errors.push(invalidValue('spec.request', textAt(spec, 'request'), 'PEM block type must be CERTIFICATE REQUEST'));
  const usages = textsAt(spec, 'usages');
  if (usages.length === 0) errors.push(requiredValue('spec.usages'));
  usages.forEach((usage, index) => {
    if (!USAGES.includes(usage)) errors.push(unsupportedValue(`spec.usages[${index}]`, usage, []));
  });
  if (signer !== '' && !/^[a-z0-9.-]+\.[a-z0-9.-]+\/\S+$/.test(signer))
    errors.push(invalidValue('spec.signerName', signer, 'must be a fully qualified domain and path of the form \'example.com/signer-name\''));
  const seconds = numberAt(spec, 'expirationSeconds');
  if (seconds !== undefined && seconds < SHORTEST_S)
    errors.push(invalidValue('spec.expirationSeconds', seconds, 'may not specify a duration less than 600 seconds (10 minutes)'));
  return errors;
}
