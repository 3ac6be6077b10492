/** What the list of objects shows of each. */
import { FileIcon, FolderIcon } from 'tdesign-icons-vue-next';
import { bytesText, timeText } from '../text/format.ts';
import { t } from '../text/language.ts';
import type { Column } from '../ui/table.tsx';
import type { Entry, Order } from './listing.ts';

interface Actions {
  folderAddress(prefix: string): string;
  open(entry: Entry): void;
  readonly selected: ReadonlySet<string>;
  select(keys: readonly string[], isSelected: boolean): void;
  selectAll(isSelected: boolean): void;
  readonly isAllSelected: boolean;
  readonly order: Order;
  sort(by: Order['by']): void;
}

export function objectColumns(actions: Actions): Column<Entry>[] {
  const { objects: words, common } = t();
  const sortable = (by: Order['by']) => ({
    sort:
      actions.order.by !== by
        ? ('none' as const)
        : actions.order.isDescending
          ? ('descending' as const)
          : ('ascending' as const),
    onSort: () => {
      actions.sort(by);
    },
  });
  return [
    {
      name: 'select',
      title: words.selectAll,
      width: '1.2rem',
      head: () => checkbox(words.selectAll, actions.isAllSelected, actions.selectAll),
      cell: ({ key, name }) =>
        checkbox(words.select(name), actions.selected.has(key), (isSelected) => {
          actions.select([key], isSelected);
        }),
    },
    {
      name: 'name',
      title: common.name,
      width: 'minmax(0, 1fr)',
      ...sortable('name'),
      cell: (entry) =>
        entry.kind === 'folder' ? (
          <span class="entry">
            <FolderIcon aria-hidden="true" />
            <a class="link" href={actions.folderAddress(entry.key)} title={entry.key}>
              {entry.name}
            </a>
          </span>
        ) : (
          <span class="entry">
            <FileIcon aria-hidden="true" />
            <button
              type="button"
              class="link"
              title={entry.key}
              onClick={() => {
                actions.open(entry);
              }}
            >
              {entry.name}
            </button>
          </span>
        ),
    },
    {
      name: 'size',
      title: common.size,
      width: '6rem',
      isNumber: true,
      ...sortable('size'),
      cell: ({ kind, size }) => (kind === 'folder' ? '' : bytesText(size)),
    },
    {
      name: 'class',
      title: words.class,
      width: '8rem',
      isExtra: true,
      cell: ({ storageClass }) => storageClass,
    },
    {
      name: 'modified',
      title: common.modified,
      width: '13rem',
      isExtra: true,
      ...sortable('modified'),
      cell: ({ kind, modified }) => (kind === 'folder' ? '' : timeText(modified)),
    },
  ];
}

function checkbox(label: string, isChecked: boolean, change: (isChecked: boolean) => void) {
  return (
    <input
      type="checkbox"
      class="check"
      aria-label={label}
      checked={isChecked}
      onChange={(event: Event) => {
        change((event.target as HTMLInputElement).checked);
      }}
    />
  );
}
