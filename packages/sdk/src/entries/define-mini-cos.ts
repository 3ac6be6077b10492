/** Makes the COS class for a mini program host, from the host's global object and its traits. */
import type { COS as Declared } from '../api/index.ts';
import { defineCos } from '../cos/define-cos.ts';
import type { HostDefaults } from '../core/options.ts';
import { miniDefaults, type MiniHost, type MiniTraits } from '../platforms/mini/host.ts';
import { createSendForm } from '../platforms/mini/form.ts';
import { miniPlatform } from '../platforms/mini/platform.ts';
import type { RequestOptions } from '../platforms/mini/request.ts';

/** One host. Nothing of it is touched before an instance is made. */
export interface MiniProgram<Host extends MiniHost> {
  /** The host's object: what was passed as the option `Host`, or the global; throws a UsageError without either. */
  readonly host: (given: unknown) => Host;
  readonly traits: (host: Host) => MiniTraits;
  /** Where the host starts from something else than the others. */
  readonly defaults?: Partial<HostDefaults>;
}

/** Makes the class. */
export function defineMiniCos<Host extends MiniHost>(program: MiniProgram<Host>): typeof Declared {
  const defined = defineCos({
    defaults: { ...miniDefaults, ...program.defaults },
    platform(settings) {
      const host = program.host(settings['Host']);
      return miniPlatform(host, program.traits(host), settings as RequestOptions, createSendForm);
    },
  });
  // The methods come from tables, which the declarations name one by one; a test compares the two.
  return defined as unknown as typeof Declared;
}
