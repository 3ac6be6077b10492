/** The tags of the bucket. */
import { defineComponent } from 'vue';
import { signedIn } from '../../session/session.ts';
import { t } from '../../text/language.ts';
import { PairRows, type Pair } from '../../ui/pair-rows.tsx';
import { settingForm, useSetting, type BucketPlace } from './setting.tsx';

export const TagsSetting = defineComponent(
  (props: { place: BucketPlace }) => {
    const { cos } = signedIn();
    const setting = useSetting<readonly Pair[]>([], {
      read: async () =>
        (await cos.getBucketTagging(props.place)).Tags.map(({ Key, Value }) => ({ name: Key, value: Value })),
      write: (tags) =>
        cos.putBucketTagging({
          ...props.place,
          Tags: tags
            .filter(({ name }) => name !== '')
            .map(({ name, value }) => ({ Key: name, Value: value })),
        }),
      erase: () => cos.deleteBucketTagging(props.place),
    });
    return () =>
      settingForm(
        setting,
        t().settings.tagsHint,
        <PairRows pairs={setting.value.value} onInput={(pairs) => (setting.value.value = pairs)} />,
      );
  },
  { props: ['place'] },
);
