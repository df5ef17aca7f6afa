import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loudnessOf, peaksOf } from '~/client/voice/levels'

describe('how loud a sound is', () => {
  it('goes from silence to the maximum, on the scale of hearing', () => {
    expect(loudnessOf(new Float32Array(2_048))).toBe(0)
    expect(loudnessOf([])).toBe(0)
    expect(loudnessOf(new Float32Array(2_048).fill(1))).toBe(1)
    // A tenth of the amplitude is 20 of 60 decibels less.
    expect(loudnessOf(new Float32Array(2_048).fill(0.1))).toBeCloseTo(2 / 3, 5)
    expect(loudnessOf(new Float32Array(2_048).fill(0.001))).toBeCloseTo(0, 5)
    expect(loudnessOf(new Float32Array(2_048).fill(0.000_001))).toBe(0)
  })
})

describe('the waveform of a recording', () => {
  it('has the maximum of each part, and 1 for the maximum of all', () => {
    const levels: number[] = Array.from({ length: 640 }, (_, index) => (index % 10 === 3 ? 0.5 : 0.1))
    levels[325] = 0.25
    levels[333] = 0.1
    const peaks = peaksOf(levels)
    expect(peaks.map((peak, part) => (part === 33 ? peak : peak - 1))).toEqual(
      Array.from({ length: 64 }, (_, part) => (part === 33 ? 0.04 : 0)),
    )
  })

  it('stretches a recording that is shorter than its points, in order', () => {
    const peaks = peaksOf([0.2, 0.4, 0.8, 0.4])
    expect([peaks.length, peaks[0], peaks[16], peaks[32], peaks[63]]).toEqual([64, 0.06, 0.25, 1, 0.25])
  })

  it('makes no wave of noise, nor of silence', () => {
    expect(peaksOf([])).toEqual(Array(64).fill(0))
    expect(Math.max(...peaksOf(Array(500).fill(0.02)))).toBe(0.04)
  })

  it('is always 64 numbers from 0 to 1, with two digits', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3_000 }), (levels) => {
        const peaks = peaksOf(levels)
        expect(peaks).toHaveLength(64)
        for (const peak of peaks)
          expect(peak >= 0 && peak <= 1 && Math.abs(peak * 100 - Math.round(peak * 100)) < 1e-9).toBe(true)
      }),
    )
  })
})
