import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { TidegateError } from '@tidegate/kernel';
import { codes } from './errors.js';

const derive = promisify(argon2);

/** OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, 2 passes, 1 lane. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 };
const TAG_BYTES = 32;
/** Each takes a thread of the pool and 19 MiB; more at once would starve file and name look-ups of the whole process. */
const AT_ONCE = 2;
const WAITING = 100;

const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{1,128})\$([A-Za-z0-9+/]{1,128})$/;

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

/** Hashes and checks passwords, two at a time; who would wait behind a hundred others is refused with ID_BUSY. */
export class PasswordHasher {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  /** A hash of nothing that anybody can type: an unknown account costs the same time as a known one. */
  private readonly decoy = `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${unpadded(randomBytes(16))}$${unpadded(randomBytes(TAG_BYTES))}`;

  /** In PHC string form. */
  async hash(password: string): Promise<string> {
    const nonce = randomBytes(16);
    const tag = await this.derive(password, nonce, COST, TAG_BYTES);
    return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${unpadded(nonce)}$${unpadded(tag)}`;
  }

  /** False for an account without password, after the same time. */
  async matches(password: string, hash: string | null | undefined): Promise<boolean> {
    const [, memory, passes, parallelism, nonce, tag] = PHC.exec(hash ?? this.decoy) ?? [];
    if (nonce === undefined || tag === undefined) return false;
    const wanted = Buffer.from(tag, 'base64');
    const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
    const found = await this.derive(password, Buffer.from(nonce, 'base64'), cost, wanted.length);
    return timingSafeEqual(found, wanted) && hash != null;
  }

  private async derive(password: string, nonce: Buffer, cost: typeof COST, tagLength: number): Promise<Buffer> {
    await this.enter();
    try {
      return await derive('argon2id', { message: Buffer.from(password.normalize('NFKC')), nonce, tagLength, ...cost });
    } finally {
      this.running -= 1;
      this.waiting.shift()?.();
    }
  }

  private async enter(): Promise<void> {
    if (this.running >= AT_ONCE) {
      if (this.waiting.length >= WAITING) {
        throw new TidegateError(codes.ID_BUSY, 'Too many people are signing in at this moment.', { remedy: 'Try again in a few seconds.' });
      }
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    this.running += 1;
  }
}
