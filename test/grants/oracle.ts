/**
 * Says whether a request is allowed, written from the documentation and not from the service: tables of who, where, what
 * and how much was signed. Nothing of the service or of the protocol package is used here.
 */

export const identities = ['root', 'full', 'reader', 'nobody', 'stranger', 'anonymous'] as const;
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
  readonly action: 'GetObject' | 'PutObject' | 'PutObjectACL' | 'DeleteObject' | 'GetBucket';
  readonly version: 'current' | 'old';
  /** What the list that comes along amounts to; absent: none comes. */
  readonly acl?: readonly string[];
}

const put = (...acl: string[]): Wish => ({
  action: 'PutObject',
  version: 'current',
  ...(acl.length > 0 ? { acl } : {}),
});
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
  'put-folder': [put()],
  'put-folder-public': [
    put('public-read'),
    { action: 'PutObjectACL', version: 'current', acl: ['public-read'] },
  ],
  copy: [put(), get('current')],
  'copy-version': [put(), get('old')],
  'delete-many': [remove('current')],
  'delete-many-version': [remove('old')],
  list: [{ action: 'GetBucket', version: 'current' }],
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
  const { action, version, acl = [] } = wish;
  if (policy === 'deny-reader-get' && who === 'reader' && action === 'GetObject') return false;
  if (policy === 'anyone-reads' && action === 'GetObject') return true;
  const publicly: Readonly<Record<Spec['list'], readonly string[]>> = {
    private: [],
    'public-read': ['GetObject', 'GetBucket'],
    'public-read-write': ['GetObject', 'GetBucket', 'PutObject', 'DeleteObject'],
  };
  // A condition that is not met denies nothing but what the policy denies by name.
  if (policy === 'nobody-puts-unless-public' && who === 'nobody' && acl.includes('public-read')) return false;
  if (publicly[list].includes(action)) return true;
  switch (who) {
    case 'anonymous':
      return false;
    case 'root':
    case 'full':
      return true;
    case 'reader':
      return action === 'GetObject';
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
