import { parseSocketTable } from './port-holder.js';

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0200407F:4B3E 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1F90 0100007F:C001 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0000000000000000 100 0 0 10 0
   2: 00000000000000000000000000000000:2378 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1
   3: 0000000000000000FFFF00000300407F:2378 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4714 1
`;

it('reads listening sockets from /proc/net/tcp and tcp6, and nothing else', () => {
  expect(parseSocketTable(TABLE)).toEqual([
    { address: '127.64.0.2', port: 19262, inode: '4711' },
    { address: '::', port: 9080, inode: '4713' },
    { address: '127.64.0.3', port: 9080, inode: '4714' },
  ]);
});
