/** A line over time, described in words for who does not see it. */
import type { FunctionalComponent } from 'vue';

const height = 100;

export const Chart: FunctionalComponent<{ samples: readonly number[]; words: string }> = ({
  samples,
  words,
}) => {
  const most = Math.max(...samples, 1);
  const points = samples.map(
    (value, at) => `${String(at)},${(height - (value / most) * (height - 4) - 2).toFixed(1)}`,
  );
  const last = String(samples.length - 1);
  return (
    <svg
      class="chart"
      role="img"
      aria-label={words}
      viewBox={`0 0 ${last} ${String(height)}`}
      preserveAspectRatio="none"
    >
      <polygon
        class="chart__area"
        points={`0,${String(height)} ${points.join(' ')} ${last},${String(height)}`}
      />
      <polyline class="chart__line" points={points.join(' ')} />
    </svg>
  );
};
Chart.props = ['samples', 'words'];
