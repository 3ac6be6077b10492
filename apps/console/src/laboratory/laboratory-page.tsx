/** The network laboratory: rules that make the network and the service misbehave, and how often they did. */
import { Button } from 'tdesign-vue-next/es/button';
import { CloseIcon } from 'tdesign-icons-vue-next';
import { computed, defineComponent, onBeforeUnmount, onMounted, ref, shallowRef } from 'vue';
import { Refused } from '../session/reserved.ts';
import { reasonOf } from '../session/session.ts';
import { countText } from '../text/format.ts';
import { t } from '../text/language.ts';
import { TextField } from '../ui/field.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { attempt } from '../ui/notice.ts';
import { ClosedPage, Nothing, PageHead } from '../ui/page.tsx';
import { DataTable, type Column } from '../ui/table.tsx';
import {
  addRule,
  readLaboratory,
  removeAll,
  removeRule,
  ruleText,
  type Laboratory,
  type Rule,
} from './rules.ts';

const everyMs = 2000;

export const LaboratoryPage = defineComponent(() => {
  const laboratory = shallowRef<Laboratory>();
  const problem = ref('');
  const isOff = ref(false);
  const text = ref('');
  let timer: number | undefined;
  let isGone = false;

  const read = async (): Promise<void> => {
    try {
      laboratory.value = await readLaboratory();
      problem.value = '';
    } catch (error) {
      isOff.value = error instanceof Refused && (error.status === 403 || error.status === 404);
      problem.value = reasonOf(error);
    }
    if (!isGone && !isOff.value) timer = window.setTimeout(() => void read(), everyMs);
  };
  onMounted(read);
  onBeforeUnmount(() => {
    isGone = true;
    clearTimeout(timer);
  });

  const change = (work: (now: Laboratory) => Promise<Laboratory>): Promise<boolean> =>
    attempt(async () => {
      laboratory.value = await work(laboratory.value ?? (await readLaboratory()));
    }, t().laboratory.changed);
  const add = async (): Promise<void> => {
    if (text.value.trim() === '') return;
    if (await change((now) => addRule(now, text.value))) text.value = '';
  };

  const columns = computed((): Column<Rule>[] => {
    const { laboratory: words, common } = t();
    const count = (name: 'seen' | 'hits' | 'cuts', isExtra = false): Column<Rule> => ({
      name,
      title: words[name],
      width: '6rem',
      isNumber: true,
      isExtra,
      cell: (rule) => countText(rule[name]),
    });
    return [
      { name: 'name', title: words.name, width: '7rem', cell: ({ name }) => name, isExtra: true },
      {
        name: 'what',
        title: words.what,
        width: 'minmax(0, 1fr)',
        cell: (rule) => <span title={ruleText(rule)}>{ruleText(rule)}</span>,
      },
      count('seen', true),
      count('hits'),
      count('cuts', true),
      {
        name: 'actions',
        title: common.actions,
        width: '5.5rem',
        cell: ({ name }) => (
          <IconButton
            label={`${words.remove}: ${name}`}
            icon={CloseIcon}
            onPress={() => void change((now) => removeRule(now, name))}
          />
        ),
      },
    ];
  });

  return () => {
    const { laboratory: words, common } = t();
    if (isOff.value) return <ClosedPage title={words.title} why={words.off} hint={problem.value} />;
    return (
      <section class="page page--full">
        <PageHead title={words.title}>
          <Button variant="outline" theme="default" onClick={() => void change(removeAll)}>
            {words.clear}
          </Button>
        </PageHead>
        <p class="muted">{words.intro}</p>
        <div class="bar bar--center" role="group" aria-label={words.links}>
          <span>{words.links}</span>
          {Object.keys(laboratory.value?.links ?? {}).map((name) => (
            <Button
              key={name}
              variant="outline"
              theme="default"
              onClick={() => void change((now) => addRule(now, name))}
            >
              {name}
            </Button>
          ))}
        </div>
        <form
          class="form"
          onSubmit={(event: Event) => {
            event.preventDefault();
            void add();
          }}
        >
          <TextField
            label={words.rule}
            hint={words.ruleHint}
            placeholder="op=UploadPart,cut=5s"
            value={text.value}
            onInput={(value) => (text.value = value)}
          />
          <div class="buttons">
            <Button type="submit">{words.add}</Button>
          </div>
        </form>
        {problem.value === '' ? null : <Nothing title={common.failed(problem.value)} />}
        <h2>{words.rules}</h2>
        <DataTable
          label={words.rules}
          columns={columns.value}
          rows={laboratory.value?.rules ?? []}
          rowKey={({ name }: Rule) => name}
        >
          <Nothing title={laboratory.value ? words.empty : common.loading} />
        </DataTable>
      </section>
    );
  };
});
