/** The frame of every page: the header, the ways to the pages, and the page itself. */
import {
  ChartLineIcon,
  FolderOpenIcon,
  LogoutIcon,
  SwapIcon,
  UploadIcon,
  WifiIcon,
} from 'tdesign-icons-vue-next';
import { defineAsyncComponent, defineComponent, h, watch, type Component } from 'vue';
import { BucketsPage } from './buckets/buckets-page.tsx';
import { addressOf, route, type Route } from './route.ts';
import { session, signOut } from './session/session.ts';
import { SignIn } from './session/sign-in.tsx';
import { language, languageNames, t, type Language } from './text/language.ts';
import { theme, type Theme } from './theme.ts';
import { Questions } from './ui/dialog.tsx';
import { ChoiceField } from './ui/field.tsx';
import { IconButton } from './ui/icon-button.tsx';
import { announcement } from './ui/notice.ts';

/** What is not needed on the first page is loaded when it is shown. */
const pages: Readonly<Record<Route['page'], Component>> = {
  buckets: BucketsPage,
  objects: defineAsyncComponent(async () => (await import('./objects/objects-page.tsx')).ObjectsPage),
  unfinished: defineAsyncComponent(
    async () => (await import('./objects/unfinished-page.tsx')).UnfinishedPage,
  ),
  settings: defineAsyncComponent(async () => (await import('./buckets/settings-page.tsx')).SettingsPage),
  uploads: defineAsyncComponent(async () => (await import('./uploads/uploads-page.tsx')).UploadsPage),
  requests: defineAsyncComponent(async () => (await import('./requests/requests-page.tsx')).RequestsPage),
  laboratory: defineAsyncComponent(
    async () => (await import('./laboratory/laboratory-page.tsx')).LaboratoryPage,
  ),
  figures: defineAsyncComponent(async () => (await import('./figures/figures-page.tsx')).FiguresPage),
};

const entries = [
  { page: 'buckets', icon: FolderOpenIcon, holds: ['buckets', 'objects', 'unfinished', 'settings'] },
  { page: 'uploads', icon: UploadIcon, holds: ['uploads'] },
  { page: 'requests', icon: SwapIcon, holds: ['requests'] },
  { page: 'laboratory', icon: WifiIcon, holds: ['laboratory'] },
  { page: 'figures', icon: ChartLineIcon, holds: ['figures'] },
] as const;

export const App = defineComponent(() => {
  // A page that was left for another is read from its beginning.
  watch(
    () => route.value.page,
    () => document.getElementById('content')?.focus(),
    { flush: 'post' },
  );
  return () => {
    const { nav, skip } = t();
    return (
      <div class={['frame', session.value ? '' : 'frame--outside']}>
        <a class="skip" href="#content" onClick={skipToContent}>
          {skip}
        </a>
        <header class="head">
          <a class="brand" href={addressOf({ page: 'buckets' })}>
            <img src={icon} alt="" width={28} height={28} />
            <span>Sampan</span>
          </a>
          <div class="head__right">
            <ChoiceField
              label={nav.theme}
              isBare
              value={theme.value}
              options={[
                ['system', nav.system],
                ['light', nav.light],
                ['dark', nav.dark],
              ]}
              onInput={(value) => (theme.value = value as Theme)}
            />
            <ChoiceField
              label={nav.language}
              isBare
              value={language.value}
              options={languageNames}
              onInput={(value) => (language.value = value as Language)}
            />
            {session.value ? <IconButton label={nav.signOut} icon={LogoutIcon} onPress={signOut} /> : null}
          </div>
        </header>
        {session.value ? (
          <>
            <nav class="nav" aria-label={nav.label}>
              {entries.map(({ page, icon: Icon, holds }) => (
                <a
                  key={page}
                  class="nav__link"
                  href={addressOf({ page })}
                  aria-current={(holds as readonly string[]).includes(route.value.page) ? 'page' : undefined}
                >
                  <Icon aria-hidden="true" />
                  <span>{nav[page]}</span>
                </a>
              ))}
            </nav>
            <main class="content" id="content" tabindex={-1}>
              {h(pages[route.value.page], { key: route.value.page })}
            </main>
          </>
        ) : (
          <SignIn />
        )}
        <div class="unseen" role="status" aria-live="polite">
          {announcement.value}
        </div>
        <Questions />
      </div>
    );
  };
});

/** The address holds the page, so that the link must not change it. */
function skipToContent(event: Event): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}

const icon = new URL('./icon.svg', import.meta.url).href;
