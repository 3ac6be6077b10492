/**
 * The smallest Node server that keeps what it is given: a file for each object, its MD5 in the answer, the data on the
 * disk before the answer. No signature is checked and nothing can be listed.
 */
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync } from 'node:fs';
import { open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { argv } from 'node:process';
import { pipeline } from 'node:stream/promises';

const folder = argv[2]!;
const smallBytes = 262_144;
let made = 0;
mkdirSync(folder, { recursive: true });

const server = createServer({ highWaterMark: 65_536 }, (request, response) => {
  const path = join(folder, request.url!.split('?')[0]!.replaceAll('/', '_'));
  const work = { PUT: put, GET: get, DELETE: remove }[request.method!] ?? get;
  // A reader that has all it wants may close the connection before the last write is seen to have ended.
  work(path, request, response).catch(() =>
    response.headersSent ? response.destroy() : response.writeHead(500, { 'Content-Length': 0 }).end(),
  );
});
server.listen(0, '127.0.0.1', () => console.log(`ready ${(server.address() as AddressInfo).port}`));

async function put(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const temporary = `${path}.${made++}.part`;
  const small = Number(request.headers['content-length']) <= smallBytes;
  const md5 = await (small ? writeWhole : writeStream)(temporary, request);
  await rename(temporary, path);
  response.writeHead(200, { ETag: `"${md5}"`, 'Content-Length': 0 }).end();
}

async function writeWhole(path: string, request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const handle = await open(path, 'w');
  await handle.write(bytes);
  await handle.datasync();
  await handle.close();
  return createHash('md5').update(bytes).digest('hex');
}

async function writeStream(path: string, request: IncomingMessage): Promise<string> {
  const md5 = createHash('md5');
  const handle = await open(path, 'w');
  let gathered: Buffer[] = [];
  let gatheredBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    md5.update(chunk);
    gathered.push(chunk);
    gatheredBytes += chunk.length;
    if (gatheredBytes < 1 << 20) continue;
    await handle.writev(gathered);
    gathered = [];
    gatheredBytes = 0;
  }
  if (gathered.length > 0) await handle.writev(gathered);
  await handle.datasync();
  await handle.close();
  return md5.digest('hex');
}

async function get(path: string, _request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { size } = await stat(path);
  response.writeHead(200, { 'Content-Length': size });
  if (size <= smallBytes) response.end(await readFile(path));
  else await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), response);
}

async function remove(path: string, _request: IncomingMessage, response: ServerResponse): Promise<void> {
  await unlink(path);
  response.writeHead(204).end();
}
