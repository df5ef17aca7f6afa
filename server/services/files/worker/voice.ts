import { AppError, invalidField } from '#shared/errors'
import { LIMITS } from '#shared/limits'
import { BufferSource, EncodedPacketSink, Input, Logging, LogLevel, type InputAudioTrack, MP4, OGG, WEBM } from 'mediabunny'
import { demandPossibleCounts } from './counts'
import { locationPatches } from './locations'
import type { Voice } from './protocol'

/** Containers that recorders make, with the type that a browser plays each as. */
const CONTAINERS = [
  { format: MP4, mime: 'audio/mp4' },
  { format: WEBM, mime: 'audio/webm' },
  { format: OGG, mime: 'audio/ogg' },
]
const CODECS = new Set(['opus', 'aac', 'vorbis'])
/** Bits a second that speech takes at least and at most, whatever the recorder; and bytes that a container takes by itself. */
const BIT_RATE = { least: 500, most: 512_000 }
const CONTAINER_BYTES = 65_536
/** Frames of fifteen minutes at 20 ms each, and some. */
const MAX_FRAMES = 50_000
/** How far a clock beside the recorder may be off: milliseconds, and a part of the whole. */
const TOLERANCE = { fixed: 1_000, share: 0.02 }

// It would write to the console what a file says of itself.
Logging.level = LogLevel.Silent

/**
 * Measures a voice message: its container by the first bytes, its tracks, and how long it plays by its own frames,
 * since recorders leave the duration out of the header.
 * @param claimed milliseconds that it is said to play
 * @throws AppError INVALID for what is no sound alone, or plays for another time than was said
 */
export async function measureVoice(bytes: Buffer, claimed: number): Promise<Voice> {
  demandPossibleCounts(bytes, MAX_FRAMES)
  const { mime, seconds } = await parse(bytes)
  const measured = Math.round(seconds * 1_000)
  const tolerance = TOLERANCE.fixed + TOLERANCE.share * measured
  const bits = bytes.length * 8
  const isPlausible = bits >= BIT_RATE.least * seconds && bits <= BIT_RATE.most * seconds + CONTAINER_BYTES * 8
  if (measured <= 0 || measured > LIMITS.voiceDuration + tolerance || Math.abs(measured - claimed) > tolerance || !isPlausible) {
    throw invalidField('durationMs', 'wrong_duration', 'This voice message does not take the time that it was said to take.')
  }
  const source = { size: bytes.length, read: async ({ start, end }: { start: number; end: number }) => bytes.subarray(start, end + 1) }
  return { mime, durationMs: measured, patches: await locationPatches(source, mime) }
}

async function parse(bytes: Buffer): Promise<{ mime: string; seconds: number }> {
  const input = new Input({ formats: CONTAINERS.map(({ format }) => format), source: new BufferSource(bytes) })
  try {
    const found = await input.getFormat()
    const tracks = await input.getTracks()
    const [track] = tracks
    if (tracks.length !== 1 || !track?.isAudioTrack() || !CODECS.has(track.codec ?? '')) {
      throw invalidField('mime', 'wrong_file_type', 'A voice message is sound and nothing else.')
    }
    return { mime: CONTAINERS.find(({ format }) => format === found)!.mime, seconds: await playedSeconds(track) }
  } catch (error) {
    // Whatever a parser says to bytes that are broken or made to break it.
    throw error instanceof AppError ? error : invalidField('mime', 'unreadable', 'This is not a voice message that can be played.')
  } finally {
    input.dispose()
  }
}

/** By the frames that are really here: headers and tables may name more. */
async function playedSeconds(track: InputAudioTrack): Promise<number> {
  let end = 0
  let count = 0
  for await (const frame of new EncodedPacketSink(track).packets()) {
    if (frame.byteLength === 0) break
    if (++count > MAX_FRAMES) throw invalidField('mime', 'unreadable', 'No recorder makes a voice message like this.')
    end = Math.max(end, frame.timestamp + frame.duration)
  }
  return end
}
