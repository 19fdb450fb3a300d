import { chooseServerUser } from './server-user.js';

const passwd = `root:x:0:0:root:/root:/bin/bash
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
ada:x:1000:1001::/home/ada:/bin/sh
`;

describe('chooseServerUser', () => {
  it.each([
    { name: 'an ordinary user runs it himself', text: passwd, uid: 1000, user: { name: 'ada', uid: 1000, gid: 1001 } },
    { name: 'root takes nobody', text: passwd, uid: 0, user: { name: 'nobody', uid: 65534, gid: 65534 } },
    { name: 'root prefers postgres', text: `${passwd}postgres:x:101:104::/var/lib/postgresql:/bin/bash\n`, uid: 0, user: { name: 'postgres', uid: 101, gid: 104 } },
  ])('$name', ({ text, uid, user }) => {
    expect(chooseServerUser(text, uid)).toEqual(user);
  });

  it.each([
    { name: 'a number without a name', text: passwd, uid: 12345, words: 'the user number 12345 has no name in /etc/passwd' },
    { name: 'root on a system without either', text: 'root:x:0:0::/root:/bin/sh\n', uid: 0, words: 'neither of the users postgres and nobody' },
  ])('$name gets a sentence', ({ text, uid, words }) => {
    expect(() => chooseServerUser(text, uid)).toThrow(words);
  });
});
