/** Starts the console. */
import { createApp } from 'vue';
import './style.ts';
import { App } from './app.tsx';
import { followAddress } from './route.ts';
import { signInAgain } from './session/session.ts';
import { followLanguage } from './text/language.ts';
import { followTheme } from './theme.ts';
import { followSession } from './uploads/queue.ts';

followTheme();
followLanguage();
followAddress();
followSession();
await signInAgain();
createApp(App).mount('#console');
