// `npm run site`: makes the pages of the site from the guide and the declarations of the SDK, and builds them into
// `site/dist`, which any host of static files can serve. VitePress has a lock file of its own, because it brings an older
// Vite; it is installed on the first run. A link that leads nowhere fails the build.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { readDeclarations } from './reference/declarations.ts';
import type { Language } from './reference/guide-tables.ts';
import { groups, indexPage, methodPage } from './reference/reference-pages.ts';
import { homePage, sections } from './reference/site-words.ts';

const root = join(import.meta.dirname, '..');
const site = join(root, 'site');
const pages = join(site, 'pages');
const repository = 'https://github.com/sampan-oss/sampan/blob/main';
const { methods } = readDeclarations();

rmSync(pages, { recursive: true, force: true });
const languages: readonly Language[] = ['en', 'zh'];
for (const language of languages) {
  const place = language === 'en' ? '' : 'zh/';
  write(`${place}index.md`, homePage(language));
  for (const name of guidePages()) write(`${place}guide/${name}`, guidePage(language, name));
  write(`${place}reference/index.md`, indexPage(methods, language));
  for (const method of methods.filter(({ alias }) => alias === undefined)) {
    const older = methods.filter(({ alias }) => alias === method.name).map(({ name }) => name);
    write(`${place}reference/${method.name}.md`, methodPage(method, older, language));
  }
}
const [en, zh] = languages.map(sidebar);
write('sidebars.json', JSON.stringify({ en, zh }));

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
if (!existsSync(join(site, 'node_modules/vitepress'))) run(npm, 'ci', '--no-audit', '--no-fund');
run(process.execPath, 'node_modules/vitepress/bin/vitepress.js', 'build');

function run(program: string, ...words: string[]): void {
  const { status } = spawnSync(program, words, {
    cwd: site,
    stdio: 'inherit',
    shell: program.endsWith('.cmd'),
  });
  if (status !== 0) process.exit(status ?? 1);
}

function write(file: string, text: string): void {
  const path = join(pages, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function guidePages(): string[] {
  return readdirSync(join(root, 'docs/guide')).filter((name) => name.endsWith('.md'));
}

/** A page of the guide. Links between languages are the theme's, and links out of the guide lead to the repository. */
function guidePage(language: Language, name: string): string {
  const folder = language === 'en' ? 'docs/guide' : 'docs/guide/zh';
  const text = readFileSync(join(root, folder, name), 'utf8').replace(/^\[(中文|English)\]\(.*\)\n\n/m, '');
  return text.replace(/\]\(([^)#:]+)(#[^)]*)?\)/g, (_link, to: string, at = '') => {
    const path = posix.join(folder, to);
    const [, page] = /^docs\/guide\/(?:zh\/)?([\w-]+\.md)$/.exec(path) ?? [];
    return `](${page ?? `${repository}/${path}`}${at})`;
  });
}

function sidebar(language: Language): object {
  const base = language === 'en' ? '' : '/zh';
  const folder = language === 'en' ? 'docs/guide' : 'docs/guide/zh';
  const titleOf = (name: string): string =>
    /^# (.*)$/m.exec(readFileSync(join(root, folder, `${name}.md`), 'utf8'))![1]!.replaceAll('`', '');
  const isPage = (name: string): boolean => existsSync(join(root, folder, `${name}.md`));
  const named = sections.flatMap(({ pages: of }) => of);
  // A page that has no place yet is the last one.
  const others = guidePages()
    .map((name) => name.replace(/\.md$/, ''))
    .filter((name) => !named.includes(name));
  const placed = sections.map((section, at) =>
    at === sections.length - 1 ? { ...section, pages: [...section.pages, ...others] } : section,
  );
  return {
    [`${base}/guide/`]: placed.map(({ title, pages: of }) => ({
      text: title[language],
      items: of.filter(isPage).map((name) => ({ text: titleOf(name), link: `${base}/guide/${name}` })),
    })),
    [`${base}/reference/`]: groups(methods, language).map(([text, of]) => ({
      text,
      items: of.map(({ name }) => ({ text: name, link: `${base}/reference/${name}` })),
    })),
  };
}
