/**
 * Tracks whether a mini program is in the foreground and online. WeChat ends unfinished requests 5 s after the app went
 * to the background (https://developers.weixin.qq.com/miniprogram/dev/framework/ability/network.html). Listeners of the
 * host are set once, when the first instance is made, and serve all that follow.
 */
import type { Lifecycle } from '../../core/platform.ts';
import type { MiniHost } from './host.ts';

const known = new WeakMap<object, Lifecycle>();

/** The lifecycle port of a mini program host. */
export function lifecycleOf(host: MiniHost): Lifecycle {
  const found = known.get(host);
  if (found) return found;
  const made = listen(host);
  known.set(host, made);
  return made;
}

function listen(host: MiniHost): Lifecycle {
  const listeners = new Set<() => void>();
  let isVisible = true;
  let isOnline = true;
  const change = (apply: () => void): void => {
    const before = `${isVisible} ${isOnline}`;
    apply();
    if (`${isVisible} ${isOnline}` !== before) for (const listener of [...listeners]) listener();
  };

  // Since WeChat 2.1.2; older ones are taken to be in front.
  host.onAppHide?.(() => change(() => (isVisible = false)));
  host.onAppShow?.(() => change(() => (isVisible = true)));
  let isTold = false;
  host.onNetworkStatusChange?.(({ isConnected }) => {
    isTold = true;
    change(() => (isOnline = isConnected));
  });
  host.getNetworkType?.({
    success({ networkType }) {
      if (!isTold) change(() => (isOnline = networkType !== 'none'));
    },
    fail: () => undefined,
  });
  return {
    isOnline: () => isOnline,
    isVisible: () => isVisible,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
