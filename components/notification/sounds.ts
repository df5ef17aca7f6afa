/** A tone of a sound: its pitch in hertz, and when it begins, in seconds. */
type Tone = [pitch: number, at: number]

/** One falling step for any message, three rising ones for what concerns the reader. */
const SOUNDS: Record<'message' | 'mention', Tone[]> = {
  message: [
    [880, 0],
    [660, 0.09],
  ],
  mention: [
    [660, 0],
    [880, 0.09],
    [1100, 0.18],
  ],
}
const TONE_S = 0.22
const VOLUME = 0.08
/** Milliseconds after which a sound that the browser held back is no longer played. */
const MAX_DELAY_MS = 500

let context: AudioContext | null = null

/** Plays a sound, if the browser lets this page be heard. */
export async function playSound(name: keyof typeof SOUNDS): Promise<void> {
  const asked = performance.now()
  context ??= new AudioContext()
  await context.resume()
  if (performance.now() - asked > MAX_DELAY_MS) return
  for (const [pitch, at] of SOUNDS[name]) play(context, pitch, context.currentTime + at)
}

function play(on: AudioContext, pitch: number, at: number): void {
  const tone = new OscillatorNode(on, { type: 'sine', frequency: pitch })
  const volume = new GainNode(on, { gain: 0 })
  volume.gain.setValueAtTime(0, at)
  volume.gain.linearRampToValueAtTime(VOLUME, at + 0.01)
  volume.gain.exponentialRampToValueAtTime(0.0001, at + TONE_S)
  tone.connect(volume).connect(on.destination)
  tone.start(at)
  tone.stop(at + TONE_S)
}
