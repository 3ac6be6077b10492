/** Who may read an object, beyond what the bucket says. */
import type COS from '@sampan/sdk';
import { Button } from 'tdesign-vue-next/es/button';
import { defineComponent, onMounted, ref, shallowRef } from 'vue';
import { signedIn } from '../session/session.ts';
import { t } from '../text/language.ts';
import { ChoiceField } from '../ui/field.tsx';
import { GrantList } from '../ui/grants.tsx';
import { attempt } from '../ui/notice.ts';
import type { ObjectPlace } from './object-details.tsx';

const choices = [
  'default',
  'private',
  'public-read',
  'authenticated-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
] as const;

export const ObjectAccess = defineComponent(
  (props: { place: ObjectPlace }) => {
    const { cos } = signedIn();
    const access = shallowRef<COS.GetObjectAclResult>();
    const chosen = ref<COS.ObjectACL>('default');
    const load = (): Promise<boolean> =>
      attempt(async () => {
        access.value = await cos.getObjectAcl(props.place);
        chosen.value = access.value.ACL;
      });
    onMounted(load);
    const save = async (): Promise<void> => {
      const change = { ...props.place, ACL: chosen.value };
      if (await attempt(() => cos.putObjectAcl(change), t().common.saved)) await load();
    };
    return () => {
      const { settings, acl, common } = t();
      return (
        <div class="form">
          <ChoiceField
            label={settings.fields.canned}
            value={chosen.value}
            options={choices.map((value) => [value, acl[value]])}
            onInput={(value) => (chosen.value = value as COS.ObjectACL)}
          />
          <Button theme="primary" onClick={() => void save()}>
            {common.save}
          </Button>
          {access.value ? <GrantList owner={access.value.Owner.ID} grants={access.value.Grants} /> : null}
        </div>
      );
    };
  },
  { props: ['place'] },
);
