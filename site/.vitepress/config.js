import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitepress';

const repository = 'https://github.com/sampan-oss/sampan';
/** What `tools/site.ts` says of the pages that it made. */
const sidebars = JSON.parse(readFileSync(join(import.meta.dirname, '../pages/sidebars.json'), 'utf8'));

/** Words of Chinese have no spaces between them, so the browser divides texts. It runs in the page. */
const tokenize = (text) =>
  [...new Intl.Segmenter('zh', { granularity: 'word' }).segment(text)]
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment }) => segment);

export default defineConfig({
  title: 'Sampan',
  description: 'An open upload stack for Tencent Cloud Object Storage (COS)',
  srcDir: 'pages',
  outDir: 'dist',
  cleanUrls: false,
  lastUpdated: false,
  // An icon of its own, without a file.
  head: [['link', { rel: 'icon', href: 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg"/>' }]],
  markdown: { theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' } },
  themeConfig: {
    socialLinks: [{ icon: 'github', link: repository, ariaLabel: 'GitHub' }],
    search: {
      provider: 'local',
      options: {
        miniSearch: { options: { tokenize } },
        locales: {
          zh: {
            translations: {
              button: { buttonText: '搜索', buttonAriaLabel: '搜索' },
              modal: {
                displayDetails: '显示详情',
                resetButtonTitle: '清除',
                backButtonTitle: '关闭',
                noResultsText: '没有找到',
                footer: { selectText: '选择', navigateText: '移动', closeText: '关闭' },
              },
            },
          },
        },
      },
    },
  },
  locales: {
    root: {
      label: 'English',
      lang: 'en',
      themeConfig: {
        nav: [
          { text: 'Guide', link: '/guide/start' },
          { text: 'Methods', link: '/reference/' },
        ],
        sidebar: sidebars.en,
      },
    },
    zh: {
      label: '简体中文',
      lang: 'zh-CN',
      description: '面向腾讯云对象存储（COS）的开源上传方案',
      themeConfig: {
        nav: [
          { text: '指南', link: '/zh/guide/start' },
          { text: '方法', link: '/zh/reference/' },
        ],
        sidebar: sidebars.zh,
        outline: { label: '本页内容' },
        docFooter: { prev: '上一页', next: '下一页' },
        darkModeSwitchLabel: '外观',
        lightModeSwitchTitle: '切换到浅色',
        darkModeSwitchTitle: '切换到深色',
        sidebarMenuLabel: '目录',
        returnToTopLabel: '回到顶部',
        langMenuLabel: '语言',
        skipToContentLabel: '跳到正文',
        notFound: { title: '没有这个页面', quote: '', linkText: '回到首页', linkLabel: '回到首页' },
      },
    },
  },
});
