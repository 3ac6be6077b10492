/** The `x-cos-callback` header, which this service refuses. */
import { fault } from '@sampan/protocol';

/** Refuses what only the vendor's own network can do: calling another service after an upload. */
export function refuseCallback(callback: string | undefined): void {
  if (callback !== undefined)
    throw fault('NotImplemented', { Message: 'x-cos-callback is not implemented.' });
}
