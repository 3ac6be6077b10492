/** One object: what is in it, what is known of it, its versions, tags, access and links. */
import { defineComponent, onMounted, ref, shallowRef, type VNodeChild } from 'vue';
import { reasonOf, signedIn } from '../session/session.ts';
import { bytesText, timeText } from '../text/format.ts';
import { t } from '../text/language.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Nothing } from '../ui/page.tsx';
import { Pairs } from '../ui/pairs.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { ObjectAccess } from './object-access.tsx';
import { ObjectLink } from './object-link.tsx';
import { ObjectMetadata } from './object-metadata.tsx';
import { ObjectTags } from './object-tags.tsx';
import { ObjectVersions } from './object-versions.tsx';
import { Preview } from './preview.tsx';

/** What the panels work on. */
export interface ObjectPlace {
  readonly Bucket: string;
  readonly Region: string;
  readonly Key: string;
}

export type ObjectHeaders = Readonly<Record<string, string>>;

export const ObjectDetails = defineComponent(
  (props: { bucket: string; region: string; objectKey: string; onClose: (isChanged: boolean) => void }) => {
    const { cos } = signedIn();
    const place: ObjectPlace = { Bucket: props.bucket, Region: props.region, Key: props.objectKey };
    const tab = ref('preview');
    const headers = shallowRef<ObjectHeaders>();
    const problem = ref('');
    const isChanged = ref(false);

    const load = async (): Promise<void> => {
      try {
        headers.value = (await cos.headObject(place)).headers ?? {};
      } catch (error) {
        problem.value = reasonOf(error);
      }
    };
    onMounted(load);
    const changed = (): void => {
      isChanged.value = true;
      void load();
    };

    const panel = (known: ObjectHeaders): VNodeChild => {
      if (tab.value === 'metadata')
        return <ObjectMetadata key={known['etag']} place={place} headers={known} onChange={changed} />;
      if (tab.value === 'versions') return <ObjectVersions place={place} onChange={changed} />;
      if (tab.value === 'tags') return <ObjectTags place={place} />;
      if (tab.value === 'acl') return <ObjectAccess place={place} />;
      if (tab.value === 'link') return <ObjectLink place={place} />;
      return (
        <div class="stack">
          <Preview key={known['etag']} place={place} headers={known} />
          <Facts headers={known} />
        </div>
      );
    };

    return () => {
      const { objects: words, settings, common } = t();
      return (
        <Dialog side title={props.objectKey} onClose={() => props.onClose(isChanged.value)}>
          <Tabs
            label={words.details(props.objectKey)}
            value={tab.value}
            tabs={[
              ['preview', words.preview],
              ['metadata', words.metadata],
              ['versions', words.versions],
              ['tags', words.tags],
              ['acl', settings.acl],
              ['link', words.link],
            ]}
            onChange={(value) => (tab.value = value)}
          >
            {problem.value !== '' ? (
              <Nothing title={common.failed(problem.value)} />
            ) : headers.value ? (
              panel(headers.value)
            ) : (
              <Nothing title={common.loading} />
            )}
          </Tabs>
        </Dialog>
      );
    };
  },
  { props: ['bucket', 'region', 'objectKey', 'onClose'] },
);

const Facts = ({ headers }: { headers: ObjectHeaders }) => {
  const { common, objects: words } = t();
  const facts = [
    [common.size, bytesText(Number(headers['content-length'] ?? 0))],
    [common.type, headers['content-type']],
    [common.modified, timeText(headers['last-modified'])],
    [words.class, headers['x-cos-storage-class'] ?? 'STANDARD'],
    ['ETag', headers['etag']],
    ['CRC-64', headers['x-cos-hash-crc64ecma']],
    ['VersionId', headers['x-cos-version-id']],
  ] as const;
  return <Pairs pairs={facts} />;
};
Facts.props = ['headers'];
