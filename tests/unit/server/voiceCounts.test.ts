import { describe, expect, it } from 'vitest'
import { requirePossibleCounts } from '../../../server/services/files/worker/counts'
import { elementsIn, MATROSKA } from '../../../server/services/files/worker/matroska'
import { box, words } from '../../support/files/boxes'
import { beepsOf, frames } from '../../support/voice/voice'

const MAX = 50_000
const inTable = (...content: Buffer[]) => box('moov', box('trak', box('mdia', box('minf', box('stbl', ...content)))))
const run = (flags: number, count: number, ...fields: number[]) =>
  box('moof', box('traf', box('trun', words(flags, count, ...fields))))

describe('a sound is refused before it is parsed when it names', () => {
  it.each([
    ['400,000,000 frames in a run that says nothing of each', run(0, 400_000_000)],
    ['2,000,000 of them', run(0x1, 2_000_000, 0)],
    ['more frames in a run than its bytes hold', run(0x300, 3, 1, 1, 1, 1)],
    ['too many frames in many runs', Buffer.concat(Array.from({ length: 60 }, () => run(0, 1_000)))],
    ['frames of one size without end', inTable(box('stsz', words(0, 100, 400_000_000)))],
    ['more sizes than its bytes hold', inTable(box('stsz', words(0, 0, 3, 7, 7)))],
    ['small sizes without end', inTable(box('stz2', words(0, 4, 400_000_000)))],
    ['one time for 4,000,000,000 frames', inTable(box('stts', words(0, 1, 4_000_000_000, 1)))],
    ['times that add up to too many frames', inTable(box('stts', words(0, 2, 30_000, 1, 30_000, 1)))],
    ['more times than its bytes hold', inTable(box('stts', words(0, 2, 1, 1)))],
    ['offsets of as many', inTable(box('ctts', words(0, 1, 4_000_000_000, 1)))],
    ['more chunks than its bytes hold', inTable(box('stsc', words(0, 2, 1, 1, 1)))],
    ['more places than its bytes hold', inTable(box('stco', words(0, 400_000_000, 1)))],
    ['more wide places than its bytes hold', inTable(box('co64', words(0, 2, 1, 1)))],
    ['more key frames than its bytes hold', inTable(box('stss', words(0, 2, 1)))],
    ['more edits than its bytes hold', box('moov', box('trak', box('edts', box('elst', words(0, 400_000_000)))))],
  ])('%s', (_, bytes) => {
    expect(() => requirePossibleCounts(Buffer.concat([box('ftyp', 'isom'), bytes]), MAX)).toThrow('This voice message')
  })

  it('more frames in a block of Matroska than its bytes hold, or too many in all', async () => {
    const bytes = await frames(1)
    const { body } = [...elementsIn(bytes)].find(({ id }) => id === MATROSKA.SimpleBlock)!
    const laced = Buffer.from(bytes)
    laced[body + 3] = 0x04
    laced[body + 4] = 0xff
    expect(() => requirePossibleCounts(laced, MAX)).toThrow('This voice message')
    expect(() => requirePossibleCounts(bytes, 49)).toThrow('This voice message')
  })
})

it('the files of recorders are accepted', async () => {
  const made = [
    beepsOf.webm,
    beepsOf.mp4,
    ...(await Promise.all((['webm', 'mp4', 'ogg'] as const).map((container) => frames(20, { container })))),
  ]
  for (const bytes of made) expect(() => requirePossibleCounts(bytes, MAX)).not.toThrow()
})
