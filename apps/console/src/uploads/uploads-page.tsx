/** The queue of uploads: what goes where, how far it is, and how to steer it. */
import { Alert } from 'tdesign-vue-next/es/alert';
import { Button } from 'tdesign-vue-next/es/button';
import { FileAddIcon, FolderAddIcon } from 'tdesign-icons-vue-next';
import { computed, defineComponent, onMounted, reactive, ref, shallowRef } from 'vue';
import { signedIn } from '../session/session.ts';
import { bytesText, countText, spanText, speedText } from '../text/format.ts';
import { t } from '../text/language.ts';
import { Chart } from '../ui/chart.tsx';
import { confirm } from '../ui/dialog.tsx';
import { ChoiceField, TextField } from '../ui/field.tsx';
import { Meter } from '../ui/meter.tsx';
import { done } from '../ui/notice.ts';
import { Nothing, PageHead } from '../ui/page.tsx';
import { DataTable } from '../ui/table.tsx';
import { choose, DropArea } from './drop-area.tsx';
import type { Picked } from './match.ts';
import * as queue from './queue.ts';
import { secondsLeft } from './throughput.ts';
import { isOver, isUnderWay, type Upload, type UploadState } from './upload.ts';
import { uploadColumns } from './upload-columns.tsx';

const filters: Readonly<Record<string, (state: UploadState) => boolean>> = {
  all: () => true,
  underWay: isUnderWay,
  paused: (state) => state === 'paused' || state === 'lost',
  error: (state) => state === 'error',
  success: isOver,
};

export const UploadsPage = defineComponent(() => {
  const { cos } = signedIn();
  const buckets = shallowRef<readonly { Name: string; Location: string }[]>([]);
  const target = reactive({ bucket: '', prefix: '' });
  const filter = ref('all');
  onMounted(async () => {
    buckets.value = (await cos.getService({}).catch(() => ({ Buckets: [] }))).Buckets;
    target.bucket = buckets.value[0]?.Name ?? '';
  });

  const add = async (picked: readonly Picked[]): Promise<void> => {
    const chosen = buckets.value.find(({ Name }) => Name === target.bucket);
    if (!chosen) return;
    const prefix = target.prefix === '' || target.prefix.endsWith('/') ? target.prefix : `${target.prefix}/`;
    const again = await queue.add(picked, { bucket: chosen.Name, region: chosen.Location, prefix });
    if (again > 0) done(t().uploads.matched(again));
  };
  const cancelAll = async (): Promise<void> => {
    const { uploads } = t();
    if (await confirm({ title: uploads.cancelAll, text: uploads.cancelAllHint, yes: uploads.cancelAll }))
      queue.cancelAll();
  };

  const shown = computed(() => {
    const test = filters[filter.value]!;
    return queue.current().filter(({ state }) => test(state));
  });
  const columns = computed(() => uploadColumns(() => choose('files', (picked) => void add(picked))));

  return () => {
    const { uploads: words, common } = t();
    const { counts } = queue.totals.value;
    const button = (text: string, isUseful: boolean, press: () => void) => (
      <Button variant="outline" theme="default" disabled={!isUseful} onClick={press}>
        {text}
      </Button>
    );
    return (
      <section class="page page--full">
        <PageHead title={words.title}>
          <Button
            theme="primary"
            disabled={target.bucket === ''}
            onClick={() => choose('files', (picked) => void add(picked))}
          >
            <FileAddIcon /> {words.files}
          </Button>
          <Button
            variant="outline"
            theme="primary"
            disabled={target.bucket === ''}
            onClick={() => choose('folder', (picked) => void add(picked))}
          >
            <FolderAddIcon /> {words.folder}
          </Button>
        </PageHead>
        <div class="bar">
          <ChoiceField
            label={words.into}
            value={target.bucket}
            options={
              buckets.value.length === 0
                ? [['', words.noBucket]]
                : buckets.value.map(({ Name }) => [Name, Name])
            }
            onInput={(value) => (target.bucket = value)}
          />
          <TextField
            label={words.prefix}
            value={target.prefix}
            onInput={(value) => (target.prefix = value)}
          />
        </div>
        {counts.lost > 0 ? (
          <Alert theme="warning" title={words.lost(counts.lost)} message={words.lostHint} />
        ) : null}
        <Summary />
        <div class="bar bar--center">
          {button(words.pauseAll, counts.waiting + counts.checking + counts.uploading > 0, queue.pauseAll)}
          {button(words.resumeAll, counts.paused > 0, queue.resumeAll)}
          {button(words.retryAll, counts.error > 0, queue.retryAll)}
          {button(
            words.cancelAll,
            queue.uploads.value.length > counts.success + counts.canceled,
            () => void cancelAll(),
          )}
          {button(words.clear, counts.success + counts.canceled > 0, queue.clearFinished)}
          <div class="spread">
            <ChoiceField
              label={words.filter}
              isBare
              value={filter.value}
              options={[
                ['all', common.all],
                ['underWay', words.states.uploading],
                ['paused', words.states.paused],
                ['error', words.states.error],
                ['success', words.states.success],
              ]}
              onInput={(value) => (filter.value = value)}
            />
          </div>
        </div>
        <DropArea words={words.drop} onPick={(picked) => void add(picked)}>
          <DataTable
            label={words.title}
            columns={columns.value}
            rows={shown.value}
            version={queue.version.value}
            rowKey={({ id }: Upload) => id}
          >
            <Nothing title={words.empty} hint={words.drop} />
          </DataTable>
        </DropArea>
      </section>
    );
  };
});

/** All uploads together. Its own component, so that a change of speed leaves the rest of the page alone. */
const Summary = defineComponent(() => () => {
  const { uploads: words } = t();
  const { files, filesDone, bytes, bytesDone } = queue.totals.value;
  const speed = queue.throughput.value;
  return (
    <div class="card total">
      <div>
        <Meter
          label={words.total}
          part={bytes === 0 ? (files > 0 && files === filesDone ? 1 : 0) : bytesDone / bytes}
        />
        <div class="total__figures">
          <span>{words.files_(countText(filesDone), countText(files))}</span>
          <span>{words.bytes(bytesText(bytesDone), bytesText(bytes))}</span>
          <span>
            {words.speed} {speedText(speed.now)}
          </span>
          <span>
            {words.left} {spanText(secondsLeft(bytes - bytesDone, speed))}
          </span>
        </div>
      </div>
      <Chart samples={speed.samples} words={words.chartText(speedText(speed.now), speedText(speed.most))} />
    </div>
  );
});
