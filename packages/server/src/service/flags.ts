/** The flags of `sampan serve`, as help lists them and `config.ts` reads them. */

/** One flag of `sampan serve`. Its environment twin is `SAMPAN_` and the name in capitals. */
export interface Flag {
  readonly name: string;
  /** What the value is, for help. */
  readonly value: string;
  readonly help: string;
  readonly default?: string;
  readonly repeatable?: true;
  /** It may stand without a value, which then is `on`. */
  readonly alone?: true;
}

export const serveFlags: readonly Flag[] = [
  { name: 'host', value: 'ADDRESS', help: 'address to listen on', default: '127.0.0.1' },
  { name: 'port', value: 'PORT', help: 'port to listen on; 0 picks a free one', default: '9000' },
  { name: 'data', value: 'DIR', help: 'folder that holds everything', default: '.sampan' },
  {
    name: 'ephemeral',
    value: 'on|off',
    help: 'keep everything in memory, for tests: nothing touches the disk, and all is gone at the end',
    default: 'off',
    alone: true,
  },
  {
    name: 'database',
    value: 'URL',
    help: 'PostgreSQL for metadata, as postgres://USER:PASSWORD@HOST/NAME (default: a file in DIR)',
  },
  {
    name: 'blobs',
    value: 'URL',
    help: 'S3-compatible store for bytes, as s3://BUCKET[/PREFIX]?endpoint=URL&region=REGION (default: files in DIR)',
  },
  { name: 'secret-id', value: 'ID', help: 'SecretId of the root key pair (default: random, kept in DIR)' },
  { name: 'secret-key', value: 'KEY', help: 'SecretKey of the root key pair' },
  { name: 'appid', value: 'APPID', help: 'application number of the account', default: '1250000000' },
  {
    name: 'region',
    value: 'REGION',
    help: 'region of requests whose host names none',
    default: 'ap-guangzhou',
  },
  { name: 'bucket', value: 'NAME', help: 'bucket to create at start', repeatable: true },
  {
    name: 'bind',
    value: 'HOST[:PORT]=BUCKET',
    help: 'domain that stands for one bucket; another PORT is listened on too',
    repeatable: true,
  },
  {
    name: 'signatures',
    value: 'cos|strict',
    help: 'what a signature must cover: cos, what the client chose; strict, all that changes what a request does (default: cos on a loopback address, strict elsewhere)',
  },
  { name: 'accounts', value: 'FILE', help: 'JSON file with more accounts and sub-accounts' },
  {
    name: 'threads',
    value: 'COUNT',
    help: 'threads that answer requests (default: one for each processor, at most 4)',
  },
  {
    name: 'durability',
    value: 'full|relaxed',
    help: 'whether an answer waits for the disk',
    default: 'full',
  },
  {
    name: 'system',
    value: 'auto|portable',
    help: 'auto, use what this system has; portable, nothing that only Linux has: ports that threads share, writes past the page cache',
    default: 'auto',
  },
  { name: 'cors', value: 'on|off', help: 'let browsers in where a bucket has no CORS rules', default: 'on' },
  {
    name: 'console',
    value: 'on|off',
    help: 'serve the console at /-/console/ (default: on where only this machine can connect)',
  },
  {
    name: 'inspect',
    value: 'on|off',
    help: 'keep the last requests in memory, and explain refusals at /-/requests (default: on where only this machine can connect)',
  },
  {
    name: 'link',
    value: 'RULES',
    help: "network laboratory: a link such as 3g, or rules such as '3g,cut=40s' (docs/guide/laboratory.md)",
  },
  {
    name: 'restore-delay',
    value: 'SECONDS',
    help: 'how long restoring an archived object takes',
    default: '5',
  },
  {
    name: 'lifecycle-day',
    value: 'SECONDS',
    help: 'how long a day of lifecycle rules is; a short one lets tests see them at work',
    default: '86400',
  },
  {
    name: 'callback-hosts',
    value: 'HOST',
    help: 'host that upload callbacks may go to; *.example.com for those below it (default: any)',
    repeatable: true,
  },
  {
    name: 'callback-reach',
    value: 'public|private|any',
    help: 'addresses that upload callbacks may go to: public ones; private, also this machine and private networks; any, also link-local ones and metadata services of clouds',
    default: 'public',
  },
  {
    name: 'idle-timeout',
    value: 'SECONDS',
    help: 'how long nothing may move on a connection before it is given up',
    default: '120',
  },
  {
    name: 'head-timeout',
    value: 'SECONDS',
    help: 'how long the head of a request may take to arrive',
    default: '15',
  },
  {
    name: 'min-body-rate',
    value: 'BYTES',
    help: 'slowest body per second, after 10 s, of a sender who is not known yet',
    default: '1024',
  },
  {
    name: 'max-connections',
    value: 'COUNT',
    help: 'connections in all (default: half of the files the process may open, at most 8192)',
  },
  {
    name: 'max-connections-per-address',
    value: 'COUNT',
    help: 'connections from one address (default: half of --max-connections)',
  },
  { name: 'tls-cert', value: 'FILE', help: 'certificate chain in PEM form; with --tls-key, serves HTTPS' },
  { name: 'tls-key', value: 'FILE', help: 'private key in PEM form' },
  {
    name: 'log-level',
    value: 'LEVEL',
    help: 'trace, debug, info, warn, error, fatal or silent',
    default: 'info',
  },
  {
    name: 'log-format',
    value: 'auto|json|pretty',
    help: 'what the log is: one JSON object a line, text for people, or text on a terminal and JSON elsewhere',
    default: 'auto',
  },
];

/** The flag of a name. */
export function flagNamed(name: string): Flag | undefined {
  return serveFlags.find((flag) => flag.name === name);
}

/** The environment twin of a flag. */
export function environmentName(flag: string): string {
  return `SAMPAN_${flag.toUpperCase().replaceAll('-', '_')}`;
}
