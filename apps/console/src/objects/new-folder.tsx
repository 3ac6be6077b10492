/** The dialog that makes a folder: an empty object whose key ends in a slash. */
import { Button } from 'tdesign-vue-next/es/button';
import { defineComponent, ref } from 'vue';
import { signedIn } from '../session/session.ts';
import { t } from '../text/language.ts';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { attempt } from '../ui/notice.ts';

export const NewFolder = defineComponent(
  (props: { bucket: string; region: string; prefix: string; onDone: (isMade: boolean) => void }) => {
    const { cos } = signedIn();
    const name = ref('');
    const make = async (event: Event): Promise<void> => {
      event.preventDefault();
      const folder = name.value.trim().replace(/\/+$/, '');
      if (folder === '') return;
      const Key = `${props.prefix}${folder}/`;
      const put = { Bucket: props.bucket, Region: props.region, Key, Body: '', SkipTask: true };
      if (await attempt(() => cos.putObject(put))) props.onDone(true);
    };
    return () => {
      const { objects: words, common } = t();
      return (
        <Dialog title={words.newFolder} onClose={() => props.onDone(false)}>
          <form class="form" onSubmit={(event: Event) => void make(event)}>
            <TextField
              label={words.folderName}
              value={name.value}
              onInput={(value) => (name.value = value)}
            />
            <footer class="dialog__foot">
              <Button variant="outline" theme="default" onClick={() => props.onDone(false)}>
                {common.cancel}
              </Button>
              <Button type="submit" theme="primary">
                {common.create}
              </Button>
            </footer>
          </form>
        </Dialog>
      );
    };
  },
  { props: ['bucket', 'region', 'prefix', 'onDone'] },
);
