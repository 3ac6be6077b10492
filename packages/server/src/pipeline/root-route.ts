/** Reserved routes that only the holder of the service's root key may use. */
import { fault } from '@sampan/protocol';
import type { SignedRequest } from '../access/coverage.ts';
import { writtenAs, type Identity } from '../access/identity.ts';
import { readReservedAddress } from '../http/request-address.ts';
import type { ReservedRoute } from '../http/message.ts';
import { signedRequest } from './authorize-request.ts';

/** How a caller is found out, and whether it is the one who may. */
export interface RootCheck {
  /** Throws the documented error for a signature that does not hold. */
  authenticate(request: SignedRequest): { readonly identity: Identity };
  /** Account number of the main account. */
  readonly rootUin: string;
}

/**
 * A route for the root key alone. Requests are signed as those of COS are, over the path `/-/…` with its query, in the
 * header or in the query. Throws `AccessDenied` for everybody else, and the documented error for a signature that does not hold.
 */
export function rootRoute(route: ReservedRoute, { authenticate, rootUin }: RootCheck): ReservedRoute {
  return async (request, below) => {
    const { identity } = authenticate(signedRequest({ request, address: readReservedAddress(request) }));
    const isRoot = identity.kind === 'root' && identity.uin === rootUin;
    if (!isRoot)
      throw fault('AccessDenied', { Message: 'Only the root key of the service may ask for this.' });
    const answered = await route(request, below);
    return { ...answered, identity: writtenAs(identity) };
  };
}
