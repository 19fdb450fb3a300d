import { CONFIGURATION_GENERATION_LABEL, type Configuration, type Revision } from '@tidegate/serving-contract';
import { isSame } from '../drift.js';
import { isControlledBy } from '../ownership.js';

/**
 * Whether the name that a template asks for belongs to another Revision: another owner's, or one of an older template with another spec.
 * Labels and annotations of a Revision may have been changed since, so only the spec is compared.
 */
export function namedRevisionConflicts(configuration: Configuration, named: Revision | undefined): boolean {
  if (!configuration.spec.template.metadata?.name || !named) return false;
  if (!isControlledBy(named, configuration)) return true;
  if (named.metadata?.labels?.[CONFIGURATION_GENERATION_LABEL] === String(configuration.metadata?.generation)) return false;
  return !isSame(named.spec, configuration.spec.template.spec);
}
