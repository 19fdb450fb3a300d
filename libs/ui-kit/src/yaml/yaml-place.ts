/** Where the cursor stands in a YAML text: the keys above it, and the keys that its own mapping has already. */
export interface YamlPlace {
  /** Items of lists are `[]`. */
  path: string[];
  siblings: string[];
  /** Behind `key:` on the same line, a value is written; else a key. */
  valueOf: string | undefined;
}

const KEY = /^(\s*(?:- )*)([A-Za-z0-9_./-]+|"[^"]*"):(?:\s|$)/;

interface Entry {
  indent: number;
  key: string;
  line: number;
}

/**
 * Reads indentation alone, since the text that is being typed is hardly ever whole. `line` counts from 0, `column` is the cursor's.
 */
export function yamlPlace(lines: readonly string[], line: number, column: number): YamlPlace {
  const start = lines.slice(0, line + 1).findLastIndex((l) => /^---\s*$/.test(l)) + 1;
  const current = (lines[line] ?? '').slice(0, column);
  const own = KEY.exec(current);
  const indent = keyIndent(current);
  const path: string[] = [];
  let above = indent;
  let listAt = dashAt(current);
  for (let at = line - 1; at >= start && above >= 0; at--) {
    const text = lines[at] ?? '';
    const entry = entryOf(text, at);
    if (!entry) continue;
    const dash = dashAt(text);
    if (listAt === undefined && dash !== undefined && dash < above && entry.indent <= above) listAt = dash;
    // A list may stand at the same indentation as the key that holds it.
    if (entry.indent < above || (listAt !== undefined && entry.indent === listAt && dash === undefined)) {
      if (listAt !== undefined && entry.indent <= listAt) {
        path.unshift('[]');
        listAt = undefined;
      }
      path.unshift(entry.key);
      above = entry.indent;
      if (dash !== undefined) listAt = dash;
    }
  }
  return { path, siblings: siblingsOf(lines, line, indent, start), valueOf: own?.[2] };
}

function dashAt(text: string): number | undefined {
  const at = /^\s*(?=- )/.exec(text)?.[0].length;
  return at;
}

/** The column at which the key of a line begins, behind dashes. */
function keyIndent(text: string): number {
  return /^\s*(?:- )*/.exec(text)?.[0].length ?? 0;
}

function entryOf(text: string, line: number): Entry | undefined {
  const found = KEY.exec(text);
  return found?.[2] === undefined ? undefined : { indent: keyIndent(text), key: found[2].replaceAll('"', ''), line };
}

function siblingsOf(lines: readonly string[], line: number, indent: number, start: number): string[] {
  const found: string[] = [];
  const walk = (at: number, step: 1 | -1): void => {
    for (let i = at; i >= start && i < lines.length; i += step) {
      const text = lines[i] ?? '';
      if (/^---\s*$/.test(text)) return;
      const entry = entryOf(text, i);
      if (!entry) continue;
      if (entry.indent < indent) return;
      const begins = /^\s*- /.test(text);
      if (entry.indent === indent && step === 1 && begins) return;
      if (entry.indent === indent) found.push(entry.key);
      if (entry.indent === indent && step === -1 && begins) return;
    }
  };
  if (!/^\s*- /.test(lines[line] ?? '')) walk(line - 1, -1);
  walk(line + 1, 1);
  return found;
}
