/**
 * Kubernetes' $(NAME) expansion: known names are replaced, unknown references stay as they are, $$ is one dollar sign.
 * (k8s.io/kubernetes third_party/forked/golang/expansion)
 */
export function expandVariables(text: string, lookup: (name: string) => string | undefined): string {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '$' || i + 1 >= text.length) {
      out += text[i];
      continue;
    }
    const next = text[i + 1];
    if (next === '$') {
      out += '$';
      i++;
      continue;
    }
    const end = next === '(' ? text.indexOf(')', i + 2) : -1;
    if (end < 0) {
      out += '$';
      continue;
    }
    const name = text.slice(i + 2, end);
    out += lookup(name) ?? `$(${name})`;
    i = end;
  }
  return out;
}

/** Names that a text refers to as $(NAME). */
export function referencedVariables(text: string): string[] {
  const names: string[] = [];
  expandVariables(text, (name) => void names.push(name));
  return names;
}
