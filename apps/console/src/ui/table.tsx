/**
 * A table of any length: only the rows in sight are in the page, so that 100,000 of them scroll as ten do. The rows have
 * one height. Screen readers hear how many there are and which one they are at; arrow keys move from row to row.
 */
import {
  computed,
  defineComponent,
  nextTick,
  onBeforeUnmount,
  onMounted,
  ref,
  watch,
  type VNodeChild,
} from 'vue';

export interface Column<Row> {
  readonly name: string;
  readonly title: string;
  /** A track of a CSS grid, such as `minmax(0, 1fr)`. */
  readonly width: string;
  readonly cell: (row: Row, at: number) => VNodeChild;
  /** Shows something else than the title, with the title for screen readers. */
  readonly head?: () => VNodeChild;
  /** Hidden where the window is narrow. */
  readonly isExtra?: boolean;
  readonly isNumber?: boolean;
  readonly sort?: 'ascending' | 'descending' | 'none';
  readonly onSort?: () => void;
}

const rowHeight = 44;
// Rows beyond the edges, so that a fast wheel does not meet blanks.
const spareRows = 8;

export const DataTable = defineComponent(
  <Row,>(
    props: {
      label: string;
      columns: readonly Column<Row>[];
      rows: readonly Row[];
      rowKey: (row: Row) => string | number;
      /** Changes when rows have changed in place. */
      version?: number;
      onOpen?: (row: Row) => void;
      /** Called when the end comes near. */
      onEnd?: () => void;
    },
    { slots }: { slots: Readonly<Record<string, (() => VNodeChild) | undefined>> },
  ) => {
    const body = ref<HTMLElement>();
    const first = ref(0);
    const capacity = ref(20);
    const focused = ref(0);
    let observer: ResizeObserver | undefined;

    const place = (): void => {
      const element = body.value;
      if (!element) return;
      first.value = Math.max(0, Math.floor(element.scrollTop / rowHeight) - spareRows);
      capacity.value = Math.ceil(element.clientHeight / rowHeight) + 2 * spareRows;
      if (first.value + capacity.value >= props.rows.length - 50) props.onEnd?.();
    };
    onMounted(() => {
      observer = new ResizeObserver(place);
      if (body.value) observer.observe(body.value);
      place();
    });
    onBeforeUnmount(() => observer?.disconnect());
    watch(
      () => props.rows.length,
      () => {
        focused.value = Math.min(focused.value, Math.max(0, props.rows.length - 1));
        void nextTick(place);
      },
    );

    const tracks = computed(() => props.columns.map(({ width }) => width).join(' '));
    const narrowTracks = computed(() =>
      props.columns
        .filter(({ isExtra }) => !isExtra)
        .map(({ width }) => width)
        .join(' '),
    );
    const style = computed(() => ({ '--tracks': tracks.value, '--narrow-tracks': narrowTracks.value }));

    const focusRow = (at: number): void => {
      const target = Math.max(0, Math.min(props.rows.length - 1, at));
      focused.value = target;
      const element = body.value!;
      const top = target * rowHeight;
      if (top < element.scrollTop) element.scrollTop = top;
      if (top + rowHeight > element.scrollTop + element.clientHeight)
        element.scrollTop = top + rowHeight - element.clientHeight;
      place();
      void nextTick(() => element.querySelector<HTMLElement>(`[data-row="${String(target)}"]`)?.focus());
    };
    const onKeydown = (event: KeyboardEvent): void => {
      const row = event.target instanceof HTMLElement ? event.target : undefined;
      if (row?.dataset['row'] === undefined) return;
      const page = Math.floor((body.value?.clientHeight ?? rowHeight) / rowHeight);
      const steps: Record<string, number> = {
        ArrowDown: focused.value + 1,
        ArrowUp: focused.value - 1,
        PageDown: focused.value + page,
        PageUp: focused.value - page,
        Home: 0,
        End: props.rows.length - 1,
      };
      const step = steps[event.key];
      if (step !== undefined) {
        event.preventDefault();
        focusRow(step);
      } else if (event.key === 'Enter' && props.onOpen) {
        // Or the same press would also press what the focus is on by then.
        event.preventDefault();
        props.onOpen(props.rows[focused.value]!);
      }
    };

    const headCell = (column: Column<Row>): VNodeChild => {
      const classes = [
        'table__cell',
        column.isExtra && 'table__cell--extra',
        column.isNumber && 'table__cell--number',
      ];
      const { sort, onSort } = column;
      return (
        <div key={column.name} role="columnheader" class={classes} aria-sort={sort}>
          {onSort ? (
            <button type="button" class="table__sort" onClick={() => onSort()}>
              {column.title}
              <span aria-hidden="true" class="table__arrow">
                {sort === 'ascending' ? '▲' : sort === 'descending' ? '▼' : '↕'}
              </span>
            </button>
          ) : (
            (column.head?.() ?? column.title)
          )}
        </div>
      );
    };
    const bodyRow = (row: Row, at: number): VNodeChild => (
      <div
        key={props.rowKey(row)}
        role="row"
        class="table__row"
        aria-rowindex={at + 2}
        data-row={at}
        tabindex={at === focused.value ? 0 : -1}
        style={{ transform: `translateY(${String(at * rowHeight)}px)` }}
        onFocus={() => (focused.value = at)}
      >
        {props.columns.map((column) => (
          <div
            key={column.name}
            role="cell"
            class={[
              'table__cell',
              column.isExtra && 'table__cell--extra',
              column.isNumber && 'table__cell--number',
            ]}
          >
            {column.cell(row, at)}
          </div>
        ))}
      </div>
    );

    return () => {
      const shown = rowsNow(props).slice(first.value, first.value + capacity.value);
      return (
        <div
          class="table"
          role="table"
          aria-label={props.label}
          aria-rowcount={props.rows.length + 1}
          style={style.value}
        >
          <div role="rowgroup">
            <div role="row" class="table__head" aria-rowindex={1}>
              {props.columns.map(headCell)}
            </div>
          </div>
          <div
            ref={body}
            class="table__body"
            role="rowgroup"
            tabindex={-1}
            onScroll={place}
            onKeydown={onKeydown}
          >
            {/* An element as high as all rows together; the rows lie on it. */}
            <div
              class="table__canvas"
              role="presentation"
              style={{ height: `${String(props.rows.length * rowHeight)}px` }}
            >
              {shown.map((row, at) => bodyRow(row, first.value + at))}
            </div>
          </div>
          {props.rows.length === 0 ? <div class="table__empty">{slots['default']?.()}</div> : null}
        </div>
      );
    };
  },
  { props: ['label', 'columns', 'rows', 'rowKey', 'version', 'onOpen', 'onEnd'] as never },
);

/** Rows change in place: who renders them depends on the version as well. */
function rowsNow<Row>({
  rows,
  version,
}: {
  readonly rows: readonly Row[];
  readonly version?: number;
}): readonly Row[] {
  return version === -1 ? [] : rows;
}
