/** Which pages of other sites may call the bucket. */
import { defineComponent } from 'vue';
import { signedIn } from '../../session/session.ts';
import { t } from '../../text/language.ts';
import { AreaField, TextField } from '../../ui/field.tsx';
import { linesOf, ruleList } from './rules.tsx';
import { settingForm, useSetting, type BucketPlace } from './setting.tsx';

/** A rule as it is edited: lists are texts with one entry a line. */
interface Rule {
  readonly origins: string;
  readonly methods: string;
  readonly headers: string;
  readonly exposed: string;
  readonly seconds: string;
}

const blank = (): Rule => ({
  origins: '*',
  methods: 'GET\nHEAD',
  headers: '*',
  exposed: 'ETag',
  seconds: '600',
});
const text = (list: readonly string[] | undefined): string => (list ?? []).join('\n');

export const CorsSetting = defineComponent(
  (props: { place: BucketPlace }) => {
    const { cos } = signedIn();
    const setting = useSetting<readonly Rule[]>([], {
      async read() {
        const { CORSRules } = await cos.getBucketCors(props.place);
        return CORSRules.map((rule) => ({
          origins: text(rule.AllowedOrigins ?? rule.AllowedOrigin),
          methods: text(rule.AllowedMethods ?? rule.AllowedMethod),
          headers: text(rule.AllowedHeaders ?? rule.AllowedHeader),
          exposed: text(rule.ExposeHeaders ?? rule.ExposeHeader),
          seconds: String(rule.MaxAgeSeconds ?? ''),
        }));
      },
      write: (rules) =>
        cos.putBucketCors({
          ...props.place,
          CORSRules: rules.map(({ origins, methods, headers, exposed, seconds }) => ({
            AllowedOrigin: linesOf(origins),
            AllowedMethod: linesOf(methods),
            AllowedHeader: linesOf(headers),
            ExposeHeader: linesOf(exposed),
            ...(seconds === '' ? {} : { MaxAgeSeconds: seconds }),
          })),
        }),
      erase: () => cos.deleteBucketCors(props.place),
    });
    return () => {
      const { settings: words } = t();
      const { fields } = words;
      const area = (label: string, value: string, onInput: (value: string) => void) => (
        <AreaField label={label} hint={words.listHint} value={value} onInput={onInput} />
      );
      return settingForm(
        setting,
        words.corsHint,
        ruleList(
          setting.value.value,
          blank,
          (rules) => (setting.value.value = rules),
          (rule, change) => [
            area(fields.allowedOrigins, rule.origins, (origins) => change({ origins })),
            area(fields.allowedMethods, rule.methods, (methods) => change({ methods })),
            area(fields.allowedHeaders, rule.headers, (headers) => change({ headers })),
            area(fields.exposeHeaders, rule.exposed, (exposed) => change({ exposed })),
            <TextField
              label={fields.maxAge}
              type="number"
              value={rule.seconds}
              onInput={(seconds) => change({ seconds })}
            />,
          ],
        ),
      );
    };
  },
  { props: ['place'] },
);
