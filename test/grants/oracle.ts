/**
 * Says whether a request is allowed, written from the documentation and not from the service: tables of who, where, what
 * and how much was signed. Nothing of the service or of the protocol package is used here.
 */

/** Who holds permanent keys, or none. `writer` may put below `w/`, `unreading` may do all but read. */
const holders = ['root', 'full', 'reader', 'nobody', 'writer', 'unreading', 'stranger', 'anonymous'] as const;
type Holder = (typeof holders)[number];

/** Temporary keys: whose they are. What their policies say is in `sessionAllows` and `sessionDenies`. */
export const sessions = {
  'temp-full': 'full',
  'temp-reading': 'full',
  'temp-of-reader': 'reader',
  'temp-of-nobody': 'nobody',
  'temp-of-stranger': 'stranger',
  'temp-private': 'root',
  'temp-below': 'root',
  'temp-unreading': 'root',
} as const satisfies Readonly<Record<string, Holder>>;
export type Session = keyof typeof sessions;

export const identities = [...holders, ...(Object.keys(sessions) as Session[])] as const;
export const addresses = [
  'virtual',
  'path',
  'short',
  'short-of-other',
  'absolute',
  'absolute-other',
] as const;
export const deeds = [
  'get',
  'get-version',
  'put',
  'put-public',
  'put-granted',
  'put-private-granted',
  'put-private',
  'put-folder',
  'put-folder-public',
  'copy',
  'copy-version',
  'delete-many',
  'delete-many-version',
  'list',
  'form',
  'form-public',
] as const;
export const policies = [
  'none',
  'anyone-reads',
  'deny-reader-get',
  'stranger-reads-current',
  'nobody-puts-privately',
  'nobody-puts-unless-public',
  'nobody-deletes-current',
  'stranger-lists',
] as const;
export const lists = ['private', 'public-read', 'public-read-write'] as const;

export interface Spec {
  readonly mode: 'cos' | 'strict';
  readonly who: (typeof identities)[number];
  readonly address: (typeof addresses)[number];
  readonly deed: (typeof deeds)[number];
  readonly policy: (typeof policies)[number];
  readonly list: (typeof lists)[number];
  readonly signsHost: boolean;
  readonly signsHeaders: boolean;
  readonly signsQuery: boolean;
}

interface Wish {
  readonly action: 'GetObject' | 'PutObject' | 'PutObjectACL' | 'PostObject' | 'DeleteObject' | 'GetBucket';
  readonly version: 'current' | 'old';
  /** The folder of the key. */
  readonly folder?: 'w';
  /** What the list that comes along amounts to; absent: none comes. */
  readonly acl?: readonly string[];
}

const put = (...acl: string[]): Wish => ({
  action: 'PutObject',
  version: 'current',
  folder: 'w',
  ...(acl.length > 0 ? { acl } : {}),
});
const elsewhere = ({ folder: _, ...wish }: Wish): Wish => wish;
const get = (version: Wish['version']): Wish => ({ action: 'GetObject', version });
const remove = (version: Wish['version']): Wish => ({ action: 'DeleteObject', version });

/** What each deed wants; all of it must be allowed. */
const wishes: Readonly<Record<Spec['deed'], readonly Wish[]>> = {
  get: [get('current')],
  'get-version': [get('old')],
  put: [put()],
  'put-public': [put('public-read')],
  'put-granted': [put('grant')],
  'put-private-granted': [put('private', 'grant')],
  'put-private': [put('private')],
  'put-folder': [elsewhere(put())],
  'put-folder-public': [
    elsewhere(put('public-read')),
    { action: 'PutObjectACL', version: 'current', acl: ['public-read'] },
  ],
  copy: [put(), get('current')],
  'copy-version': [put(), get('old')],
  'delete-many': [remove('current')],
  'delete-many-version': [remove('old')],
  list: [{ action: 'GetBucket', version: 'current' }],
  form: [{ action: 'PostObject', version: 'current', folder: 'w' }],
  'form-public': [{ action: 'PostObject', version: 'current', folder: 'w', acl: ['public-read'] }],
};

const hasHeaders = (deed: Spec['deed']) =>
  deed.startsWith('copy') || /^put-(public|granted|private|private-granted|folder-public)$/.test(deed);
const hasQuery = (deed: Spec['deed']) => /^(get-version|delete-many.*|list)$/.test(deed);

/** Whether the service must do what is asked. */
export function isAllowed(spec: Spec): boolean {
  return isSignatureGood(spec) && wishes[spec.deed].every((wish) => isGranted(spec, wish));
}

function isSignatureGood({ mode, who, address, deed, signsHost, signsHeaders, signsQuery }: Spec): boolean {
  if (address === 'absolute-other') return false;
  if (who === 'anonymous') return true;
  // A form is signed by its policy: `signsHost` is a condition on the bucket, `signsHeaders` one on the list.
  if (deed === 'form-public' && !signsHeaders) return false;
  if (deed.startsWith('form')) return signsHost || mode === 'cos';
  if (deed.startsWith('copy') && !signsHeaders) return false;
  if (address === 'short-of-other') return false;
  if (address === 'short' && mode === 'strict') return false;
  // Without a parameter that is covered, a GET of / reads as the list of all buckets.
  if (address === 'short' && deed === 'list' && !signsQuery) return false;
  if (mode === 'cos') return true;
  const inHost = address === 'virtual' || address === 'absolute';
  return (signsHost || !inHost) && (signsHeaders || !hasHeaders(deed)) && (signsQuery || !hasQuery(deed));
}

function isGranted({ who, policy, list }: Spec, wish: Wish): boolean {
  const { action, acl = [] } = wish;
  const session = who in sessions ? (who as Session) : undefined;
  const holder = session ? sessions[session] : (who as Holder);
  // Denials come first, whoever says them.
  if (policy === 'deny-reader-get' && holder === 'reader' && action === 'GetObject') return false;
  // A condition that is not met denies nothing but what the policy denies by name.
  if (policy === 'nobody-puts-unless-public' && holder === 'nobody' && acl.includes('public-read'))
    return false;
  if ((holder === 'unreading' || session === 'temp-unreading') && action === 'GetObject') return false;
  if (policy === 'anyone-reads' && action === 'GetObject') return true;
  const publicly: Readonly<Record<Spec['list'], readonly string[]>> = {
    private: [],
    'public-read': ['GetObject', 'GetBucket'],
    'public-read-write': ['GetObject', 'GetBucket', 'PutObject', 'PostObject', 'DeleteObject'],
  };
  if (publicly[list].includes(action)) return true;
  return (session === undefined || sessionAllows(session, wish)) && holderMay(holder, policy, wish);
}

/** Whether the policy that a temporary key was asked for with allows it. */
function sessionAllows(session: Session, { action, acl = [], folder }: Wish): boolean {
  switch (session) {
    case 'temp-reading':
      return action === 'GetObject';
    case 'temp-private':
      return action === 'PutObject' && acl.length === 1 && acl[0] === 'private';
    case 'temp-below':
      return folder === 'w' && (action === 'PutObject' || action === 'PostObject');
    default:
      return true;
  }
}

/** What someone may do by policies of users and of the bucket. */
function holderMay(
  holder: Holder,
  policy: Spec['policy'],
  { action, version, acl = [], folder }: Wish,
): boolean {
  switch (holder) {
    case 'anonymous':
      return false;
    case 'root':
    case 'full':
    case 'unreading':
      return true;
    case 'reader':
      return action === 'GetObject';
    case 'writer':
      return action === 'PutObject' && folder === 'w';
    case 'stranger':
      if (policy === 'stranger-reads-current')
        return (action === 'GetObject' || action === 'PutObject') && version === 'current';
      return policy === 'stranger-lists' && action === 'GetBucket';
    case 'nobody':
      if (policy === 'nobody-puts-privately')
        return action === 'PutObject' && acl.length === 1 && acl[0] === 'private';
      if (policy === 'nobody-puts-unless-public') return action === 'PutObject';
      return policy === 'nobody-deletes-current' && action === 'DeleteObject' && version === 'current';
  }
}
