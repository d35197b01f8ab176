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

let context: AudioContext | undefined;

/** With the first touch or key: from then on there is something to hear. */
export function unlockOnGesture(): () => void {
  const unlock = () => {
    stop();
    context ??= new AudioContext();
    void context.resume();
  };
  const stop = () => {
    window.removeEventListener('pointerdown', unlock);
    window.removeEventListener('keydown', unlock);
  };
  window.addEventListener('pointerdown', unlock);
  window.addEventListener('keydown', unlock);
  return stop;
}

export function play(sound: Sound, unlocked = false): void {
  if (unlocked) context ??= new AudioContext();
  if (sound === 'none' || context?.state !== 'running') {
    if (unlocked && context && sound !== 'none') void context.resume().then(() => play(sound));
    return;
  }
  for (const [hz, at, length] of TONES[sound]) {
    const start = context.currentTime + at;
    const tone = new OscillatorNode(context, { type: 'sine', frequency: hz });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.linearRampToValueAtTime(LOUDNESS, start + 0.015);
    gain.gain.exponentialRampToValueAtTime(0.0001, start + length);
    tone.connect(gain).connect(context.destination);
    tone.start(start);
    tone.stop(start + length);
  }
}
