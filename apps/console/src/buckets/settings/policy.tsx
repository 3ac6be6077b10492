/** The policy of the bucket, with a checker that says what it means before it is saved. */
import { defineComponent, reactive } from 'vue';
import { signedIn } from '../../session/session.ts';
import { t } from '../../text/language.ts';
import { AreaField, TextField } from '../../ui/field.tsx';
import { checkPolicy, tryPolicy, type Verdict } from './policy-check.ts';
import { settingForm, useSetting, type BucketPlace } from './setting.tsx';

export const PolicySetting = defineComponent(
  (props: { place: BucketPlace }) => {
    const { cos, appId } = signedIn();
    const { Bucket, Region } = props.place;
    const account = /-(\d+)$/.exec(Bucket)?.[1] ?? appId;
    const everything = `qcs::cos:${Region}:uid/${account}:${Bucket}/*`;
    const example = {
      version: '2.0',
      Statement: [
        {
          Effect: 'allow',
          Principal: { qcs: ['qcs::cam::uin/100000000001:uin/100000000002'] },
          Action: ['name/cos:GetObject'],
          Resource: [everything],
        },
      ],
    };
    const setting = useSetting<string>(JSON.stringify(example, undefined, 2), {
      read: async () => JSON.stringify((await cos.getBucketPolicy(props.place)).Policy, undefined, 2),
      write: (Policy) => cos.putBucketPolicy({ ...props.place, Policy }),
      erase: () => cos.deleteBucketPolicy(props.place),
    });
    const trial = reactive({
      principal: 'qcs::cam::uin/100000000001:uin/100000000002',
      action: 'name/cos:GetObject',
      resource: everything.replace('*', 'example.txt'),
    });

    const verdictText = (verdict: Verdict | undefined): string => {
      const words = t().settings.check;
      if (!verdict) return '';
      const text =
        verdict.is === 'allowed'
          ? words.allowed(verdict.statement)
          : verdict.is === 'denied'
            ? words.denied(verdict.statement)
            : words.noMatch;
      return verdict.isConditional ? `${text} ${words.conditional}` : text;
    };

    return () => {
      const { settings: words } = t();
      const { check } = words;
      const findings = checkPolicy(setting.value.value, Bucket, check);
      return settingForm(setting, words.policyHint, [
        <AreaField
          key="policy"
          label={words.json}
          isCode
          lines={16}
          value={setting.value.value}
          onInput={(value) => (setting.value.value = value)}
        />,
        <section key="check" class="card" aria-label={check.title}>
          <h3>{check.title}</h3>
          <div role="status">
            {findings.length === 0 ? (
              <p>{check.good}</p>
            ) : (
              <ul class="findings">
                {findings.map(({ kind, text }) => (
                  <li key={text} class={kind === 'wrong' ? 'finding--bad' : ''}>
                    {text}
                  </li>
                ))}
              </ul>
            )}
          </div>
        </section>,
        <section key="try" class="card stack" aria-label={check.try}>
          <h3>{check.try}</h3>
          <div class="fields">
            {(['principal', 'action', 'resource'] as const).map((field) => (
              <TextField
                key={field}
                label={check[field]}
                value={trial[field]}
                onInput={(value) => (trial[field] = value)}
              />
            ))}
          </div>
          <p role="status">
            <strong>{verdictText(tryPolicy(setting.value.value, trial))}</strong>
          </p>
        </section>,
      ]);
    };
  },
  { props: ['place'] },
);
