/** Who else may list or change the bucket. */
import type COS from '@sampan/sdk';
import { defineComponent } from 'vue';
import { signedIn } from '../../session/session.ts';
import { t } from '../../text/language.ts';
import { ChoiceField } from '../../ui/field.tsx';
import { GrantList } from '../../ui/grants.tsx';
import { settingForm, useSetting, type BucketPlace } from './setting.tsx';

const choices = ['private', 'public-read', 'public-read-write', 'authenticated-read'] as const;

interface Access {
  readonly acl: COS.BucketACL;
  readonly owner: string;
  readonly grants: readonly COS.Grants[];
}

export const AccessSetting = defineComponent(
  (props: { place: BucketPlace }) => {
    const { cos } = signedIn();
    const setting = useSetting<Access>(
      { acl: 'private', owner: '', grants: [] },
      {
        async read() {
          const { ACL, Owner, Grants } = await cos.getBucketAcl(props.place);
          return { acl: ACL, owner: Owner.ID, grants: Grants };
        },
        write: ({ acl }) => cos.putBucketAcl({ ...props.place, ACL: acl }),
      },
    );
    return () => {
      const { settings: words, acl: names } = t();
      const { acl, owner, grants } = setting.value.value;
      return settingForm(setting, words.aclHint, [
        <ChoiceField
          key="acl"
          label={words.fields.canned}
          value={acl}
          options={choices.map((value) => [value, names[value]])}
          onInput={(value) => (setting.value.value = { ...setting.value.value, acl: value as COS.BucketACL })}
        />,
        <GrantList key="grants" owner={owner} grants={grants} />,
      ]);
    };
  },
  { props: ['place'] },
);
