import { chooseChatFiles, chooseMedia } from '../../lib/choose';
import { rowOf, totalOf, type Row, type Total } from '../../lib/items';
import { patchRows } from '../../lib/patch';
import { applyToFrame, currentTexts, switchLanguage, type Texts } from '../../lib/texts';
import { uploads } from '../../lib/uploads';

type Tap = WechatMiniprogram.TouchEvent<object, object, { id: string }>;

/** What the page gets of the texts: its functions stay here, because `setData` carries plain values alone. */
function plain(texts: Texts): Record<string, string> {
  const words: Record<string, string> = {};
  for (const [name, value] of Object.entries(texts)) if (typeof value === 'string') words[name] = value;
  return words;
}

let texts: Texts | undefined;
let unsubscribe = (): void => undefined;

Component({
  data: {
    t: {} as Record<string, string>,
    rows: [] as Row[],
    total: {} as Partial<Total>,
    notice: '',
  },
  methods: {
    onLoad() {
      unsubscribe = uploads().subscribe(() => this.refresh());
    },
    onShow() {
      this.speak(currentTexts());
    },
    onUnload() {
      unsubscribe();
    },
    speak(words: Texts) {
      texts = words;
      applyToFrame(words, words.uploadTab);
      this.setData({ t: plain(words) });
      this.refresh();
    },
    refresh() {
      const words = texts ?? currentTexts();
      const queue = uploads();
      const items = queue.items();
      const surroundings = queue.surroundings();
      const connected = surroundings === 'normal';
      const rows = items.map((item) => rowOf(item, words, connected));
      this.setData({
        ...patchRows('rows', this.data.rows, rows),
        total: totalOf(items, words, connected),
        notice: surroundings === 'normal' ? '' : words[surroundings],
      });
    },
    async choosePhotos() {
      uploads().add(await chooseMedia('image'));
    },
    async chooseVideos() {
      uploads().add(await chooseMedia('video'));
    },
    async chooseChatFiles() {
      uploads().add(await chooseChatFiles());
    },
    pause({ currentTarget }: Tap) {
      uploads().pause(currentTarget.dataset.id);
    },
    resume({ currentTarget }: Tap) {
      uploads().resume(currentTarget.dataset.id);
    },
    cancel({ currentTarget }: Tap) {
      uploads().cancel(currentTarget.dataset.id);
    },
    pauseAll() {
      uploads().pauseAll();
    },
    resumeAll() {
      uploads().resumeAll();
    },
    clearDone() {
      uploads().clearDone();
    },
    switchLanguage() {
      this.speak(switchLanguage());
    },
  },
});
