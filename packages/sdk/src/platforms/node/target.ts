/** Splits a URL into host, port and path without normalising it, because signatures cover the exact path. */

/** An address in the parts that connections and requests are made of. */
export interface Target {
  readonly isSecure: boolean;
  /** With the port when one is given. */
  readonly host: string;
  /** Without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** Path and query. */
  readonly path: string;
  readonly href: string;
}

type Origin = Omit<Target, 'path' | 'href'>;

/** Requests of one client go to few origins, mostly to the one before. */
let last: { readonly text: string; readonly origin: Origin } | undefined;

/**
 * Reads an address. A path of visible ASCII is taken as it is written and signed: `URL` would remove `/./` and `/../`,
 * which are part of a key.
 */
export function targetOf(href: string): Target {
  const slash = href.indexOf('/', 'https://'.length);
  const path = slash < 0 ? '' : href.slice(slash);
  const text = href.slice(0, href.length - path.length);
  const isKnown = last?.text === text;
  if (path === '' || /[^!"$-~]/.test(path) || (!isKnown && /[?#@]/.test(text))) {
    const url = new URL(href);
    return { ...originOf(url), path: url.pathname + url.search, href: url.href };
  }
  if (!last || !isKnown) last = { text, origin: originOf(new URL(text)) };
  const { isSecure, host, hostname, port } = last.origin;
  return { isSecure, host, hostname, port, path, href };
}

function originOf({ protocol, host, hostname, port }: URL): Origin {
  const isSecure = protocol === 'https:';
  return { isSecure, host, hostname: bare(hostname), port: Number(port || (isSecure ? 443 : 80)) };
}

/** IPv6 addresses stand in brackets in an address and without them everywhere else. */
export function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}
