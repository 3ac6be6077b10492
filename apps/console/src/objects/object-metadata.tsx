/** Changes what travels with the object. The service does that by copying the object onto itself. */
import { Button } from 'tdesign-vue-next/es/button';
import { defineComponent, reactive, ref } from 'vue';
import { signedIn } from '../session/session.ts';
import { t } from '../text/language.ts';
import { ChoiceField, TextField } from '../ui/field.tsx';
import { attempt } from '../ui/notice.ts';
import { PairRows, type Pair } from '../ui/pair-rows.tsx';
import { copySource } from './copy-source.ts';
import type { ObjectHeaders, ObjectPlace } from './object-details.tsx';

const ownPrefix = 'x-cos-meta-';
const classes = ['STANDARD', 'STANDARD_IA', 'INTELLIGENT_TIERING', 'ARCHIVE', 'DEEP_ARCHIVE'] as const;
type StorageClass = (typeof classes)[number];

/** Headers with fields of their own, and their names in calls. */
const named = [
  ['content-type', 'ContentType'],
  ['cache-control', 'CacheControl'],
  ['content-disposition', 'ContentDisposition'],
  ['content-encoding', 'ContentEncoding'],
  ['content-language', 'ContentLanguage'],
] as const;

export const ObjectMetadata = defineComponent(
  (props: { place: ObjectPlace; headers: ObjectHeaders; onChange: () => void }) => {
    const { cos } = signedIn();
    const form = reactive<Record<string, string>>(
      Object.fromEntries(named.map(([header]) => [header, props.headers[header] ?? ''])),
    );
    const storageClass = ref((props.headers['x-cos-storage-class'] ?? 'STANDARD') as StorageClass);
    const own = ref<readonly Pair[]>(
      Object.entries(props.headers)
        .filter(([name]) => name.startsWith(ownPrefix))
        .map(([name, value]) => ({ name: name.slice(ownPrefix.length), value: readable(value) })),
    );
    const isBusy = ref(false);

    const save = async (event: Event): Promise<void> => {
      event.preventDefault();
      isBusy.value = true;
      const given = named
        .filter(([header]) => form[header] !== '')
        .map(([header, param]): [string, string] => [param, form[header]!]);
      const mine = own.value
        .filter(({ name }) => name.trim() !== '')
        .map(({ name, value }): [string, string] => [
          `${ownPrefix}${name.trim().toLowerCase()}`,
          encoded(value),
        ]);
      const isSaved = await attempt(async () => {
        // A copy has the access list of a new object.
        const { ACL } = await cos.getObjectAcl(props.place);
        await cos.putObjectCopy({
          ...props.place,
          CopySource: copySource(props.place),
          MetadataDirective: 'Replaced',
          StorageClass: storageClass.value,
          ...Object.fromEntries<string>([...given, ...mine]),
        });
        if (ACL !== 'default') await cos.putObjectAcl({ ...props.place, ACL });
      }, t().common.saved);
      isBusy.value = false;
      if (isSaved) props.onChange();
    };

    return () => {
      const { objects: words, common } = t();
      return (
        <form class="form" onSubmit={(event: Event) => void save(event)}>
          <h3>{words.saveMetadata}</h3>
          <div class="fields">
            {named.map(([header]) => (
              <TextField
                key={header}
                label={header}
                value={form[header]!}
                onInput={(value) => (form[header] = value)}
              />
            ))}
            <ChoiceField
              label={words.class}
              value={storageClass.value}
              options={classes.map((name) => [name, name])}
              onInput={(value) => (storageClass.value = value as StorageClass)}
            />
          </div>
          <h3>{words.custom}</h3>
          <PairRows pairs={own.value} onInput={(pairs) => (own.value = pairs)} />
          <Button type="submit" theme="primary" loading={isBusy.value}>
            {common.save}
          </Button>
        </form>
      );
    };
  },
  { props: ['place', 'headers', 'onChange'] },
);

/** Headers carry no characters beyond ASCII: those are percent-encoded, as other tools for COS do. */
function encoded(value: string): string {
  return value.replaceAll(/[^\x20-\x7e]+/g, encodeURIComponent);
}

function readable(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
