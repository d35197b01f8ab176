/** Sounds made here, of tones: nothing to load. Browsers let a page be heard only after somebody touched it. */
import type { Preferences } from '@/engine';

export type Sound = Preferences['notifications']['sound'];

/** Frequency in Hz, start and length in seconds. */
const TONES: Record<Exclude<Sound, 'none'>, readonly (readonly [hz: number, at: number, length: number])[]> = {
  soft: [[392, 0, 0.35]],
  pop: [[740, 0, 0.09]],
  chime: [
    [659, 0, 0.22],
    [880, 0.13, 0.34],
  ],
};
const LOUDNESS = 0.12;

/** A sound that comes later than this is about nothing any more. */
const LATE_MS = 1_000;

let touched = false;
let context: AudioContext | undefined;

/**
 * With the first touch or key: from then on there is something to hear. To reach for the sound card takes longer than a key
 * may, so that waits for the first sound; where only a touch may begin it, the next one does.
 */
export function unlockOnGesture(): () => void {
  const unlock = () => {
    touched = true;
    if (context?.state === 'suspended') void context.resume();
  };
  const names = ['pointerdown', 'keydown'] as const;
  for (const name of names) window.addEventListener(name, unlock);
  return () => {
    for (const name of names) window.removeEventListener(name, unlock);
  };
}

/** `unlocked`: somebody has just asked for it. */
export function play(sound: Sound, unlocked = false): void {
  if (sound === 'none' || !(touched || unlocked)) return;
  context ??= new AudioContext();
  if (context.state === 'running') sing(context, sound);
  else void begin(context, sound);
}

async function begin(on: AudioContext, sound: Exclude<Sound, 'none'>): Promise<void> {
  const asked_at = performance.now();
  await on.resume();
  if (performance.now() - asked_at < LATE_MS) sing(on, sound);
}

function sing(on: AudioContext, sound: Exclude<Sound, 'none'>): void {
  for (const [hz, at, length] of TONES[sound]) {
    const start = on.currentTime + at;
    const tone = new OscillatorNode(on, { type: 'sine', frequency: hz });
    const gain = new GainNode(on, { gain: 0 });
    gain.gain.linearRampToValueAtTime(LOUDNESS, start + 0.015);
    gain.gain.exponentialRampToValueAtTime(0.0001, start + length);
    tone.connect(gain).connect(on.destination);
    tone.start(start);
    tone.stop(start + length);
  }
}
