/** The page's locks alone, for the test that opens several tabs. */
import { locks } from '../../packages/sdk/src/platforms/web/locks.ts';

// eslint-disable-next-line no-restricted-syntax -- a bundle gives its default export
export default (name: string): Promise<(() => void) | undefined> => locks.tryLock(name);
