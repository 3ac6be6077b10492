/** What the class asks of the engine on every host. */
import { discover } from './discover.ts';
import { formFor } from './form.ts';
import type { Abilities } from './uploader.ts';

export const classAbilities: Abilities = { discover, formFor };
