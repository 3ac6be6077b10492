/** Words of the site that are on no other page: its first page, and the order of the guide. */
import type { Language } from './guide-tables.ts';

/** Pages of the guide by sections of the side bar. */
export const sections: readonly { title: Readonly<Record<Language, string>>; pages: readonly string[] }[] = [
  { title: { en: 'Begin', zh: '入门' }, pages: ['start', 'sign', 'local', 'move'] },
  {
    title: { en: 'Upload', zh: '上传' },
    pages: ['wechat', 'web', 'node', 'uni-app', 'taro', 'other-hosts', 'callback'],
  },
  {
    title: { en: 'Look up', zh: '查阅' },
    pages: ['failures', 'options', 'errors', 'guarantees', 'differences'],
  },
  {
    title: { en: 'Test', zh: '测试' },
    pages: ['testing', 'laboratory'],
  },
  {
    title: { en: 'Run', zh: '运行' },
    pages: ['service', 'console', 'cli', 'operate', 'security', 'scale', 'systems'],
  },
];

const first = {
  en: {
    text: 'Uploads to Tencent Cloud COS that arrive',
    tagline:
      'One typed client for mini programs, pages and Node, and a COS-compatible service for your own machine.',
    begin: 'Start here',
    local: 'The local service',
    features: [
      [
        'One class on every host',
        'WeChat, web pages, Node, uni-app, Taro and more, with the methods of the official SDKs.',
      ],
      [
        'Proven uploads',
        'Bytes are compared by CRC-64. A lost network, a closed page or a killed app goes on from where it was.',
      ],
      ['No account needed', 'sampan serve speaks the protocol of COS on your laptop and in CI.'],
    ],
  },
  zh: {
    text: '可靠地上传到腾讯云 COS',
    tagline: '一个有完整类型的客户端，用于小程序、网页和 Node；一个与 COS 兼容的服务，在自己的电脑上运行。',
    begin: '快速开始',
    local: '本地服务',
    features: [
      ['各平台同一个类', '微信、网页、Node、uni-app、Taro 等，方法与官方 SDK 相同。'],
      ['经过证明的上传', '按 CRC-64 核对字节。断网、关闭页面、应用被杀之后，从停下的地方继续。'],
      ['不需要账号', 'sampan serve 在你的电脑和 CI 里使用 COS 的协议。'],
    ],
  },
} as const;

/** The first page of the site. */
export function homePage(language: Language): string {
  const { text, tagline, begin, local, features } = first[language];
  const base = language === 'en' ? '' : '/zh';
  const hero = {
    name: 'Sampan',
    text,
    tagline,
    actions: [
      { theme: 'brand', text: begin, link: `${base}/guide/start` },
      { theme: 'alt', text: local, link: `${base}/guide/local` },
    ],
  };
  const front = {
    layout: 'home',
    hero,
    features: features.map(([title, details]) => ({ title, details })),
  };
  // JSON is YAML.
  return `---\n${JSON.stringify(front, undefined, 2)}\n---\n`;
}
