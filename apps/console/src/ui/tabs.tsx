/** Tabs with the roles and keys that screen readers expect, in TDesign's looks. */
import { defineComponent, nextTick, onMounted, ref, watch } from 'vue';

/** `tabs` are values and the words for them; the slot is the panel of the present one. */
export const Tabs = defineComponent(
  (
    props: {
      label: string;
      value: string;
      tabs: readonly (readonly [string, string])[];
      onChange: (value: string) => void;
    },
    { slots },
  ) => {
    const list = ref<HTMLElement>();
    const move = (event: KeyboardEvent): void => {
      const at = props.tabs.findIndex(([value]) => value === props.value);
      const step = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: props.tabs.length - 1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      props.onChange(props.tabs[(step + props.tabs.length) % props.tabs.length]![0]);
      void nextTick(() => list.value?.querySelector<HTMLElement>('[aria-selected=true]')?.focus());
    };
    // The list scrolls sideways where the window is narrow.
    const show = (): void => {
      list.value
        ?.querySelector('[aria-selected=true]')
        ?.scrollIntoView({ block: 'nearest', inline: 'center' });
    };
    onMounted(show);
    watch(() => props.value, show, { flush: 'post' });
    return () => (
      <div class="tabs">
        <div ref={list} class="tabs__list" role="tablist" aria-label={props.label} onKeydown={move}>
          {props.tabs.map(([value, words]) => (
            <button
              key={value}
              type="button"
              role="tab"
              id={`tab-${value}`}
              class="tabs__tab"
              aria-selected={value === props.value}
              aria-controls={`panel-${value}`}
              tabindex={value === props.value ? 0 : -1}
              onClick={() => {
                props.onChange(value);
              }}
            >
              {words}
            </button>
          ))}
        </div>
        <div
          class="tabs__panel"
          role="tabpanel"
          id={`panel-${props.value}`}
          aria-labelledby={`tab-${props.value}`}
        >
          {slots['default']?.()}
        </div>
      </div>
    );
  },
  { props: ['label', 'value', 'tabs', 'onChange'] },
);
