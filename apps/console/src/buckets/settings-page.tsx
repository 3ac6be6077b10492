/** The settings of one bucket. */
import { computed, defineComponent, h, type Component } from 'vue';
import { BucketHead } from '../objects/bucket-head.tsx';
import { go, route } from '../route.ts';
import { t } from '../text/language.ts';
import { Tabs } from '../ui/tabs.tsx';
import { AccessSetting } from './settings/access.tsx';
import { CorsSetting } from './settings/cors.tsx';
import { LifecycleSetting } from './settings/lifecycle.tsx';
import { PolicySetting } from './settings/policy.tsx';
import { RefererSetting } from './settings/referer.tsx';
import { TagsSetting } from './settings/tags.tsx';
import { VersioningSetting } from './settings/versioning.tsx';
import { WebsiteSetting } from './settings/website.tsx';

const panels = {
  cors: CorsSetting,
  lifecycle: LifecycleSetting,
  policy: PolicySetting,
  versioning: VersioningSetting,
  acl: AccessSetting,
  referer: RefererSetting,
  website: WebsiteSetting,
  tags: TagsSetting,
} satisfies Readonly<Record<string, Component>>;

type Tab = keyof typeof panels;

export const SettingsPage = defineComponent(() => {
  const here = computed(() =>
    route.value.page === 'settings' ? route.value : { bucket: '', region: '', tab: '' },
  );
  const tab = computed((): Tab => (Object.hasOwn(panels, here.value.tab) ? (here.value.tab as Tab) : 'cors'));
  return () => {
    const { settings: words, buckets } = t();
    const { bucket, region } = here.value;
    if (bucket === '') return null;
    return (
      <section class="page">
        <BucketHead bucket={bucket} region={region} page="settings" />
        <Tabs
          label={buckets.settingsOf(bucket)}
          value={tab.value}
          tabs={Object.keys(panels).map((name) => [name, words[name as Tab]])}
          onChange={(name) => {
            go({ page: 'settings', bucket, region, tab: name });
          }}
        >
          {h(panels[tab.value] as Component, {
            key: `${bucket} ${tab.value}`,
            place: { Bucket: bucket, Region: region },
          })}
        </Tabs>
      </section>
    );
  };
});
