import {
  type ASTVisitor,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
  type ValidationContext,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isObjectType,
  isInterfaceType,
  typeFromAST,
} from 'graphql';
import { DEFAULT_PAGE, LARGEST_PAGE } from './connection.js';

/** A page of a thousand services with forty fields each is 40,000. */
export const DEAREST_QUERY = 50_000;
/** Lists whose length nobody says. */
const LIST_LENGTH = 10;
/** Fields of Query, Mutation or Subscription in one document, aliases counted: each may be an access review or a write of its own. */
export const MOST_ROOT_FIELDS = 30;
/** Selections in a document, fragments counted where they stand. */
const MOST_NODES = 2_000;

interface Counting {
  schema: GraphQLSchema;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  variables: Readonly<Record<string, unknown>>;
}

/** What a document may cost at most: one for each field, times the length of every list around it. Read from the text alone, before anything runs. */
export function costOf(set: SelectionSetNode, type: GraphQLOutputType | undefined, counting: Counting, inside: readonly string[] = [], pageLength = LIST_LENGTH): number {
  let cost = 0;
  for (const selection of set.selections) {
    if (selection.kind === 'Field') cost += costOfField(selection, type, counting, inside, pageLength);
    else if (selection.kind === 'InlineFragment') {
      const condition = selection.typeCondition ? typeFromAST(counting.schema, selection.typeCondition) : undefined;
      cost += costOf(selection.selectionSet, condition && isCompositeType(condition) ? condition : type, counting, inside, pageLength);
    } else {
      const name = selection.name.value;
      const fragment = counting.fragments.get(name);
      // A fragment inside itself is refused by another rule.
      if (!fragment || inside.includes(name)) continue;
      const condition = typeFromAST(counting.schema, fragment.typeCondition);
      cost += costOf(fragment.selectionSet, condition && isCompositeType(condition) ? condition : type, counting, [...inside, name], pageLength);
    }
    if (cost > DEAREST_QUERY) return cost;
  }
  return cost;
}

function costOfField(field: FieldNode, parent: GraphQLOutputType | undefined, counting: Counting, inside: readonly string[], pageLength: number): number {
  const composite = parent && getNamedType(parent);
  const found = isObjectType(composite) || isInterfaceType(composite) ? composite.getFields()[field.name.value]?.type : undefined;
  if (!field.selectionSet) return 1;
  const isPage = found !== undefined && getNamedType(found).name.endsWith('Connection');
  const isList = found !== undefined && isListType(getNullableType(found));
  const asked = isPage ? firstOf(field, counting.variables) : pageLength;
  const times = isList ? (field.name.value === 'edges' ? pageLength : LIST_LENGTH) : 1;
  return 1 + times * costOf(field.selectionSet, found, counting, inside, isPage ? asked : LIST_LENGTH);
}

function firstOf(field: FieldNode, variables: Readonly<Record<string, unknown>>): number {
  const argument = field.arguments?.find((a) => a.name.value === 'first')?.value;
  const value = argument?.kind === 'IntValue' ? Number(argument.value) : argument?.kind === 'Variable' ? variables[argument.name.value] : DEFAULT_PAGE;
  return typeof value === 'number' && value >= 1 ? Math.min(value, LARGEST_PAGE) : DEFAULT_PAGE;
}

function rootFieldsOf(set: SelectionSetNode, fragments: Counting['fragments'], inside: readonly string[] = []): number {
  let count = 0;
  for (const s of set.selections) {
    if (s.kind === 'Field') count += 1;
    else if (s.kind === 'InlineFragment') count += rootFieldsOf(s.selectionSet, fragments, inside);
    else {
      const fragment = inside.includes(s.name.value) ? undefined : fragments.get(s.name.value);
      if (fragment) count += rootFieldsOf(fragment.selectionSet, fragments, [...inside, s.name.value]);
    }
    if (count > MOST_ROOT_FIELDS) return count;
  }
  return count;
}

/** A rule of validation that refuses dear documents, floods of aliases and very long ones, each with a sentence. */
export const costRule =
  (variables: Readonly<Record<string, unknown>>) =>
  (context: ValidationContext): ASTVisitor => {
    let nodes = 0;
    const fragments = new Map(context.getDocument().definitions.flatMap((d) => (d.kind === 'FragmentDefinition' ? [[d.name.value, d] as const] : [])));
    const refuse = (sentence: string): void => context.reportError(new GraphQLError(sentence));
    return {
      Field: () => {
        nodes += 1;
        if (nodes === MOST_NODES + 1) refuse(`The document has more than ${MOST_NODES} fields.`);
        return undefined;
      },
      OperationDefinition: (operation) => {
        const schema = context.getSchema();
        if (rootFieldsOf(operation.selectionSet, fragments) > MOST_ROOT_FIELDS) refuse(`The document asks for more than ${MOST_ROOT_FIELDS} things at once; aliases count.`);
        const cost = costOf(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined, { schema, fragments, variables });
        if (cost > DEAREST_QUERY) refuse(`The document costs more than ${DEAREST_QUERY}: one for each field, times the length of the lists around it. Ask for smaller pages or fewer fields.`);
      },
    };
  };
