/** All versions of one object: bring one back, download it, remove it for good. */
import { Button } from 'tdesign-vue-next/es/button';
import { Tag } from 'tdesign-vue-next/es/tag';
import { defineComponent, onMounted, shallowRef } from 'vue';
import { signedIn } from '../session/session.ts';
import { bytesText, timeText } from '../text/format.ts';
import { t } from '../text/language.ts';
import { confirm } from '../ui/dialog.tsx';
import { attempt } from '../ui/notice.ts';
import { copySource } from './copy-source.ts';
import type { ObjectPlace } from './object-details.tsx';

interface Version {
  readonly VersionId: string;
  readonly IsLatest: string;
  readonly LastModified: string;
  /** Undefined: a delete marker. */
  readonly Size: string | undefined;
}

export const ObjectVersions = defineComponent(
  (props: { place: ObjectPlace; onChange: () => void }) => {
    const { cos } = signedIn();
    const { Key, ...bucket } = props.place;
    const versions = shallowRef<readonly Version[]>([]);
    // The versions of one key follow each other; keys that only begin with it come after.
    const load = (): Promise<boolean> =>
      attempt(async () => {
        const page = await cos.listObjectVersions({ ...bucket, Prefix: Key });
        const kept = page.Versions.filter((version) => version.Key === Key);
        const markers = page.DeleteMarkers.filter((marker) => marker.Key === Key).map((marker) => ({
          ...marker,
          Size: undefined,
        }));
        versions.value = [...kept, ...markers].sort((a, b) =>
          a.IsLatest === b.IsLatest
            ? a.LastModified < b.LastModified
              ? 1
              : -1
            : a.IsLatest === 'true'
              ? -1
              : 1,
        );
      });
    onMounted(load);

    const changed = async (work: () => Promise<unknown>): Promise<void> => {
      if (!(await attempt(work, t().common.saved))) return;
      await load();
      props.onChange();
    };
    const restore = ({ VersionId, Size }: Version): Promise<void> =>
      changed(() =>
        Size === undefined
          ? cos.deleteObject({ ...props.place, VersionId })
          : cos.putObjectCopy({ ...props.place, CopySource: copySource(props.place, VersionId) }),
      );
    const remove = async ({ VersionId }: Version): Promise<void> => {
      const { common, objects } = t();
      const title = `${common.delete}: ${VersionId}`;
      if (await confirm({ title, text: objects.deleteFinal, yes: common.delete }))
        await changed(() => cos.deleteObject({ ...props.place, VersionId }));
    };

    return () => {
      const { objects: words, common } = t();
      return (
        <ul class="rows">
          {versions.value.map((version) => {
            const { VersionId, IsLatest, LastModified, Size } = version;
            const isLatest = IsLatest === 'true';
            return (
              <li key={VersionId} class="card">
                <div class="version">
                  <strong>{timeText(LastModified)}</strong>{' '}
                  {isLatest ? (
                    <Tag theme="primary" variant="light">
                      {words.latest}
                    </Tag>
                  ) : null}{' '}
                  {Size === undefined ? <Tag theme="warning">{words.marker}</Tag> : bytesText(Number(Size))}
                  <div class="muted version__id">{VersionId}</div>
                </div>
                <div class="buttons spread">
                  {Size === undefined ? null : (
                    <a
                      class="link"
                      href={cos.getObjectUrl({
                        ...props.place,
                        Query: { versionId: VersionId, 'response-content-disposition': 'attachment' },
                      })}
                    >
                      {common.download}
                    </a>
                  )}
                  {isLatest !== (Size === undefined) ? null : (
                    <Button variant="outline" onClick={() => void restore(version)}>
                      {words.restore}
                    </Button>
                  )}
                  <Button variant="outline" theme="danger" onClick={() => void remove(version)}>
                    {common.delete}
                  </Button>
                </div>
              </li>
            );
          })}
        </ul>
      );
    };
  },
  { props: ['place', 'onChange'] },
);
