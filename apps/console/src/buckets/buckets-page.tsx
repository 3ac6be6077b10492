/** All buckets: create, open, delete. */
import { Button } from 'tdesign-vue-next/es/button';
import { AddIcon, DeleteIcon, RefreshIcon, SettingIcon } from 'tdesign-icons-vue-next';
import { computed, defineComponent, onMounted, ref, shallowRef } from 'vue';
import { addressOf, go } from '../route.ts';
import { codeOf, reasonOf, signedIn } from '../session/session.ts';
import { timeText } from '../text/format.ts';
import { t } from '../text/language.ts';
import { confirm } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { attempt } from '../ui/notice.ts';
import { PageHead, Nothing } from '../ui/page.tsx';
import { DataTable, type Column } from '../ui/table.tsx';
import { CreateBucket } from './create-bucket.tsx';

interface Bucket {
  readonly Name: string;
  readonly Location: string;
  readonly CreationDate: string;
}

export const BucketsPage = defineComponent(() => {
  const { cos, region } = signedIn();
  const buckets = shallowRef<readonly Bucket[]>([]);
  const state = ref<'loading' | 'shown' | 'denied' | 'failed'>('loading');
  const problem = ref('');
  const isCreating = ref(false);
  const byName = ref('');

  const load = async (): Promise<void> => {
    try {
      buckets.value = (await cos.getService({})).Buckets;
      state.value = 'shown';
    } catch (error) {
      state.value = codeOf(error) === 'AccessDenied' ? 'denied' : 'failed';
      problem.value = reasonOf(error);
    }
  };
  onMounted(load);

  const remove = async ({ Name, Location }: Bucket): Promise<void> => {
    const { buckets: words, common } = t();
    if (!(await confirm({ title: words.delete(Name), text: words.deleteHint, yes: common.delete }))) return;
    if (await attempt(() => cos.deleteBucket({ Bucket: Name, Region: Location }), words.deleted(Name)))
      await load();
  };

  const columns = computed((): Column<Bucket>[] => {
    const { buckets: words, common } = t();
    return [
      {
        name: 'name',
        title: common.name,
        width: 'minmax(0, 2fr)',
        cell: ({ Name, Location }) => (
          <a class="link" href={addressOf({ page: 'objects', bucket: Name, region: Location, prefix: '' })}>
            {Name}
          </a>
        ),
      },
      {
        name: 'region',
        title: common.region,
        width: 'minmax(0, 1fr)',
        isExtra: true,
        cell: ({ Location }) => Location,
      },
      {
        name: 'created',
        title: common.created,
        width: 'minmax(0, 1.2fr)',
        isExtra: true,
        cell: ({ CreationDate }) => timeText(CreationDate),
      },
      {
        name: 'actions',
        title: common.actions,
        width: '6rem',
        cell: (bucket) => (
          <div class="buttons buttons--tight">
            <IconButton
              label={words.settingsOf(bucket.Name)}
              icon={SettingIcon}
              onPress={() => {
                go({ page: 'settings', bucket: bucket.Name, region: bucket.Location, tab: '' });
              }}
            />
            <IconButton
              label={words.delete(bucket.Name)}
              icon={DeleteIcon}
              theme="danger"
              onPress={() => void remove(bucket)}
            />
          </div>
        ),
      },
    ];
  });

  return () => {
    const { buckets: words, common } = t();
    return (
      <section class="page">
        <PageHead title={words.title}>
          <IconButton label={common.refresh} icon={RefreshIcon} isOutlined onPress={() => void load()} />
          <Button theme="primary" onClick={() => (isCreating.value = true)}>
            <AddIcon /> {words.create}
          </Button>
        </PageHead>
        {state.value === 'failed' ? <Nothing title={common.failed(problem.value)} /> : null}
        {state.value === 'denied' ? (
          <form
            class="card form"
            onSubmit={(event: Event) => {
              event.preventDefault();
              if (byName.value !== '')
                go({ page: 'objects', bucket: byName.value.trim(), region, prefix: '' });
            }}
          >
            <p>{words.denied}</p>
            <TextField
              label={words.openByName}
              value={byName.value}
              onInput={(value) => (byName.value = value)}
            />
            <Button type="submit">{common.open}</Button>
          </form>
        ) : null}
        {state.value === 'shown' || state.value === 'loading' ? (
          <DataTable
            label={words.title}
            columns={columns.value}
            rows={buckets.value}
            rowKey={(bucket: Bucket) => bucket.Name}
            onOpen={({ Name, Location }: Bucket) => {
              go({ page: 'objects', bucket: Name, region: Location, prefix: '' });
            }}
          >
            {state.value === 'loading' ? (
              <Nothing title={common.loading} />
            ) : (
              <Nothing title={words.empty} hint={words.emptyHint} />
            )}
          </DataTable>
        ) : null}
        {isCreating.value ? (
          <CreateBucket
            onDone={(made) => {
              isCreating.value = false;
              if (made) void load();
            }}
          />
        ) : null}
      </section>
    );
  };
});
