/** The meanings of the exit statuses, for the manual page. */
import { exitStatus, type ExitStatus } from './failure.ts';
import { t } from '../terminal/messages.ts';

/** Status and meaning, in rising order. */
export function statusRows(): readonly (readonly [ExitStatus, string])[] {
  return [
    [exitStatus.fine, t`done`],
    [exitStatus.failed, t`failed for several reasons, or one that is none of those below`],
    [exitStatus.usage, t`the command line or the settings make no sense; nothing was sent`],
    [exitStatus.notFound, t`the object, the bucket or the setting is not there`],
    [exitStatus.denied, t`the keys are wrong, over, or have no permission`],
    [exitStatus.noAnswer, t`no answer came from the service`],
    [exitStatus.differs, t`bytes arrived that are not those that were sent`],
    [exitStatus.file, t`a file of this machine could not be read, written or named`],
    [exitStatus.service, t`the service failed or is busy`],
    [exitStatus.conflict, t`something is there already, or changed meanwhile`],
    [exitStatus.interrupted, t`stopped by Ctrl-C`],
    [exitStatus.closedPipe, t`the reader of the output has stopped reading`],
  ];
}
