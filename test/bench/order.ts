/** What the load generator is told and says, from its parent's side. */
import type { Running } from './contender.ts';
import type { Round, RoundResult } from './load.ts';

/** Has the load generator do one round. */
export function order(load: Running, round: Round): Promise<RoundResult> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error('the load generator ended'));
    load.child.once('exit', ended);
    load.child.once('message', (result) => {
      load.child.off('exit', ended);
      resolve(result as RoundResult);
    });
    load.child.send(round);
  });
}
