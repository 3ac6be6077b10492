/** WeChat's older runtime, exparser, as `miniprogram-simulate` carries it, with templates compiled by WeChat's `wcc`. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { shownText, type PageNode, type PageView, type Runtime } from './runtime.ts';
import { touch } from './page-window.ts';

interface Simulated {
  readonly dom: Element;
  readonly instance: Record<string, unknown>;
  attach(parent: Element): void;
  detach(): void;
  querySelectorAll(selector: string): SimulatedNode[];
}

interface SimulatedNode {
  readonly _exparserNode: ExparserNode;
}

/** A node of exparser. A component with a virtual host has no element of its own, but those in its shadow tree. */
interface ExparserNode {
  readonly $$?: Element;
  readonly shadowRoot?: ExparserNode | null;
  readonly childNodes?: readonly ExparserNode[];
}

interface Simulate {
  load(path: string, options: { rootPath: string; compiler: 'official' }): string;
  render(id: string): Simulated;
}

let lastRoot: string | undefined;

/** Loads the program in `root` into exparser. The document must exist. */
export function exparserRuntime(root: string): Runtime {
  if (root !== lastRoot) forgetExpressions();
  lastRoot = root;
  const require = createRequire(import.meta.url);
  const simulate = require('miniprogram-simulate') as Simulate;
  return {
    name: 'exparser',
    open(page): PageView {
      const id = simulate.load(join(root, page), { rootPath: root, compiler: 'official' });
      const component = simulate.render(id);
      component.attach(document.body);
      return {
        all: (selector) => component.querySelectorAll(selector).map((node) => nodeOf(node, component)),
        call(method) {
          const own = component.instance[method];
          if (typeof own === 'function') own.call(component.instance, {});
        },
        html: () => component.dom.outerHTML,
        close() {
          component.detach();
        },
      };
    },
  };
}

/**
 * Templates compiled by wcc keep their expressions in a global by file name, so that a second program would get those of
 * the first. What they did to the built-in types must not be done twice, and stays noted.
 */
function forgetExpressions(): void {
  const globals = globalThis as { __WXML_GLOBAL__?: { readonly wxs_nf_init: unknown } };
  if (!globals.__WXML_GLOBAL__) return;
  const { wxs_nf_init } = globals.__WXML_GLOBAL__;
  const empty = { entrys: {}, defines: {}, modules: {}, ops: [], total_ops: 0 };
  globals.__WXML_GLOBAL__ = { ...empty, wxs_nf_init };
}

function nodeOf({ _exparserNode: node }: SimulatedNode, page: Simulated): PageNode {
  const dom = elementOf(node);
  return {
    text: () => shownText(dom),
    attribute: (name) => dom.getAttribute(name) ?? undefined,
    touch() {
      touch(dom);
    },
    all: (selector) =>
      page
        .querySelectorAll(selector)
        .filter(
          (below) => dom !== elementOf(below._exparserNode) && dom.contains(elementOf(below._exparserNode)),
        )
        .map((below) => nodeOf(below, page)),
  };
}

function elementOf(node: ExparserNode): Element {
  const found = firstElement(node);
  if (!found) throw new Error('the node has no element in the document');
  return found;
}

function firstElement(node: ExparserNode): Element | undefined {
  if (node.$$ instanceof Element) return node.$$;
  const inside = node.shadowRoot ? [node.shadowRoot] : (node.childNodes ?? []);
  for (const child of inside) {
    const found = firstElement(child);
    if (found) return found;
  }
  return undefined;
}
