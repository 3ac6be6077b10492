/** A part of the page that takes files: dropped on it, or chosen by the buttons that it hands to its slot. */
import { defineComponent, ref } from 'vue';
import { failed } from '../ui/notice.ts';
import type { Picked } from './match.ts';
import { pickedFromDrop, pickedFromInput } from './picked.ts';

export const DropArea = defineComponent(
  (props: { words: string; onPick: (picked: Picked[]) => void }, { slots }) => {
    const isOver = ref(false);
    // Moving over a child leaves the parent: only as many leaves as enters mean that the pointer is gone.
    let depth = 0;
    const takes = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
    return () => (
      <div
        class={['drop', isOver.value && 'drop--over']}
        data-words={props.words}
        onDragenter={(event: DragEvent) => {
          if (!takes(event)) return;
          depth += 1;
          isOver.value = true;
        }}
        onDragleave={() => {
          depth = Math.max(0, depth - 1);
          isOver.value = depth > 0;
        }}
        onDragover={(event: DragEvent) => {
          if (takes(event)) event.preventDefault();
        }}
        onDrop={(event: DragEvent) => {
          depth = 0;
          isOver.value = false;
          if (!event.dataTransfer || !takes(event)) return;
          event.preventDefault();
          pickedFromDrop(event.dataTransfer).then(props.onPick, failed);
        }}
      >
        {slots['default']?.()}
      </div>
    );
  },
  { props: ['words', 'onPick'] },
);

/** Opens the browser's choice of files, or of a folder. */
export function choose(kind: 'files' | 'folder', onPick: (picked: Picked[]) => void): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.webkitdirectory = kind === 'folder';
  input.addEventListener('change', () => {
    onPick(pickedFromInput(input));
  });
  input.click();
}
