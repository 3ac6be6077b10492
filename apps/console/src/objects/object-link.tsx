/** Downloads the object, and signs links that others can use for a while. */
import { Button } from 'tdesign-vue-next/es/button';
import { defineComponent, ref } from 'vue';
import { signedIn } from '../session/session.ts';
import { timeText } from '../text/format.ts';
import { t } from '../text/language.ts';
import { AreaField, ChoiceField } from '../ui/field.tsx';
import { attempt } from '../ui/notice.ts';
import type { ObjectPlace } from './object-details.tsx';

export const ObjectLink = defineComponent(
  (props: { place: ObjectPlace }) => {
    const { cos } = signedIn();
    const seconds = ref('3600');
    const link = ref('');
    const expires = ref(0);
    const name = props.place.Key.slice(props.place.Key.lastIndexOf('/') + 1);
    // An attachment: an object that is a page must not run at the console's own origin.
    const download = cos.getObjectUrl({
      ...props.place,
      Expires: 3600,
      Query: { 'response-content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}` },
    });
    const sign = (): void => {
      link.value = cos.getObjectUrl({ ...props.place, Expires: Number(seconds.value) });
      expires.value = Date.now() + Number(seconds.value) * 1000;
    };
    return () => {
      const { objects: words, common } = t();
      const { lifetimes } = words;
      return (
        <div class="stack">
          <p>
            <a class="link" href={download} download={name}>
              {common.download}
            </a>
          </p>
          <p class="muted">{words.linkHint}</p>
          <div class="bar">
            <ChoiceField
              label={words.lifetime}
              value={seconds.value}
              options={[
                ['900', lifetimes.minutes15],
                ['3600', lifetimes.hour],
                ['86400', lifetimes.day],
                ['604800', lifetimes.week],
              ]}
              onInput={(value) => (seconds.value = value)}
            />
            <Button theme="primary" onClick={sign}>
              {words.makeLink}
            </Button>
          </div>
          {link.value === '' ? null : (
            <div class="form">
              <AreaField
                label={words.link}
                hint={words.expires(timeText(expires.value))}
                isCode
                lines={5}
                value={link.value}
                onInput={() => undefined}
              />
              <Button
                variant="outline"
                onClick={() => void attempt(() => navigator.clipboard.writeText(link.value), common.copied)}
              >
                {common.copy}
              </Button>
            </div>
          )}
        </div>
      );
    };
  },
  { props: ['place'] },
);
