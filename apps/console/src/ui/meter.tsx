/** A bar that shows how much is done. */
import type { FunctionalComponent } from 'vue';

type Props = {
  readonly label: string;
  /** 0 to 1. */
  readonly part: number;
  readonly kind?: 'good' | 'bad' | 'still' | undefined;
};

export const Meter: FunctionalComponent<Props> = ({ label, part, kind }) => (
  <div
    class={['meter', kind && `meter--${kind}`]}
    role="progressbar"
    aria-label={label}
    aria-valuemin={0}
    aria-valuemax={100}
    aria-valuenow={Math.floor(part * 100)}
  >
    <div class="meter__done" style={{ transform: `scaleX(${part.toFixed(4)})` }} />
  </div>
);
Meter.props = ['label', 'part', 'kind'];
