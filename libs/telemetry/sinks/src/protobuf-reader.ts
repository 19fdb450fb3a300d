/** Walks the fields of one protobuf message without building objects. Throws RangeError on bytes that are no message. */
export class ProtobufReader {
  /** Number and wire type of the present field. */
  field = 0;
  private wire = 0;
  constructor(
    private readonly bytes: Buffer,
    private at = 0,
    private readonly end = bytes.length,
  ) {}

  /** Moves to the next field; its value must then be read or skipped. */
  next(): boolean {
    if (this.at >= this.end) return false;
    const tag = this.varint();
    this.field = tag >>> 3;
    this.wire = tag & 7;
    return true;
  }

  /** Unsigned; exact up to 2^53. */
  varint(): number {
    let result = 0;
    let factor = 1;
    for (let i = 0; i < 10; i++) {
      if (this.at >= this.end) break;
      const byte = this.bytes[this.at++] as number;
      result += (byte & 0x7f) * factor;
      if (byte < 0x80) return result;
      factor *= 128;
    }
    throw new RangeError('truncated number in a protobuf message');
  }

  /** An embedded message. */
  message(): ProtobufReader {
    const length = this.varint();
    const start = this.at;
    this.advance(length);
    return new ProtobufReader(this.bytes, start, start + length);
  }

  /** A string of ASCII characters, as names and ids are. */
  ascii(): string {
    const length = this.varint();
    const start = this.at;
    this.advance(length);
    return this.bytes.toString('latin1', start, start + length);
  }

  skip(): void {
    switch (this.wire) {
      case 0:
        this.varint();
        return;
      case 1:
        this.advance(8);
        return;
      case 2:
        this.advance(this.varint());
        return;
      case 5:
        this.advance(4);
        return;
      default:
        throw new RangeError(`unknown wire type ${this.wire} in a protobuf message`);
    }
  }

  private advance(length: number): void {
    if (this.at + length > this.end) throw new RangeError('truncated field in a protobuf message');
    this.at += length;
  }
}
