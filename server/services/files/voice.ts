import { AppError, invalidField } from '#shared/errors'
import { LIMITS } from '#shared/limits'
import { BufferSource, EncodedPacketSink, Input, Logging, LogLevel, type InputAudioTrack, MP4, OGG, WEBM } from 'mediabunny'
import { buffer } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import type { UploadRecord } from '../../repositories/uploads'
import { reached } from './errors'
import { storage } from './store'

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
/** Frames of fifteen minutes at 20 ms each, and some; and how many are looked at in one turn. */
const MOST_FRAMES = 50_000
const BREATH = 1_000
/** How far a clock beside the recorder may be off: milliseconds, and a part of the whole. */
const TOLERANCE = { fixed: 1_000, share: 0.02 }

// It would write to the console what a file says of itself.
Logging.level = LogLevel.Silent

/** What a voice message really is. */
export interface MeasuredVoice {
  mime: string
  durationMs: number
}

/**
 * Measures a voice message: its container by the first bytes, its tracks, and how long it plays by its own frames,
 * since recorders leave the duration out of the header.
 * @throws AppError INVALID for what is no sound alone, or plays for another time than was said; UNAVAILABLE
 */
export async function measureVoice({ key, durationMs }: UploadRecord): Promise<MeasuredVoice> {
  const bytes = await reached(async () => buffer(await storage.read(key)))
  return judgeVoice(bytes, durationMs ?? 0)
}

/** The same for bytes. @param claimed milliseconds that it is said to play */
export async function judgeVoice(bytes: Buffer, claimed: number): Promise<MeasuredVoice> {
  const { mime, seconds } = await parse(bytes)
  const measured = Math.round(seconds * 1_000)
  const tolerance = TOLERANCE.fixed + TOLERANCE.share * measured
  const bits = bytes.length * 8
  const isPlausible = bits >= BIT_RATE.least * seconds && bits <= BIT_RATE.most * seconds + CONTAINER_BYTES * 8
  if (measured <= 0 || measured > LIMITS.voiceDuration + tolerance || Math.abs(measured - claimed) > tolerance || !isPlausible) {
    throw invalidField('durationMs', 'wrong_duration', 'This voice message does not take the time that it was said to take.')
  }
  return { mime, durationMs: measured }
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
    if (++count > MOST_FRAMES) throw invalidField('mime', 'unreadable', 'No recorder makes a voice message like this.')
    // Others are waiting.
    if (count % BREATH === 0) await setImmediate()
    end = Math.max(end, frame.timestamp + frame.duration)
  }
  return end
}
