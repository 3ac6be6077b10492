/** What the service does at this moment, from its metrics. */
import { computed, defineComponent, onBeforeUnmount, onMounted, ref, shallowRef, type VNodeChild } from 'vue';
import { bytesText, countText, speedText } from '../text/format.ts';
import { t } from '../text/language.ts';
import { reasonOf } from '../session/session.ts';
import { Chart } from '../ui/chart.tsx';
import { Nothing, PageHead } from '../ui/page.tsx';
import { DataTable, type Column } from '../ui/table.tsx';
import { readMetrics, sumOf, type Sample } from './metrics.ts';

type Metrics = ReadonlyMap<string, readonly Sample[]>;

const everyMs = 2000;
const kept = 60;

interface Moment {
  readonly atMs: number;
  readonly metrics: Metrics;
}

interface Row {
  readonly operation: string;
  readonly count: number;
  readonly errors: number;
  readonly meanMs: number;
}

const isError = ({ status }: Sample['labels']): boolean => Number(status) >= 400;

export const FiguresPage = defineComponent(() => {
  const moments = shallowRef<readonly Moment[]>([]);
  const problem = ref('');
  let timer: number | undefined;
  let isGone = false;

  const read = async (): Promise<void> => {
    try {
      const answer = await fetch('/-/metrics', { cache: 'no-store' });
      if (!answer.ok) throw new Error(`HTTP ${String(answer.status)}`);
      moments.value = [
        ...moments.value.slice(-kept),
        { atMs: performance.now(), metrics: readMetrics(await answer.text()) },
      ];
      problem.value = '';
    } catch (error) {
      problem.value = reasonOf(error);
    }
    if (!isGone) timer = window.setTimeout(() => void read(), everyMs);
  };
  onMounted(read);
  onBeforeUnmount(() => {
    isGone = true;
    clearTimeout(timer);
  });

  /** Growth a second, between all moments. */
  const rates = (value: (metrics: Metrics) => number): number[] =>
    moments.value.slice(1).map(({ atMs, metrics }, at) => {
      const before = moments.value[at]!;
      return Math.max(0, (value(metrics) - value(before.metrics)) / ((atMs - before.atMs) / 1000));
    });
  const rows = computed((): Row[] => {
    const now = moments.value.at(-1)?.metrics;
    if (!now) return [];
    const operations = new Set(
      (now.get('sampan_requests_total') ?? []).map(({ labels }) => labels['operation'] ?? ''),
    );
    return [...operations]
      .map((operation) => {
        const isIt = (labels: Sample['labels']): boolean => labels['operation'] === operation;
        const count = sumOf(now, 'sampan_requests_total', isIt);
        const seconds = sumOf(now, 'sampan_request_seconds_sum', isIt);
        const errors = sumOf(now, 'sampan_requests_total', (labels) => isIt(labels) && isError(labels));
        return { operation, count, errors, meanMs: count === 0 ? 0 : (seconds / count) * 1000 };
      })
      .sort((a, b) => b.count - a.count);
  });
  const columns = computed((): Column<Row>[] => {
    const { figures: words } = t();
    const number = (name: 'count' | 'errors', title: string): Column<Row> => ({
      name,
      title,
      width: '6rem',
      isNumber: true,
      cell: (row) => countText(row[name]),
    });
    return [
      {
        name: 'operation',
        title: words.operation,
        width: 'minmax(0, 1fr)',
        cell: ({ operation }) => operation,
      },
      number('count', words.count),
      number('errors', words.errors),
      {
        name: 'mean',
        title: words.mean,
        width: '7rem',
        isNumber: true,
        isExtra: true,
        cell: ({ meanMs }) => `${meanMs.toFixed(1)} ms`,
      },
    ];
  });

  return () => {
    const { figures: words, common } = t();
    const now = moments.value.at(-1)?.metrics ?? new Map<string, readonly Sample[]>();
    const moving = (title: string, value: (metrics: Metrics) => number, text: (value: number) => string) => {
      const samples = rates(value);
      const last = text(samples.at(-1) ?? 0);
      const filled = [...Array<number>(Math.max(0, kept - samples.length)).fill(0), ...samples];
      return figure(title, last, <Chart samples={filled} words={`${title}: ${last}. ${words.since}`} />);
    };
    const perSecond = (value: number): string => countText(Math.round(value * 10) / 10);
    return (
      <section class="page page--full">
        <PageHead title={words.title} />
        {problem.value === '' ? null : <Nothing title={common.failed(problem.value)} />}
        <div class="figures">
          {moving(words.rate, (metrics) => sumOf(metrics, 'sampan_requests_total'), perSecond)}
          {moving(words.failed, (metrics) => sumOf(metrics, 'sampan_requests_total', isError), perSecond)}
          {moving(words.received, (metrics) => sumOf(metrics, 'sampan_received_bytes_total'), speedText)}
          {moving(words.sent, (metrics) => sumOf(metrics, 'sampan_sent_bytes_total'), speedText)}
          {moving(
            words.cpu,
            (metrics) => sumOf(metrics, 'process_cpu_seconds_total'),
            (value) => `${(value * 100).toFixed(0)} %`,
          )}
          {figure(words.inFlight, countText(sumOf(now, 'sampan_requests_in_flight')))}
          {figure(words.memory, bytesText(sumOf(now, 'process_resident_memory_bytes')))}
          {figure(words.lag, `${(sumOf(now, 'nodejs_eventloop_lag_mean_seconds') * 1000).toFixed(1)} ms`)}
        </div>
        <h2>{words.byOperation}</h2>
        <DataTable
          label={words.byOperation}
          columns={columns.value}
          rows={rows.value}
          rowKey={({ operation }: Row) => operation}
        >
          <Nothing title={common.loading} />
        </DataTable>
      </section>
    );
  };
});

function figure(title: string, value: string, chart: VNodeChild = null) {
  return (
    <div class="card" key={title}>
      <div class="muted">{title}</div>
      <div class="figure__value">{value}</div>
      {chart}
    </div>
  );
}
