import { type Result, err, ok } from '@tidegate/kernel';
import { goQuote } from './go-values.js';

/** What a template may name: texts (`{{.Name}}`) and maps (`{{index .Labels "k"}}`, `{{.Labels.k}}`). */
export interface TemplateShape {
  /** The template's name and its data's type in Go, for messages that users know. */
  name: string;
  type: string;
  texts: readonly string[];
  maps: readonly string[];
}

type Part = { literal: string } | { text: string } | { map: string; key: string; absent: string };

/** A template that has been understood: a value that can be kept and compared. */
export interface GoTemplate {
  text: string;
  parts: readonly Part[];
}

export type TemplateValues = Record<string, string | Readonly<Record<string, string>> | undefined>;

/** Longer is no host name's template. */
const LONGEST = 4096;

/**
 * The part of Go's text/template that names are made with: fields, `index` of a map, quoted texts, comments and `{{- -}}`.
 * Anything else is refused in words.
 */
export function parseTemplate(text: string, shape: TemplateShape): Result<GoTemplate, string> {
  if (text.length > LONGEST) return err(`template: ${shape.name}:1: longer than ${LONGEST} characters`);
  const parts: Part[] = [];
  let rest = text;
  let trimNext = false;
  while (rest !== '') {
    const open = rest.indexOf('{{');
    let literal = open < 0 ? rest : rest.slice(0, open);
    if (trimNext) literal = literal.trimStart();
    if (open < 0) {
      parts.push({ literal });
      break;
    }
    const at = text.length - rest.length + open;
    const close = rest.indexOf('}}', open + 2);
    if (close < 0) return err(`template: ${shape.name}:${lineOf(text, at)}: unclosed action`);
    const inner = rest.slice(open + 2, close);
    if (/^-\s/.test(inner)) literal = literal.trimEnd();
    trimNext = /\s-$/.test(inner);
    if (literal !== '') parts.push({ literal });
    const part = readAction(inner.replace(/^-\s/, '').replace(/\s-$/, '').trim(), shape, text, at);
    if (!part.ok) return part;
    if (part.value) parts.push(part.value);
    rest = rest.slice(close + 2);
  }
  return ok({ text, parts });
}

function readAction(action: string, shape: TemplateShape, text: string, at: number): Result<Part | undefined, string> {
  if (/^\/\*[^]*\*\/$/.test(action)) return ok(undefined);
  const quoted = unquote(action);
  if (quoted !== undefined) return ok({ literal: quoted });
  const field = /^\.(\w+)$/.exec(action)?.[1];
  if (field !== undefined && shape.texts.includes(field)) return ok({ text: field });
  const [, memberOf, member] = /^\.(\w+)\.(\w+)$/.exec(action) ?? [];
  if (memberOf !== undefined && member !== undefined && shape.maps.includes(memberOf))
    return ok({ map: memberOf, key: member, absent: '<no value>' });
  const [, indexed, keyText = ''] = /^index\s+\.(\w+)\s+(.+)$/.exec(action) ?? [];
  const key = unquote(keyText);
  if (indexed !== undefined && key !== undefined && shape.maps.includes(indexed)) return ok({ map: indexed, key, absent: '' });
  const unknown = field ?? memberOf ?? indexed;
  if (unknown !== undefined && !shape.texts.includes(unknown) && !shape.maps.includes(unknown)) {
    const column = at + 2 - (text.lastIndexOf('\n', at) + 1);
    return err(
      `template: ${shape.name}:${lineOf(text, at)}:${column}: executing ${goQuote(shape.name)} at <${action}>: can't evaluate field ${unknown} in type ${shape.type}`,
    );
  }
  const known = [...shape.texts.map((t) => `{{.${t}}}`), ...shape.maps.map((m) => `{{index .${m} "key"}}`)];
  return err(`template: ${shape.name}:${lineOf(text, at)}: ${goQuote(action)} is not understood; understood are ${known.join(', ')}`);
}

export function expandTemplate(template: GoTemplate, values: TemplateValues): string {
  return template.parts
    .map((part) => {
      if ('literal' in part) return part.literal;
      const value = values['text' in part ? part.text : part.map];
      if ('text' in part) return typeof value === 'string' ? value : '';
      return (typeof value === 'object' && Object.hasOwn(value, part.key) ? value[part.key] : undefined) ?? part.absent;
    })
    .join('');
}

/** A Go string literal, interpreted or raw; undefined when it is none. */
function unquote(text: string): string | undefined {
  if (/^`[^`]*`$/.test(text)) return text.slice(1, -1);
  if (!/^"([^"\\\n]|\\["\\nrt])*"$/.test(text)) return undefined;
  return JSON.parse(text) as string;
}

const lineOf = (text: string, at: number): number => text.slice(0, at).split('\n').length;
