/** The types that every browser plays come first. */
const TYPES = [
  'audio/mp4;codecs=mp4a.40.2',
  'audio/mp4',
  'audio/webm;codecs=opus',
  'audio/webm',
  'audio/ogg;codecs=opus',
]

/** Why recording is not possible: plain http, an old browser, a refused permission, no device, or a busy device. */
export type MicrophoneProblem = 'insecure' | 'unsupported' | 'denied' | 'missing' | 'busy'

/** Why this browser cannot record at all. Null: it can. */
export function whyNoRecorder(): MicrophoneProblem | null {
  if (!globalThis.isSecureContext) return 'insecure'
  const canRecord = typeof MediaRecorder !== 'undefined' && typeof AudioContext !== 'undefined'
  return canRecord && navigator.mediaDevices && recordedType() ? null : 'unsupported'
}

/** Why an attempt to open the microphone failed. @param thrown what `Recorder.begin` threw */
export function microphoneProblem(thrown: unknown): MicrophoneProblem {
  const name = thrown instanceof Error || thrown instanceof DOMException ? thrown.name : ''
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing'
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied'
  return name === 'NotSupportedError' ? 'unsupported' : 'busy'
}

/** The type that this browser records. Undefined: it records none that every browser plays. */
export function recordedType(): string | undefined {
  return TYPES.find((type) => MediaRecorder.isTypeSupported(type))
}
