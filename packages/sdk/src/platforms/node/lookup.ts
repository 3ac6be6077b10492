/** Resolves host names for Node, with `localhost` and its subdomains as loopback. */
import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';

type Found = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

/**
 * Resolves `localhost` and every name below it to the loopback address itself, as RFC 6761 section 6.3 asks and
 * browsers do; many systems' resolvers know no `bucket.cos.region.localhost`, and a local service lives there.
 */
export function lookup(hostname: string, options: LookupOptions, found: Found): void {
  if (!/(^|\.)localhost\.?$/i.test(hostname)) {
    systemLookup(hostname, options, found);
    return;
  }
  const family = options.family === 6 || options.family === 'IPv6' ? 6 : 4;
  const address = family === 6 ? '::1' : '127.0.0.1';
  if (options.all) found(null, [{ address, family }]);
  else found(null, address, family);
}
