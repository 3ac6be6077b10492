/** Collects the upload functions that the COS class uses on every host. */
import { discover } from './resume/find-upload.ts';
import { formFor } from './uploader/form.ts';
import type { Abilities } from './uploader/uploader.ts';

export const classAbilities: Abilities = { discover, formFor };
