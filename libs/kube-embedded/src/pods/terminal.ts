import { findProgram } from './runtimes.js';

/** File descriptor on which the terminal hears its size: lines of `<rows> <columns>`. */
export const SIZE_FD = 3;

/**
 * Node cannot open a terminal, python3 can. It becomes the program itself, so that the program's pid, signals and exit status are
 * seen as without a terminal; a second process, outside the program's session, copies between the terminal and the pipes until the
 * terminal is hung up.
 */
const SCRIPT = `
import fcntl, os, select, struct, sys, termios
master, slave = os.openpty()
helper = os.fork()
if helper == 0:
    if os.fork() != 0:
        os._exit(0)
    os.setsid()
    os.close(slave)
    sources, typed = [0, 3, master], b''
    while True:
        ready, room, _ = select.select([s for s in sources if s or not typed], [master] if typed else [], [])
        if master in ready:
            try:
                shown = os.read(master, 65536)
            except OSError:
                break
            while shown:
                shown = shown[os.write(1, shown):]
        if room:
            typed = typed[os.write(master, typed[:1024]):]
        if 0 in ready:
            typed = os.read(0, 65536)
            if not typed:
                sources.remove(0)
        if 3 in ready:
            sizes = os.read(3, 4096).split(b'\\n')[:-1]
            if not sizes:
                sources.remove(3)
            else:
                rows, columns = (int(n) for n in sizes[-1].split())
                fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
    os._exit(0)
os.waitpid(helper, 0)
os.closerange(3, slave)
fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
for fd in 0, 1, 2:
    os.dup2(slave, fd)
os.closerange(3, slave + 1)
os.execv(sys.argv[1], sys.argv[1:])
`;

/** Why there is no terminal, as the user reads it. */
export const NO_TERMINAL =
  'a terminal needs python3 on this machine, and there is none: install it (Debian: apt-get install python3), or do without a terminal';

/** The command line that runs `argv` with a terminal of its own; undefined where there is no python3. `searchPath`: PATH of containers. */
export function withTerminal(argv: string[], searchPath: string): string[] | undefined {
  const python = findProgram('python3', { searchPath, rootDir: '/', cwd: '/' });
  // Isolated and without site: nothing of the program's own environment or folder is read as Python.
  return python === undefined ? undefined : [python, '-I', '-S', '-c', SCRIPT, ...argv];
}
