/** The page that the address names. It is in the part after `#`, so that the service answers one file for all pages. */
import { shallowRef } from 'vue';

export type Route =
  | { readonly page: 'buckets' }
  | { readonly page: 'objects'; readonly bucket: string; readonly region: string; readonly prefix: string }
  | { readonly page: 'unfinished'; readonly bucket: string; readonly region: string }
  | { readonly page: 'settings'; readonly bucket: string; readonly region: string; readonly tab: string }
  | { readonly page: 'uploads' }
  | { readonly page: 'requests' }
  | { readonly page: 'laboratory' }
  | { readonly page: 'figures' };

/** Where the page is now. */
export const route = shallowRef<Route>(readRoute(location.hash));

/** Follows the address for as long as the page lives. */
export function followAddress(): void {
  addEventListener('hashchange', () => {
    route.value = readRoute(location.hash);
  });
}

/** Goes to a page; the browser's way back leads to the present one. */
export function go(to: Route): void {
  location.hash = addressOf(to);
}

/** The address of a page, for links. */
export function addressOf(to: Route): string {
  if (to.page === 'objects')
    return hash(
      'buckets',
      to.bucket,
      to.region,
      'objects',
      ...to.prefix.split('/').filter((_, at, all) => at < all.length - 1),
    );
  if (to.page === 'unfinished') return hash('buckets', to.bucket, to.region, 'unfinished');
  if (to.page === 'settings') return hash('buckets', to.bucket, to.region, 'settings', to.tab);
  return hash(to.page);
}

/** Reads an address; one that names nothing leads to the buckets. */
export function readRoute(address: string): Route {
  const [page, ...rest] = address
    .replace(/^#?\/?/, '')
    .split('/')
    .map(decoded);
  if (page === 'uploads' || page === 'requests' || page === 'laboratory' || page === 'figures')
    return { page };
  const [bucket, region, inside, ...words] = rest;
  if (page !== 'buckets' || !bucket || !region) return { page: 'buckets' };
  if (inside === 'settings') return { page: 'settings', bucket, region, tab: words[0] ?? '' };
  if (inside === 'unfinished') return { page: 'unfinished', bucket, region };
  return { page: 'objects', bucket, region, prefix: words.map((word) => `${word}/`).join('') };
}

function hash(...words: readonly string[]): string {
  return `#/${words.map(encodeURIComponent).join('/')}`;
}

function decoded(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}
