/** When objects change their class, and when they go. */
import type COS from '@sampan/sdk';
import { defineComponent } from 'vue';
import { signedIn } from '../../session/session.ts';
import { t } from '../../text/language.ts';
import { ChoiceField, SwitchField, TextField } from '../../ui/field.tsx';
import { ruleList } from './rules.tsx';
import { settingForm, useSetting, type BucketPlace } from './setting.tsx';

/** A rule as it is edited. What it holds beyond these fields stays as it is. */
interface Rule {
  readonly id: string;
  readonly isEnabled: boolean;
  readonly prefix: string;
  readonly transitionDays: string;
  readonly transitionClass: string;
  readonly expirationDays: string;
  readonly abortDays: string;
  readonly noncurrentDays: string;
  readonly source: Partial<COS.LifecycleRule>;
}

const blank = (): Rule => ({
  ...{ id: `rule-${Date.now().toString(36)}`, isEnabled: true, prefix: '', source: {} },
  ...{
    transitionDays: '',
    transitionClass: 'STANDARD_IA',
    expirationDays: '',
    abortDays: '7',
    noncurrentDays: '',
  },
});

const wordOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
const firstOf = (value: COS.LifecycleRule['Transition']): Record<string, unknown> =>
  (Array.isArray(value) ? value[0] : value) ?? {};

function edited(rule: COS.LifecycleRule): Rule {
  const {
    Filter = {},
    Expiration = {},
    AbortIncompleteMultipartUpload = {},
    NoncurrentVersionExpiration = {},
  } = rule;
  const transition = firstOf(rule.Transition);
  return {
    id: rule.ID,
    isEnabled: rule.Status === 'Enabled',
    prefix: wordOf(Filter['Prefix']),
    transitionDays: wordOf(transition['Days']),
    transitionClass: wordOf(transition['StorageClass']) || 'STANDARD_IA',
    expirationDays: wordOf(Expiration['Days']),
    abortDays: wordOf(AbortIncompleteMultipartUpload['DaysAfterInitiation']),
    noncurrentDays: wordOf(NoncurrentVersionExpiration['NoncurrentDays']),
    source: rule,
  };
}

/** Fields that were emptied go; those that the form does not show stay. */
function written(rule: Rule): COS.LifecycleRule {
  const {
    Transition,
    Expiration,
    AbortIncompleteMultipartUpload: abort,
    NoncurrentVersionExpiration: old,
    ...rest
  } = rule.source;
  const part = (name: string, days: string, field: string, before: object = {}) =>
    days === '' ? {} : { [name]: { ...before, [field]: Number(days) } };
  const further = Array.isArray(Transition) ? Transition.slice(1) : [];
  const first = {
    ...firstOf(Transition),
    Days: Number(rule.transitionDays),
    StorageClass: rule.transitionClass,
  };
  const isDated = Expiration !== undefined && !('Days' in Expiration);
  return {
    ...rest,
    ID: rule.id,
    Status: rule.isEnabled ? 'Enabled' : 'Disabled',
    Filter: { ...rest.Filter, Prefix: rule.prefix },
    ...(rule.transitionDays === ''
      ? further.length > 0
        ? { Transition: further }
        : {}
      : { Transition: [first, ...further] }),
    ...(isDated && rule.expirationDays === ''
      ? { Expiration }
      : part('Expiration', rule.expirationDays, 'Days')),
    ...part('AbortIncompleteMultipartUpload', rule.abortDays, 'DaysAfterInitiation', abort),
    ...part('NoncurrentVersionExpiration', rule.noncurrentDays, 'NoncurrentDays', old),
  };
}

export const LifecycleSetting = defineComponent(
  (props: { place: BucketPlace }) => {
    const { cos } = signedIn();
    const setting = useSetting<readonly Rule[]>([], {
      read: async () => (await cos.getBucketLifecycle(props.place)).Rules.map(edited),
      write: (rules) => cos.putBucketLifecycle({ ...props.place, Rules: rules.map(written) }),
      erase: () => cos.deleteBucketLifecycle(props.place),
    });
    return () => {
      const { settings: words } = t();
      const { fields } = words;
      return settingForm(
        setting,
        words.lifecycleHint,
        ruleList(
          setting.value.value,
          blank,
          (rules) => (setting.value.value = rules),
          (rule, change) => [
            <TextField label={fields.id} value={rule.id} onInput={(id) => change({ id })} />,
            <TextField label={fields.prefix} value={rule.prefix} onInput={(prefix) => change({ prefix })} />,
            ...(
              [
                ['expirationDays', fields.expirationDays],
                ['transitionDays', fields.transitionDays],
                ['abortDays', fields.abortDays],
                ['noncurrentDays', fields.noncurrentDays],
              ] as const
            ).map(([name, label]) => (
              <TextField
                key={name}
                label={label}
                type="number"
                value={rule[name]}
                onInput={(value) => change({ [name]: value })}
              />
            )),
            <ChoiceField
              label={fields.transitionClass}
              value={rule.transitionClass}
              options={['STANDARD_IA', 'INTELLIGENT_TIERING', 'ARCHIVE', 'DEEP_ARCHIVE'].map((name) => [
                name,
                name,
              ])}
              onInput={(transitionClass) => change({ transitionClass })}
            />,
            <SwitchField
              label={fields.enabled}
              value={rule.isEnabled}
              onInput={(isEnabled) => change({ isEnabled })}
            />,
          ],
        ),
      );
    };
  },
  { props: ['place'] },
);
