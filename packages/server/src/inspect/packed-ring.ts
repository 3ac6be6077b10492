/**
 * Keeps the last records in arrays that are made once. Objects that live as long as a thousand requests would each be
 * moved by the garbage collector, which costs more than to write them down.
 */

/** Texts and numbers of one record; their order is the caller's. */
export interface PackedRecord {
  readonly texts: readonly (string | undefined)[];
  readonly numbers: readonly number[];
}

export interface PackedShape {
  /** The most records. */
  readonly records: number;
  /** The most bytes of all texts, two for a character. Beyond that the oldest records go. */
  readonly bytes: number;
  /** How many texts and numbers each record has. */
  readonly texts: number;
  readonly numbers: number;
}

/** Said of a text that is absent. */
const absent = -1;

export class PackedRing {
  readonly #shape: PackedShape;
  readonly #texts: Buffer;
  readonly #lengths: Int32Array;
  readonly #numbers: Float64Array;
  /** Where the texts of each record begin, as if the buffer had no end. */
  readonly #starts: Float64Array;
  #end = 0;
  #first = 0;
  #count = 0;

  constructor(shape: PackedShape) {
    this.#shape = shape;
    this.#texts = Buffer.alloc(shape.bytes);
    this.#lengths = new Int32Array(shape.records * shape.texts);
    this.#numbers = new Float64Array(shape.records * shape.numbers);
    this.#starts = new Float64Array(shape.records);
  }

  get count(): number {
    return this.#count;
  }

  /** Keeps a record; one whose texts alone are more than the bound is left out. */
  push({ texts, numbers }: PackedRecord): void {
    const { records, bytes } = this.#shape;
    let joined = '';
    for (const text of texts) if (text !== undefined) joined += text;
    const needed = 2 * joined.length;
    if (needed > bytes) return;
    const place = this.#end % bytes;
    const start = place + needed > bytes ? this.#end + bytes - place : this.#end;
    this.#end = start + needed;
    while (this.#count > 0 && (this.#count >= records || this.#end - this.#starts[this.#first]! > bytes)) {
      this.#first = (this.#first + 1) % records;
      this.#count -= 1;
    }
    const slot = (this.#first + this.#count) % records;
    this.#count += 1;
    this.#starts[slot] = start;
    this.#texts.write(joined, start % bytes, 'utf16le');
    for (let at = 0; at < this.#shape.texts; at++)
      this.#lengths[slot * this.#shape.texts + at] = texts[at]?.length ?? absent;
    for (let at = 0; at < this.#shape.numbers; at++)
      this.#numbers[slot * this.#shape.numbers + at] = numbers[at]!;
  }

  /** A record by its age; the newest is number 0. */
  at(age: number): PackedRecord | undefined {
    const { records, bytes } = this.#shape;
    if (age >= this.#count) return undefined;
    const slot = (this.#first + this.#count - 1 - age) % records;
    let from = this.#starts[slot]! % bytes;
    const texts = Array.from({ length: this.#shape.texts }, (_, at) => {
      const length = this.#lengths[slot * this.#shape.texts + at]!;
      if (length === absent) return undefined;
      const to = from + 2 * length;
      const text = this.#texts.toString('utf16le', from, to);
      from = to;
      return text;
    });
    const first = slot * this.#shape.numbers;
    return { texts, numbers: Array.from(this.#numbers.subarray(first, first + this.#shape.numbers)) };
  }
}
