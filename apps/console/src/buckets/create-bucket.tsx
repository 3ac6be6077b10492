/** The dialog that makes a bucket. */
import { Button } from 'tdesign-vue-next/es/button';
import { defineComponent, reactive, ref } from 'vue';
import { signedIn } from '../session/session.ts';
import { t } from '../text/language.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ChoiceField, TextField } from '../ui/field.tsx';
import { attempt } from '../ui/notice.ts';

type Access = 'private' | 'public-read' | 'public-read-write';

export const CreateBucket = defineComponent(
  (props: { onDone: (made: boolean) => void }) => {
    const { cos, region, appId } = signedIn();
    const form = reactive<{ name: string; access: Access }>({ name: '', access: 'private' });
    const isBusy = ref(false);

    const create = async (event: Event): Promise<void> => {
      event.preventDefault();
      const name = form.name.trim();
      if (name === '') return;
      const Bucket = /-\d+$/.test(name) ? name : `${name}-${appId}`;
      isBusy.value = true;
      const made = await attempt(
        () => cos.putBucket({ Bucket, Region: region, ACL: form.access }),
        t().buckets.created(Bucket),
      );
      isBusy.value = false;
      if (made) props.onDone(true);
    };

    return () => {
      const { buckets: words, common, acl } = t();
      return (
        <Dialog title={words.create} onClose={() => props.onDone(false)}>
          <form class="form" onSubmit={(event: Event) => void create(event)}>
            <TextField
              label={words.name}
              hint={words.nameHint(appId)}
              value={form.name}
              onInput={(value) => (form.name = value)}
            />
            <ChoiceField
              label={words.access}
              value={form.access}
              options={(['private', 'public-read', 'public-read-write'] as const).map((value) => [
                value,
                acl[value],
              ])}
              onInput={(value) => (form.access = value as Access)}
            />
            <footer class="dialog__foot">
              <Button variant="outline" theme="default" onClick={() => props.onDone(false)}>
                {common.cancel}
              </Button>
              <Button type="submit" theme="primary" loading={isBusy.value}>
                {common.create}
              </Button>
            </footer>
          </form>
        </Dialog>
      );
    };
  },
  { props: ['onDone'] },
);
