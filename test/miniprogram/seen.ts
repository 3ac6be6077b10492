/** What a user sees on the pages of the program, read out of what a runtime drew. */
import type { Program } from './program.ts';
import type { PageNode, PageView } from './runtime.ts';

export interface SeenRow {
  readonly name: string;
  readonly state: string;
  /** Undefined once the file is done: the bar is gone then. */
  readonly percent: string | undefined;
  readonly detail: string;
}

/** The rows of the upload page. */
export function seenRows(page: PageView): SeenRow[] {
  return page.all('.row').map((row) => ({
    name: only(row, '.name').text(),
    state: only(row, '.state').text(),
    percent: row.all('.percent')[0]?.text(),
    detail: only(row, '.detail').text(),
  }));
}

/** The card above the rows. */
export function seenTotal(page: PageView): { files: string; percent: string; detail: string } {
  const text = (id: string): string => theOnly(page, id).text();
  return { files: text('#total-files'), percent: text('#total-percent'), detail: text('#total-detail') };
}

/** Names in the album. */
export function seenAlbum(page: PageView): { name: string; size: string }[] {
  return page
    .all('.picture')
    .map((picture) => ({ name: only(picture, '.name').text(), size: only(picture, '.detail').text() }));
}

/** The only node that matches. */
export function theOnly(page: PageView, selector: string): PageNode {
  const [found, ...others] = page.all(selector);
  if (!found || others.length > 0)
    throw new Error(`${selector} is there ${others.length + (found ? 1 : 0)} times`);
  return found;
}

/** Touches a button of the row or picture with this name. */
export function touchIn(page: PageView, row: string, name: string, button: string): void {
  const found = page.all(row).find((candidate) => only(candidate, '.name').text() === name);
  if (!found) throw new Error(`no ${row} shows ${name}`);
  only(found, button).touch();
}

/** Waits until `holds` gives true; a failure says what the page shows. */
export async function until(
  program: Program,
  what: string,
  holds: () => boolean | Promise<boolean>,
): Promise<void> {
  const endAt = Date.now() + program.patienceMs;
  while (!(await holds())) {
    if (Date.now() > endAt) throw new Error(`never: ${what}. The page shows: ${textOf(program.page)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function textOf(page: PageView): string {
  return page
    .all('.page')
    .map((node) => node.text())
    .join(' ')
    .slice(0, 2000);
}

function only(node: PageNode, selector: string): PageNode {
  const [found] = node.all(selector);
  if (!found) throw new Error(`nothing matches ${selector} in ${node.text()}`);
  return found;
}
