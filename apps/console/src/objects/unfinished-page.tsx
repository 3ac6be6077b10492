/** Uploads in parts that nobody has completed yet, with what they occupy. */
import { Button } from 'tdesign-vue-next/es/button';
import { CloseIcon, ViewListIcon } from 'tdesign-icons-vue-next';
import { computed, defineComponent, reactive, ref, shallowRef, watch } from 'vue';
import { route } from '../route.ts';
import { reasonOf, signedIn } from '../session/session.ts';
import { bytesText, timeText } from '../text/format.ts';
import { t } from '../text/language.ts';
import { confirm } from '../ui/dialog.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { attempt } from '../ui/notice.ts';
import { Nothing } from '../ui/page.tsx';
import { DataTable, type Column } from '../ui/table.tsx';
import { BucketHead } from './bucket-head.tsx';

interface Unfinished {
  readonly Key: string;
  readonly UploadId: string;
  readonly Initiated: string;
}

export const UnfinishedPage = defineComponent(() => {
  const { cos } = signedIn();
  const here = computed(() => (route.value.page === 'unfinished' ? route.value : { bucket: '', region: '' }));
  const place = computed(() => ({ Bucket: here.value.bucket, Region: here.value.region }));
  const unfinished = shallowRef<readonly Unfinished[]>([]);
  const problem = ref('');
  const parts = reactive(new Map<string, string>());

  const load = async (): Promise<void> => {
    if (here.value.bucket === '') return;
    problem.value = '';
    const found: Unfinished[] = [];
    let markers: { KeyMarker?: string; UploadIdMarker?: string } = {};
    try {
      for (;;) {
        const page = await cos.multipartList({ ...place.value, ...markers });
        found.push(...page.Upload);
        if (page.IsTruncated !== 'true') break;
        markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
      }
      unfinished.value = found;
    } catch (error) {
      problem.value = reasonOf(error);
    }
  };
  watch(() => here.value.bucket, load, { immediate: true });

  const countParts = ({ Key, UploadId }: Unfinished): Promise<boolean> =>
    attempt(async () => {
      let count = 0;
      let size = 0;
      let PartNumberMarker: string | undefined;
      for (;;) {
        const more = PartNumberMarker === undefined ? {} : { PartNumberMarker };
        const page = await cos.multipartListPart({ ...place.value, Key, UploadId, ...more });
        count += page.Part.length;
        size += page.Part.reduce((sum, { Size }) => sum + Number(Size), 0);
        if (page.IsTruncated !== 'true') break;
        PartNumberMarker = page.NextPartNumberMarker;
      }
      parts.set(UploadId, t().unfinished.parts(count, bytesText(size)));
    });
  const abort = async (chosen: readonly Unfinished[]): Promise<void> => {
    const { unfinished: words } = t();
    if (
      !(await confirm({
        title: `${words.abort} (${String(chosen.length)})`,
        text: words.abortHint,
        yes: words.abort,
      }))
    )
      return;
    await attempt(async () => {
      for (const { Key, UploadId } of chosen) await cos.multipartAbort({ ...place.value, Key, UploadId });
    }, words.aborted(chosen.length));
    await load();
  };

  const columns = computed((): Column<Unfinished>[] => {
    const { unfinished: words, common, objects } = t();
    return [
      {
        name: 'key',
        title: common.name,
        width: 'minmax(0, 1.5fr)',
        cell: ({ Key }) => <span title={Key}>{Key}</span>,
      },
      {
        name: 'initiated',
        title: words.initiated,
        width: '13rem',
        isExtra: true,
        cell: ({ Initiated }) => timeText(Initiated),
      },
      {
        name: 'parts',
        title: common.size,
        width: 'minmax(0, 1fr)',
        cell: (upload) =>
          parts.get(upload.UploadId) ?? (
            <IconButton
              label={`${words.countParts}: ${upload.Key}`}
              icon={ViewListIcon}
              onPress={() => void countParts(upload)}
            />
          ),
      },
      {
        name: 'actions',
        title: common.actions,
        width: '4.5rem',
        cell: (upload) => (
          <IconButton
            label={`${words.abort}: ${upload.Key || objects.file}`}
            icon={CloseIcon}
            theme="danger"
            onPress={() => void abort([upload])}
          />
        ),
      },
    ];
  });

  return () => {
    const { unfinished: words, common } = t();
    return (
      <section class="page page--full">
        <BucketHead bucket={here.value.bucket} region={here.value.region} page="unfinished">
          <Button
            variant="outline"
            theme="danger"
            disabled={unfinished.value.length === 0}
            onClick={() => void abort(unfinished.value)}
          >
            {words.abortAll}
          </Button>
        </BucketHead>
        <DataTable
          label={t().buckets.unfinished}
          columns={columns.value}
          rows={unfinished.value}
          rowKey={({ UploadId }: Unfinished) => UploadId}
        >
          {problem.value === '' ? (
            <Nothing title={words.empty} />
          ) : (
            <Nothing title={common.failed(problem.value)} />
          )}
        </DataTable>
      </section>
    );
  };
});
