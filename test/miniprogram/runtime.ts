/** What a runtime of WeChat is to the tests: it draws pages, and finds in them what a user sees and touches. */

/** A node of a page. */
export interface PageNode {
  /** What it shows, in one line. */
  text(): string;
  attribute(name: string): string | undefined;
  touch(): void;
  /** Nodes below it in the same template. */
  all(selector: string): PageNode[];
}

/** A page that is drawn. */
export interface PageView {
  /** Nodes of the page's own template, in document order. */
  all(selector: string): PageNode[];
  /** Calls a method of the page when it has it, as the framework calls `onShow`. */
  call(method: string): void;
  /** What is drawn, as HTML. */
  html(): string;
  close(): void;
}

/** One runtime with one compiled program. */
export interface Runtime {
  readonly name: string;
  /** Draws a page, such as `pages/upload/upload`. */
  open(page: string): PageView;
}

/** Text as a user reads it. */
export function shownText(element: Element): string {
  return (element.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
}
