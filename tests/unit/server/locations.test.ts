import {
  BufferTarget,
  EncodedVideoPacketSource,
  EncodedPacket,
  MkvOutputFormat,
  Output,
  WebMOutputFormat,
} from 'mediabunny'
import { describe, expect, it } from 'vitest'
import { allBoxes } from '../../../server/services/files/worker/boxes'
import { locationPatches } from '../../../server/services/files/worker/locations'
import { elementsIn, MATROSKA } from '../../../server/services/files/worker/matroska'
import type { Patch } from '../../../server/storage/types'
import { box, LOCATION, LOCATIONS, words } from '../../support/files/boxes'

/** A file, and how much of it was read. */
function sourceOf(bytes: Buffer) {
  const source = {
    size: bytes.length,
    readBytes: 0,
    read: async ({ start, end }: { start: number; end: number }) => {
      source.readBytes += end - start + 1
      return bytes.subarray(start, end + 1)
    },
  }
  return source
}

function patched(bytes: Buffer, patches: Patch[]): Buffer {
  const copy = Buffer.from(bytes)
  for (const { start, end, head } of patches) copy.fill(0, start, end).set(head, start)
  return copy
}

const film = (...notes: Buffer[]) => [
  box('ftyp', 'isom', words(0), 'isom'),
  box('moov', box('mvhd', Buffer.alloc(100)), box('trak', box('mdia', Buffer.alloc(0))), ...notes),
]

describe('a film loses its location', () => {
  it.each(Object.entries(LOCATIONS))('in the form of %s, before and after its frames', async (_, place) => {
    const frames = box('mdat', Buffer.alloc(3 * 1024 ** 2, 7))
    const [head, moov] = film(box('udta', box('\xa9mak', 'Camera')), place())
    for (const bytes of [Buffer.concat([head!, moov!, frames]), Buffer.concat([head!, frames, moov!, place()])]) {
      expect(LOCATION.test(bytes.toString('latin1'))).toBe(true)
      const source = sourceOf(bytes)
      const after = patched(bytes, await locationPatches(source, 'video/quicktime'))
      expect([after.length, LOCATION.test(after.toString('latin1')), after.includes('Camera')]).toEqual([
        bytes.length,
        false,
        true,
      ])
      expect(after.includes(frames)).toBe(true)
      // Every box is where it was.
      expect([...allBoxes(after)].map(({ start }) => start)).toEqual([...allBoxes(bytes)].map(({ start }) => start))
      expect(source.readBytes).toBeLessThan(400_000)
    }
  })

  it('in a box with a long length too', async () => {
    const place = LOCATIONS.xmp()
    const long = Buffer.concat([words(1), Buffer.from('uuid'), words(0, place.length + 8), place.subarray(8)])
    const bytes = Buffer.concat([...film(), long, box('mdat', 'frames')])
    const after = patched(bytes, await locationPatches(sourceOf(bytes), 'video/mp4'))
    expect(LOCATION.test(after.toString('latin1'))).toBe(false)
    expect([...allBoxes(after)].map(({ type }) => type).slice(-2)).toEqual(['free', 'mdat'])
  })

  it('also in a track that records it', async () => {
    const track = box('trak', box('mdia', box('minf', box('stbl', box('stsd', words(0, 1), box('gpmd', words(0, 0)))))))
    const bytes = Buffer.concat(film(track))
    const after = patched(bytes, await locationPatches(sourceOf(bytes), 'video/mp4'))
    expect([...allBoxes(after)].map(({ type }) => type)).toEqual(['ftyp', 'moov', 'mvhd', 'trak', 'mdia', 'free'])
  })

  it.each([
    ['webm', new WebMOutputFormat()],
    ['webm as it is recorded live', new WebMOutputFormat({ appendOnly: true })],
    ['mkv', new MkvOutputFormat()],
  ])('also as %s, whose tags are emptied', async (_, format) => {
    const bytes = await tagged(format)
    expect(bytes.includes('48.8577')).toBe(true)
    const after = patched(bytes, await locationPatches(sourceOf(bytes), 'video/webm'))
    expect([after.length, after.includes('48.8577')]).toEqual([bytes.length, false])
    const ids = (of: Buffer) => [...elementsIn(of)].map(({ id }) => id)
    expect(ids(after)).toEqual(ids(bytes).map((id) => (id === MATROSKA.Tags ? 0xec : id)))
  })
})

it('a film without a location, and a file that is no film, are not changed', async () => {
  const [head, moov] = film(box('udta', box('\xa9nam', 'A song'), box('meta', 'cover')))
  const bytes = Buffer.concat([head!, moov!])
  expect(await locationPatches(sourceOf(bytes), 'audio/mp4')).toEqual([])
  expect(await locationPatches(sourceOf(Buffer.concat(film(LOCATIONS.apple()))), 'image/heic')).toEqual([])
})

it('a file that is made to be read for ever is given up', async () => {
  const bytes = Buffer.concat(Array.from({ length: 50_000 }, () => box('free', '')))
  const source = sourceOf(bytes)
  expect(await locationPatches(source, 'video/mp4')).toEqual([])
  const large = Buffer.concat(Array.from({ length: 40 }, () => box('uuid', Buffer.alloc(1024 ** 2))))
  const looked = sourceOf(large)
  expect(await locationPatches(looked, 'video/mp4')).toEqual([])
  expect(looked.readBytes).toBeLessThan(30 * 1024 ** 2)
})

async function tagged(format: WebMOutputFormat): Promise<Buffer> {
  const target = new BufferTarget()
  const output = new Output({ format, target })
  const video = new EncodedVideoPacketSource('vp8')
  output.addVideoTrack(video)
  output.setMetadataTags({ raw: { LOCATION: '+48.8577+002.2950/' } } as object)
  await output.start()
  const config = { decoderConfig: { codec: 'vp8', codedWidth: 16, codedHeight: 16 } }
  for (let index = 0; index < 50; index++)
    await video.add(new EncodedPacket(new Uint8Array(4_000), 'key', index / 10, 0.1), config)
  await output.finalize()
  return Buffer.from(target.buffer!)
}
