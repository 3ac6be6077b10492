/** Fields with labels. Those that TDesign has without a role or a name for screen readers are the browser's own, dressed. */
import { Input } from 'tdesign-vue-next/es/input';
import type { FunctionalComponent, VNodeChild } from 'vue';

interface Common {
  readonly label: string;
  readonly hint?: string | undefined;
  /** Shows the label to screen readers only. */
  readonly isBare?: boolean;
}

const Labelled = (props: Common & { readonly control: VNodeChild }) => (
  <label class={['field', props.isBare && 'field--bare']}>
    <span class={props.isBare ? 'unseen' : 'field__label'}>{props.label}</span>
    {props.control}
    {props.hint ? <span class="field__hint">{props.hint}</span> : null}
  </label>
);

type TextProps = Common & {
  readonly value: string;
  readonly type?: 'text' | 'password' | 'number' | 'search';
  readonly placeholder?: string;
  readonly onInput: (value: string) => void;
};

/** One line of text. */
export const TextField: FunctionalComponent<TextProps> = (props) => (
  <Labelled
    label={props.label}
    hint={props.hint}
    isBare={props.isBare ?? false}
    control={
      <Input
        value={props.value}
        type={props.type ?? 'text'}
        placeholder={props.placeholder ?? ''}
        autocomplete="off"
        onChange={(value) => {
          props.onInput(String(value));
        }}
      />
    }
  />
);
TextField.props = ['label', 'hint', 'isBare', 'value', 'type', 'placeholder', 'onInput'];

type AreaProps = Common & {
  readonly value: string;
  readonly lines?: number;
  readonly isCode?: boolean;
  readonly onInput: (value: string) => void;
};

/** Several lines of text. */
export const AreaField: FunctionalComponent<AreaProps> = (props) => (
  <Labelled
    label={props.label}
    hint={props.hint}
    isBare={props.isBare ?? false}
    control={
      <textarea
        class={['area', props.isCode && 'area--code']}
        value={props.value}
        rows={props.lines ?? 3}
        spellcheck={false}
        onInput={(event: Event) => {
          props.onInput((event.target as HTMLTextAreaElement).value);
        }}
      />
    }
  />
);
AreaField.props = ['label', 'hint', 'isBare', 'value', 'lines', 'isCode', 'onInput'];

type ChoiceProps = Common & {
  readonly value: string;
  /** Values and the words for them. */
  readonly options: readonly (readonly [string, string])[];
  readonly onInput: (value: string) => void;
};

/** One of several values. */
export const ChoiceField: FunctionalComponent<ChoiceProps> = (props) => (
  <Labelled
    label={props.label}
    hint={props.hint}
    isBare={props.isBare ?? false}
    control={
      <select
        class="select"
        value={props.value}
        onChange={(event: Event) => {
          props.onInput((event.target as HTMLSelectElement).value);
        }}
      >
        {props.options.map(([value, words]) => (
          <option key={value} value={value} selected={value === props.value}>
            {words}
          </option>
        ))}
      </select>
    }
  />
);
ChoiceField.props = ['label', 'hint', 'isBare', 'value', 'options', 'onInput'];

interface SwitchProps {
  readonly label: string;
  readonly value: boolean;
  readonly onInput: (value: boolean) => void;
}

/** On or off. */
export const SwitchField: FunctionalComponent<SwitchProps> = (props) => (
  <label class="switch">
    <input
      type="checkbox"
      role="switch"
      class="switch__input"
      checked={props.value}
      onChange={(event: Event) => {
        props.onInput((event.target as HTMLInputElement).checked);
      }}
    />
    <span>{props.label}</span>
  </label>
);
SwitchField.props = ['label', 'value', 'onInput'];
