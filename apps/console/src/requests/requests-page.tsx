/** The last requests, live: what came, what was answered, where the time went, and why it was refused. */
import { Button } from 'tdesign-vue-next/es/button';
import { computed, defineComponent, onBeforeUnmount, onMounted, reactive, ref, shallowRef, watch } from 'vue';
import { Refused } from '../session/reserved.ts';
import { reasonOf } from '../session/session.ts';
import { bytesText } from '../text/format.ts';
import { t } from '../text/language.ts';
import { SwitchField, TextField } from '../ui/field.tsx';
import { attempt } from '../ui/notice.ts';
import { ClosedPage, Nothing, PageHead } from '../ui/page.tsx';
import { DataTable, type Column } from '../ui/table.tsx';
import { archiveOfAll, mostShown, recordedAfter, type Recorded } from './recorded.ts';
import { passes } from './selection.ts';
import { RequestDetails } from './request-details.tsx';
import { clockText, millisecondsText, StatusText } from './request-texts.tsx';

const waitSeconds = 20;
const againAfterMs = 3000;

export const RequestsPage = defineComponent(() => {
  const requests = shallowRef<readonly Recorded[]>([]);
  const filter = reactive({ key: '', status: '', operation: '' });
  const isLive = ref(true);
  const isLoaded = ref(false);
  const isOff = ref(false);
  const problem = ref('');
  const opened = shallowRef<Recorded>();
  let cursor: string | undefined;
  let stop = new AbortController();

  /** Follows the service until it is stopped: each question waits there for what comes next. */
  const follow = async ({ signal }: AbortController): Promise<void> => {
    const isStopped = (): boolean => signal.aborted;
    while (!isStopped() && !isOff.value) {
      try {
        const fresh = await recordedAfter(cursor, waitSeconds, signal);
        cursor = fresh.cursor;
        if (fresh.requests.length > 0)
          requests.value = [...fresh.requests, ...requests.value].slice(0, mostShown);
        problem.value = '';
      } catch (error) {
        if (isStopped()) return;
        isOff.value = error instanceof Refused && (error.status === 403 || error.status === 404);
        problem.value = reasonOf(error);
        await new Promise((resolve) => setTimeout(resolve, againAfterMs));
      }
      isLoaded.value = true;
    }
  };
  onMounted(() => void follow(stop));
  watch(isLive, (live) => {
    stop.abort();
    stop = new AbortController();
    if (live) void follow(stop);
  });
  onBeforeUnmount(() => {
    stop.abort();
  });

  const shown = computed(() => requests.value.filter((request) => passes(request, filter)));
  const save = (): Promise<boolean> =>
    attempt(async () => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(await archiveOfAll());
      link.download = 'sampan-requests.har';
      link.click();
      URL.revokeObjectURL(link.href);
    });

  const columns = computed((): Column<Recorded>[] => {
    const { requests: words } = t();
    return [
      { name: 'time', title: words.time, width: '6.5rem', cell: ({ startedAt }) => clockText(startedAt) },
      {
        name: 'status',
        title: words.status,
        width: '4.5rem',
        cell: (request) => <StatusText request={request} />,
      },
      {
        name: 'operation',
        title: words.operation,
        width: 'minmax(0, 1fr)',
        cell: (request) => (
          <span class="entry">
            <button type="button" class="link" onClick={() => (opened.value = request)}>
              {request.code ? `${request.operation}: ${request.code}` : request.operation}
            </button>
          </span>
        ),
      },
      {
        name: 'address',
        title: words.address,
        width: 'minmax(0, 2fr)',
        isExtra: true,
        cell: ({ method, address }) => <span title={address}>{`${method} ${address}`}</span>,
      },
      {
        name: 'who',
        title: words.who,
        width: 'minmax(0, 1fr)',
        isExtra: true,
        cell: ({ principal = words.anonymous }) => <span title={principal}>{principal}</span>,
      },
      {
        name: 'took',
        title: words.took,
        width: '6rem',
        isNumber: true,
        isExtra: true,
        cell: ({ durationMs }) => millisecondsText(durationMs),
      },
      {
        name: 'bytes',
        title: words.bytes,
        width: '10rem',
        isNumber: true,
        isExtra: true,
        cell: ({ receivedBytes, sentBytes }) => `${bytesText(receivedBytes)} / ${bytesText(sentBytes)}`,
      },
    ];
  });

  return () => {
    const { requests: words, common } = t();
    if (isOff.value) return <ClosedPage title={words.title} why={words.off} hint={problem.value} />;
    const field = (name: keyof typeof filter, label: string) => (
      <TextField label={label} value={filter[name]} onInput={(value) => (filter[name] = value)} />
    );
    return (
      <section class="page page--full">
        <PageHead title={words.title}>
          <SwitchField label={words.live} value={isLive.value} onInput={(value) => (isLive.value = value)} />
          <Button variant="outline" theme="default" onClick={() => void save()}>
            {words.har}
          </Button>
        </PageHead>
        <div class="bar">
          {field('key', words.filterKey)}
          {field('status', words.filterStatus)}
          {field('operation', words.filterOperation)}
        </div>
        {problem.value === '' ? null : <Nothing title={common.failed(problem.value)} />}
        <DataTable
          label={words.title}
          columns={columns.value}
          rows={shown.value}
          rowKey={({ id }: Recorded) => id}
          onOpen={(request: Recorded) => (opened.value = request)}
        >
          <Nothing title={isLoaded.value ? words.empty : common.loading} />
        </DataTable>
        {opened.value ? (
          <RequestDetails
            key={opened.value.id}
            request={opened.value}
            all={requests.value}
            onClose={() => (opened.value = undefined)}
          />
        ) : null}
      </section>
    );
  };
});
