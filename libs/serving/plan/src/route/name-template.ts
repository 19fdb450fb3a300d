import { TidegateError, defineErrors } from '@tidegate/kernel';

export const codes = defineErrors({
  SERVING_NAME_TEMPLATE: 'A name template in config-network cannot be used.',
});

export interface TemplateValues {
  fields: Readonly<Record<string, string>>;
  maps?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const ACTION = /\{\{-?\s*(.*?)\s*-?\}\}/g;
const FIELD = /^\.(\w+)$/;
const ENTRY = /^index\s+\.(\w+)\s+"([^"]*)"$/;
const DOTTED_ENTRY = /^\.(\w+)\.([\w]+)$/;

/**
 * The part of Go's text/template that config-network's domain-template and tag-template use: `{{.Name}}`, `{{index .Annotations "key"}}`
 * and `{{.Labels.key}}`. Throws SERVING_NAME_TEMPLATE for anything else, as for a field that is not there.
 */
export function renderName(template: string, values: TemplateValues): string {
  return template.replace(ACTION, (_, action: string) => {
    const field = FIELD.exec(action)?.[1];
    if (field !== undefined && values.fields[field] !== undefined) return values.fields[field];
    const [, map, key] = ENTRY.exec(action) ?? DOTTED_ENTRY.exec(action) ?? [];
    const entries = map === undefined ? undefined : values.maps?.[map];
    if (entries && key !== undefined) return entries[key] ?? '';
    throw new TidegateError(codes.SERVING_NAME_TEMPLATE, `The template "${template}" has "{{${action}}}", which names nothing known.`, {
      remedy: 'Use .Name, .Namespace, .Domain, index .Annotations "key" or index .Labels "key"; in a tag-template .Name and .Tag.',
    });
  });
}
