import { MOST_IN_FRAME } from './peer-messages.js';

/** Frames that wait for the other side to read; with more it does not read any more. */
const MOST_WAITING = 1_000;

/** A stream that can be written to. */
export interface FrameStream<T> {
  write(frame: T): boolean;
  readonly writableLength: number;
}

/** Collects the messages of one turn of the event loop: a burst of requests becomes a few frames. */
export class Frames<Item, Frame> {
  private items: Item[] = [];
  private isDue = false;

  /** `onStuck` is called when the other side reads nothing for too long; the stream is of no use then. */
  constructor(
    private readonly stream: FrameStream<Frame>,
    private readonly toFrame: (items: Item[]) => Frame,
    private readonly onStuck: () => void,
  ) {}

  push(item: Item): void {
    this.items.push(item);
    if (this.items.length >= MOST_IN_FRAME) return this.flush();
    if (this.isDue) return;
    this.isDue = true;
    setImmediate(() => {
      this.isDue = false;
      this.flush();
    });
  }

  flush(): void {
    if (this.items.length === 0) return;
    const items = this.items;
    this.items = [];
    if (this.stream.writableLength > MOST_WAITING) return this.onStuck();
    this.stream.write(this.toFrame(items));
  }
}
