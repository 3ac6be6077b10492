/** Whether earlier versions are kept. Once on, it can only be suspended. */
import { Tag } from 'tdesign-vue-next/es/tag';
import { defineComponent } from 'vue';
import { signedIn } from '../../session/session.ts';
import { t } from '../../text/language.ts';
import { SwitchField } from '../../ui/field.tsx';
import { settingForm, useSetting, type BucketPlace } from './setting.tsx';

interface Versioning {
  /** What the service says; empty when it was never turned on. */
  readonly status: string;
  readonly isOn: boolean;
}

export const VersioningSetting = defineComponent(
  (props: { place: BucketPlace }) => {
    const { cos } = signedIn();
    const setting = useSetting<Versioning>(
      { status: '', isOn: false },
      {
        async read() {
          const answer = await cos.getBucketVersioning(props.place);
          // A bucket on which it was never turned on has an empty document.
          const { Status = '' } = answer.VersioningConfiguration as { Status?: string };
          return { status: Status, isOn: Status === 'Enabled' };
        },
        write: ({ isOn }) =>
          cos.putBucketVersioning({
            ...props.place,
            VersioningConfiguration: { Status: isOn ? 'Enabled' : 'Suspended' },
          }),
      },
    );
    return () => {
      const { settings: words } = t();
      const { status, isOn } = setting.value.value;
      const now =
        status === 'Enabled'
          ? words.versioningOn
          : status === 'Suspended'
            ? words.versioningSuspended
            : words.versioningOff;
      return settingForm(setting, words.versioningHint, [
        <p key="now">
          <Tag theme={status === 'Enabled' ? 'success' : 'default'} variant="light">
            {now}
          </Tag>
        </p>,
        <SwitchField
          key="switch"
          label={words.versioning}
          value={isOn}
          onInput={(value) => (setting.value.value = { status, isOn: value })}
        />,
      ]);
    };
  },
  { props: ['place'] },
);
