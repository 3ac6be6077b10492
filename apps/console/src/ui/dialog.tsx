/** Dialogs: the browser's own element, which keeps the focus inside, closes on Escape and is announced; TDesign's looks. */
import { Button } from 'tdesign-vue-next/es/button';
import { CloseIcon } from 'tdesign-icons-vue-next';
import { defineComponent, onBeforeUnmount, onMounted, ref, shallowRef, type VNodeChild } from 'vue';
import { t } from '../text/language.ts';
import { IconButton } from './icon-button.tsx';

let count = 0;

/** A dialog that is open for as long as it is rendered. `side` fills the right edge of the window. */
export const Dialog = defineComponent(
  (props: { title: string; side?: boolean; onClose: () => void }, { slots }) => {
    const element = ref<HTMLDialogElement>();
    const titleId = `dialog-title-${String((count += 1))}`;
    const before = document.activeElement;
    onMounted(() => element.value?.showModal());
    onBeforeUnmount(() => {
      if (before instanceof HTMLElement) before.focus();
    });
    return () => (
      <dialog
        ref={element}
        class={['dialog', props.side && 'dialog--side']}
        aria-labelledby={titleId}
        onClose={() => props.onClose()}
        onMousedown={(event: MouseEvent) => {
          if (event.target === element.value) props.onClose();
        }}
      >
        <div class="dialog__box">
          <header class="dialog__head">
            <h2 id={titleId}>{props.title}</h2>
            <IconButton label={t().common.close} icon={CloseIcon} onPress={() => props.onClose()} />
          </header>
          {slots['default']?.()}
        </div>
      </dialog>
    );
  },
  { props: ['title', 'side', 'onClose'] },
);

interface Question {
  readonly title: string;
  readonly text: VNodeChild;
  readonly yes: string;
  readonly isDangerous: boolean;
  answer(agreed: boolean): void;
}

const question = shallowRef<Question>();

/** Asks before something that cannot be taken back. */
export function confirm(asked: {
  title: string;
  text: VNodeChild;
  yes: string;
  isDangerous?: boolean;
}): Promise<boolean> {
  return new Promise((resolve) => {
    question.value = {
      isDangerous: true,
      ...asked,
      answer(agreed) {
        question.value = undefined;
        resolve(agreed);
      },
    };
  });
}

/** Where questions appear; once in the page. */
export const Questions = defineComponent(() => () => {
  const asked = question.value;
  if (!asked) return null;
  return (
    <Dialog title={asked.title} onClose={() => asked.answer(false)}>
      <p class="dialog__text">{asked.text}</p>
      <footer class="dialog__foot">
        <Button variant="outline" theme="default" onClick={() => asked.answer(false)}>
          {t().common.cancel}
        </Button>
        <Button theme={asked.isDangerous ? 'danger' : 'primary'} onClick={() => asked.answer(true)}>
          {asked.yes}
        </Button>
      </footer>
    </Dialog>
  );
});
