import { type Json, type JsonObject, isJsonObject } from '@tidegate/kube/json';

/**
 * A set of field paths, as structured-merge-diff keeps them. A path's elements are written as in managedFields:
 * `f:<name>` a field, `k:{"name":"a"}` an item by its keys, `v:"x"` an item of a set, `i:0` an item by position.
 * A node that is `member` is in the set itself; its children are paths below it.
 */
export class FieldSet {
  member: boolean;
  readonly children: Map<string, FieldSet>;

  constructor(member = false, children = new Map<string, FieldSet>()) {
    this.member = member;
    this.children = children;
  }

  /** The node at one element, made when missing. */
  child(element: string): FieldSet {
    let child = this.children.get(element);
    if (!child) this.children.set(element, (child = new FieldSet()));
    return child;
  }

  isEmpty(): boolean {
    return !this.member && this.children.size === 0;
  }

  union(other: FieldSet): FieldSet {
    const result = new FieldSet(this.member || other.member, new Map(this.children));
    for (const [element, theirs] of other.children) {
      const ours = this.children.get(element);
      result.children.set(element, ours ? ours.union(theirs) : theirs);
    }
    return result;
  }

  difference(other: FieldSet): FieldSet {
    const result = new FieldSet(this.member && !other.member);
    for (const [element, ours] of this.children) {
      const theirs = other.children.get(element);
      const left = theirs ? ours.difference(theirs) : ours;
      if (!left.isEmpty()) result.children.set(element, left);
    }
    return result;
  }

  intersection(other: FieldSet): FieldSet {
    const result = new FieldSet(this.member && other.member);
    for (const [element, ours] of this.children) {
      const theirs = other.children.get(element);
      const both = theirs && ours.intersection(theirs);
      if (both && !both.isEmpty()) result.children.set(element, both);
    }
    return result;
  }

  equals(other: FieldSet): boolean {
    if (this.member !== other.member || this.children.size !== other.children.size) return false;
    for (const [element, ours] of this.children) {
      const theirs = other.children.get(element);
      if (!theirs || !ours.equals(theirs)) return false;
    }
    return true;
  }

  /** Every member's path below this node, in the order Kubernetes lists them: a level's own members first, then what is below. */
  *paths(prefix: string[] = []): Generator<string[]> {
    const elements = [...this.children.keys()].sort();
    for (const element of elements) if (this.children.get(element)?.member) yield [...prefix, element];
    for (const element of elements) yield* this.children.get(element)?.paths([...prefix, element]) ?? [];
  }
}

/** The wire form in managedFields: `.` marks a member that has children. */
export function toFieldsV1(set: FieldSet): JsonObject {
  const result: JsonObject = {};
  if (set.member && set.children.size > 0) result['.'] = {};
  for (const element of [...set.children.keys()].sort()) {
    const child = set.children.get(element);
    if (child) result[element] = toFieldsV1(child);
  }
  return result;
}

/** Undefined text or foreign shapes count as no fields. Depth is bounded, since clients may send managedFields. */
export function fromFieldsV1(fields: Json | undefined, depth = 0): FieldSet {
  const set = new FieldSet();
  if (!isJsonObject(fields) || depth > 128) return set;
  for (const element of Object.keys(fields)) {
    if (element === '.') continue;
    const value = fields[element];
    const child = fromFieldsV1(value, depth + 1);
    child.member = isJsonObject(value) && (Object.hasOwn(value, '.') || Object.keys(value).length === 0);
    set.children.set(element, child);
  }
  return set;
}

/** As conflicts print it: `.spec.containers[name="a"].image`. */
export function pathText(path: string[]): string {
  return path.map(elementText).join('');
}

function elementText(element: string): string {
  const body = element.slice(2);
  if (element.startsWith('f:')) return `.${body}`;
  if (element.startsWith('v:')) return `[=${body}]`;
  if (element.startsWith('i:')) return `[${body}]`;
  const keys: Json = JSON.parse(body);
  if (!isJsonObject(keys)) return `[${body}]`;
  return `[${Object.keys(keys)
    .map((key) => `${key}=${JSON.stringify(keys[key])}`)
    .join(',')}]`;
}
