/** Messages of an answer to a query, as the service writes them. */
/** One message; nobody reads the checksums. */
export function message(headers: Readonly<Record<string, string>>, payload = ''): Buffer {
  const fields = Object.entries(headers).map(([name, value]) => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(Buffer.byteLength(value));
    return Buffer.concat([
      Buffer.from([name.length]),
      Buffer.from(name),
      Buffer.from([7]),
      length,
      Buffer.from(value),
    ]);
  });
  const head = Buffer.concat(fields);
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(16 + head.length + Buffer.byteLength(payload), 0);
  prelude.writeUInt32BE(head.length, 4);
  return Buffer.concat([prelude, head, Buffer.from(payload), Buffer.alloc(4)]);
}

/** A message of a kind. */
export const event = (type: string, payload?: string): Buffer =>
  message({ ':message-type': 'event', ':event-type': type }, payload);
/** The last one. */
export const end = event('End');
