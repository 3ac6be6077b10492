/** Where results and requests of one method differ between hosts, or from the official SDK of the host, and why. */
import type { Difference } from './normal.ts';
import type { Theatre } from './theatre.ts';

interface Reason {
  readonly why: string;
  readonly hosts?: readonly Theatre['host'][];
  readonly call?: RegExp;
  readonly path: RegExp;
  readonly when?: (difference: Difference) => boolean;
  /** Whether runs go well without it: the host decides by itself. */
  readonly isRare?: boolean;
}

const absent = 'absent';
const ofMini = ['wx'] as const;
const ofPage = ['web'] as const;

/** In these Node stands where the official SDK does. */
const betweenHosts: readonly Reason[] = [
  {
    why: 'WeChat gives every request a type',
    hosts: ofMini,
    path: /^sent\.\d+\.headers\.content-type$/,
    when: ({ official, ours }) =>
      official === absent && /^application\/(json|octet-stream)$/.test(String(ours)),
  },
  {
    why: 'a page gives every body a type',
    hosts: ofPage,
    path: /^sent\.\d+\.headers\.content-type$/,
    when: ({ official, ours }) => official === absent && ours === 'application/octet-stream',
  },
  {
    why: 'bytes are those of the host: a Buffer on Node, text elsewhere',
    path: /^reply\.data\.Body$/,
    call: /^getObject/,
    when: ({ official, ours }) => /^\d+ bytes$/.test(String(official)) && /^hel?lo$|^el$/.test(String(ours)),
  },
  { why: 'forms name their file as the host does', call: /^postObject/, path: /^sent\.0\.body$/ },
  {
    why: 'small files of a mini program leave by a form',
    hosts: ofMini,
    call: /^uploadFiles?($|:)/,
    path: /^sent\.\d+\.(body|method|path|headers\.content-type)$/,
  },
  {
    why: 'files have paths, and names of their own',
    call: /^uploadFiles/,
    path: /^reply\.data\.files\.\d\.options\.(FilePath|TaskId)$/,
  },
  { why: 'pages cannot send OPTIONS by themselves', hosts: ofPage, call: /^optionsObject/, path: /./ },
  {
    why: 'a page has a cache, which answers by itself or asks whether what it has is still good',
    hosts: ofPage,
    path: /^sent\.\d+(\.headers\.(cache-control|if-none-match|if-modified-since))?$/,
    call: /^(getObject|headObject: unchanged|sliceCopyFile)/,
  },
  { why: 'it names the time', call: /^getV4Auth/, path: /^reply\.value$/ },
];

const fromOfficial: readonly Reason[] = [
  { why: 'Region is also a parameter of the list', call: /^getService/, path: /^sent\.\d\.query\.0$/ },
  {
    why: 'the official SDK for pages knows no service but that of the vendor',
    hosts: ofPage,
    call: /^getService/,
    path: /^(reply\.(data|error)|sent\.0)/,
  },
  {
    why: 'an answer without a document, as to HEAD, is told by what its status means and what was called',
    call: /: of none$/,
    path: /^reply\.error\.(code|message|name)$/,
  },
  {
    why: 'errors name the code of the service; the official message of this one is another',
    call: /^getBucketPolicy: of none/,
    path: /^reply\.error\.(code|message|error\.(ErrorStatus|code|message|method|statusCode|url))$/,
  },
  {
    why: 'both spellings of the code mean that there are no rules; the official SDKs know one of them',
    call: /^getBucketReplication: (of none|after it was refused)$/,
    path: /^reply\.(data|error)$/,
  },
  {
    why: 'restartTask gives a promise of the second run',
    call: /^restartTask/,
    path: /^reply\.value$/,
  },
  {
    why: 'a member without a value is left out',
    path: /ResponseVary$/,
    when: ({ official }) => official === null,
  },
  {
    why: 'the official result has the name of another document',
    call: /^getBucketReferer: of none/,
    path: /WebsiteConfiguration$/,
  },
  {
    why: 'the official result has no rules, because it reads another name',
    call: /^getBucketEncryption$/,
    path: /^reply\.data\.(ServerSideEncryptionConfiguration|EncryptionConfiguration)/,
  },
  {
    why: 'what did not change is a result and no error',
    call: /unchanged$/,
    path: /^reply\.(data|error)$/,
  },
  {
    why: 'DataType and RawBody text hold on Node too',
    hosts: ['node'],
    call: /^(getObject: text|request: raw)$/,
    path: /^reply\.data\.Body$/,
  },
  {
    why: 'the official putObject takes no path on Node',
    hosts: ['node'],
    call: /^putObject: a file/,
    path: /^(reply\.(data|error)|sent\.0)/,
  },
  {
    why: 'addresses in errors have their query, without what signs',
    path: /^reply\.error\.url$/,
  },
  {
    why: 'without DiscoverUploads the service is not searched for an unfinished upload',
    call: /^sliceUploadFile/,
    path: /^sent\./,
  },
  {
    why: 'a batch gives back what the caller passed',
    call: /^uploadFiles/,
    path: /^reply\.data\.files\.\d\.options\./,
  },
  {
    why: 'forms differ in the order and number of fields',
    call: /^(uploadFile|postObject)/,
    path: /^sent\.\d\.body$/,
  },
  { why: 'the official getAuth has no KeyTime', call: /^getAuth/, path: /^reply\.value$/ },
  {
    why: 'who may write an object is no grant of objects, as in the other official SDKs',
    hosts: ofMini,
    call: /^getObjectAcl/,
    path: /GrantWrite$/,
  },
  {
    why: 'an error has a code and a message on all hosts',
    hosts: ofPage,
    path: /^reply\.error\.(code|message|error)/,
  },
  {
    why: 'what the service does not implement is asked once',
    hosts: ofPage,
    call: /^(postBucketInventory|selectObjectContent)/,
    path: /^sent\.[123]$/,
  },
  {
    why: 'the cache of a page may have what one of the two asks for',
    hosts: ofPage,
    call: /^getObject/,
    path: /^sent\.\d$/,
    when: ({ official, ours }) => official === absent || ours === absent,
    isRare: true,
  },
  { why: 'a copy has no address of its own', hosts: ofPage, call: /^putObjectCopy/, path: /Location$/ },
];

const used = new Set<Reason>();

function explains(
  reasons: readonly Reason[],
  host: Theatre['host'],
  call: string,
  found: Difference,
): boolean {
  const reason = reasons.find(
    ({ hosts, call: calls, path, when }) =>
      (hosts?.includes(host) ?? true) &&
      (calls?.test(call) ?? true) &&
      path.test(found.path) &&
      (when?.(found) ?? true),
  );
  if (reason) used.add(reason);
  return reason !== undefined;
}

/** Whether a host may differ from Node in this. */
export const explainHost = (host: Theatre['host'], call: string, found: Difference): boolean =>
  explains(betweenHosts, host, call, found);

/** Whether this SDK may differ from the official one of the host in this. */
export const explainOfficial = (host: Theatre['host'], call: string, found: Difference): boolean =>
  explains(fromOfficial, host, call, found);

/** Reasons that nothing needed. */
export const unusedReasons = (): string[] =>
  [...betweenHosts, ...fromOfficial]
    .filter((reason) => !reason.isRare && !used.has(reason))
    .map(({ why }) => why);
