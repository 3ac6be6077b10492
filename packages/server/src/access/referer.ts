/** Which pages may link to a bucket's objects. Source: https://cloud.tencent.com/document/product/436/31423 */
import { fault } from '@sampan/protocol';
import type { Json } from '../metadata/port.ts';
import { wildcard } from './conditions.ts';

/** A document as PUT Bucket referer stored it. */
interface RefererDocument {
  readonly Status: 'Enabled' | 'Disabled';
  readonly RefererType?: 'Black-List' | 'White-List';
  readonly DomainList?: { readonly Domain: readonly string[] };
  readonly EmptyReferConfiguration?: 'Allow' | 'Deny';
}

/** Throws `AccessDenied` when the page that a request comes from may not link here. */
export function refuseReferer(config: Json | undefined, referer: string | undefined): void {
  if (config === undefined || config === null) return;
  const document = config as unknown as RefererDocument;
  if (document.Status !== 'Enabled') return;
  const allowed =
    referer === undefined || referer === ''
      ? document.EmptyReferConfiguration === 'Allow'
      : listed(document, referer) === (document.RefererType === 'White-List');
  if (!allowed) throw fault('AccessDenied', { Message: 'You are denied by bucket referer rule' });
}

/**
 * Whether a page is named by a list. An entry, with `*`, is the beginning of an address without its scheme: `www.example.com`
 * names `www.example.com.cn` too. Source: https://cloud.tencent.com/document/product/436/13319
 */
function listed({ DomainList }: RefererDocument, referer: string): boolean {
  const page = referer.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').toLowerCase();
  return (DomainList?.Domain ?? []).some((domain) => {
    const entry = domain
      .trim()
      .toLowerCase()
      .replace(/^[a-z]+:\/\//, '')
      .replace(/\/$/, '');
    return entry !== '' && wildcard(`${entry}*`).test(page);
  });
}
