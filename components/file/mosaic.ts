/** A picture's size within its row. */
interface Cell {
  index: number
  /** Width divided by height, as shown. */
  ratio: number
}
export interface MosaicRow {
  /** Width divided by height of the whole row. */
  ratio: number
  cells: Cell[]
}

/** The height divided by width that a whole mosaic should have. It is larger for many pictures. */
const WANTED = 0.9
const WANTED_MORE = 0.03
const ROW_MOST = 0.72
const ROW_LEAST = 0.2
const IN_ROW = 4

/**
 * Arranges pictures in rows of one width, in their order, so that they are cropped as little as possible.
 * @param ratios width divided by height of each; 1 for an unknown one
 */
export function mosaicOf(ratios: readonly number[]): MosaicRow[] {
  const cells = ratios.map((ratio, index) => ({ index, ratio: Math.min(1.7, Math.max(0.66, ratio)) }))
  const all = splits(cells)
  return all.reduce((best, rows) => (cost(rows) < cost(best) ? rows : best), all[0] ?? [])
}

function splits(cells: Cell[]): MosaicRow[][] {
  if (cells.length === 0) return [[]]
  const found: MosaicRow[][] = []
  for (let count = 1; count <= Math.min(IN_ROW, cells.length); count++) {
    const row = cells.slice(0, count)
    const ratio = row.reduce((sum, cell) => sum + cell.ratio, 0)
    for (const rest of splits(cells.slice(count))) found.push([{ ratio, cells: row }, ...rest])
  }
  return found
}

function cost(rows: MosaicRow[]): number {
  const heights = rows.map(({ ratio }) => 1 / ratio)
  const height = heights.reduce((sum, one) => sum + one, 0)
  const strain = heights.map((one) => Math.max(0, one - ROW_MOST) + Math.max(0, ROW_LEAST - one) * 2)
  const uneven = Math.max(...heights) - Math.min(...heights)
  const wanted = WANTED + WANTED_MORE * rows.reduce((sum, { cells }) => sum + cells.length, 0)
  return Math.abs(height - wanted) + uneven * 0.75 + strain.reduce((sum, one) => sum + one, 0)
}

const WIDTH = 416
const HEIGHT = 416
const LEAST = 144

/**
 * The box of a single picture in pixels: its own size within bounds. Very long pictures are cropped.
 * @returns one also for a picture of unknown size
 */
export function boxOf(width: number | null, height: number | null): { width: number; ratio: number } {
  if (!width || !height) return { width: 320, ratio: 4 / 3 }
  const ratio = Math.min(2.4, Math.max(0.5, width / height))
  const most = Math.min(WIDTH, HEIGHT * ratio)
  return { width: Math.round(Math.min(most, Math.max(LEAST, LEAST * ratio, width))), ratio }
}
