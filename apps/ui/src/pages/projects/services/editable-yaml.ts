/** What the cluster writes into `metadata` by itself. With `resourceVersion` left in, every change of the status would refuse the edit. */
const BOOKKEEPING = /^ {2}(resourceVersion|uid|generation|creationTimestamp):/;

/** What a person decides about an object: its `spec`, without names and notes of tools. */
export function specYaml(yaml: string): string {
  const lines = yaml.split('\n');
  const from = lines.indexOf('spec:');
  if (from < 0) return '';
  const behind = lines.findIndex((line, at) => at > from && /^\S/.test(line));
  return `${lines
    .slice(from, behind < 0 ? undefined : behind)
    .join('\n')
    .trimEnd()}\n`;
}

/** The part of an object that people write: without its status and the cluster's bookkeeping. The API's YAML has the kind's keys unindented. */
export function editableYaml(yaml: string): string {
  let block = '';
  const kept = yaml.split('\n').filter((line) => {
    const top = /^([A-Za-z]\w*):/.exec(line)?.[1];
    if (top !== undefined) block = top;
    return block !== 'status' && !(block === 'metadata' && BOOKKEEPING.test(line));
  });
  return `${kept.join('\n').trimEnd()}\n`;
}
