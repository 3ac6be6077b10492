/** Light or dark: as chosen, else as the system prefers. */
import { ref, watchEffect } from 'vue';

export type Theme = 'light' | 'dark' | 'system';

const storageName = 'sampan-console-theme';

/** The choice; set it to change the appearance at once. */
export const theme = ref<Theme>(keptTheme());

/** Keeps the page in step with the choice and with the system. TDesign's variables follow the attribute. */
export function followTheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const systemIsDark = ref(dark.matches);
  dark.addEventListener('change', ({ matches }) => {
    systemIsDark.value = matches;
  });
  watchEffect(() => {
    const isDark = theme.value === 'dark' || (theme.value === 'system' && systemIsDark.value);
    document.documentElement.setAttribute('theme-mode', isDark ? 'dark' : 'light');
    localStorage.setItem(storageName, theme.value);
  });
}

function keptTheme(): Theme {
  const kept = localStorage.getItem(storageName);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}
