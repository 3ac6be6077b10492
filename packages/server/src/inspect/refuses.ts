import { isServiceError } from '@sampan/protocol';

/** Whether a check throws a refusal. */
export function refuses(check: () => void): boolean {
  return refusalOf(check) !== undefined;
}

/** The message of the refusal that a check throws. */
export function refusalOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (isServiceError(error)) return error.error.Message;
    throw error;
  }
}
