import { packageFileIsKept, systemFileIsKept } from './kept-file.js';

it.each([
  ['index.js', true],
  ['index.cjs', true],
  ['addon.node', true],
  ['schema.json', true],
  ['query_compiler_fast_bg.postgresql.mjs', true],
  ['query_compiler_fast_bg.postgresql.wasm-base64.mjs', true],
  ['query_compiler_fast_bg.postgresql.wasm-base64.js', false],
  ['query_compiler_small_bg.postgresql.mjs', false],
  ['query_compiler_fast_bg.mysql.mjs', false],
  ['LICENSE.md', true],
  ['NOTICE', true],
  ['index.d.ts', false],
  ['index.d.mts', false],
  ['index.js.map', false],
  ['README.md', false],
])('a package file %s is kept: %s', (file, kept) => expect(packageFileIsKept(file)).toBe(kept));

it.each([
  ['lib/x86_64-linux-gnu/libc.so.6', true],
  ['usr/share/doc/libc6/copyright', true],
  ['usr/share/doc/libc6/changelog.gz', false],
  ['usr/lib/x86_64-linux-gnu/gconv/BIG5.so', false],
  ['usr/share/ca-certificates/mozilla/Some_Root.crt', false],
])('a system file %s is kept: %s', (file, kept) => expect(systemFileIsKept(file)).toBe(kept));
