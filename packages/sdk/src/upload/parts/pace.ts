/**
 * Congestion control for uploads: chooses how many parts are in flight, and their size, from measurements. Five rules:
 * - One more part is sent at once while that raises the speed; one less where failures cost much and fewer suffice.
 * - A failure halves the parts in flight, but not below two; the number then grows again step by step.
 * - The bytes in flight stay a small share of the bytes that get through between two failures.
 * - When less was lost than was in flight, the share of all bytes that is left bounds them instead.
 * - After failures parts begin one after the other: parts that begin together end together, and the link then idles.
 * The functions are pure; the caller acts on their values.
 */

import { fitting, mib, type PaceBounds } from './part-size.ts';

/** The present pace and what it rests on. */
export interface Pace {
  readonly parallel: number;
  readonly partBytes: number;
  /** Parts that flew when the last failure came: so many are taken up again round by round, without a trial. */
  readonly knownParallel: number;
  /** Most bytes that may be lost by one failure, as failures so far teach, or as none so far allows. */
  readonly riskBytes: number;
  /** What all failures together may still cost: a share of what got through, less what was lost. */
  readonly spareBytes: number;
  /** When the last failure was noticed; parts that started earlier fell to the same one. */
  readonly failedAtMs: number;
  /** Bytes that got through since the last failure. */
  readonly cleanBytes: number;
  /** Smoothed bytes between failures. */
  readonly bytesBetween: number | undefined;
  /** The round under way: some parts whose common speed is compared with the round before. */
  readonly round: { readonly bytes: number; readonly parts: number; readonly startedMs: number };
  /** Speed of the last round in bytes a second, and what was raised after it to see whether that is faster. */
  readonly lastRate: number | undefined;
  readonly trial: 'none' | 'more' | 'larger' | 'fewer';
  /** The best speed of rounds, in bytes a second; an old one loses a tenth with each round. */
  readonly bestRate: number;
  /** Rounds to wait before the next try to go faster. */
  readonly hold: number;
  readonly rounds: number;
}

/** Parts in flight at the beginning, as with the official SDKs. */
const startParallel = 3;
/** The share of the bytes between two failures that may be in flight: a failure loses what flies, rarely all of it. */
const riskShare = 0.03;
/** The share of all bytes that may be lost; a twentieth is promised. */
const lossShare = 0.04;
/** Before the first failure nothing is known: so much may fly at once, and this share of what got through. */
const firstRiskBytes = 8 * mib;
const firstRiskShare = 0.125;
/** A part is large enough when it takes this long: the pause between two parts then counts little. */
const wantedPartMs = 1000;
/** A part that takes so long loses much when it fails, and may look like a stall. */
const longestPartMs = 10_000;
/** Another part in flight must bring this much. */
const worthwhileGain = 1.05;
/** What one part less may cost. */
const bearableLoss = 0.97;
/** Parts that fly after a failure at least: while the answer to one comes, the other uses the link. */
const leastParallel = 2;
/** The share of a part's time on the whole link that passes before the next part begins. */
const launchShare = 0.9;
const restRounds = 8;
/** Rounds before part sizes change, so that small files have the parts that callers expect. */
const roundsBeforeResize = 5;

export function startPace(bounds: PaceBounds, nowMs: number): Pace {
  return {
    parallel: Math.min(startParallel, bounds.maxParallel),
    partBytes: bounds.startPartBytes,
    knownParallel: 0,
    riskBytes: Math.max(firstRiskBytes, startParallel * bounds.startPartBytes),
    spareBytes: 0,
    failedAtMs: -Infinity,
    cleanBytes: 0,
    bytesBetween: undefined,
    round: { bytes: 0, parts: 0, startedMs: nowMs },
    lastRate: undefined,
    bestRate: 0,
    trial: 'none',
    hold: 0,
    rounds: 0,
  };
}

/** The pace after a part got through. */
export function paceAfterSuccess(
  pace: Pace,
  bounds: PaceBounds,
  part: { readonly bytes: number; readonly startedMs: number; readonly nowMs: number },
): Pace {
  const cleanBytes = pace.cleanBytes + part.bytes;
  const grown = {
    ...pace,
    cleanBytes,
    spareBytes: pace.spareBytes + part.bytes * lossShare,
    // A long time without failures earns back what earlier ones took.
    riskBytes: Math.max(
      pace.riskBytes,
      cleanBytes * (pace.bytesBetween === undefined ? firstRiskShare : riskShare),
    ),
    round: { ...pace.round, bytes: pace.round.bytes + part.bytes, parts: pace.round.parts + 1 },
  };
  // A trial is judged by two rounds: the parts under way when it began were of the old kind.
  const wantedParts = grown.parallel * (grown.trial === 'none' ? 1 : 2);
  if (grown.round.parts < Math.max(2, wantedParts)) return grown;
  return afterRound(grown, bounds, part.nowMs);
}

/** The pace after a failure of the link or the service. One that many parts fall to counts once, but for its cost. */
export function paceAfterFailure(
  before: Pace,
  bounds: PaceBounds,
  part: { readonly startedMs: number; readonly nowMs: number; readonly lostBytes: number },
): Pace {
  const pace = { ...before, spareBytes: before.spareBytes - part.lostBytes };
  if (part.startedMs <= pace.failedAtMs) return pace;
  const between =
    pace.bytesBetween === undefined ? pace.cleanBytes : (pace.bytesBetween + pace.cleanBytes) / 2;
  const riskBytes = Math.max(leastParallel * bounds.minPartBytes, between * riskShare);
  const least = Math.min(leastParallel, bounds.maxParallel);
  const parallel = Math.max(least, Math.floor(pace.parallel / 2));
  return {
    ...pace,
    parallel,
    knownParallel: pace.parallel,
    partBytes: fitting(pace.partBytes, parallel, bytesAllowed({ ...pace, riskBytes }, bounds), bounds),
    riskBytes,
    failedAtMs: part.nowMs,
    cleanBytes: 0,
    bytesBetween: between,
    round: { bytes: 0, parts: 0, startedMs: part.nowMs },
    lastRate: undefined,
    trial: 'none',
    hold: 1,
  };
}

/** Bytes that may be in flight now; one part always may. */
export function bytesAllowed(pace: Pick<Pace, 'riskBytes' | 'spareBytes'>, bounds: PaceBounds): number {
  return Math.min(bounds.maxBytes, Math.max(pace.riskBytes, pace.spareBytes));
}

/** Time between the beginnings of two parts, in ms; 0 while nothing has failed. */
export function launchEveryMs({ bestRate, partBytes, bytesBetween }: Pace): number {
  return bytesBetween === undefined || bestRate === 0 ? 0 : (launchShare * partBytes * 1000) / bestRate;
}

function afterRound(pace: Pace, bounds: PaceBounds, nowMs: number): Pace {
  const { round } = pace;
  const elapsedMs = Math.max(1, nowMs - round.startedMs);
  const rate = (round.bytes * 1000) / elapsedMs;
  const partMs = (elapsedMs * pace.parallel) / round.parts;
  const next: Pace = { ...pace, trial: 'none', ...nextStep(pace, bounds, { rate, partMs }) };
  return {
    ...next,
    partBytes: fitting(next.partBytes, next.parallel, bytesAllowed(pace, bounds), bounds),
    round: { bytes: 0, parts: 0, startedMs: nowMs },
    lastRate: rate,
    bestRate: Math.max(rate, pace.bestRate * 0.9),
    rounds: pace.rounds + 1,
  };
}

/** What changes after a round; a trial is over unless one is begun. */
function nextStep(
  { parallel, knownParallel, partBytes, trial, hold, lastRate, rounds, spareBytes }: Pace,
  bounds: PaceBounds,
  { rate, partMs }: { readonly rate: number; readonly partMs: number },
): Partial<Pace> {
  if (parallel < knownParallel) return { parallel: parallel + 1 };
  const isWorse = lastRate !== undefined && rate < lastRate * worthwhileGain;
  if (trial === 'more' && isWorse) return { parallel: Math.max(1, parallel - 1), knownParallel: 0, hold: 1 };
  if (trial === 'fewer' && lastRate !== undefined && rate < lastRate * bearableLoss)
    return { parallel: parallel + 1, hold: restRounds };
  if (trial === 'larger' && isWorse) return { partBytes: partBytes / 2, hold: restRounds };
  const mayResize =
    rounds + 1 >= roundsBeforeResize && partMs < longestPartMs && partBytes < bounds.maxPartBytes;
  // Of parts this short every pause between two counts.
  if (mayResize && partMs < wantedPartMs / 2) return { partBytes: partBytes * 2 };
  if (partMs > longestPartMs) return { partBytes: partBytes / 2 };
  if (hold > 1 || (hold === 1 && !mayResize)) return { hold: hold - 1 };
  // Failures cost more than their share: what flies in vain is worth less than what another part might bring.
  if (hold === 0 && spareBytes < 0 && parallel > leastParallel)
    return { parallel: parallel - 1, knownParallel: 0, trial: 'fewer' };
  if (hold === 0 && parallel < bounds.maxParallel) return { parallel: parallel + 1, trial: 'more' };
  // What another part does not bring, a larger one may: where every answer takes long.
  if (mayResize) return { partBytes: partBytes * 2, trial: 'larger', hold: 0 };
  return { hold: restRounds };
}
