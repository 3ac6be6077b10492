/** WeChat's newer runtime, glass-easel, with its adapter for mini programs and its own template compiler. */
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import { shownText, type PageNode, type PageView, type Runtime } from './runtime.ts';
import { compiledStyles } from './styles.ts';
import { touch } from './page-window.ts';

interface TemplateGroup {
  addTmpl(path: string, text: string): unknown[];
  addScript(path: string, text: string): void;
  getTmplGenObjectGroups(): string;
  free(): void;
}

interface GlassNode {
  readonly $$?: Element;
  readonly childNodes?: readonly GlassNode[];
  getShadowRoot?(): GlassNode | null;
  querySelectorAll?(selector: string): GlassNode[];
}

interface CodeSpace {
  addComponentStaticConfig(path: string, config: object): void;
  addCompiledTemplate(path: string, template: object): void;
  addStyleSheet(path: string, url: string, scope?: string): void;
  globalComponentEnv(global: object, path: string, run: () => void): void;
}

interface Root {
  get(): Record<string, unknown>;
  getComponent(): GlassNode;
  attach(parent: Node, placeholder: Node): void;
  release(): void;
}

interface GlassEvent {
  getEventBubbleStatus(): unknown;
}

/** The document as glass-easel sees it. Its embedder says what becomes of an event. */
interface BackendContext {
  onEvent(listener: (target: object, type: string, detail: unknown, options: object) => unknown): void;
}

interface GlassEasel {
  readonly CurrentWindowBackendContext: new () => BackendContext;
  readonly Event: {
    new (type: string, detail: unknown, options: object): GlassEvent;
    dispatchEvent(target: object, event: GlassEvent): void;
  };
}

interface Adapter {
  readonly glassEasel: GlassEasel;
  readonly MiniProgramEnv: new () => {
    createCodeSpace(id: string, main: boolean): CodeSpace;
    associateBackend(context: BackendContext): {
      registerStyleSheetContent(url: string, text: string): void;
      createRoot(tag: string, space: CodeSpace, page: string): Root;
    };
  };
}

let context: BackendContext | undefined;

/** The one context of the document: a second one would hear every touch again. */
function contextOf({ CurrentWindowBackendContext, Event }: GlassEasel): BackendContext {
  if (context) return context;
  context = new CurrentWindowBackendContext();
  context.onEvent((target, type, detail, options) => {
    const event = new Event(type, detail, options);
    Event.dispatchEvent(target, event);
    return event.getEventBubbleStatus();
  });
  return context;
}

/** What stands before the class names of a component and keeps its styles to itself. */
function styleScope(path: string): string {
  return path.replaceAll(/[^a-z0-9]+/gi, '-');
}

/** Gives what stands before the class names of a style sheet of the program in `root`. */
export function glassEaselPrefix(root: string): (file: string) => string {
  const pages = pagesOf(root);
  return (file) => {
    const path = file.slice(0, -'.wxss'.length);
    // Styles of pages hold for all that is on them, as those of app.wxss do.
    return path === 'app' || pages.includes(path) ? '' : `${styleScope(path)}--`;
  };
}

function pagesOf(root: string): string[] {
  return (JSON.parse(readFileSync(join(root, 'app.json'), 'utf8')) as { pages: string[] }).pages;
}

/** Loads the program in `root` into glass-easel. The document must exist. */
export function glassEaselRuntime(root: string): Runtime {
  const require = createRequire(import.meta.url);
  const { TmplGroup } = require('glass-easel-template-compiler') as { TmplGroup: new () => TemplateGroup };
  const { MiniProgramEnv, glassEasel } = require('glass-easel-miniprogram-adapter') as Adapter;
  const files = readdirSync(root, { recursive: true }).map((file) => String(file).split(sep).join('/'));
  const text = (file: string): string => readFileSync(join(root, file), 'utf8');

  const pages = pagesOf(root);
  const env = new MiniProgramEnv();
  const space = env.createCodeSpace('', true);
  const templates = compiledTemplates(new TmplGroup(), files, text);
  const components = files
    .filter((file) => file.endsWith('.wxml') && files.includes(file.replace(/wxml$/, 'js')))
    .map((file) => file.slice(0, -'.wxml'.length));
  for (const path of components) {
    space.addComponentStaticConfig(path, JSON.parse(text(`${path}.json`)) as object);
    space.addCompiledTemplate(path, { groupList: templates, content: templates[path] });
    space.addStyleSheet(path, `${path}.wxss`, pages.includes(path) ? undefined : styleScope(path));
  }
  for (const path of components) {
    const file = join(root, `${path}.js`);
    space.globalComponentEnv(globalThis, path, () => {
      withBuiltInBehaviors();
      require(file);
    });
  }
  const backend = env.associateBackend(contextOf(glassEasel));
  space.addStyleSheet('app', 'app.wxss');
  const styles = compiledStyles(root, glassEaselPrefix(root));
  for (const [file, css] of styles) backend.registerStyleSheetContent(file, css);

  return {
    name: 'glass-easel',
    open(page): PageView {
      const drawn = backend.createRoot('main', space, page);
      const placeholder = document.createElement('span');
      document.body.append(placeholder);
      drawn.attach(document.body, placeholder);
      const component = drawn.getComponent();
      const shadow = component.getShadowRoot!()!;
      return {
        all: (selector) => shadow.querySelectorAll!(selector).map(nodeOf),
        call(method) {
          const caller = drawn.get();
          const own = caller[method];
          if (typeof own === 'function') own.call(caller, {});
        },
        html: () => elementOf(component).outerHTML,
        close() {
          const element = elementOf(component);
          drawn.release();
          element.remove();
        },
      };
    },
  };
}

type Definition = { readonly behaviors?: readonly unknown[] };
type Globals = { Component: (definition: Definition) => unknown; Behavior: (definition: object) => unknown };

/**
 * Gives `Component` the behaviors that WeChat has built in and names by an address. The adapter leaves them to its
 * embedder. Those that the program uses only mark a component as part of a form, so they are empty here.
 */
function withBuiltInBehaviors(): void {
  const globals = globalThis as unknown as Globals;
  const { Component, Behavior } = globals;
  globals.Component = ({ behaviors = [], ...definition }) =>
    Component({
      ...definition,
      behaviors: behaviors.map((behavior) => (typeof behavior === 'string' ? Behavior({}) : behavior)),
    });
}

function compiledTemplates(
  group: TemplateGroup,
  files: readonly string[],
  text: (file: string) => string,
): Record<string, object> {
  for (const file of files) {
    if (file.endsWith('.wxs')) {
      // Templates name a script without its ending, and scripts name each other with it.
      const script = withWxsRules(text(file));
      for (const name of [file, file.slice(0, -'.wxs'.length)]) group.addScript(name, script);
    }
    if (!file.endsWith('.wxml')) continue;
    const problems = group.addTmpl(file.slice(0, -'.wxml'.length), text(file));
    if (problems.length > 0) console.log(file, problems.map(String));
  }
  const source = `return ${group.getTmplGenObjectGroups()}`;
  group.free();
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the compiler gives the text of a program
  return (new Function(source) as () => Record<string, object>)();
}

/**
 * WXS has rules of its own, which the compiler leaves to the embedder: `constructor` gives the name of the type, and
 * regular expressions are made by `getRegExp`.
 */
function withWxsRules(script: string): string {
  const rules = `
    var getRegExp = function (text, flags) { return new RegExp(text, flags); };
    var typeName = function (value) { return Object.prototype.toString.call(value).slice(8, -1); };
  `;
  return rules + script.replaceAll(/\b([\w.]+)\.constructor\b/g, 'typeName($1)');
}

function nodeOf(node: GlassNode): PageNode {
  const dom = elementOf(node);
  return {
    text: () => shownText(dom),
    attribute: (name) => dom.getAttribute(name) ?? undefined,
    touch() {
      touch(dom);
    },
    all: (selector) => (node.querySelectorAll?.(selector) ?? []).map(nodeOf),
  };
}

function elementOf(node: GlassNode): Element {
  const found = firstElement(node);
  if (!found) throw new Error('the node has no element in the document');
  return found;
}

function firstElement(node: GlassNode): Element | undefined {
  if (node.$$ instanceof Element) return node.$$;
  const shadow = node.getShadowRoot?.();
  for (const child of shadow ? [shadow] : (node.childNodes ?? [])) {
    const found = firstElement(child);
    if (found) return found;
  }
  return undefined;
}
