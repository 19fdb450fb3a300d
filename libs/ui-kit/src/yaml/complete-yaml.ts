import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { type SchemaNames, type SchemaNode, keyChoices, nodeAt, valueChoices } from './schema-node';
import { yamlPlace } from './yaml-place';

export interface YamlSchema {
  root: SchemaNode;
  names: SchemaNames;
}

const OPENS: Record<string, string> = { object: ':\n', array: ':\n' };

/** Offers what the kind's schema knows at the cursor. `schema` is asked each time, since it arrives after the editor. */
export function completeYaml(schema: () => YamlSchema | undefined) {
  return (context: CompletionContext): CompletionResult | null => {
    const known = schema();
    const word = context.matchBefore(/[A-Za-z0-9_-]*/);
    if (!known || !word || (word.from === word.to && !context.explicit)) return null;
    const { doc } = context.state;
    const line = doc.lineAt(context.pos);
    const place = yamlPlace(doc.toString().split('\n'), line.number - 1, context.pos - line.from);
    if (place.valueOf !== undefined) {
      const node = nodeAt(known.root, [...place.path, place.valueOf], known.names);
      return { from: word.from, options: valueChoices(node).map((label) => ({ label, type: 'constant' })) };
    }
    const indent = ' '.repeat((/^\s*(?:- )*/.exec(line.text)?.[0].length ?? 0) + 2);
    const node = nodeAt(known.root, place.path, known.names);
    const options = keyChoices(node, place.siblings, known.names).map(({ key, type, required, about }): Completion => ({
      label: key,
      detail: type,
      ...(about ? { info: about } : {}),
      boost: required ? 10 : 0,
      type: 'property',
      apply: OPENS[type] === undefined ? `${key}: ` : `${key}${OPENS[type]}${indent}${type === 'array' ? '- ' : ''}`,
    }));
    return { from: word.from, options, validFor: /^[A-Za-z0-9_-]*$/ };
  };
}
