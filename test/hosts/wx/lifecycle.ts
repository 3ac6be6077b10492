import { settleOrPromise } from './callbacks.ts';
import type { Callbacks } from './callbacks.ts';
import type { AppProcess } from './process.ts';

/** Foreground and background, and the state of the network: the events a program hears and the state it may ask for. */

/** Network types of WeChat. */
export type NetworkType = 'wifi' | '2g' | '3g' | '4g' | '5g' | 'unknown' | 'none';

/** The radio of the device; it outlives the program's runs. */
export interface Radio {
  networkType: NetworkType;
  weak: boolean;
}

type Listener = (result: object) => void;

/** Registered listeners of one event, called in the program's own time. */
export interface EventSource {
  on(listener: Listener): void;
  /** Without a listener, removes them all. */
  off(listener?: Listener): void;
  emit(result: object): void;
}

/** Creates an event source of `app`. */
export function createEvent(app: AppProcess): EventSource {
  let listeners: Listener[] = [];
  return {
    on(listener) {
      listeners.push(listener);
    },
    off(listener) {
      listeners = listener ? listeners.filter((known) => known !== listener) : [];
    },
    emit(result) {
      for (const listener of listeners) {
        app.deliver(() => {
          // Removed in the meantime: WeChat no longer calls it either.
          if (listeners.includes(listener)) listener(result);
        });
      }
    },
  };
}

/** The events of a program. */
export interface AppEvents {
  readonly show: EventSource;
  readonly hide: EventSource;
  readonly network: EventSource;
  readonly weakNetwork: EventSource;
}

/** Creates the event sources of `app`. */
export function createEvents(app: AppProcess): AppEvents {
  return {
    show: createEvent(app),
    hide: createEvent(app),
    network: createEvent(app),
    weakNetwork: createEvent(app),
  };
}

/** The event part of `wx`. */
export function lifecycleApi(app: AppProcess, events: AppEvents, radio: Radio, promises: boolean) {
  return {
    onAppShow: events.show.on,
    offAppShow: events.show.off,
    onAppHide: events.hide.on,
    offAppHide: events.hide.off,
    onNetworkStatusChange: events.network.on,
    offNetworkStatusChange: events.network.off,
    onNetworkWeakChange: events.weakNetwork.on,
    offNetworkWeakChange: events.weakNetwork.off,
    getNetworkType: (option: Callbacks = {}) =>
      settleOrPromise(app, 'getNetworkType', option, promises, (settle) => {
        settle.ok({
          networkType: radio.networkType,
          signalStrength: radio.networkType === 'none' ? 0 : -50,
          hasSystemProxy: false,
          weakNet: radio.weak,
        });
      }),
  };
}
