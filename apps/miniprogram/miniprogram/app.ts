import { uploads } from './lib/uploads';

App({
  onLaunch() {
    // Opening the queue reads what an earlier run left unfinished, before the first page asks for it.
    uploads();
  },
});
