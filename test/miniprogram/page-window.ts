/** The document that a runtime of WeChat draws into: jsdom's, as globals, because the runtimes look there. */
import { createRequire } from 'node:module';

const names = [
  ...[
    'document',
    'HTMLElement',
    'Element',
    'Node',
    'Text',
    'Event',
    'CustomEvent',
    'TouchEvent',
    'MutationObserver',
  ],
  ...[
    'getComputedStyle',
    'requestAnimationFrame',
    'cancelAnimationFrame',
    'CSSStyleDeclaration',
    'DocumentFragment',
  ],
];

/** The part of jsdom that is used; it publishes no types. */
interface Jsdom {
  readonly JSDOM: new (html: string, options: object) => { readonly window: Window };
}

/** Makes the document, once for a test file. */
export function openWindow(): void {
  const require = createRequire(import.meta.url);
  const { JSDOM } = require('jsdom') as Jsdom;
  const { window } = new JSDOM('<!doctype html><html><head></head><body></body></html>', {
    url: 'http://127.0.0.1/',
    pretendToBeVisual: true,
  });
  const target = globalThis as Record<string, unknown>;
  target['window'] = window;
  for (const name of names) {
    const value: unknown = (window as unknown as Record<string, unknown>)[name];
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
}

/** Touches an element as a finger does: down and up again on the same spot. */
export function touch(element: Element): void {
  const point = { identifier: 1, target: element, clientX: 1, clientY: 1, pageX: 1, pageY: 1 };
  const send = (type: string, touches: readonly object[]): void => {
    const event = new Event(type, { bubbles: true, cancelable: true, composed: true });
    element.dispatchEvent(Object.assign(event, { touches, targetTouches: touches, changedTouches: [point] }));
  };
  send('touchstart', [point]);
  send('touchend', []);
}
