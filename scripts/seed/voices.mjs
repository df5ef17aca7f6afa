/**
 * What the recorder would have measured of the voice messages: the duration in milliseconds, and the waveform in
 * hundredths. A synthesizer made them from vowels, so they are nobody's voice.
 */
export const voices = {
  'pier-voice.webm': {
    durationMs: 14003,
    waveform: [
      0, 59, 83, 77, 85, 59, 66, 71, 67, 0, 21, 79, 71, 79, 76, 58, 64, 0, 0, 66, 74, 67, 46, 77, 72, 61, 37, 0, 83, 61,
      59, 83, 69, 79, 71, 72, 81, 0, 74, 85, 71, 67, 100, 0, 88, 53, 85, 74, 44, 83, 85, 83, 50, 0, 81, 96, 72, 69, 67,
      85, 86, 72, 0, 0,
    ],
  },
  'ring-voice.webm': {
    durationMs: 6002,
    waveform: [
      0, 0, 0, 0, 0, 79, 67, 20, 76, 85, 42, 81, 81, 56, 59, 66, 30, 56, 86, 31, 72, 76, 7, 0, 0, 69, 86, 67, 69, 56,
      61, 35, 50, 58, 71, 22, 59, 59, 27, 37, 50, 69, 46, 20, 74, 61, 35, 81, 67, 8, 61, 0, 0, 0, 10, 96, 100, 85, 81,
      88, 83, 37, 0, 0,
    ],
  },
  'thanks-voice.webm': {
    durationMs: 3424,
    waveform: [
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 74, 74, 86, 83, 83, 28, 94, 94, 29, 32, 32, 83, 77, 77, 7, 85, 85, 74, 62, 62,
      24, 100, 100, 94, 94, 35, 26, 26, 58, 27, 27, 79, 62, 62, 42, 72, 72, 37, 52, 52, 79, 56, 56, 81, 79, 79, 0, 0, 0,
      0, 0, 0, 0,
    ],
  },
}
