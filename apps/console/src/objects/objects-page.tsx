/** The objects of a bucket, folder by folder. */
import { Alert } from 'tdesign-vue-next/es/alert';
import { Button } from 'tdesign-vue-next/es/button';
import { DeleteIcon, FileAddIcon, FolderAddIcon, RefreshIcon } from 'tdesign-icons-vue-next';
import { computed, defineComponent, reactive, ref, shallowRef, watch } from 'vue';
import { addressOf, go, route } from '../route.ts';
import { reasonOf, signedIn } from '../session/session.ts';
import { countText } from '../text/format.ts';
import { t } from '../text/language.ts';
import { confirm } from '../ui/dialog.tsx';
import { SwitchField, TextField } from '../ui/field.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { attempt, done } from '../ui/notice.ts';
import { Nothing } from '../ui/page.tsx';
import { DataTable } from '../ui/table.tsx';
import { choose, DropArea } from '../uploads/drop-area.tsx';
import type { Picked } from '../uploads/match.ts';
import * as queue from '../uploads/queue.ts';
import { BucketHead } from './bucket-head.tsx';
import { deleteEntries, undoDeletion, type Deletion } from './delete.ts';
import { arranged, createListing, type Entry, type Order } from './listing.ts';
import { NewFolder } from './new-folder.tsx';
import { ObjectDetails } from './object-details.tsx';
import { objectColumns } from './object-columns.tsx';

export const ObjectsPage = defineComponent(() => {
  const { cos } = signedIn();
  const listing = createListing(cos);
  const view = reactive({ words: '', isDeep: false, isMakingFolder: false });
  const order = shallowRef<Order>({ by: 'name', isDescending: false });
  const selected = shallowRef<ReadonlySet<string>>(new Set());
  const opened = shallowRef<Entry>();
  const isVersioned = ref(false);
  const undoable = shallowRef<Deletion>();

  const here = computed(() => {
    const at = route.value;
    return at.page === 'objects' ? at : { bucket: '', region: '', prefix: '' };
  });
  const place = computed(() => ({ Bucket: here.value.bucket, Region: here.value.region }));
  const load = async (): Promise<void> => {
    selected.value = new Set();
    const { bucket, region, prefix } = here.value;
    if (bucket !== '') await listing.open({ bucket, region, prefix, isDeep: view.isDeep });
  };
  watch([() => `${here.value.bucket}/${here.value.prefix}`, () => view.isDeep], () => void load(), {
    immediate: true,
  });
  watch(
    () => here.value.bucket,
    async (bucket) => {
      undoable.value = undefined;
      if (bucket === '') return;
      const answer = await cos.getBucketVersioning(place.value).catch(() => undefined);
      isVersioned.value = answer?.VersioningConfiguration.Status === 'Enabled';
    },
    { immediate: true },
  );
  // A search and an order other than the service's need all entries.
  watch([() => view.words, order], ([words, { by, isDescending }]) => {
    if (words !== '' || by !== 'name' || isDescending) void listing.all();
  });
  // Uploads into this folder are seen when they are done.
  watch(
    () => queue.totals.value.filesDone,
    (now, before) => {
      const isHere = queue.uploads.value.some(
        ({ bucket, key }) => bucket === here.value.bucket && key.startsWith(here.value.prefix),
      );
      if (now > before && isHere && queue.totals.value.counts.uploading === 0) void load();
    },
  );

  const shown = computed(() => arranged(listing.entries.value, view.words, order.value));
  const select = (keys: readonly string[], isSelected: boolean): void => {
    const next = new Set(selected.value);
    for (const key of keys) {
      if (isSelected) next.add(key);
      else next.delete(key);
    }
    selected.value = next;
  };
  const open = (entry: Entry): void => {
    if (entry.kind === 'folder') go({ page: 'objects', ...here.value, prefix: entry.key });
    else opened.value = entry;
  };
  const columns = computed(() =>
    objectColumns({
      folderAddress: (prefix) => addressOf({ page: 'objects', ...here.value, prefix }),
      open,
      selected: selected.value,
      select,
      selectAll: (isSelected) =>
        select(
          shown.value.map(({ key }) => key),
          isSelected,
        ),
      isAllSelected: shown.value.length > 0 && selected.value.size === shown.value.length,
      order: order.value,
      sort: (by) => (order.value = { by, isDescending: order.value.by === by && !order.value.isDescending }),
    }),
  );

  const add = async (picked: readonly Picked[]): Promise<void> => {
    const { bucket, region, prefix } = here.value;
    done(`${t().uploads.title}: ${countText(picked.length)}`);
    const again = await queue.add(picked, { bucket, region, prefix });
    if (again > 0) done(t().uploads.matched(again));
  };
  const removeSelected = async (): Promise<void> => {
    const { objects: words, common } = t();
    const entries = listing.entries.value.filter(({ key }) => selected.value.has(key));
    const notes = [
      isVersioned.value ? words.deleteVersioned : words.deleteFinal,
      ...(entries.some(({ kind }) => kind === 'folder') ? [words.deleteFolder] : []),
    ];
    if (
      !(await confirm({ title: words.deleteMany(entries.length), text: notes.join(' '), yes: common.delete }))
    )
      return;
    await attempt(async () => {
      const deletion = await deleteEntries(cos, place.value, entries);
      undoable.value = deletion.markers.length > 0 ? deletion : undefined;
      done(words.deleted(deletion.count));
    });
    await load();
  };
  const undo = async (deletion: Deletion): Promise<void> => {
    undoable.value = undefined;
    await attempt(
      () => undoDeletion(cos, place.value, deletion),
      t().objects.restored(deletion.markers.length),
    );
    await load();
  };

  return () => {
    const { objects: words, common } = t();
    const { bucket, region, prefix } = here.value;
    const isLoadingAll = listing.state.value === 'loadingAll';
    return (
      <section class="page page--full">
        <BucketHead bucket={bucket} region={region} page="objects">
          <Button theme="primary" onClick={() => choose('files', (picked) => void add(picked))}>
            <FileAddIcon /> {words.uploadFiles}
          </Button>
          <Button
            variant="outline"
            theme="primary"
            onClick={() => choose('folder', (picked) => void add(picked))}
          >
            <FolderAddIcon /> {words.uploadFolder}
          </Button>
          <Button variant="outline" theme="default" onClick={() => (view.isMakingFolder = true)}>
            {words.newFolder}
          </Button>
        </BucketHead>
        <Crumbs bucket={bucket} region={region} prefix={prefix} />
        <div class="bar bar--center">
          <TextField
            label={words.search}
            isBare
            type="search"
            placeholder={words.search}
            value={view.words}
            onInput={(value) => (view.words = value)}
          />
          <SwitchField label={words.deep} value={view.isDeep} onInput={(value) => (view.isDeep = value)} />
          <span class="muted" role="status">
            {words.count(countText(shown.value.length), listing.hasMore.value)}
          </span>
          {listing.hasMore.value ? (
            <Button
              variant="text"
              theme="primary"
              onClick={() => {
                if (isLoadingAll) listing.stop();
                else void listing.all();
              }}
            >
              {isLoadingAll ? words.stop : words.loadAll}
            </Button>
          ) : null}
          <div class="buttons spread">
            {selected.value.size > 0 ? (
              <Button theme="danger" variant="outline" onClick={() => void removeSelected()}>
                <DeleteIcon /> {`${common.delete} (${common.selected(selected.value.size)})`}
              </Button>
            ) : null}
            <IconButton label={common.refresh} icon={RefreshIcon} isOutlined onPress={() => void load()} />
          </div>
        </div>
        {undoable.value ? (
          <div class="undo" role="status">
            <Alert theme="info" message={words.deleted(undoable.value.count)} />
            <Button variant="outline" onClick={() => void undo(undoable.value!)}>
              {common.undo}
            </Button>
          </div>
        ) : null}
        <DropArea words={words.drop} onPick={(picked) => void add(picked)}>
          <DataTable
            label={words.title}
            columns={columns.value}
            rows={shown.value}
            rowKey={({ key }: Entry) => key}
            onOpen={open}
            onEnd={() => void listing.more()}
          >
            {listing.state.value === 'failed' ? (
              <Nothing title={common.failed(reasonOf(listing.error.value))} />
            ) : listing.state.value !== 'idle' ? (
              <Nothing title={common.loading} />
            ) : view.words !== '' ? (
              <Nothing title={words.noMatch} />
            ) : (
              <Nothing title={words.empty} hint={words.emptyHint} />
            )}
          </DataTable>
        </DropArea>
        {opened.value ? (
          <ObjectDetails
            bucket={bucket}
            region={region}
            objectKey={opened.value.key}
            onClose={(isChanged) => {
              opened.value = undefined;
              if (isChanged) void load();
            }}
          />
        ) : null}
        {view.isMakingFolder ? (
          <NewFolder
            bucket={bucket}
            region={region}
            prefix={prefix}
            onDone={(isMade) => {
              view.isMakingFolder = false;
              if (isMade) void load();
            }}
          />
        ) : null}
      </section>
    );
  };
});

/** The way from the bucket down to the folder. */
const Crumbs = (props: { bucket: string; region: string; prefix: string }) => {
  const folders = props.prefix.split('/').slice(0, -1);
  const { bucket, region } = props;
  return (
    <nav aria-label={t().objects.path}>
      <ol class="crumbs">
        {[t().objects.root, ...folders].map((name, at) => (
          <li key={at}>
            <a
              class="link"
              href={addressOf({
                page: 'objects',
                bucket,
                region,
                prefix: folders
                  .slice(0, at)
                  .map((folder) => `${folder}/`)
                  .join(''),
              })}
              aria-current={at === folders.length ? 'page' : undefined}
            >
              {name === '' ? '(…)' : name}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
};
Crumbs.props = ['bucket', 'region', 'prefix'];
