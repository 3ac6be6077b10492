import { addressOf, readAlbum, removeFromAlbum, type Picture } from '../../lib/album';
import { extensionOf } from '../../lib/choose';
import { sizeText } from '../../lib/items';
import { applyToFrame, currentTexts } from '../../lib/texts';

type Tap = WechatMiniprogram.TouchEvent<object, object, { key: string }>;

interface Shown extends Picture {
  sizeText: string;
  /** Stands where there is no picture. */
  badge: string;
}

Component({
  data: {
    t: {} as Record<string, string>,
    pictures: [] as Shown[],
    count: '',
    problem: '',
    loaded: false,
  },
  methods: {
    onShow() {
      const { preview, remove, albumEmpty, albumEmptyHint, albumTab } = currentTexts();
      applyToFrame(currentTexts(), albumTab);
      this.setData({ t: { preview, remove, albumEmpty, albumEmptyHint } });
      void this.load();
    },
    async onPullDownRefresh() {
      await this.load();
      wx.stopPullDownRefresh();
    },
    async load() {
      try {
        this.show((await readAlbum()).map(shown));
      } catch (error) {
        this.setData({ problem: currentTexts().albumFailed(codeOf(error)) });
      }
    },
    show(pictures: Shown[]) {
      this.setData({
        pictures,
        count: currentTexts().albumCount(pictures.length),
        problem: '',
        loaded: true,
      });
    },
    async preview({ currentTarget }: Tap) {
      const picture = this.data.pictures.find(({ key }) => key === currentTarget.dataset.key);
      if (!picture) return;
      if (picture.kind === 'file') {
        openDocument(await addressOf(picture.key), picture.name);
        return;
      }
      const seen = this.data.pictures.filter(({ kind }) => kind === picture.kind);
      const sources = await Promise.all(
        seen.map(async ({ key, kind }) => ({ url: await addressOf(key), type: kind as 'image' | 'video' })),
      );
      wx.previewMedia({ sources, current: seen.indexOf(picture) });
    },
    async remove({ currentTarget }: Tap) {
      const { key } = currentTarget.dataset;
      const words = currentTexts();
      const picture = this.data.pictures.find((candidate) => candidate.key === key);
      if (!picture || !(await confirmed(words.removeTitle, picture.name))) return;
      try {
        await removeFromAlbum(key);
        this.show(this.data.pictures.filter((candidate) => candidate.key !== key));
        wx.showToast({ title: words.removed, icon: 'success' });
      } catch (error) {
        wx.showToast({ title: words.removeFailed(codeOf(error)), icon: 'none' });
      }
    },
  },
});

function shown(picture: Picture): Shown {
  return {
    ...picture,
    sizeText: sizeText(picture.size),
    badge: extensionOf(picture.name).toUpperCase() || 'FILE',
  };
}

function confirmed(title: string, content: string): Promise<boolean> {
  return new Promise((resolve) => {
    wx.showModal({
      title,
      content,
      confirmText: currentTexts().remove,
      cancelText: currentTexts().cancel,
      confirmColor: '#b3261e',
      success: ({ confirm }) => resolve(confirm),
      fail: () => resolve(false),
    });
  });
}

/** WeChat shows office documents and PDF; anything else it refuses. */
function openDocument(url: string, name: string): void {
  const refused = (): void => void wx.showToast({ title: currentTexts().noPreview, icon: 'none' });
  const fileType = extensionOf(name) as 'pdf';
  wx.downloadFile({
    url,
    success: ({ statusCode, tempFilePath }) => {
      if (statusCode === 200)
        wx.openDocument({ filePath: tempFilePath, fileType, showMenu: true, fail: refused });
      else refused();
    },
    fail: refused,
  });
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? 'Error';
}
