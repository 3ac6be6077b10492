/** Names and values in two columns. */
import type { FunctionalComponent, VNodeChild } from 'vue';

/** Values that are undefined are left out with their names. */
export const Pairs: FunctionalComponent<{ pairs: readonly (readonly [string, VNodeChild])[] }> = ({
  pairs,
}) => (
  <dl class="pairs">
    {pairs
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [<dt key={`${name} name`}>{name}</dt>, <dd key={name}>{value}</dd>])}
  </dl>
);
Pairs.props = ['pairs'];
