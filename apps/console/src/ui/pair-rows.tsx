/** A list of names with values that can be edited, added to and taken from. */
import { Button } from 'tdesign-vue-next/es/button';
import { DeleteIcon } from 'tdesign-icons-vue-next';
import type { FunctionalComponent } from 'vue';
import { t } from '../text/language.ts';
import { TextField } from './field.tsx';
import { IconButton } from './icon-button.tsx';

export interface Pair {
  readonly name: string;
  readonly value: string;
}

type Props = { readonly pairs: readonly Pair[]; readonly onInput: (pairs: readonly Pair[]) => void };

export const PairRows: FunctionalComponent<Props> = ({ pairs, onInput }) => {
  const { common } = t();
  const change = (at: number, change: Partial<Pair>): void => {
    onInput(pairs.map((pair, index) => (index === at ? { ...pair, ...change } : pair)));
  };
  return (
    <div class="stack">
      {pairs.map(({ name, value }, at) => (
        <div key={at} class="pair-row">
          <TextField
            label={`${common.key} ${String(at + 1)}`}
            isBare
            placeholder={common.key}
            value={name}
            onInput={(text) => change(at, { name: text })}
          />
          <TextField
            label={`${common.value} ${String(at + 1)}`}
            isBare
            placeholder={common.value}
            value={value}
            onInput={(text) => change(at, { value: text })}
          />
          <IconButton
            label={`${common.remove} ${name}`}
            icon={DeleteIcon}
            onPress={() => onInput(pairs.filter((_, index) => index !== at))}
          />
        </div>
      ))}
      <div>
        <Button
          variant="outline"
          theme="default"
          onClick={() => onInput([...pairs, { name: '', value: '' }])}
        >
          {common.add}
        </Button>
      </div>
    </div>
  );
};
PairRows.props = ['pairs', 'onInput'];
