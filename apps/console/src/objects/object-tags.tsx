/** The tags of an object. */
import { Button } from 'tdesign-vue-next/es/button';
import { defineComponent, onMounted, ref } from 'vue';
import { codeOf, signedIn } from '../session/session.ts';
import { t } from '../text/language.ts';
import { attempt, failed } from '../ui/notice.ts';
import { PairRows, type Pair } from '../ui/pair-rows.tsx';
import type { ObjectPlace } from './object-details.tsx';

export const ObjectTags = defineComponent(
  (props: { place: ObjectPlace }) => {
    const { cos } = signedIn();
    const tags = ref<readonly Pair[]>([]);
    onMounted(async () => {
      try {
        const { Tags } = await cos.getObjectTagging(props.place);
        tags.value = Tags.map(({ Key, Value }) => ({ name: Key, value: Value }));
      } catch (error) {
        if (codeOf(error) !== 'NoSuchTagSet') failed(error);
      }
    });
    const save = (): Promise<boolean> => {
      const Tags = tags.value
        .filter(({ name }) => name !== '')
        .map(({ name, value }) => ({ Key: name, Value: value }));
      const change =
        Tags.length === 0
          ? cos.deleteObjectTagging(props.place)
          : cos.putObjectTagging({ ...props.place, Tags });
      return attempt(() => change, t().common.saved);
    };
    return () => (
      <div class="form">
        <PairRows pairs={tags.value} onInput={(pairs) => (tags.value = pairs)} />
        <Button theme="primary" onClick={() => void save()}>
          {t().common.save}
        </Button>
      </div>
    );
  },
  { props: ['place'] },
);
