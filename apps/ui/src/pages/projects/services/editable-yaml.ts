/** What the cluster writes into `metadata` by itself. With `resourceVersion` left in, every change of the status would refuse the edit. */
const BOOKKEEPING = /^ {2}(resourceVersion|uid|generation|creationTimestamp):/;

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
