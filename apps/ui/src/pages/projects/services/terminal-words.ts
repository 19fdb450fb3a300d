/** Words that come with terminals, not with the first page. */
export const en = {
  what: 'What to open',
  shell: 'Shell (bash, else sh)',
  sh: 'sh',
  attach: 'Attach to its program',
  command: 'A command',
  commandLine: 'Command line',
  open: 'Open',
  close: 'Close',
  again: 'Open again',
  ready: 'A terminal in {{pod}}',
  readyText: 'Runs with your own rights in the pod. That you opened it is recorded, what you type is not.',
  opening: 'Opening …',
  openIn: 'Open in {{container}}',
  idle: 'Closes in {{seconds}} s, unless you type.',
  exited: 'Ended with exit code {{code}}.',
  lost: 'The connection was lost. What ran in it has ended.',
};
export type TerminalWords = typeof en;

export const zh: Record<keyof TerminalWords, string> = {
  what: '打开方式',
  shell: 'Shell（优先 bash，否则 sh）',
  sh: 'sh',
  attach: '连接到容器的程序',
  command: '一条命令',
  commandLine: '命令行',
  open: '打开',
  close: '关闭',
  again: '重新打开',
  ready: '{{pod}} 中的终端',
  readyText: '以您自己的权限在容器组中运行。打开终端会被记录，输入的内容不会。',
  opening: '正在打开…',
  openIn: '已在 {{container}} 中打开',
  idle: '若无输入，将在 {{seconds}} 秒后关闭。',
  exited: '已结束，退出码 {{code}}。',
  lost: '连接已断开，其中运行的程序已结束。',
};
