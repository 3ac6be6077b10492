/** Shows pictures, texts, sounds and films. They are shown as what they are, never run: a page is shown as its text. */
import { defineComponent, onMounted, ref } from 'vue';
import { reasonOf, signedIn } from '../session/session.ts';
import { t } from '../text/language.ts';
import type { ObjectHeaders, ObjectPlace } from './object-details.tsx';

const textBytes = 128 * 1024;
const pictureBytes = 50 * 1024 * 1024;

type Kind = 'image' | 'audio' | 'video' | 'text' | 'none';

/** By type, else by the ending of the key. */
export function previewKind(type: string, key: string): Kind {
  const [main] = type.split('/');
  if (main === 'image' || main === 'audio' || main === 'video') return main;
  if (main === 'text' || /^application\/(.*\+)?(json|xml|javascript|yaml|toml|x-sh|sql)\b/.test(type))
    return 'text';
  return /\.(txt|md|log|csv|tsv|json|ya?ml|toml|ini|xml|html?|css|[cm]?[jt]sx?|py|go|rs|java|sh|sql)$/i.test(
    key,
  )
    ? 'text'
    : 'none';
}

export const Preview = defineComponent(
  (props: { place: ObjectPlace; headers: ObjectHeaders }) => {
    const { cos } = signedIn();
    const size = Number(props.headers['content-length'] ?? 0);
    const kind = previewKind(props.headers['content-type'] ?? '', props.place.Key);
    const url = cos.getObjectUrl({ ...props.place, Expires: 3600 });
    const text = ref('');
    onMounted(async () => {
      if (kind !== 'text') return;
      try {
        const range = size > 0 ? { Range: `bytes=0-${String(Math.min(size, textBytes) - 1)}` } : {};
        text.value = (await cos.getObject({ ...props.place, ...range, DataType: 'text' })).Body;
      } catch (error) {
        text.value = reasonOf(error);
      }
    });
    return () => {
      const { objects: words } = t();
      if (kind === 'image' && size > pictureBytes) return <p class="muted">{words.tooLarge}</p>;
      return (
        <div class="preview">
          {kind === 'image' ? <img src={url} alt={props.place.Key} /> : null}
          {kind === 'audio' ? <audio src={url} controls preload="metadata" /> : null}
          {kind === 'video' ? <video src={url} controls preload="metadata" /> : null}
          {kind === 'text' ? (
            <pre class="code" tabindex={0}>
              {size > textBytes ? `${text.value}\n…` : text.value}
            </pre>
          ) : null}
          {kind === 'none' ? <p class="muted">{words.noPreview}</p> : null}
        </div>
      );
    };
  },
  { props: ['place', 'headers'] },
);
