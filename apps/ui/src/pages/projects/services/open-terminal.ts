import type { TerminalLine, TerminalScreen } from '@tidegate/ui-kit/terminal';
import { type TerminalFrame, type TerminalPlace, messagesOf, pathOfTerminal, readTerminalFrame } from './terminal-frames';

/** Output that was drawn is told in portions; the API lets a program wait above half a megabyte. */
const TOLD_BYTES = 64 * 1024;

/** A terminal of the API on the screen. `told` hears what is said beside output, and `lost` when the connection ends without a last word. */
export function openTerminal(place: TerminalPlace, screen: TerminalScreen, told: (frame: TerminalFrame | 'lost') => void): TerminalLine {
  const socket = new WebSocket(new URL(pathOfTerminal(place), window.location.origin.replace(/^http/, 'ws')));
  socket.binaryType = 'arraybuffer';
  const encoder = new TextEncoder();
  let isOver = false;
  let drawn = 0;
  const say = (frame: object): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
  };
  const resize = (columns: number, rows: number): void => say({ type: 'resize', columns, rows });
  const show = (bytes: Uint8Array): void =>
    screen.write(bytes, () => {
      drawn += bytes.length;
      if (drawn < TOLD_BYTES) return;
      say({ type: 'shown', bytes: drawn });
      drawn = 0;
    });
  const hear = (text: string): void => {
    const frame = readTerminalFrame(text);
    if (!frame) return;
    if (frame.type === 'opened') resize(screen.columns, screen.rows);
    if (frame.type === 'ended') isOver = true;
    told(frame);
  };
  socket.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => (typeof data === 'string' ? hear(data) : show(new Uint8Array(data)));
  socket.onclose = () => {
    if (!isOver) told('lost');
  };
  return {
    send: (keys) => {
      if (socket.readyState === WebSocket.OPEN) for (const message of messagesOf(encoder.encode(keys))) socket.send(message);
    },
    resize,
    close: () => {
      isOver = true;
      socket.close();
    },
  };
}
