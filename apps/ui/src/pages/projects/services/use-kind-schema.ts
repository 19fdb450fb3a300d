import type { SchemaNode, YamlSchema } from '@tidegate/ui-kit/yaml';
import { useMemo } from 'react';
import { KindSchemaDocument } from '../../../api/generated/documents';
import { useAnswer } from '../../../api/use-answer';
import { schemaOf } from './schema-of';

/** The schema of a kind as the cluster serves it; undefined until it is here, and where the cluster serves none. */
export function useKindSchema(apiVersion: string, kind: string): YamlSchema | undefined {
  const answer = useAnswer(KindSchemaDocument, { apiVersion });
  const text = answer.state === 'here' ? answer.data.openApi : undefined;
  return useMemo(() => (text === undefined ? undefined : schemaOf<SchemaNode>(text, apiVersion, kind)), [text, apiVersion, kind]);
}
