/**
 * Tracks whether a web page is online and not frozen. A hidden tab goes on uploading; only one that the browser froze,
 * which it does to tabs that were hidden for long, counts as being in the background
 * (https://developer.chrome.com/docs/web-platform/page-lifecycle-api).
 */
import type { Lifecycle } from '../../core/platform.ts';

/** Makes the page's lifecycle; nothing is listened to before someone asks for changes. */
export function createLifecycle(): Lifecycle {
  let isFrozen = false;
  const listeners = new Set<() => void>();
  const notify = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const freeze = (): void => {
    isFrozen = true;
    notify();
  };
  const resume = (): void => {
    isFrozen = false;
    notify();
  };
  const listen = (change: 'addEventListener' | 'removeEventListener'): void => {
    // In a worker there is no document, and it is frozen together with its page.
    if (typeof document !== 'undefined') {
      document[change]('freeze', freeze);
      document[change]('resume', resume);
    }
    globalThis[change]('online', notify);
    globalThis[change]('offline', notify);
  };
  return {
    isOnline: () => navigator.onLine,
    isVisible: () => !isFrozen,
    onChange(listener) {
      if (listeners.size === 0) listen('addEventListener');
      listeners.add(listener);
      return () => {
        if (!listeners.delete(listener) || listeners.size > 0) return;
        listen('removeEventListener');
        isFrozen = false;
      };
    },
  };
}
