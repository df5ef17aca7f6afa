import fc from 'fast-check'
import { expect, it } from 'vitest'
import { boxOf, mosaicOf } from '~/components/file/mosaic'

it('puts one to ten pictures of any shape into rows: each once, in order, none too small or too tall', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.05, max: 20, noNaN: true }), { minLength: 1, maxLength: 10 }), (ratios) => {
      const rows = mosaicOf(ratios)
      expect(rows.flatMap(({ cells }) => cells.map(({ index }) => index))).toEqual(ratios.map((_, index) => index))
      for (const { cells, ratio } of rows) {
        expect(cells.length).toBeLessThanOrEqual(4)
        expect(ratio).toBeCloseTo(cells.reduce((sum, cell) => sum + cell.ratio, 0))
      }
      const height = rows.reduce((sum, { ratio }) => sum + 1 / ratio, 0)
      expect(height).toBeGreaterThan(0.2)
      expect(height).toBeLessThan(2)
    }),
  )
})

it('gives a single picture its own shape within bounds, and never more than its own size', () => {
  expect(boxOf(1600, 800)).toEqual({ width: 416, ratio: 2 })
  expect(boxOf(800, 1600)).toEqual({ width: 208, ratio: 0.5 })
  expect(boxOf(300, 200)).toEqual({ width: 300, ratio: 1.5 })
  expect(boxOf(100, 10_000)).toEqual({ width: 144, ratio: 0.5 })
  expect(boxOf(null, null).ratio).toBeCloseTo(4 / 3)
})
