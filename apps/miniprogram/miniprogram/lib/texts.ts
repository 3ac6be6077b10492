/** Every word that the program shows, in two languages. */

export type Language = 'en' | 'zh';

const en = {
  uploadTab: 'Upload',
  albumTab: 'Album',
  photos: 'Photos',
  videos: 'Videos',
  chatFiles: 'Chat files',
  otherLanguage: '中文',
  nothingChosen: 'Nothing chosen yet',
  nothingChosenHint:
    'Choose photos, videos or files from a chat. Uploads go on after a lost network and a restart.',
  pause: 'Pause',
  resume: 'Resume',
  retry: 'Retry',
  cancel: 'Cancel',
  pauseAll: 'Pause all',
  resumeAll: 'Resume all',
  clearDone: 'Clear done',
  offline: 'No network. Uploads wait and go on by themselves.',
  background: 'In the background. WeChat stops uploads after 5 s; they go on when you return.',
  states: { waiting: 'Waiting', uploading: 'Uploading', paused: 'Paused', done: 'Done', failed: 'Failed' },
  errors: {
    FileUnreadable: 'The file is gone from the phone. Choose it again.',
    AccessDenied: 'The keys do not allow this upload.',
    DomainNotAllowed: 'The host is not on the list of domains in the WeChat console.',
    NetworkError: 'The service cannot be reached.',
    CredentialsFailed: 'The backend gives no keys.',
  } as Record<string, string>,
  failedWith: (code: string) => `The upload failed (${code}).`,
  filesDone: (done: number, all: number) => `${done} of ${all} ${all === 1 ? 'file' : 'files'}`,
  timeLeft: (seconds: number) => `${duration(seconds, ['s', 'min', 'h'])} left`,
  albumEmpty: 'No uploads yet',
  albumEmptyHint: 'What you upload is shown here.',
  albumCount: (count: number) => (count === 1 ? '1 file' : `${count} files`),
  albumFailed: (code: string) => `The album cannot be read (${code}). Pull down to try again.`,
  preview: 'Preview',
  remove: 'Delete',
  removeTitle: 'Delete this file?',
  removed: 'Deleted',
  removeFailed: (code: string) => `Not deleted (${code})`,
  noPreview: 'This kind of file has no preview',
};

export type Texts = typeof en;

const zh: Texts = {
  uploadTab: '上传',
  albumTab: '相册',
  photos: '照片',
  videos: '视频',
  chatFiles: '聊天文件',
  otherLanguage: 'English',
  nothingChosen: '还没有选择文件',
  nothingChosenHint: '请选择照片、视频或聊天文件。断网或重启后，上传会继续。',
  pause: '暂停',
  resume: '继续',
  retry: '重试',
  cancel: '取消',
  pauseAll: '全部暂停',
  resumeAll: '全部继续',
  clearDone: '清除已完成',
  offline: '没有网络。上传会等待，并自动继续。',
  background: '已进入后台。微信会在 5 秒后停止上传，返回后自动继续。',
  states: { waiting: '等待中', uploading: '上传中', paused: '已暂停', done: '已完成', failed: '失败' },
  errors: {
    FileUnreadable: '手机上已没有这个文件，请重新选择。',
    AccessDenied: '密钥不允许这次上传。',
    DomainNotAllowed: '该域名不在微信后台的域名列表中。',
    NetworkError: '无法连接服务。',
    CredentialsFailed: '后端没有给出密钥。',
  },
  failedWith: (code) => `上传失败（${code}）。`,
  filesDone: (done, all) => `已完成 ${done} / ${all} 个文件`,
  timeLeft: (seconds) => `剩余 ${duration(seconds, ['秒', '分钟', '小时'])}`,
  albumEmpty: '还没有上传',
  albumEmptyHint: '上传的文件会显示在这里。',
  albumCount: (count) => `${count} 个文件`,
  albumFailed: (code) => `无法读取相册（${code}）。下拉可重试。`,
  preview: '预览',
  remove: '删除',
  removeTitle: '删除这个文件？',
  removed: '已删除',
  removeFailed: (code) => `删除失败（${code}）`,
  noPreview: '这种文件不能预览',
};

const texts: Record<Language, Texts> = { en, zh };
const storageKey = 'language';

/** The language that the user chose, else that of WeChat. */
export function language(): Language {
  const chosen: unknown = wx.getStorageSync(storageKey);
  if (chosen === 'en' || chosen === 'zh') return chosen;
  return wx.getAppBaseInfo().language.startsWith('zh') ? 'zh' : 'en';
}

export function currentTexts(): Texts {
  return texts[language()];
}

/** Changes to the other language and gives its texts. */
export function switchLanguage(): Texts {
  wx.setStorageSync(storageKey, language() === 'en' ? 'zh' : 'en');
  return currentTexts();
}

/** Sets the words outside of pages: the title and the tabs. */
export function applyToFrame(words: Texts, title: string): void {
  wx.setNavigationBarTitle({ title });
  wx.setTabBarItem({ index: 0, text: words.uploadTab });
  wx.setTabBarItem({ index: 1, text: words.albumTab });
}

function duration(seconds: number, [s, min, h]: readonly [string, string, string]): string {
  if (seconds < 60) return `${seconds} ${s}`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} ${min}`;
  return `${Math.floor(minutes / 60)} ${h} ${minutes % 60} ${min}`;
}
