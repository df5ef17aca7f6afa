import { AppError, invalidField } from '#shared/errors'
import { LIMITS } from '#shared/limits'
import {
  BufferSource,
  EncodedPacketSink,
  Input,
  Logging,
  LogLevel,
  type InputAudioTrack,
  MP4,
  OGG,
  WEBM,
} from 'mediabunny'
import { requirePossibleCounts } from './counts'
import { locationPatches } from './locations'
import type { Voice } from './protocol'

/** The containers that recorders make, with the type under which a browser plays each. */
const CONTAINERS = [
  { format: MP4, mime: 'audio/mp4' },
  { format: WEBM, mime: 'audio/webm' },
  { format: OGG, mime: 'audio/ogg' },
]
const CODECS = new Set(['opus', 'aac', 'vorbis'])
/** The least and the most bits per second that any recorder uses for speech. */
const BIT_RATE = { min: 500, max: 512_000 }
/** The most bytes that a container takes besides the sound. */
const CONTAINER_BYTES = 65_536
/** Fifteen minutes in frames of 20 ms, and some more. */
const MAX_FRAMES = 50_000
/** How far the claimed duration may differ: fixed milliseconds, and a share of the duration. */
const TOLERANCE = { fixed: 1_000, share: 0.02 }

// By default the parser logs details of the file to the console.
Logging.level = LogLevel.Silent

/**
 * Examines a voice message: its container by the first bytes, its tracks, and its duration. The duration is measured by
 * the frames, since recorders leave it out of the header.
 * @param claimed the duration that the sender stated, in milliseconds
 * @throws AppError INVALID for anything but a single sound track, and for a duration that differs from the claimed one
 */
export async function measureVoice(bytes: Buffer, claimed: number): Promise<Voice> {
  requirePossibleCounts(bytes, MAX_FRAMES)
  const { mime, seconds } = await parse(bytes)
  const measured = Math.round(seconds * 1_000)
  const tolerance = TOLERANCE.fixed + TOLERANCE.share * measured
  const bits = bytes.length * 8
  const isPlausible = bits >= BIT_RATE.min * seconds && bits <= BIT_RATE.max * seconds + CONTAINER_BYTES * 8
  if (
    measured <= 0 ||
    measured > LIMITS.voiceDuration + tolerance ||
    Math.abs(measured - claimed) > tolerance ||
    !isPlausible
  ) {
    throw invalidField('durationMs', 'wrong_duration', 'This voice message does not last as long as was announced.')
  }
  const source = {
    size: bytes.length,
    read: async ({ start, end }: { start: number; end: number }) => bytes.subarray(start, end + 1),
  }
  return { mime, durationMs: measured, patches: await locationPatches(source, mime) }
}

async function parse(bytes: Buffer): Promise<{ mime: string; seconds: number }> {
  const input = new Input({ formats: CONTAINERS.map(({ format }) => format), source: new BufferSource(bytes) })
  try {
    const found = await input.getFormat()
    const tracks = await input.getTracks()
    const [track] = tracks
    if (tracks.length !== 1 || !track?.isAudioTrack() || !CODECS.has(track.codec ?? '')) {
      throw invalidField('mime', 'wrong_file_type', 'A voice message must be one sound track and nothing else.')
    }
    return { mime: CONTAINERS.find(({ format }) => format === found)!.mime, seconds: await playedSeconds(track) }
  } catch (error) {
    // Any other error is the parser's, about bytes that are broken or made to break it.
    throw error instanceof AppError ? error : invalidField('mime', 'unreadable', 'This voice message cannot be played.')
  } finally {
    input.dispose()
  }
}

/** The duration in seconds, by the frames that are really there. Headers and tables may claim more. */
async function playedSeconds(track: InputAudioTrack): Promise<number> {
  let end = 0
  let count = 0
  for await (const frame of new EncodedPacketSink(track).packets()) {
    if (frame.byteLength === 0) break
    if (++count > MAX_FRAMES) throw invalidField('mime', 'unreadable', 'This voice message cannot be played.')
    end = Math.max(end, frame.timestamp + frame.duration)
  }
  return end
}
