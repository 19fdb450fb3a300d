interface OpenApi<Node> {
  components?: { schemas?: Record<string, Node & { 'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[] }> };
}

/** The kind's own schema in an OpenAPI v3 document, and all others by what `$ref` calls them. */
export function schemaOf<Node>(document: string, apiVersion: string, kind: string): { root: Node; names: Map<string, Node> } | undefined {
  const { components } = JSON.parse(document) as OpenApi<Node>;
  const schemas = Object.entries(components?.schemas ?? {});
  const [version = '', group = ''] = apiVersion.split('/').toReversed();
  const found = schemas.find(([, node]) =>
    node['x-kubernetes-group-version-kind']?.some((k) => k.kind === kind && k.version === version && k.group === group),
  );
  return found && { root: found[1], names: new Map(schemas.map(([name, node]) => [`#/components/schemas/${name}`, node])) };
}
