/** Longest line of a watch: an object of etcd's limit (1.5 MB) grows a little in JSON. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;

/** Complete lines of a stream of bytes, empty ones left out. A rest without line end is a cut frame, and is thrown away. */
export async function* jsonLines(stream: AsyncIterable<Buffer | string>): AsyncGenerator<string> {
  let pending: Buffer[] = [];
  let held = 0;
  for await (const chunk of stream) {
    let rest = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
    // Lines end in the ASCII byte 10, which occurs in no longer UTF-8 sequence: cutting bytes there never cuts a character.
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      const line = Buffer.concat([...pending, rest.subarray(0, end)]).toString('utf8');
      pending = [];
      held = 0;
      rest = rest.subarray(end + 1);
      if (line.trim() !== '') yield line;
    }
    if (rest.length === 0) continue;
    pending.push(rest);
    held += rest.length;
    if (held > MAX_LINE_BYTES) throw new Error(`a line of the watch is longer than ${MAX_LINE_BYTES} bytes`);
  }
}
