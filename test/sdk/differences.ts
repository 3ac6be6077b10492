/**
 * Where this SDK and the official ones differ, and why. A difference that no entry here allows fails the test, and so
 * does an entry that nothing needs.
 */
import type { Difference } from './normal.ts';

type Host = 'wx' | 'web' | 'node';

/** One reason. */
interface Reason {
  readonly why: string;
  /** Default: every host. */
  readonly hosts?: readonly Host[];
  /** Default: every scenario. */
  readonly scenario?: RegExp;
  readonly path: RegExp;
  /** Further conditions, on the values. */
  readonly when?: (difference: Difference) => boolean;
}

const absent = 'absent';
const onlyOurs = ({ official }: Difference): boolean => official === absent;
const paramCheck = /: without (Bucket|Region|Key|Body)$/;

const reasons: readonly Reason[] = [
  {
    why: 'results say more: what proves them and what it took',
    path: /(^|\.)(CRC64|verified|sentBytes|resentBytes|resumedBytes)$/,
    when: onlyOurs,
  },
  {
    why: 'results of uploads have the same fields whatever way a file was sent',
    scenario: /^(uploadFile|uploadFiles|sliceUploadFile):/,
    path: /data\.(Bucket|Region|Key|RequestId)$/,
    when: onlyOurs,
  },
  {
    why: 'progress and tasks tell the time left',
    path: /(\.timeLeft|^fields\.\d+)$/,
    when: ({ ours, official }) => official === absent && (ours === 'timeLeft' || ours === 'a timeLeft'),
  },
  {
    why: 'errors are of one kind on all hosts: each has a code, a message, and whether trying again may help',
    path: /^(error\.|again\.error\.)?(code|message|retryable)$/,
    when: onlyOurs,
  },
  {
    why: 'errors of the service name the request that they answer',
    path: /^error\.message$/,
    when: ({ ours, official }) =>
      typeof ours === 'string' && typeof official === 'string' && ours.startsWith(`${official} (`),
  },
  {
    why: 'errors say whether trying again may help',
    path: /(^|\.)retryable$/,
    when: onlyOurs,
  },
  {
    why: 'parameter errors have a code of their own instead of `Error`',
    scenario: paramCheck,
    path: /^error\.code$/,
    hosts: ['web', 'node'],
  },
  {
    why: 'the official error of a parameter holds a copy of itself, or nothing; here it is the text, as in mini programs',
    scenario: paramCheck,
    path: /^error\.error$/,
    hosts: ['web', 'node'],
  },
  {
    why: 'the official error of a parameter lists its name; here it is an Error, whose name is not listed',
    scenario: paramCheck,
    path: /^error\.name$/,
    hosts: ['node'],
  },
  {
    why: 'a missing body is told in the same words on all hosts',
    scenario: /without Body$/,
    path: /^error\.message$/,
    hosts: ['web'],
  },
  {
    why: 'an answer without a document, as to HEAD, is told by what its status means',
    scenario: /headObject: no object/,
    path: /^error\.(code|message|name|error(\.(Code|Message))?)$/,
  },
  {
    why: 'the address of an error is the one that was called, with its query',
    path: /(^|\.)url$/,
    when: ({ official, ours }) => String(ours).startsWith(String(official)),
  },
  {
    why: 'uploads are begun without asking for unfinished ones of others first, so another request is refused',
    scenario: /sliceUploadFile: refused/,
    path: /(\.Resource|\.url|\.method|content-length|\.UploadId|^error\.UploadId)$/,
  },
  {
    why: 'errors of uploads in parts read on both levels: as in mini programs one deeper, and as everywhere else',
    scenario: /sliceUploadFile: refused/,
    path: /^error\.(err$|error\.|RequestId$|headers$|method$|statusCode$|url$)/,
  },
  {
    why: 'a cancelled upload calls back, with an AbortedError, instead of never',
    scenario: /^queue: cancel$/,
    path: /^calls$/,
  },
  {
    why: 'the official list forgets a cancelled task that was the only one',
    scenario: /^queue: cancel$/,
    path: /^state$/,
    hosts: ['wx', 'node'],
  },
  {
    why: 'UploadId is asked for before anything is sent',
    scenario: /multipartUpload: without UploadId/,
    path: /^error\./,
  },
  {
    why: 'the index of a file is a number on all hosts',
    scenario: /^uploadFiles/,
    path: /options\.Index$/,
    hosts: ['web', 'node'],
  },
  {
    why: 'a file has only the parameters that were given',
    scenario: /^uploadFiles/,
    path: /options\.ContentLength$/,
    hosts: ['node'],
  },
  {
    why: 'files lie in different folders',
    scenario: /^uploadFiles/,
    path: /options\.FilePath$/,
    hosts: ['node'],
  },
  {
    why: 'putObject takes a path on Node too',
    scenario: /picked file by its path/,
    path: /^(data|error)$|^stored\./,
    hosts: ['node'],
  },
  {
    why: 'lists are always there',
    scenario: /^multipart: begin, list/,
    path: /CommonPrefixes$/,
    hosts: ['web', 'node'],
  },
  {
    why: 'the progress of a string counts its bytes',
    scenario: /with progress$/,
    path: /^last\.(loaded|total|percent)$/,
    hosts: ['wx'],
  },
  {
    why: 'without ContentType the type is that of the file, or else what the name of the key says, on all hosts',
    path: /headers\.content-type$/,
    when: ({ ours }) => ours !== 'application/xml',
  },
  {
    why: 'TaskReady is called, as the guide says',
    scenario: /with TaskReady$/,
    path: /^ready(\.0)?$/,
    hosts: ['wx'],
  },
  {
    why: 'the official error tells of its own switching of hosts',
    path: /^error\.switchHost$/,
    hosts: ['node'],
  },
];

/** Scenarios in which an official SDK fails so that nothing can be compared. */
export const notCompared: readonly {
  readonly why: string;
  readonly host: Host;
  readonly scenario: RegExp;
}[] = [
  {
    why: 'cos-nodejs-sdk-v5 3.0.0 throws outside any promise when a restarted task completes without an ETag',
    host: 'node',
    scenario: /^queue: pause/,
  },
];

const used = new Map<Reason, Set<Host>>();

/** Whether a difference is one that has a reason. */
export function explain(host: Host, scenario: string, difference: Difference): boolean {
  const found = reasons.filter(
    ({ hosts, scenario: of, path, when }) =>
      (!hosts || hosts.includes(host)) &&
      (!of || of.test(scenario)) &&
      path.test(difference.path) &&
      (!when || when(difference)),
  );
  for (const reason of found) used.set(reason, (used.get(reason) ?? new Set()).add(host));
  return found.length > 0;
}

/** Reasons that nothing needed on the hosts that were compared. */
export function unusedReasons(compared: readonly Host[]): string[] {
  return reasons
    .filter(
      (reason) => (reason.hosts ?? compared).some((host) => compared.includes(host)) && !used.has(reason),
    )
    .map(({ why }) => why);
}
