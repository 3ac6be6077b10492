/** Reads the text form of Prometheus' metrics. Source: https://prometheus.io/docs/instrumenting/exposition_formats/ */

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Samples by the names of their metrics. Lines that are no samples are passed over. */
export function readMetrics(text: string): ReadonlyMap<string, readonly Sample[]> {
  const metrics = new Map<string, Sample[]>();
  for (const line of text.split('\n')) {
    const [, name, labels = '', value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/.exec(line) ?? [];
    if (name === undefined) continue;
    const samples = metrics.get(name) ?? [];
    samples.push({ labels: readLabels(labels), value: Number(value) });
    metrics.set(name, samples);
  }
  return metrics;
}

/** The sum of a metric's samples, of those alone that `test` takes when it is given. */
export function sumOf(
  metrics: ReadonlyMap<string, readonly Sample[]>,
  name: string,
  test: (labels: Sample['labels']) => boolean = () => true,
): number {
  return (metrics.get(name) ?? [])
    .filter(({ labels }) => test(labels))
    .reduce((sum, { value }) => sum + value, 0);
}

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [, name, value] of text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g))
    labels[name!] = value!.replaceAll(/\\(.)/g, (_, mark: string) => (mark === 'n' ? '\n' : mark));
  return labels;
}
