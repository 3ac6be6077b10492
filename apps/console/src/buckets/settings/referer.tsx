/** Which sites may show or link the bucket's objects. */
import { defineComponent } from 'vue';
import { signedIn } from '../../session/session.ts';
import { t } from '../../text/language.ts';
import { AreaField, ChoiceField, SwitchField } from '../../ui/field.tsx';
import { linesOf } from './rules.tsx';
import { settingForm, useSetting, type BucketPlace } from './setting.tsx';

interface Referer {
  readonly isEnabled: boolean;
  readonly type: 'White-List' | 'Black-List';
  readonly domains: string;
  readonly takesEmpty: boolean;
}

const empty: Referer = { isEnabled: false, type: 'White-List', domains: '', takesEmpty: true };

export const RefererSetting = defineComponent(
  (props: { place: BucketPlace }) => {
    const { cos } = signedIn();
    const setting = useSetting<Referer>(empty, {
      async read() {
        const { RefererConfiguration: found } = await cos.getBucketReferer(props.place);
        // A bucket without the setting has an empty document.
        if (!(found as typeof found | undefined)?.DomainList) return empty;
        return {
          isEnabled: found.Status === 'Enabled',
          type: found.RefererType,
          domains: found.DomainList.Domains.join('\n'),
          takesEmpty: found.EmptyReferConfiguration !== 'Deny',
        };
      },
      write: ({ isEnabled, type, domains, takesEmpty }) =>
        cos.putBucketReferer({
          ...props.place,
          RefererConfiguration: {
            Status: isEnabled ? 'Enabled' : 'Disabled',
            RefererType: type,
            DomainList: { Domains: linesOf(domains) },
            EmptyReferConfiguration: takesEmpty ? 'Allow' : 'Deny',
          },
        }),
    });
    return () => {
      const { settings: words } = t();
      const { fields } = words;
      const { isEnabled, type, domains, takesEmpty } = setting.value.value;
      const change = (part: Partial<Referer>): void => {
        setting.value.value = { ...setting.value.value, ...part };
      };
      return settingForm(setting, words.refererHint, [
        <SwitchField
          key="on"
          label={fields.enabled}
          value={isEnabled}
          onInput={(value) => change({ isEnabled: value })}
        />,
        <ChoiceField
          key="type"
          label={fields.refererType}
          value={type}
          options={[
            ['White-List', fields.allowList],
            ['Black-List', fields.denyList],
          ]}
          onInput={(value) => change({ type: value as Referer['type'] })}
        />,
        <AreaField
          key="domains"
          label={fields.domains}
          hint={words.listHint}
          value={domains}
          onInput={(value) => change({ domains: value })}
        />,
        <SwitchField
          key="empty"
          label={fields.emptyReferer}
          value={takesEmpty}
          onInput={(value) => change({ takesEmpty: value })}
        />,
      ]);
    };
  },
  { props: ['place'] },
);
